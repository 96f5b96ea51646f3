#!/usr/bin/env python3
"""10,000 records written offline by 7 devices of one ward, all to all: real processes, loopback.

usage: records.py BUILD_DIR [SEED] [--count N] [--at-once N]

Makes the workload (workload.py), enrols 7 devices, lets each write its share offline (not counted),
then measures: every device sends what it has, then every device fetches what it lacks, all at once or as
many as --at-once says, then one that joins late takes everything, alone. Bytes are TCP payload, both ways.
Prints a Markdown table, with the machine's own Ed25519 verifications a second to compare with, measured
before and after; docs/benchmarks.md quotes it.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from city import City  # noqa: E402
from meters import make_measure, must_run, tree_cpu  # noqa: E402

WRITERS = 7


def sync(city, home):
    """What a sync says, and what it cost the client."""
    cost = must_run([city.kukyoku, "--home", city.path(home), "sync", "--json"])
    return json.loads(cost["out"]), cost


class Phase:
    """All of these devices sync, some at a time: wall, processor of clients and daemon, bytes, peak."""

    def __init__(self, city, homes, at_once):
        daemon, began = tree_cpu(city.daemon.pid), time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            said = list(pool.map(lambda home: sync(city, home), homes))
        self.wall = time.monotonic() - began
        self.daemon = tree_cpu(city.daemon.pid) - daemon
        self.clients = sum(cost["client"] for _, cost in said)
        self.bytes = sum(report["bytes_sent"] + report["bytes_received"] for report, _ in said)
        self.peak = max(cost["rss"] for _, cost in said) / 1024

    def row(self, what):
        return "| %s | %.2f s (processor: clients %.2f s, daemon %.2f s) |" % (
            what, self.wall, self.clients, self.daemon)


def daemon_peak(city):
    for line in pathlib.Path("/proc/%d/status" % city.daemon.pid).read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0


def write(build, city, homes, workload, count):
    with open(workload, encoding="utf-8") as f:
        lines = f.readlines()[:count]
    with open(city.path("R.jsonl"), "w", encoding="utf-8") as f:
        f.writelines(lines)
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(len(homes)) as pool:
        done = [pool.submit(subprocess.run, [build + "/tests/bench/write_records", city.path(home),
                                             city.path("R.jsonl"), str(i)], check=True,
                            stdout=subprocess.DEVNULL) for i, home in enumerate(homes)]
        for one in done:
            one.result()
    return time.monotonic() - began


def verifications(build):
    return int(subprocess.run([build + "/tests/bench/write_records", "--verify"], check=True,
                              stdout=subprocess.PIPE).stdout)


def hold_all(city, homes, count):
    for home in homes:
        listed = city.value("status", home=home)["scopes"]
        entries = [s["entries"] for s in listed if s["scope"] == "w:14133"][0]
        if entries != count:
            raise RuntimeError("%s holds %d entries" % (home, entries))


def tell(given, written, phases, verify, daemon):
    count, (sent, got, late) = given.count, phases
    wall, moved = sent.wall + got.wall, sent.bytes + got.bytes
    verified = count * WRITERS  # by the daemon once, and by each device what it did not write
    processor = sum(p.clients + p.daemon for p in (sent, got))
    print("| what | R (%d records, %d devices, seed %s) |\n|---|---|" % (count, WRITERS, given.seed))
    print("| written offline, each signed and on disk (not counted) | %.1f s |" % written)
    print(sent.row("all send, %d at a time" % given.at_once))
    print(got.row("all fetch the rest"))
    print("| all to all | %.2f s (processor: %.2f s) |" % (wall, processor))
    print("| bytes, both ways, all devices | %s |" % format(moved, ","))
    print("| bytes a record, once in and %d times out | %.0f |" % (WRITERS - 1, moved / count))
    print("| signatures that one core can verify a second, by libsodium, in the same run | %d |" % verify)
    print("| signatures verified a second of all to all | %.0f: %.0f %% of one core, %.0f %% of %d |" % (
        verified / wall, 100 * verified / wall / verify,
        100 * verified / wall / verify / os.cpu_count(), os.cpu_count()))
    print("| the same a second of processor | %.0f: %.0f %% |" % (
        verified / processor, 100 * verified / processor / verify))
    print(late.row("one more device takes all of it, alone"))
    print("| signatures that it verifies a second | %.0f: %.0f %% of one core |" % (
        count / late.wall, 100 * count / late.wall / verify))
    print("| peak memory of a client | %.1f MiB |" % max(p.peak for p in phases))
    print("| peak memory of the daemon | %.1f MiB |" % daemon)


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("build")
    options.add_argument("seed", nargs="?", default="20261123")
    options.add_argument("--count", type=int, default=10000)
    options.add_argument("--at-once", type=int, default=WRITERS)
    given = options.parse_args()
    build = given.build
    with tempfile.TemporaryDirectory() as data, \
            City(build + "/client/kukyoku", build + "/daemon/kukyokud") as city:
        subprocess.run([sys.executable, HERE / "workload.py", data, given.seed], check=True)
        make_measure(data)
        city.found()
        city.start()
        homes = ["w%d" % i for i in range(WRITERS)]
        city.enrol({home: ("staff", "14133") for home in [*homes, "late"]})
        written = write(build, city, homes, data + "/R.jsonl", given.count)
        before = verifications(build)
        phases = [Phase(city, homes, given.at_once), Phase(city, homes, given.at_once),
                  Phase(city, ["late"], 1)]
        verify = (before + verifications(build)) // 2
        hold_all(city, [*homes, "late"], given.count)
        tell(given, written, phases, verify, daemon_peak(city))


if __name__ == "__main__":
    main()
