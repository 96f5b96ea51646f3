#!/usr/bin/env python3
"""How long backups and restores take, of the daemon and of a device: real processes, one disk.

usage: backup.py BUILD_DIR [SEED] [--count N]

Makes the workload (workload.py), publishes 50,000 rows (Ws), lets 7 devices write
their records (10,000), brings one more in step and measures: kukyokud --backup beside the running daemon,
--restore --test, --restore; kukyoku backup, restore --test, restore. Medians of 3. Prints a Markdown
table; docs/benchmarks.md quotes it.
"""
import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from city import City  # noqa: E402
from records import WRITERS, all_sync, write  # noqa: E402

RUNS = 3


def took(command):
    """Seconds of one process that must end well."""
    began = time.monotonic()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def median(what, size, runs):
    seconds = statistics.median(runs)
    print("| %s | %.1f MB | %.2f s | %.0f MB/s |" % (
        what, size / 1e6, seconds, size / 1e6 / seconds), flush=True)


def size_of(folder):
    return sum(p.stat().st_size for p in pathlib.Path(folder).rglob("*") if p.is_file())


def repeat(command, before=lambda: time.sleep(1)): # a backup a second: its name is its time
    runs = []
    for _ in range(RUNS):
        before()
        runs.append(took(command))
    return runs


def measure(city):
    daemon = [city.kukyokud, "--config", city.path("kukyokud.ini")]
    home = [city.kukyoku, "--home", city.path("last"), "-q"]
    copies, own = city.path("copies"), city.path("own")
    runs = repeat([*daemon, "--backup", copies])
    size = size_of(sorted(pathlib.Path(copies).iterdir())[-1])
    median("daemon: backup, verified", size, runs)
    median("daemon: restore test", size, repeat([*daemon, "--restore", copies, "--test"]))
    city.end()
    median("daemon: restore", size, repeat([*daemon, "--restore", copies, "--force"]))
    runs = repeat([*home, "backup", own])
    size = size_of(sorted(pathlib.Path(own).iterdir())[-1])
    median("device: backup, verified", size, runs)
    median("device: restore test (with `verify`)", size, repeat([*home, "restore", own, "--test"]))
    median("device: restore", size, repeat([*home, "restore", own],
                                           lambda: shutil.rmtree(city.path("last"))))


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("build")
    options.add_argument("seed", nargs="?", default="20261123")
    options.add_argument("--count", type=int, default=10000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as data, \
            City(given.build + "/client/kukyoku", given.build + "/daemon/kukyokud") as city:
        subprocess.run([sys.executable, HERE / "workload.py", data, given.seed], check=True)
        city.found()
        city.start()
        city.publish("Ws", pub=data + "/Ws.csv")
        homes = ["w%d" % i for i in range(WRITERS)]
        city.enrol({home: ("staff", "14133") for home in [*homes, "last"]}, sync=False)
        for home in homes:
            city.run("sync", home=home, status=(0, 3))
        write(given.build, city, homes, data + "/R.jsonl", given.count)
        all_sync(city, homes)
        city.run("sync", home="last", status=(0, 3))
        print("| what | bytes | wall | a second |\n|---|---|---|---|",
              flush=True)
        measure(city)


if __name__ == "__main__":
    main()
