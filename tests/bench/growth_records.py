#!/usr/bin/env python3
"""What a ward's device does as its records grow: catching up with all of them, and asking.

usage: growth_records.py BUILD_DIR [--counts N …] [--plot FILE]

For each N a city of its own (scale.py): one device writes N records and sends them, another one of the ward,
enrolled late, takes them, verifies each and makes its indexes; then commands on its home. Processor time of the
client, of commands the least of 5. Prints a Markdown table with the slope of each column between the last two rows
(1: ten times as much for ten times the records); FILE gets the plot.
"""
import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system")]
import growth  # noqa: E402
import plot  # noqa: E402
import scale  # noqa: E402
from city import City  # noqa: E402
from meters import make_measure, must_run  # noqa: E402

RUNS = 5
ASKED = (("list of 100, ms", "record", "list", "voice", "--limit", "100"),
         ("sheet of an area, ms", "sheet", scale.WARDS[0] + "-07"),
         ("search, ms", "search", "見守り"))
NAMES = ("caught up, processor s", "caught up, peak MiB", "replicas, MB") + tuple(
    what for what, *_ in ASKED)


def least(city, command):
    return min(must_run([city.kukyoku, "--home", city.path("late"), *command], (0, 3, 6))["client"]
               for _ in range(RUNS)) * 1000


def measure(build, count):
    with City(build + "/client/kukyoku", build + "/daemon/kukyokud") as city:
        make_measure(city.folder)
        scale.make_city(city)
        scale.fill(build, city, "lead" + scale.WARDS[0], count, 1)
        scale.Synced(city, "lead" + scale.WARDS[0])
        caught = scale.Synced(city, "late")
        return [caught.cpu, caught.rss / 1024, scale.size(city, "late") / 1e6] + [
            least(city, command) for _, *command in ASKED]


def tell(counts, table):
    print("| records | %s |\n|---|%s" % (" | ".join(NAMES), "---|" * len(NAMES)))
    for count, row in zip(counts, table):
        print("| %s | %s |" % (format(count, ","), " | ".join("%.3g" % v for v in row)))
    print("| slope of the last step | %s |" % " | ".join(
        "%.2f" % growth.slope(counts, column) for column in zip(*table)))


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("build")
    options.add_argument("--counts", type=int, nargs="+", default=[1000, 10000, 100000])
    options.add_argument("--plot", type=pathlib.Path)
    given = options.parse_args()
    table = []
    for count in given.counts:
        table.append(measure(given.build, count))
        print(count, table[-1], file=sys.stderr, flush=True)
    tell(given.counts, table)
    if given.plot:
        given.plot.write_text(plot.lines("Growth with the number of records", given.counts,
                                         list(zip(NAMES, zip(*table)))))


if __name__ == "__main__":
    main()
