#!/usr/bin/env python3
"""Many devices behind one address ask at once whether there is anything new: real daemon, loopback.

usage: crowd.py BUILD_DIR [COUNT …]

The daemon's limits are its defaults (8 connections of one address that have not proved themselves), but for
the sessions of one device: all ask as the same one, so that it may have 64. Prints a Markdown table; whoever
finds no room waits and comes again, as `kukyoku sync` does (crowd.c).
"""
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
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


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
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
            for count in [int(a) for a in sys.argv[2:]] or [50, 200, 500]:
                measure(build, town, home, count)
        finally:
            town.stop()


main()
