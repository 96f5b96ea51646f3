#!/usr/bin/env python3
"""Ten years of a city: how long lists, sheet, queue, search and status take on a ward's device and on
an officer's, and how long a device enrolled late needs to catch up. Real processes, loopback.

usage: scale.py BUILD_DIR [--count N] [--runs N] [--officer]

Seven wards write N records each (143,000 is a seventh of a million). One ward's are written all, of the
other six what leaves their ward: cases of the bureau and shared resources, which is all that anybody
else's device holds of them. The officer holds the cases of all wards and works through them, a tenth
stays open. A second device of the first ward enrols then and syncs (the catch-up). Every command is run
on its home as a process of its own; the least wall and processor time of the runs are told, and the
largest peak. --officer leaves out the ward's own part. Prints a Markdown table; docs/benchmarks.md quotes
it.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from city import City  # noqa: E402
from meters import make_measure, must_run  # noqa: E402

HEAD = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"
WARDS = ("14133", "14131", "14132", "14134", "14135", "14136", "14137")
WARD_COMMANDS = (("the newest 100 of a kind", "record", "list", "voice", "--limit", "100"),
                 ("the newest 1,000 of a kind", "record", "list", "voice"),
                 ("a kind in one area", "record", "list", "voice", "--area", "14133-07", "--limit",
                  "100"),
                 ("one record", "record", "show", "{voice}"),
                 ("what was done to a case", "timeline", "{case}"),
                 ("sheet of an area", "sheet", "14133-07"),
                 ("sheet of the ward", "sheet", "14133"),
                 ("queue of open cases", "case", "list"),
                 ("search: a word of every tenth record", "search", "見守り"),
                 ("search: two words", "search", "避難所坂道", "世代交流体操"),
                 ("search: one character", "search", "\u4e2d"),
                 ("search: a word that is nowhere", "search", "人口動態統計月報"),
                 ("digest of a day", "digest", "--since", "2099-01-01"),
                 ("status", "status"))
OFFICER_COMMANDS = (("queue of open cases", "case", "list"),
                    ("queue of one ward", "case", "list", "--ward", "14135"),
                    ("queue by own priority", "case", "list", "--priority", "high"),
                    ("queue: overdue", "case", "list", "--overdue"),
                    ("queue, counted", "case", "list", "--counts"),
                    ("one case", "case", "show", "{case}"),
                    ("what was done to a case", "timeline", "{case}"),
                    ("the newest 1,000 memos", "record", "list", "memo"),
                    ("the newest 100 shared resources", "record", "list", "resource", "--limit",
                     "100"),
                    ("sheet of an area", "sheet", "14135-07"),
                    ("search: a word of every tenth record", "search", "見守り"),
                    ("search: two words", "search", "避難所坂道", "世代交流体操"),
                    ("search: a word that is nowhere", "search", "人口動態統計月報"),
                    ("digest of a day", "digest", "--since", "2099-01-01"),
                    ("status", "status"))


class Synced:
    """Seconds until all records were there, and until the indexes were, by the sync's own progress."""

    def __init__(self, city, home):
        began, cost = time.monotonic(), city.path("cost")
        self.records, self.told, last = None, 0, began
        child = subprocess.Popen(
            [str(Path(city.folder) / "measure"), cost, city.kukyoku, "--home", city.path(home),
             "--progress", "json", "sync"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        self.longest = 0.0
        for line in child.stderr:
            if not line.startswith('{"progress"'):
                continue
            self.told, now = self.told + 1, time.monotonic()
            self.longest, last = max(self.longest, now - last), now
            if line.startswith('{"progress":"index"') and self.records is None:
                self.records = now - began
        if child.wait() not in (0, 3):
            raise RuntimeError("sync of %s: exit %d" % (home, child.returncode))
        self.whole = time.monotonic() - began
        self.records = self.records or self.whole
        _, self.cpu, self.rss = (float(part) for part in Path(cost).read_text().split())


def fill(build, city, home, *how):
    began = time.monotonic()
    subprocess.run([build + "/tests/bench/fill_records", city.path(home), *map(str, how)], check=True)
    return time.monotonic() - began


def entries(city, home):
    return {s["scope"]: s["entries"] for s in city.value("status", home=home, status=range(11))["scopes"]}


def size(city, home):
    return sum(f.stat().st_size for f in Path(city.path(home)).glob("*.db"))


def make_city(city):
    city.found()
    city.start(more="handed_in = 65536\n")  # one device hands in within an hour what ten years brought
    figures = city.path("figures.csv")
    Path(figures).write_text(HEAD + "".join(
        "population,%s-%02d,2020,,%d,,人,,,,\n" % (ward, area, 100 + area)
        for ward in WARDS for area in range(1, 41)))
    city.publish("初版", pub=figures)
    city.enrol({**{"lead" + ward: ("lead", ward) for ward in WARDS}, "late": ("lead", WARDS[0]),
                "officer": ("officer", "")})


def write(build, city, count, outward):
    """Everybody's ten years; how the first ward's and the officer's own went."""
    wrote = fill(build, city, "lead" + WARDS[0], count, 1, *outward)
    sent = Synced(city, "lead" + WARDS[0])
    for seed, ward in enumerate(WARDS[1:], 2):
        fill(build, city, "lead" + ward, count, seed, "outward")
        Synced(city, "lead" + ward)
    officer = Synced(city, "officer")
    fill(build, city, "officer", "review", 8)
    Synced(city, "officer")
    return wrote, sent, officer


def tell(what, *cells):
    print("| %s | %s |" % (what, " | ".join(cells)), flush=True)


def tell_sync(what, s, count):
    tell(what, "%.1f s; 100,000 in %.1f s; with the indexes made %.1f s, %.1f s of processor, "
         "%.0f MiB; %d steps of progress, the longest wait for one %.1f s" % (
             s.records, s.records * 1e5 / count, s.whole, s.cpu, s.rss / 1024, s.told, s.longest))


def measure(city, home, commands, runs, ids):
    print("\n| %s | least wall | least processor | peak |\n|---|---|---|---|" % home)
    for what, *shown in commands:
        line = [part.format(**ids) for part in shown]
        costs = [must_run([city.kukyoku, "--home", city.path(home), *line], (0, 3, 6))
                 for _ in range(runs)]
        tell("%s: `%s`" % (what, " ".join(shown).replace("{voice}", "ID").replace("{case}", "ID")),
             "%.0f ms" % (min(c["wall"] for c in costs) * 1000),
             "%.0f ms" % (min(c["client"] for c in costs) * 1000),
             "%.0f MiB" % (max(c["rss"] for c in costs) / 1024))


def ids_of(city, home):
    found = {}
    for kind, words in (("voice", ("record", "list", "voice", "--limit", "1")),
                        ("case", ("case", "list"))):
        listed = json.loads(city.run(*words, "--json", home=home, status=range(11)))["records"]
        found[kind] = listed[0]["id"] if listed else ""
    return found


def tell_ward(city, count, wrote, sent, runs):
    caught = Synced(city, "late")
    held = sum(entries(city, "late").values())
    tell("written by one ward, %s records (signed, a thousand a transaction)" % format(count, ","),
         "%.1f s" % wrote)
    tell_sync("sent by its device", sent, count)
    tell_sync("caught up by another of the ward, %s entries" % format(held, ","), caught, held)
    tell("its replicas on disk", "%.0f MB" % (size(city, "late") / 1e6))
    measure(city, "late", WARD_COMMANDS, runs, ids_of(city, "late"))


def tell_officer(city, officer, runs):
    held = entries(city, "officer")
    kinds = [sum(n for scope, n in held.items() if scope.split(":")[0] == kind)
             for kind in ("e", "int", "b")]
    tell("caught up by the officer, before any act of the bureau", "%.1f s, %.1f s of processor" % (
        officer.whole, officer.cpu))
    tell("the officer's entries in the end: cases of 7 wards, shared records, memos",
         "%s, %s, %s" % tuple(format(kind, ",") for kind in kinds))
    tell("the officer's replicas on disk", "%.0f MB" % (size(city, "officer") / 1e6))
    measure(city, "officer", OFFICER_COMMANDS, runs, ids_of(city, "officer"))


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("build")
    options.add_argument("--count", type=int, default=143000)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--officer", action="store_true")
    given = options.parse_args()
    with City(given.build + "/client/kukyoku", given.build + "/daemon/kukyokud") as city:
        make_measure(city.folder)
        make_city(city)
        wrote, sent, officer = write(given.build, city, given.count,
                                     ("outward",) if given.officer else ())
        print("load %.1f\n\n| what | figure |\n|---|---|" % os.getloadavg()[0])
        if not given.officer:
            tell_ward(city, given.count, wrote, sent, given.runs)
        tell_officer(city, officer, given.runs)


if __name__ == "__main__":
    main()
