#!/usr/bin/env python3
"""Searching: everything that the device may read and nothing else, however it was written; what was
erased or replaced is found no more and has left the file [SR-1] [SR-2].

usage: search_processes.py KUKYOKU KUKYOKUD
"""
import json
import sqlite3
import sys

import record_processes as records
from city import City

USAGE = 2


def voice(city, home, title, content, area="14133-01"):
    return city.value("record", "new", "voice", "--set", "title=" + title, "--set",
                      "field=elderly", "--set", "areas=" + area, "--set", "content=" + content,
                      "--set", "date=2026-11-02", "--set", "heard=voice", home=home)["id"]


def found(city, home, *words):
    got = city.value("search", *words, home=home)
    return [r["id"] for r in got["records"]]


def number(city, home, rec):
    """The number of a record in the word index: a new one whenever its text changed. [SR-2]"""
    db = sqlite3.connect("file:%s?mode=ro" % city.path(home, "w-14133.db"), uri=True)
    with db:
        row = db.execute("SELECT doc FROM docs WHERE rec = ?", (bytes.fromhex(rec),)).fetchone()
    db.close()
    return row and row[0]


def steady(city, one):
    """What was sent and received reads the same: the index is not made again; progress is told."""
    before = number(city, "lead", one)
    done = city.expect(0, "a sync tells how far it is", "sync", "--progress", "json", home="lead")
    told = {json.loads(line)["progress"] for line in done.stderr.splitlines()
            if line.startswith('{"progress"')}
    city.check(told == {"sent", "records", "index"}, "what is sent, records, then the index", done.stderr)
    city.check(before is not None and number(city, "lead", one) == before,
               "received as it was written", before)


def written(city):
    one = voice(city, "lead", "坂道の声", "通学路の坂が急で、ｶﾌｪまで遠い")
    two = voice(city, "lead", "サロンの声", "ＡＢＣ体操を続けたい\n人口が減っている", "14133-02")
    for words, expected in ((("坂道",), [one]), (("坂",), [one]), (("人口",), [two]),
                            (("さろん",), [two]), (("カフェ",), [one]), (("abc",), [two]),
                            (("声",), [two, one]), (("声", "体操"), [two]), (("声", "体育"), []),
                            (("高齢者",), [two, one]), (("坂が急",), [one]), (("急で、",), [one])):
        city.check(found(city, "lead", *words) == expected, " ".join(words),
                   found(city, "lead", *words))
    hit = city.value("search", "減って", home="lead")["records"][0]
    city.check(hit["found_in"] == "content" and "人口が減っている" in hit["text"],
               "shown where it stands", hit["text"])
    city.check(found(city, "lead", "声", "--area", "14133-02") == [two] and
               found(city, "lead", "声", "--kind", "issue") == [] and
               found(city, "lead", "声", "--limit", "1") == [two], "narrowed", "")
    names = city.value("search", "popul", home="lead")["indicators"]
    city.check([i["indicator"] for i in names] == ["population"], "indicators too", names)
    text = city.expect(0, "for people", "search", "坂道", home="lead", lang="ja").stdout
    city.check("坂道の声" in text and "声・観察" in text, "in Japanese", text)
    city.check("ありません" in city.expect(0, "nothing", "search", "無い", home="lead",
                                      lang="ja").stdout, "is told", "")
    return one, two


def bounded(city, one):
    for home in ("lead", "staff", "far", "officer"):
        city.run("sync", home=home)
    city.check(found(city, "staff", "坂道") == [one], "a colleague finds it", "")
    city.check(found(city, "far", "坂道") == [] and found(city, "officer", "坂道") == [],
               "another ward and the bureau have nothing to find", "")


def pairs_of(city, home, word):
    """Straight from the file: how many lists hold the pair of two characters."""
    with sqlite3.connect(city.path(home, "w-14133.db")) as db:
        pair = ord(word[0]) << 21 | ord(word[1])
        return db.execute("SELECT count(*) FROM pairs WHERE pair = ?", (pair,)).fetchone()[0]


def gone(city, one, two):
    city.check(pairs_of(city, "staff", "通学") == 1, "a pair stands in the index", "")
    city.run("record", "edit", one, "--set", "content=道が狭い", home="lead")
    city.check(found(city, "lead", "通学") == [] and found(city, "lead", "狭い") == [one],
               "replaced words go at once", "")
    for home in ("lead", "staff"):
        city.run("sync", home=home)
        city.check(found(city, home, "通学") == [] and pairs_of(city, home, "通学") == 0,
                   home + ": and leave the index", "")
    with sqlite3.connect(city.path("staff", "w-14133.db")) as db:
        before = sorted(db.execute("SELECT pair FROM pairs"))
        db.execute("DELETE FROM pairs")
    city.run("verify", "--repair", home="staff", status=(0, 1, 3))
    city.run("sync", home="staff")
    city.check(found(city, "staff", "狭い") == [one] and found(city, "staff", "サロン") == [two],
               "a damaged index is made anew", "")
    with sqlite3.connect(city.path("staff", "w-14133.db")) as db:
        city.check(sorted(db.execute("SELECT pair FROM pairs")) == before,
                   "and is the same as it was", "")


def refused(city):
    city.refuse(USAGE, "E7001", "no word", "search", home="lead")
    city.refuse(USAGE, "E7001", "only white space", "search", " 　", home="lead")
    city.refuse(USAGE, "E7001", "too many", "search", *("語%d" % n for n in range(17)),
                home="lead")
    city.refuse(USAGE, "E7001", "an unknown kind", "search", "声", "--kind", "voise", home="lead")
    city.refuse(USAGE, "E7001", "no day", "search", "声", "--since", "昨日", home="lead")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES))
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133"),
                    "far": ("lead", "14136"), "officer": ("officer", "")})
        one, two = written(city)
        steady(city, one)
        bounded(city, one)
        gone(city, one, two)
        refused(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
