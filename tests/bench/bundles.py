#!/usr/bin/env python3
"""Measures releases: sizes, first copy, update, reading. Medians of 5 runs, one processor.

usage: bundles.py PACK_PROGRAM [SEED]
"""
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
RUNS = 5


def run(*args):
    return subprocess.run(["taskset", "-c", "0", *map(str, args)], check=True, text=True,
                          stdout=subprocess.PIPE).stdout



def shape(text):
    return re.sub(r"\d+\.\d+", "{}", text)


def medians(outputs):
    """The lines of several runs with each decimal number replaced by its median."""
    rows = [re.findall(r"\d+\.\d+", text) for text in outputs]
    middle = [statistics.median(map(float, column)) for column in zip(*rows)]
    return shape(outputs[0]).format(*(f"{m:.4g}" for m in middle))


def measure(program, folder, data, name):
    print(f"== {name}")
    print(run(program, "make", folder, data / f"{name}.csv", data / f"{name}2.csv"), end="")
    applied = {release: [] for release in "12"}
    for _ in range(RUNS):
        for junk in [folder / "pub.db"]:
            junk.unlink(missing_ok=True)
        for release in "12":
            applied[release].append(run(program, "apply", folder, release))
    for release in "12":
        print(medians(applied[release]), end="")
    (folder / "pub.db").unlink()
    print("first copy of both:", run(program, "apply", folder, "2"), end="")
    print(medians([run(program, "query", folder) for _ in range(RUNS)]), end="")


def main(argv):
    if len(argv) not in (2, 3):
        sys.exit(__doc__)
    work = pathlib.Path(tempfile.mkdtemp(prefix="kk-bench-"))
    try:
        run(sys.executable, HERE / "workload.py", work / "data", *argv[2:])
        for name in ("W", "Ws"):
            measure(argv[1], work / name, work / "data", name)
    finally:
        shutil.rmtree(work)


main(sys.argv)
