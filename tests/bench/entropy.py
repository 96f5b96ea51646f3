#!/usr/bin/env python3
"""What the update of the workload takes at least: the entropy of what workload.py drew to make it.

usage: entropy.py DATA_DIR

Of the second release (W2.csv): each new year's value given the year before (normal, 2.2 % of it), each revised value
given the old one (3 %), to the decimals it is rounded to; which rows are revised and gone; the status of each new
row. Whoever does not know how the figures were drawn needs more. Prints bytes.
"""
import math
import pathlib
import sys

NEW, REVISED = math.hypot(0.01, 0.02), 0.03  # standard deviations, as shares of the value before
STATUSES = (0.93, 0.03, 0.025, 0.015)
BEST = math.log2(math.sqrt(2 * math.pi * math.e))


def rows(path):
    with path.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            cells = line.split(",")
            yield (cells[0], cells[1], cells[2]), cells[4]


def bits(before, share, step):
    """Of a normal value around `before`, rounded to `step`; never below nothing."""
    return max(0.0, BEST + math.log2(abs(before) * share / step)) if before else 0.0


def step_of(text):
    return 10.0 ** -len(text.partition(".")[2])


def choice(of, count):
    """Bits of which `count` of so many."""
    return (math.lgamma(of + 1) - math.lgamma(count + 1) - math.lgamma(of - count + 1)) / math.log(2)


def main():
    data = pathlib.Path(sys.argv[1])
    old = dict(rows(data / "W.csv"))
    parts = {"new values": 0.0, "revised values": 0.0}
    kept = new = revised = 0
    for key, text in rows(data / "W2.csv"):
        if key in old:
            kept += 1
            if old[key] != text:
                revised += 1
                parts["revised values"] += bits(float(old[key] or 100), REVISED, 0.1)
            continue
        new += 1
        last = old.get((key[0], key[1], "2023"))
        if text and last:
            parts["new values"] += bits(float(last), NEW, step_of(text))
    gone = len(old) - kept
    parts["which are revised"] = choice(len(old), revised)
    parts["which are gone"] = choice(len(old), gone)
    parts["status of new rows"] = -new * sum(p * math.log2(p) for p in STATUSES)
    for what, much in parts.items():
        print("| %s | %s |" % (what, format(round(much / 8), ",")))
    print("| together (%s new, %s revised, %s gone) | %s |" % (
        format(new, ","), format(revised, ","), format(gone, ","),
        format(round(sum(parts.values()) / 8), ",")))


if __name__ == "__main__":
    main()
