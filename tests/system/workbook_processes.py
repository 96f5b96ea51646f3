#!/usr/bin/env python3
"""Workbooks as tables: kukyoku release check and record import on XLSX.

usage: workbook_processes.py KUKYOKU KUKYOKUD DATA

What a person sees is what is read: shared and inline strings without furigana, dates, values of
formulas. What should not be there is told with its cell; what cannot be read is refused with the
reason: encrypted, cut off, bombs, entities. [IM-7]
"""

import csv
import json
import os
import sys
import tempfile

from release_processes import DATA, FAILED, HEAD, WARNINGS, Story
from workbook import Book, Date, Raw

COLUMNS = HEAD.strip().split(",")
ROW = ["population", "14133", "2020", "", 263000, "", "人", "", "", "", ""]


def check(s, status, what, path, *options):
    done = s.run("nobody", "--json", "release", "check", path, *options)
    s.check(done.returncode == status, what, f"exit {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)[0] if done.stdout else {}


def whole(s):
    """The public figures as a workbook say what they say as CSV."""
    with open(os.path.join(DATA, "public.csv"), encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    book = Book().fill([rows[0]] + [[float(c) if i == 4 and c else c for i, c in enumerate(r)]
                                    for r in rows[1:]])
    told = check(s, 0, "a workbook", book.write(s.path("public.xlsx")))
    s.check((told["encoding"], told["sheet"], told["rows"], told["counts"]["new"]) ==
            ("XLSX", "表1", len(rows) - 1, len(rows) - 1), "is read whole", told["counts"])


def cells(s):
    ruby = "<t>population</t><rPh sb='0' eb='1'><t>ジンコウ</t></rPh>"
    parts = "<r><t>popu</t></r><r><rPr><b/></rPr><t>lation</t></r>"
    inline = Raw('<c r="{place}" t="inlineStr"><is><t>population</t><rPh><t>x</t></rPh></is></c>')
    formula = Raw('<c r="{place}"><f>1+1</f><v>2.5</v></c>')
    text = Raw('<c r="{place}" t="str"><v>3</v></c>')
    book = Book().fill([COLUMNS, [ruby, 14133, Date(43952)] + ROW[3:],
                        [parts, "14131", Date(43953)] + ROW[3:],
                        [inline, "14132", "令和2年5月"] + ROW[3:],
                        [*ROW[:2], "2021", "", formula] + ROW[5:],
                        [*ROW[:2], "2022", "", text] + ROW[5:],
                        [*ROW[:2], "2023", "", 0.1 + 0.2] + ROW[5:]])
    told = check(s, WARNINGS, "cells of every kind", book.write(s.path("cells.xlsx")))
    s.check([(i["cause"], i["place"]) for i in told["issues"] if i["cause"] != "BREAK"] ==
            [("FORMULA", "E5")], "all sound; a formula is told", told["issues"])
    done = s.run("nobody", "release", "check", s.path("cells.xlsx"))
    s.check("population  14131  2020-05-02" in done.stdout and "0.3 " not in done.stderr and
            "ジンコウ" not in done.stdout, "without furigana, with dates", done.stdout)
    book.old_days = True
    done = s.run("nobody", "release", "check", book.write(s.path("1904.xlsx")))
    s.check("2024-05-03" in done.stdout, "days counted from 1904", done.stdout)


def doubtful(s):
    book = Book().fill([COLUMNS, ROW, [*ROW[:2], "2021", *ROW[3:]]])
    book.sheets += [("メモ", False), ("裏", True)]
    book.hidden.add(3)
    book.columns = '<cols><col min="3" max="3" hidden="1"/></cols>'
    book.tail = '<mergeCells><mergeCell ref="A1:B1"/></mergeCells><drawing r:id="d"/>'
    told = check(s, WARNINGS, "what no table should have", book.write(s.path("odd.xlsx")))
    s.check([(c["cause"], c["rule"], c["count"]) for c in told["causes"]] ==
            [("SHEETS", "L1-02", 1), ("OBJECT", "L1-10", 1), ("MERGED", "L1-12", 1),
             ("HIDDEN", "L1-13", 3)], "is told by rule", told["causes"])
    s.check({i["place"] for i in told["issues"]} == {"0", "3"} and told["rows"] == 2,
            "and read", told["issues"])
    told = check(s, FAILED, "another sheet", s.path("odd.xlsx"), "--sheet", "メモ")
    s.check(told["sheet"] == "メモ" and told["causes"][0]["cause"] == "HEADER", "is asked for")
    done = s.run("nobody", "release", "check", s.path("odd.xlsx"), "--sheet", "無")
    s.check(done.returncode == FAILED and "[E2004]" in done.stderr and "表1" in done.stderr,
            "one that is not there is named", done.stderr)


def wrong(s):
    rows = [COLUMNS, [*ROW[:2], "2020", "", "12人", *ROW[5:]], ROW, ROW + ["x"], ROW[:3],
            [*ROW[:2], "2021", "", Raw('<c r="{place}" t="e"><v>#N/A</v></c>'), *ROW[5:]]]
    told = check(s, FAILED, "errors", Book().fill(rows).write(s.path("wrong.xlsx")))
    found = sorted((i["cause"], i["place"]) for i in told["issues"] if i["refuses"])
    s.check(found == [("NEITHER", "E5"), ("NUMBER", "E6"), ("RAGGED", "4"), ("SUFFIX", "E2")],
            "have their cells", found)
    done = s.run("nobody", "release", "check", s.path("wrong.xlsx"), "--rejected",
                 s.path("rejected.csv"))
    with open(s.path("rejected.csv"), encoding="utf-8-sig") as f:
        lines = f.read().splitlines()
    s.check(len(lines) == 5 and "12人" in lines[1] and "E2 L2-01" in lines[1],
            "and go to a file", lines + [done.stderr])


def refuse(s, what, path, words):
    done = s.run("nobody", "release", "check", path)
    s.check(done.returncode == FAILED and "[E2004]" in done.stderr and words in done.stderr,
            what, f"{done.returncode} {done.stderr}")


def unreadable(s):
    book = Book().fill([COLUMNS, ROW])
    good = open(book.write(s.path("good.xlsx")), "rb").read()
    files = {
        "cut off": (good[:len(good) // 2], "damaged or was cut off"),
        "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted"),
        "bent": (good.replace(b"sharedStrings.xml", b"sharedStrinks.xml", 1), "damaged"),
    }
    for name, (content, words) in files.items():
        path = s.path(name + ".xlsx")
        with open(path, "wb") as f:
            f.write(content)
        refuse(s, name, path, words)
    bomb = "<sst>" + "<si><t>" + "0" * 20_000_000 + "</t></si></sst>"
    refuse(s, "a bomb", book.write(s.path("bomb.xlsx"), sharedStrings=bomb), "unpacks to more")
    laughs = ('<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
              '<sst><si><t>&b;</t></si></sst>')
    refuse(s, "entities", book.write(s.path("ha.xlsx"), sharedStrings=laughs), "entities")
    refuse(s, "no XML", book.write(s.path("xml.xlsx"), sheet1="<worksheet><sheetData>"),
           "no sound XML")
    refuse(s, "a text that is not there",
           book.write(s.path("text.xlsx"), sharedStrings="<sst></sst>"), "texts missing")
    refuse(s, "a ZIP of something else", book.write(s.path("zip.xlsx"), workbook="<a/>"),
           "no sheet")


def main():
    with tempfile.TemporaryDirectory(prefix="kukyoku-workbook-") as folder:
        s = Story(folder)
        for part in (whole, cells, doubtful, wrong, unreadable):
            part(s)
        print("1..%d" % s.number)
    return 0 if s.good else 1


if __name__ == "__main__":
    sys.exit(main())
