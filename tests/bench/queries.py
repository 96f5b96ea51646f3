#!/usr/bin/env python3
"""What people ask of a million figures, each command a process of its own, cold or not: one series,
an area over all indicators, an indicator over all areas, as of an older release, the sheet of an
area. Real processes.

usage: queries.py BUILD_DIR [--runs N] [--deltas N] [--copies N]

workload.py makes the data; its areas are given codes of wards of Kawasaki, so that sheets know
them. --deltas N publishes N more releases, each of some revised rows, so that a chain is read
through; --copies N gives each indicator N times, under names of its own. Prints a Markdown table;
docs/benchmarks.md quotes it.
"""
import argparse
import itertools
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from city import City  # noqa: E402
from meters import make_measure, must_run  # noqa: E402
from page import Page  # noqa: E402

AREA, INDICATOR, BREAKDOWN = "14135-99", "IND0099", "dim=0-14歳"
ASKED = (("nothing of figures", "status"),
         ("one series", "data", "get", "--indicator", INDICATOR, "--area", AREA, "--breakdown",
          BREAKDOWN),
         ("one indicator, all areas", "data", "get", "--indicator", INDICATOR),
         ("one indicator, area, ward and city", "data", "get", "--indicator", INDICATOR, "--area",
          AREA, "--compare"),
         ("one area, all indicators", "data", "get", "--area", AREA),
         ("the same as of the first release", "data", "get", "--area", AREA, "--as-of", "1"),
         ("one series as of the first release", "data", "get", "--indicator", INDICATOR, "--area",
          AREA, "--as-of", "1"),
         ("which indicators there are", "data", "list"),
         ("search for an indicator", "search", "ind0099"),
         ("sheet of an area", "sheet", AREA))


def in_kawasaki(line):
    return re.sub(r",1310([0-6])-", lambda m: ",1413%d-" % (int(m.group(1)) + 1), line)


def revise(path, step):
    """Another release: one row in a thousand has another value."""
    fresh = path.with_suffix(".fresh")
    with path.open() as old, fresh.open("w") as new:
        for number, line in enumerate(old):
            cells = line.split(",")
            if number % 1000 == step + 1 and cells[4]:
                cells[4] = str(round(float(cells[4]) * 1.01, 4))
            new.write(",".join(cells))
    fresh.replace(path)


def copied(lines, copies):
    """The header; then the rows of each indicator once as they are, and again with a letter behind it."""
    yield next(lines)
    for name, rows in itertools.groupby(lines, lambda line: line.split(",", 1)[0]):
        rest = [line[len(name):] for line in rows]
        for copy in range(copies):
            yield from (name + "x%d" % copy * (copy > 0) + line for line in rest)


def least(city, command, runs):
    """Seconds of the fastest run, of the one that took least of the processor, and MiB at most."""
    costs = [must_run([city.kukyoku, "--home", city.path("one"), *command], (0, 3))
             for _ in range(runs)]
    return (min(c["wall"] for c in costs), min(c["client"] for c in costs),
            max(c["rss"] for c in costs) / 1024)


def by_page(city, runs):
    """Seconds of the fastest answer to an open page: the program is there already, and reads all the same."""
    with Page(city, "one") as page:
        took = []
        for _ in range(runs):
            began = time.monotonic()
            reply = page.get("sheet/" + AREA)
            took.append(time.monotonic() - began)
            if reply.status != 200 or AREA not in reply.body.decode():
                raise RuntimeError(reply.body[:200])
    return min(took)


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("build")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--deltas", type=int, default=1)
    options.add_argument("--copies", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as data, \
            City(given.build + "/client/kukyoku", given.build + "/daemon/kukyokud") as city:
        subprocess.run([sys.executable, str(HERE / "workload.py"), data], check=True)
        make_measure(data)
        rows = Path(data) / "rows.csv"
        with (Path(data) / "W.csv").open() as made, rows.open("w") as moved:
            count = sum(moved.write(in_kawasaki(line)) > 0
                        for line in copied(made, given.copies)) - 1
        city.found()
        city.start()
        city.publish("第1版", pub=str(rows))
        for step in range(given.deltas):
            revise(rows, step)
            city.publish("第%d版" % (step + 2), pub=str(rows))
        city.enrol({"one": ("lead", "14133")})
        city.run("sync", home="one")
        print("| %s rows, %d releases | least of %d | processor | peak memory |\n|---|---|---|---|" % (
            format(count, ","), given.deltas + 1, given.runs))
        for what, *command in ASKED:
            took, cpu, peak = least(city, command, given.runs)
            print("| %s: `%s` | %.0f ms | %.0f ms | %.0f MiB |" % (
                what, " ".join(command), took * 1000, cpu * 1000, peak), flush=True)
        print("| the same for an open page: `GET /api/sheet/%s` | %.0f ms | | |" % (
            AREA, by_page(city, given.runs) * 1000))


if __name__ == "__main__":
    main()
