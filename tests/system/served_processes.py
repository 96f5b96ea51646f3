#!/usr/bin/env python3
"""What the daemon handed to which device, when: noted with the answers, written out as CSV, read by an
auditor who holds no key; a second sync that brings nothing adds nothing; what is no such list. [DM-20]

usage: served_processes.py KUKYOKU KUKYOKUD
"""
import sys

from city import City
from passphrase_processes import TABLE

TITLE = "坂の上の見守り-5c2d"


def write(city):
    city.run("issue", "new", "--set", "title=" + TITLE, "--set", "problem=p", "--set",
             "field=elderly", "--set", "areas=14133", home="staff")
    city.run("sync", home="staff")


def export(city):
    said = city.daemon_says("--export", "served", city.path("served.csv"))
    with open(city.path("served.csv"), encoding="utf-8") as f:
        text = f.read()
    city.check(text.count("\n") == int(said.stdout) + 1, "the daemon says how many lines", said)
    return text


def listed(city, *more):
    return city.value("audit", "served", city.path("served.csv"), *more, home="auditor")["served"]


def of(rows, holder, scope, what):
    return [row for row in rows if (row["holder"], row["scope"], row["what"]) ==
            (holder, scope, what)]


def noted(city):
    write(city)
    city.run("sync", home="boss")
    city.run("sync", home="other")
    city.run("sync", home="auditor")
    text = export(city)
    city.check(TITLE not in text and "staff" not in text, "neither content nor names are in it")
    rows = listed(city)
    for holder in ("staff", "boss", "auditor"):
        found = of(rows, holder, "w:14133", "log")
        city.check(len(found) == 1 and found[0]["from"] == 1 and found[0]["to"] == 1,
                   "entry 1 of the ward went to " + holder, rows)
    city.check(not of(rows, "other", "w:14133", "log"), "and not to another ward", rows)
    for scope in ("pub", "int"):
        found = of(rows, "boss", scope, "blobs")
        city.check(len(found) == 1 and found[0]["from"] <= found[0]["to"] == 1,
                   "figures of release 1 in %s, too" % scope, rows)
    city.check(not of(rows, "auditor", "int", "blobs"), "the auditor got none of int", rows)
    city.check(all(row["first"] <= row["last"] for row in rows), "with their times", rows)


def grows(city):
    before = export(city)
    city.run("sync", home="boss")
    city.check(export(city) == before, "a sync that brings nothing adds nothing")
    write(city)
    write(city)
    city.run("sync", home="boss")
    export(city)
    rows = listed(city, "--scope", "w:14133")
    found = of(rows, "boss", "w:14133", "log")
    city.check(found and found[0]["from"] == 1 and found[-1]["to"] == 3,
               "the line of the day reaches further", rows)
    city.check({row["scope"] for row in rows} == {"w:14133"}, "one scope alone, where asked", rows)
    city.check(listed(city, "--since", "2100-01-01") == [], "or since a day")
    told = city.expect(0, "for people, too", "audit", "served", city.path("served.csv"),
                       home="auditor", lang="ja")
    city.check("中原区" in told.stdout and "記録 1〜" in told.stdout, "with ward and range",
               told.stdout)
    city.end()
    city.start()
    city.run("sync", home="boss")
    export(city)
    city.check(of(listed(city), "boss", "w:14133", "log")[-1]["to"] == 3,
               "a daemon that was started again knows it still")


def refused(city):
    with open(city.path("other.csv"), "w", encoding="utf-8") as f:
        f.write("device,release,said_ms\n")
    city.refuse(1, "E2001", "a list of another kind", "audit", "served", city.path("other.csv"),
                home="auditor")
    with open(city.path("other.csv"), "w", encoding="utf-8") as f:
        f.write("device,scope,way,from,to,first_ms,last_ms\n%s,pub,log,1,x,1,1\n" % ("0" * 32))
    city.refuse(1, "E2001", "a line that is none", "audit", "served", city.path("other.csv"),
                home="auditor")
    city.refuse(1, "E1007", "no such file", "audit", "served", city.path("nowhere.csv"),
                home="auditor")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        with open(city.path("figures.csv"), "w", encoding="utf-8") as f:
            f.write(TABLE)
        city.publish("一", pub=city.path("figures.csv"), int=city.path("figures.csv"))
        city.enrol({"staff": ("staff", "14133"), "boss": ("lead", "14133"),
                    "other": ("staff", "14135"), "auditor": ("auditor", "")})
        noted(city)
        grows(city)
        refused(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
