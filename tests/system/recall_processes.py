#!/usr/bin/env python3
"""回収: rows that were published by mistake are in no file that readers or the daemon hold any more,
everything else stays, and who judges the next release remembers them. [BN-19] [DK-5] [DM-18]

usage: recall_processes.py KUKYOKU KUKYOKUD
"""
import glob
import json
import os
import shutil
import sys

import record_processes as records
from city import City

FAILED, USAGE, WARNINGS, CONFLICT, VERIFY = 1, 2, 3, 6, 7
SECRET = "himitsu"
# A number that nothing else holds; its note is a text that a file holds as it is.
BAD = "families,14133-02,2020,note=%s,4711,,件,,,,取り違え%s\n" % (SECRET, SECRET)
ONE = records.HEAD + "".join(
    "population,14133-%02d,%d,,%d,,人,,,,\n" % (area, year, 1000 * area + year)
    for area in range(1, 40) for year in (2018, 2019)) + BAD
TWO = ONE.replace("1,2019,,3019", "1,2019,,3020").replace(
    BAD, BAD + "population,14133-01,2020,,1300,,人,,,,\n")


def pieces(blob):
    """Parts of a blob, short enough to lie on one page of a file of SQLite; not its first byte, which
    a replica does without [BN-7]."""
    return [blob[i:i + 64] for i in range(1, len(blob) - 64, 512)] or [blob[1:]]


class Traces:
    """What of the bad release a file could hold: its blobs as they travel, and the word itself."""

    def __init__(self, city, sealed=False):
        self.blobs = {} # of pub they are clear, of any other scope sealed [BN-7]
        for path in glob.glob(city.path("desks", "publisher", "release", "blobs", "*")):
            with open(path, "rb") as file:
                blob = file.read()
            if (blob[0] == 1) == sealed:
                self.blobs[os.path.basename(path)] = blob

    def in_bytes(self, data):
        found = [name for name, blob in self.blobs.items()
                 if any(part in data for part in pieces(blob))]
        return found + [SECRET] * (SECRET.encode() in data)

    def in_files(self, *patterns):
        found = {}
        for path in sorted(p for pattern in patterns for p in glob.glob(pattern)):
            with open(path, "rb") as file:
                told = self.in_bytes(file.read())
            if told:
                found[path] = told
        return found


def everywhere(city):
    return (city.path("store.db*"), city.path("spool", "*", "*"), city.path("a", "*.db*"),
            city.path("late", "*.db*"), city.path("a", "stage", "*"))


def recall(city, *more, expect=None):
    draft, signed = city.path("r.kkyb"), city.path("rs.kkyb")
    told = city.expect(0, "a recall is made", "release", "recall", *more, "--out", draft, "--json",
                       home="desks/publisher")
    made = json.loads(told.stdout)["scopes"]
    city.check(all((x["added"], x["changed"]) == (0, 0) and (x["kept"] or x["dropped"] > 0)
                   for x in made), "rows go, and none comes", made)
    city.refuse(VERIFY, "E3003", "one signature is not enough", "release", "publish", draft, "--out",
                city.path("x.kkyb"), home="desks/publisher")
    states(city, draft, "checked", home="desks/approver")
    city.expect(0, "the second signature", "release", "approve", draft, "--out", signed,
                home="desks/approver")
    states(city, signed, "approved")
    city.expect(0, "it goes out", "release", "publish", signed, "--spool", city.path("spool"),
                home="desks/publisher")
    states(city, signed, "published")
    city.settle()


def states(city, path, state, home="desks/publisher"):
    """How far a file is, as anybody at a desk sees it."""
    told = city.value("release", "show", path, home=home)
    city.check(told["state"] == state and told["recalled"] > 0, "a file shows as " + state, told)
    text = city.expect(0, "as text too", "release", "show", path, home=home).stdout
    city.check(text.startswith(state), "with its state first", text)


def refusals(city):
    make = ("release", "recall", "--scope", "pub", "--out", city.path("no.kkyb"))
    city.refuse(USAGE, "E7001", "which rows must be said", *make, "--note", "x",
                home="desks/publisher")
    city.refuse(USAGE, "E7001", "and why", *make, "--indicator", "families", home="desks/publisher")
    city.refuse(FAILED, "E1007", "rows that never were", *make, "--indicator", "nope", "--note", "x",
                home="desks/publisher")
    city.refuse(FAILED, "E1007", "a scope without figures", "release", "recall", "--scope", "r:14136",
                "--indicator", "families", "--note", "x", "--out", city.path("no.kkyb"),
                home="desks/publisher")
    city.expect(0, "a rehearsal", *make, "--indicator", "families", "--note", "x", "--dry-run",
                home="desks/publisher")
    city.check(not os.path.exists(city.path("no.kkyb")), "leaves no draft")


def taken_back(city, traces):
    """Whoever was in step, whoever comes late, and the daemon."""
    city.run("sync", home="a")
    city.enrol({"late": ("staff", "14133")})
    left = traces.in_files(*everywhere(city))
    city.check(not left, "neither the daemon's files nor a replica's hold any of it", left)
    city.check("recalled file=" in city.log(), "the daemon says which files it took away",
               city.log()[-800:])
    for home in ("a", "late"):
        out = city.path(home + ".csv")
        city.run("data", "export", "--format", "csv", out, home=home)
        with open(out, "rb") as file:
            text = file.read()
        city.check(SECRET.encode() not in text and b"4711" not in text
                   and b"14133-01,2019,,3020" in text and text.count(b"\n") == 80,
                   home + ": an export has everything else", text[-400:])
        city.refuse(FAILED, "E6008", home + ": the releases before are not held any more", "data",
                    "get", "--indicator", "population", "--as-of", "1", "--public", home=home)
        told = city.expect(WARNINGS, home + ": nor beside a scope that has them", "data", "get",
                           "--indicator", "voices", "--as-of", "1", home=home)
        city.check("pub: release 1 is not held here any more" in told.stderr, "which is told",
                   told.stderr)
        shown = city.value("data", "get", "--indicator", "population", "--area", "14133-01",
                           home=home)["cells"]
        city.check([c["value"] for c in shown] == [3018, 3020, 1300], home + ": figures stay", shown)
        city.expect(0, home + ": all is verified", "verify", home=home)


def other_scope(city):
    """Its history was not touched."""
    for release, value in (("1", 7), ("2", 8)):
        cells = city.value("data", "get", "--indicator", "voices", "--as-of", release,
                           home="a", status=(WARNINGS,))["cells"]
        city.check([c["value"] for c in cells] == [value],
                   "the other scope as of release " + release, cells)


def desk(city):
    city.refuse(FAILED, "E6008", "the desk hands an older release out no more", "release", "export",
                "1", city.path("old.csv"), "--format", "csv", home="desks/publisher")
    city.expect(0, "the newest it does", "release", "export", "3", city.path("new.csv"),
                "--format", "csv", home="desks/publisher")
    with open(city.path("new.csv"), "rb") as file:
        city.check(SECRET.encode() not in file.read(), "without it")
    listed = city.value("release", "list", home="desks/publisher")
    city.check([bool(r["recalled"]) for r in listed] == [False, False, True]
               and listed[2]["note"] == "取り違えのため", "the list of releases tells", listed)
    hidden = records.write(city, "hidden.csv", ONE.replace("4711,,件", ",x,件"))
    city.refuse(CONFLICT, "E2010", "what was read once can't be concealed afterwards", "release",
                "build", "--scope", "pub=" + hidden, "--title", "x", "--out",
                city.path("no.kkyb"), home="desks/publisher")


def brought_back(city, traces):
    """Old files, and later releases."""
    shutil.copy(city.path("first.kkyb"), city.path("spool", "in", "again.kkyb"))
    bad = city.path("spool", "bad")
    city.wait(lambda: "again.kkyb" in os.listdir(bad), "the old release is not refused")
    for name in os.listdir(bad):
        os.unlink(os.path.join(bad, name))
    city.publish("第四版", pub=records.write(city, "four.csv", records.HEAD +
                                             "population,14133-01,2021,,1400,,人,,,,\n"))
    last = city.value("release", "list", home="desks/publisher")[-1]
    city.check(last["recalled"] > 0, "the next release recalls it too", last)
    city.run("sync", home="a")
    left = traces.in_files(*everywhere(city))
    city.check(not left, "nothing brings it back", left)
    city.expect(0, "as of the recall", "data", "get", "--indicator", "population", "--as-of", "3",
                home="a")
    city.end()
    city.start()
    city.expect(0, "and the daemon starts from it", "sync", home="a")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        inner = [records.write(city, "int%d.csv" % value, records.HEAD +
                               "voices,14133-01,2020,,%d,,件,,,,\n" % value) for value in (7, 8)]
        city.publish("初版", pub=records.write(city, "one.csv", ONE), int=inner[0])
        shutil.copy(city.path("signed.kkyb"), city.path("first.kkyb"))
        city.enrol({"a": ("staff", "14133")})
        city.publish("第二版", pub=records.write(city, "two.csv", TWO), int=inner[1])
        city.run("sync", home="a")
        city.end()
        city.start() # so that the store's own file has all of it
        refusals(city)
        traces = Traces(city)
        before = traces.in_files(*everywhere(city))
        held = {name for names in before.values() for name in names}
        city.check(SECRET in held and len(held) > 6 and city.path("a", "pub.db") in before
                   and city.path("store.db") in before, "first they do hold it", before)
        shown = city.value("data", "get", "--indicator", "families", home="a")["cells"]
        city.check([c["value"] for c in shown] == [4711], "and show it", shown)
        recall(city, "--scope", "pub", "--indicator", "families", "--area", "14133-02", "--note",
               "取り違えのため")
        now = Traces(city)
        kept = set(now.blobs) - set(traces.blobs)
        city.check(len(kept) == 4, "the recall is a base of its own", kept)
        inner = Traces(city, sealed=True)
        with open(city.path("store.db"), "rb") as file:
            there = inner.in_bytes(file.read())
        city.check(len(there) == len(inner.blobs) > 6 and SECRET not in there,
                   "of the other scope the daemon has everything", (there, list(inner.blobs)))
        taken_back(city, traces)
        other_scope(city)
        desk(city)
        brought_back(city, traces)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
