#!/usr/bin/env python3
"""Ten years of a ward on one device: how long lists, sheet, queue and status take, and how long a
device enrolled late needs to catch up. Real processes, loopback.

usage: scale.py BUILD_DIR [--count N] [--runs N]

fill_records writes N records (143,000 is a seventh of a million, what one ward's device holds) as
one lead; a second lead enrols afterwards and syncs (the catch-up); every command is then run on its
home, and the least of the runs is told. Prints a Markdown table; docs/benchmarks.md quotes it.
"""
import argparse
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from city import City  # noqa: E402
from meters import make_measure, must_run  # noqa: E402

HEAD = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"
COMMANDS = (("the newest 100 of a kind", "record", "list", "voice", "--limit", "100"),
            ("the newest 1,000 of a kind", "record", "list", "voice"),
            ("a kind in one area", "record", "list", "voice", "--area", "14133-07", "--limit", "100"),
            ("one record", "record", "show", "{id}"),
            ("sheet of an area", "sheet", "14133-07"),
            ("sheet of the ward", "sheet", "14133"),
            ("queue of open cases", "case", "list"),
            ("search: a word of every tenth record", "search", "見守り"),
            ("search: two words", "search", "避難所坂道", "世代交流体操"),
            ("search: one character", "search", "\u4e2d"),
            ("search: a word that is nowhere", "search", "人口動態統計月報"),
            ("digest of a day", "digest", "--since", "2099-01-01"),
            ("status", "status"))


def synced(city, home):
    """Seconds until all records were there, and until the indexes were, by the sync's own progress."""
    began = time.monotonic()
    child = subprocess.Popen([city.kukyoku, "--home", city.path(home), "--progress", "json", "sync"],
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True)
    records = None
    for line in child.stderr:
        if line.startswith('{"progress":"index"') and records is None:
            records = time.monotonic() - began
    if child.wait() not in (0, 3):
        raise RuntimeError("sync of %s: exit %d" % (home, child.returncode))
    whole = time.monotonic() - began
    return records or whole, whole


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("build")
    options.add_argument("--count", type=int, default=143000)
    options.add_argument("--runs", type=int, default=5)
    given = options.parse_args()
    with City(given.build + "/client/kukyoku", given.build + "/daemon/kukyokud") as city:
        make_measure(city.folder)
        city.found()
        city.start()
        figures = city.path("figures.csv")
        Path(figures).write_text(HEAD + "".join(
            "population,14133-%02d,2020,,%d,,人,,,,\n" % (area, 100 + area) for area in range(1, 41)))
        city.publish("初版", pub=figures)
        city.enrol({"first": ("lead", "14133"), "late": ("lead", "14133")})
        began = time.monotonic()
        subprocess.run([given.build + "/tests/bench/fill_records", city.path("first"),
                        str(given.count), "1"], check=True)
        wrote = time.monotonic() - began
        sent = synced(city, "first")
        caught = synced(city, "late")
        some = city.value("record", "list", "voice", "--limit", "1", home="late")["records"][0]["id"]
        size = sum(f.stat().st_size for f in Path(city.path("late")).glob("*.db"))
        print("| what | %s records of one ward |\n|---|---|" % format(given.count, ","))
        print("| written (signed, a thousand a transaction) | %.1f s |" % wrote)
        for what, (records, whole) in (("sent by one device", sent),
                                       ("caught up by another", caught)):
            print("| %s | %.1f s, 100,000 in %.1f s; with the indexes made %.1f s |" % (
                what, records, records * 100000 / given.count, whole))
        print("| replicas on disk | %.0f MB |" % (size / 1e6))
        for what, *shown in COMMANDS:
            command = [part.format(id=some) for part in shown]
            costs = [must_run([city.kukyoku, "--home", city.path("late"), *command], (0, 3, 6))
                     for _ in range(given.runs)]
            print("| %s: `%s` | %.0f ms, %.0f MiB |" % (
                what, " ".join(shown), min(c["wall"] for c in costs) * 1000,
                max(c["rss"] for c in costs) / 1024))


if __name__ == "__main__":
    main()
