#!/usr/bin/env python3
"""Many devices behind one address ask at once whether there is anything new: real daemon, loopback.

usage: crowd.py BUILD_DIR [COUNT …] [--plot FILE]

The daemon's limits are its defaults (8 connections of one address that have not proved themselves), but for
the sessions of one device: all ask as the same one, so that it may have 64. Prints a Markdown table; whoever
finds no room waits and comes again, as `kukyoku sync` does (crowd.c).
"""
import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import plot  # noqa: E402
from meters import make_measure, tree_cpu  # noqa: E402
from town import Town  # noqa: E402


def measure(build, town, home, count):
    before = tree_cpu(town.daemon.pid)
    done = subprocess.run([build / "tests" / "bench" / "crowd", home, str(count)], text=True,
                          stdout=subprocess.PIPE, check=False)
    cpu = tree_cpu(town.daemon.pid) - before
    rows = [line.split() for line in done.stdout.splitlines()]
    ends = sorted(float(r[0]) for r in rows)
    failed = sum(r[3] != "0" for r in rows)
    waited = sum(r[1] != "0" for r in rows)
    tries = sum(int(r[2]) for r in rows)
    print("| %d | %d | %d | %d | %.1f s | %.1f s | %.0f ms | %.1f MiB |"
          % (count, failed, waited, tries, statistics.median(ends), ends[-1], cpu * 1e3,
             town.daemon_peak() / 1024), flush=True)
    return ends[-1], cpu, town.daemon_peak() / 1024


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("counts", type=int, nargs="*", default=[50, 200, 500])
    options.add_argument("--plot", type=pathlib.Path)
    given = options.parse_args()
    build = given.build.resolve()
    with tempfile.TemporaryDirectory() as place:
        root = pathlib.Path(place) / "town"
        root.mkdir()
        make_measure(place)
        town = Town(build, root, limits="sessions_per_device = 64\n")
        try:
            home = town.enroll("device")
            town.sync(home)
            town.sync(home)
            print("| devices at once | failed | had to wait | connections | half had ended | all had"
                  " ended | daemon's processor | daemon's peak |\n|---|---|---|---|---|---|---|---|")
            table = [measure(build, town, home, count) for count in given.counts]
        finally:
            town.stop()
    if given.plot:
        names = ("until all had ended", "daemon's processor", "daemon's peak")
        given.plot.write_text(plot.lines("Growth with the number of devices", given.counts,
                                         list(zip(names, zip(*table)))))


main()
