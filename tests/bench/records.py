#!/usr/bin/env python3
"""10,000 records written offline by 7 devices of one ward, all to all: real processes, loopback.

usage: records.py BUILD_DIR [SEED] [--count N]

Makes the workload (workload.py), enrols 7 devices, lets each write its share offline (not counted),
then measures: every device sends what it has, then every device fetches what it lacks, two at a time.
Bytes are TCP payload, both ways. Prints a Markdown table and the machine's own Ed25519 verifications
a second, to compare with; docs/benchmarks.md quotes it.
"""
import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from city import City  # noqa: E402
from meters import make_measure, must_run  # noqa: E402

WRITERS = 7


def sync(city, home):
    """What a sync says, and the client's peak KiB."""
    cost = must_run([city.kukyoku, "--home", city.path(home), "sync", "--json"])
    return json.loads(cost["out"]), cost["rss"]


def all_sync(city, homes):
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda home: sync(city, home), homes))
    return time.monotonic() - began, said


def daemon_peak(city):
    for line in pathlib.Path("/proc/%d/status" % city.daemon.pid).read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0


def moved(said):
    return sum(report["bytes_sent"] + report["bytes_received"] for report, _ in said)


def write(build, city, homes, workload, count):
    with open(workload, encoding="utf-8") as f:
        lines = f.readlines()[:count]
    with open(city.path("R.jsonl"), "w", encoding="utf-8") as f:
        f.writelines(lines)
    began = time.monotonic()
    for i, home in enumerate(homes):
        subprocess.run([build + "/tests/bench/write_records", city.path(home), city.path("R.jsonl"),
                        str(i)], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("build")
    options.add_argument("seed", nargs="?", default="20261123")
    options.add_argument("--count", type=int, default=10000)
    given = options.parse_args()
    build, seed, count = given.build, given.seed, given.count
    with tempfile.TemporaryDirectory() as data, \
            City(build + "/client/kukyoku", build + "/daemon/kukyokud") as city:
        subprocess.run([sys.executable, HERE / "workload.py", data, seed], check=True)
        make_measure(data)
        city.found()
        city.start()
        homes = ["w%d" % i for i in range(WRITERS)]
        city.enrol({home: ("staff", "14133") for home in homes})
        written = write(build, city, homes, data + "/R.jsonl", count)
        sent_s, sent = all_sync(city, homes)
        got_s, got = all_sync(city, homes)
        for home in homes:
            listed = city.value("status", home=home)["scopes"]
            entries = [s["entries"] for s in listed if s["scope"] == "w:14133"][0]
            if entries != count:
                raise RuntimeError("%s holds %d entries" % (home, entries))
        verify = int(subprocess.run([build + "/tests/bench/write_records", "--verify"], check=True,
                                    stdout=subprocess.PIPE).stdout)
        peak = max(kib for _, kib in sent + got) / 1024
        print("| what | R (%d records, %d devices, seed %s) |\n|---|---|" % (count, WRITERS, seed))
        print("| written offline, each signed and on disk (not counted) | %.1f s |" % written)
        print("| all send | %.2f s |\n| all fetch the rest | %.2f s |" % (sent_s, got_s))
        print("| all to all | %.2f s |" % (sent_s + got_s))
        print("| bytes | %s |" % format(moved(sent) + moved(got), ","))
        print("| bytes a record, once in and %d times out | %.0f |" % (
            WRITERS - 1, (moved(sent) + moved(got)) / count))
        print("| records verified a second, all devices and the daemon | %.0f |" % (
            count * (WRITERS + 1) / (sent_s + got_s)))
        print("| this core's Ed25519 verifications a second | %d |" % verify)
        print("| peak memory of a client | %.1f MiB |" % peak)
        print("| peak memory of the daemon | %.1f MiB |" % daemon_peak(city))


if __name__ == "__main__":
    main()
