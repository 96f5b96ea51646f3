#!/usr/bin/env python3
"""Figures out and in again: data get, data export, release export, release diff.

usage: export_processes.py KUKYOKU KUKYOKUD DATA

Every form says the same: tidy CSV, SDMX-CSV, workbook read back as the release they came from, JSON
holds the same cells. What CP932 lacks is named; what a spreadsheet would run is held down; a
description goes along. Two releases are told apart row by row. [EX-1] [EX-2] [EX-3]
"""

import csv
import json
import os
import sys
import tempfile
import zipfile

from release_processes import ALL, DATA, FAILED, HEAD, USAGE, WARNINGS, Story

ODD = ("odd,14133,2020,,-5,,人,,,,=1+1\nodd,14133,FY2020,,1,,人,p,,+source,'quoted\n"
       "odd,14133,2020-05,age=65-;sex=f,,x,人,,,,-\n"
       'odd,14133,2015-10-01/2020-09-30,,0.1234,,人,t,@method,,"a ""b"", c"\n'
       "odd,14131,2020,,57646075230342.3487,,人,e,,,𠮷野〜\n"
       "odd,14132,2020,,,n,人,r,,,\nodd,14134,2020,,,u,人,,,,\n")


def publish(s, number, *tables):
    draft = s.path(f"d{number}.kkyb")
    s.expect(WARNINGS if number > 1 else 0, f"release {number}", "publisher", "release", "build", *tables, "--title",
             f"第{number}回", "--note", "訂正あり" if number > 1 else "初版", "--out", draft)
    s.expect(0, "is signed again", "approver", "release", "approve", draft)
    s.expect(0, "and published", "publisher", "release", "publish", draft, "--spool",
             s.path("spool"))


def prepare(s):
    s.found("--endpoint", f"127.0.0.1:{s.port}")
    s.start()
    publish(s, 1, *ALL)
    text = open(os.path.join(DATA, "public.csv"), encoding="utf-8").read()
    text = text.replace("area,14131,2010-10-01,,39.21", "area,14131,2010-10-01,,39.22")
    text = "".join(line + "\n" for line in text.splitlines()
                   if not line.startswith("area,14137,2010-10-01"))
    publish(s, 2, "--scope", f"pub={s.write('second.csv', text + ODD)}")
    s.settle(2)
    s.expect(0, "a device has them", "approver", "sync")


def same(s, what, path):
    """As a table, the file is the release, every row of it."""
    done = s.run("publisher", "--json", "release", "check", path)
    told = json.loads(done.stdout)[0]
    counts = told["counts"]
    s.check(done.returncode == 0 and counts["same"] == told["rows"] > 440 and
            not (counts["new"] or counts["changed"] or counts["gone"] or counts["rejected"]),
            what, f"{done.returncode} {counts} {told['causes']}")


def there_and_back(s):
    for form, suffix in (("csv", "csv"), ("sdmx-csv", "sdmx.csv"), ("xlsx", "xlsx")):
        for home, noun in (("approver", ("data", "export")),
                           ("publisher", ("release", "export", "2"))):
            path = s.path(f"{home}.{suffix}")
            s.expect(0, f"{form} of {home}", home, *noun, path, "--format", form)
            same(s, "reads back as the release", path)
        one, two = (open(s.path(f"{h}.{suffix}"), "rb").read() for h in ("approver", "publisher"))
        s.check(one == two or suffix == "xlsx", "the same from desk and device")
    s.expect(0, "JSON", "publisher", "release", "export", "2", s.path("all.json"), "--format",
             "json")
    cells = json.load(open(s.path("all.json"), encoding="utf-8"))["cells"]
    with open(s.path("publisher.csv"), encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    s.check([(c["indicator"], c["area"], c["period"], c["breakdown"], c["missing"])
             for c in cells] == [(r["indicator"], r["area"], r["period"], r["breakdown"],
                                  r["missing"]) for r in rows], "has the same cells")
    s.expect(FAILED, "never over another file", "publisher", "release", "export", "2",
             s.path("all.json"), "--format", "json", code="E1008")


def for_spreadsheets(s):
    raw = open(s.path("publisher.csv"), "rb").read()
    s.check(raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\n") == raw.count(b"\r\n"),
            "a mark, and ends of lines as the usual spreadsheet has them")
    with open(s.path("publisher.csv"), encoding="utf-8-sig", newline="") as f:
        odd = {r["area"] + r["period"]: r for r in csv.DictReader(f) if r["indicator"] == "odd"}
    s.check((odd["141332020"]["note"], odd["141332020"]["value"], odd["14133FY2020"]["source"],
             odd["14133FY2020"]["note"]) == ("'=1+1", "-5", "'+source", "''quoted"),
            "nothing that would run; figures stay figures", odd)
    with zipfile.ZipFile(s.path("publisher.xlsx")) as z:
        sheet = z.read("xl/worksheets/sheet1.xml").decode()
        book = z.read("xl/workbook.xml").decode()
    s.check("mergeCell" not in sheet and 'state="frozen"' in sheet and "<f>" not in sheet and
            "<t>14133</t>" in sheet and "このデータについて" in book,
            "a workbook: codes are texts, the header stays, nothing is merged")


def described(s):
    about = json.load(open(s.path("publisher.csv-metadata.json"), encoding="utf-8"))
    s.check([(h["release"], h["title"], h["note"]) for h in about["history"]] ==
            [(1, "第1回", "初版"), (2, "第2回", "訂正あり")], "its history", about["history"])
    columns = about["tableSchema"]["columns"]
    s.check([c["name"] for c in columns] == HEAD.strip().split(",") and
            all(c["dc:description"]["ja"] for c in columns) and
            about["dialect"]["encoding"] == "utf-8" and about["dialect"]["byteOrderMark"] is True,
            "its columns, marks and encoding", about["dialect"])
    sdmx = open(s.path("publisher.sdmx.csv"), encoding="utf-8", newline="").read()
    rows = [r for r in csv.DictReader(sdmx.splitlines()) if r["INDICATOR"] == "odd"]
    s.check({(r["TIME_PERIOD"], r["OBS_STATUS"]) for r in rows} >=
            {("2020-A1", "P"), ("2020-05", "Q"), ("2015-10-01/2020-09-30", "V"), ("2020", "M"),
             ("2020", "O"), ("2020", "E")} and {r["CONF_STATUS"] for r in rows} == {"F"},
            "SDMX has its own codes", rows)


def cp932(s):
    to = s.path("sjis.csv")
    done = s.run("publisher", "--json", "release", "export", "2", to, "--format", "csv",
                 "--encoding", "cp932")
    lacking = json.loads(done.stdout)["lacking"]
    s.check(done.returncode == FAILED and "E2006" in done.stderr and
            [(n["character"], n["code"]) for n in lacking] == [("𠮷", "U+20BB7")] and
            not os.path.exists(to), "what CP932 lacks is named", done.stdout + done.stderr)
    line = open(s.path("publisher.csv"), encoding="utf-8-sig").read().split("\n")
    s.check("𠮷" in line[lacking[0]["line"] - 1], "with its line")
    s.expect(0, "without it", "publisher", "release", "export", "1", to, "--format", "csv",
             "--encoding", "cp932")
    text = open(to, "rb").read()
    s.check(",人,".encode("cp932") in text and not text.startswith(b"\xef\xbb\xbf"),
            "the file is CP932")
    done = json.loads(s.run("publisher", "--json", "release", "check", to).stdout)[0]
    s.check(done["encoding"] == "CP932" and done["counts"]["rejected"] == 0, "and reads back")
    about = json.load(open(to + "-metadata.json", encoding="utf-8"))
    s.check(about["dialect"]["encoding"] == "windows-31j", "as it says of itself")
    s.expect(USAGE, "an encoding nobody has", "publisher", "release", "export", "1",
             s.path("x.csv"), "--format", "csv", "--encoding", "utf-16", code="E7001")
    s.expect(USAGE, "a workbook has its own", "publisher", "release", "export", "1",
             s.path("x.xlsx"), "--format", "xlsx", "--encoding", "cp932", code="E7001")


def on_standard_output(s):
    ask = ("data", "get", "--indicator", "odd", "--format")
    text = s.run("approver", *ask, "csv").stdout
    s.check(text.startswith("\ufeff" + HEAD.strip()) and text.count("\n") == 8, "data get: csv", text)
    text = s.run("approver", *ask, "sdmx-csv").stdout
    s.check(text.startswith("STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR"), "sdmx-csv", text[:80])
    s.expect(USAGE, "another form", "approver", *ask, "ods", code="E7001")
    s.expect(FAILED, "a release that is not there", "publisher", "release", "export", "9",
             s.path("x.csv"), "--format", "csv", code="E6008")
    s.expect(FAILED, "a scope that is not there", "publisher", "release", "export", "1",
             s.path("x.csv"), "--format", "csv", "--scope", "r:14136", code="E1007")


def differing(s):
    told = json.loads(s.run("publisher", "--json", "release", "diff", "1", "2").stdout)
    scopes = {x["scope"]: (x["new"], x["changed"], x["gone"]) for x in told["scopes"]}
    s.check(scopes == {"pub": (7, 1, 1), "int": (0, 0, 0), "r:14133": (0, 0, 0)},
            "two releases are told apart", scopes)
    changed = [(r["before"]["value"], r["now"]["value"]) for r in told["rows"]
               if r["what"] == "changed"]
    s.check(changed == [(39.21, 39.22)], "with both values", changed)
    back = json.loads(s.run("publisher", "--json", "release", "diff", "2", "1").stdout)
    s.check({x["scope"]: (x["new"], x["changed"], x["gone"]) for x in back["scopes"]}["pub"] ==
            (1, 1, 7), "both ways")
    text = s.run("publisher", "release", "diff", "1", "2", "--scope", "pub").stdout
    s.check("39.21" in text and "39.22" in text and "r:14133" not in text, "for a person", text)
    s.expect(FAILED, "a release that is not there", "publisher", "release", "diff", "1", "7",
             code="E6008")
    s.expect(FAILED, "nor a scope", "publisher", "release", "diff", "1", "2", "--scope",
             "r:14136", code="E1007")


def main():
    with tempfile.TemporaryDirectory(prefix="kukyoku-export-") as folder:
        os.mkdir(os.path.join(folder, "a"))
        s = Story(os.path.join(folder, "a"))
        try:
            for part in (prepare, there_and_back, for_spreadsheets, described, cp932,
                         on_standard_output, differing):
                part(s)
        finally:
            if s.daemon:
                s.daemon.terminate()
                s.daemon.wait(20)
        print("1..%d" % s.number)
    return 0 if s.good else 1


if __name__ == "__main__":
    sys.exit(main())
