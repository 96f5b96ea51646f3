#!/usr/bin/env python3
"""What bytes, processor time and memory of a first copy and an update do as a release grows.

usage: growth.py PACK_PROGRAM [--largest N] [--plot FILE]

Releases of 10,000 observations and ten times as many each time, up to N (1,000,000): the first indicators of the
workload (workload.py), past a million each ten times under names of its own. Processor time of the whole
process, the least of 3, so that other work on the machine counts little. Prints a Markdown table with the slope
of each column between the last two rows (1: ten times as much for ten times the figures); FILE gets the plot.
"""
import argparse
import itertools
import math
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import plot  # noqa: E402

RUNS, ROWS_EACH = 3, 5000  # of an indicator in the first release
NAMES = ("first copy, bytes", "first copy, processor s", "first copy, peak MiB", "update, bytes",
         "update, processor s", "update, peak MiB")


def cut(source, target, observations):
    """The first indicators, or all of them several times, in order."""
    indicators = observations // ROWS_EACH
    copies = max(1, indicators // 200)
    with source.open(encoding="utf-8") as rows, target.open("w", encoding="utf-8") as out:
        out.write(next(rows))
        groups = itertools.groupby(rows, lambda line: line.split(",", 1)[0])
        for name, lines in itertools.islice(groups, indicators // copies):
            rest = [line[len(name):] for line in lines]
            for copy in range(copies):
                out.writelines("%sx%d%s" % (name, copy, line) for line in rest)


def spent(*command):
    """Its output and seconds of processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run(list(map(str, command)), check=True, text=True, stdout=subprocess.PIPE).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return said, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(program, data, place, observations):
    csv = [place / ("%d.csv" % release) for release in (1, 2)]
    for source, target in zip(("W.csv", "W2.csv"), csv):
        cut(data / source, target, observations)
    spent(program, "make", place / "out", *csv)
    figures = []
    for release in (1, 2):
        best = None
        for _ in range(RUNS):
            kept = (place / "out" / "pub.db").read_bytes() if release == 2 else None
            if release == 1:
                (place / "out" / "pub.db").unlink(missing_ok=True)
            said, cpu = spent(program, "apply", place / "out", release)
            if kept is not None:
                (place / "out" / "pub.db").write_bytes(kept)  # the first release again
            best = cpu if best is None else min(best, cpu)
        figures += [int(re.search(r"(\d+) bytes", said).group(1)), best,
                    float(re.search(r"peak ([\d.]+) MiB", said).group(1))]
    return figures


def slope(sizes, values):
    return math.log(values[-1] / values[-2]) / math.log(sizes[-1] / sizes[-2])


def tell(sizes, table):
    print("| observations | %s |\n|---|%s" % (" | ".join(NAMES), "---|" * len(NAMES)))
    for size, row in zip(sizes, table):
        print("| %s | %s |" % (format(size, ","), " | ".join(
            format(v, ",") if isinstance(v, int) else "%.3f" % v for v in row)))
    print("| slope of the last step | %s |" % " | ".join(
        "%.2f" % slope(sizes, column) for column in zip(*table)))


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("pack", type=pathlib.Path)
    options.add_argument("--largest", type=int, default=1000000)
    options.add_argument("--plot", type=pathlib.Path)
    given = options.parse_args()
    sizes = [10 ** n for n in range(4, round(math.log10(given.largest)) + 1)]
    with tempfile.TemporaryDirectory() as place:
        data = pathlib.Path(place) / "data"
        subprocess.run([sys.executable, HERE / "workload.py", data], check=True)
        table = []
        for size in sizes:
            here = pathlib.Path(place) / str(size)
            here.mkdir()
            table.append(measure(given.pack.resolve(), data, here, size))
            print(size, table[-1], file=sys.stderr, flush=True)
    tell(sizes, table)
    if given.plot:
        columns = list(zip(*table))
        given.plot.write_text(plot.lines("Growth with the number of observations", sizes,
                                         list(zip(NAMES, columns))))


if __name__ == "__main__":
    main()
