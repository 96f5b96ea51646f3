#!/usr/bin/env python3
"""Reference data from a folder into a signed release, to a device, and back as of any release.

reference_processes.py KUKYOKU KUKYOKUD DATA REFERENCE
"""
import csv
import json
import os
import shutil
import sys

import city

HEAD = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"
FIRST = ("population_census,14131,2020-10-01,,232965,,人,,,,\n"
         "population_census,14135,2020-10-01,,221734,,人,,,,\n")


def build(s, *more, out="draft.kkyb", status=0, what=""):
    return s.expect(status, what or "a release is built", "release", "build", "--title", "版",
                    "--out", s.path(out), *more, home="desks/publisher")


def publish(s, *more):
    build(s, *more)
    s.run("release", "approve", s.path("draft.kkyb"), "--out", s.path("signed.kkyb"),
          home="desks/approver")
    s.run("release", "publish", s.path("signed.kkyb"), "--spool", s.path("spool"),
          home="desks/publisher")
    s.settle()


def with_change(s, name, table, change):
    """A folder with one table, changed."""
    folder = s.path(name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(s.reference, table + ".csv"), encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
        head = list(rows[0])
    for extra in ("valid_from", "valid_to", "successors"):
        if table == "areas" and extra not in head:
            head.append(extra)
    rows = change(rows)
    with open(os.path.join(folder, table + ".csv"), "w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, head, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def desk(s):
    figures = s.path("first.csv")
    with open(figures, "w", encoding="utf-8") as f:
        f.write(HEAD + FIRST)
    swapped = with_change(s, "swapped", "areas", lambda rows: [
        dict(r, name={"多摩区": "宮前区", "宮前区": "多摩区"}.get(r["name"], r["name"]))
        for r in rows])
    told = s.refuse(1, "E2014", "codes and names that are not of one ward are refused",
                    "release", "build", "--scope", "pub=" + figures, "--reference", swapped,
                    "--title", "版", "--out", s.path("no.kkyb"), home="desks/publisher")
    s.check("areas.csv:7" in told.stderr and "14135" in told.stderr, "with line and code",
            told.stderr)
    orphan = with_change(s, "orphan", "areas",
                         lambda rows: [dict(r, parent="14199") if r["code"] == "14137" else r
                                       for r in rows])
    s.refuse(1, "E2014", "so is a parent that is not there", "release", "build", "--reference",
             orphan, "--title", "版", "--out", s.path("no.kkyb"), home="desks/publisher")
    s.check(not os.path.exists(s.path("no.kkyb")), "nothing was made")
    s.expect(2, "neither figures nor reference data: nothing to build", "release", "build",
             "--title", "版", "--out", s.path("no.kkyb"), home="desks/publisher")
    typo = s.path("typo.csv")
    with open(typo, "w", encoding="utf-8") as f:
        f.write(HEAD + "populaton_census,14131,2020-10-01,,1,,人,,,,\n"
                "population_census,14137,2020-10-01,,180000,,世帯,,,,\n")
    done = s.call("release", "check", typo, "--reference", s.reference, "--json",
                  home="desks/publisher")
    issues = {(i["cause"], i["line"], i.get("hint")) for i in json.loads(done.stdout)[0]["issues"]}
    s.check(done.returncode == 1 and ("UNKNOWN_INDICATOR", 2, "population_census") in issues
            and ("OTHER_UNIT", 3, "人") in issues,
            "release check judges by the folder, and names the nearest", done.stdout)
    publish(s, "--scope", "pub=" + figures, "--reference", s.reference)
    shown = s.value("release", "show", "1", home="desks/publisher")["scopes"][0]
    s.check(shown["rows"] == 2 and shown["reference"] > 500,
            "figures and reference data are counted apart", shown)


def later(s):
    """Figures alone keep the tables; one table alone keeps the figures and the other tables."""
    second = s.path("second.csv")
    with open(second, "w", encoding="utf-8") as f:
        f.write(HEAD + FIRST + "population_census,14137,2020-10-01,,180094,,人,,,,\n")
    unknown = s.path("unknown.csv")
    with open(unknown, "w", encoding="utf-8") as f:
        f.write(HEAD + FIRST + "population_census,14131-01,2020-10-01,,5,,人,,,,\n")
    s.expect(1, "the tables of the release before judge the next one", "release", "build",
             "--scope", "pub=" + unknown, "--title", "版", "--out", s.path("no.kkyb"),
             home="desks/publisher")
    publish(s, "--scope", "pub=" + second)
    divided = with_change(s, "divided", "areas", lambda rows: rows + [
        {"code": "14131-01", "name": "模擬A", "kind": "district", "parent": "14131",
         "sample": "yes", "valid_to": "2019-12-31", "successors": "14131-02"},
        {"code": "14131-02", "name": "模擬B", "kind": "district", "parent": "14131",
         "sample": "yes", "valid_from": "2020-01-01"}])
    publish(s, "--reference", divided)
    rows = s.value("release", "show", "3", home="desks/publisher")["scopes"][0]
    s.check(rows["rows"] == 3, "a release of reference data alone keeps the figures", rows)
    diff = s.value("release", "diff", "2", "3", home="desks/publisher")
    s.check(diff["reference"] == {"areas": {"new": 2, "changed": 0, "same": 10, "gone": 0}}
            and diff["rows"] == [], "what differs is told table by table", diff)


def rounded(value):
    """Degrees to a millimetre."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return round(value, 8) if isinstance(value, float) else value


def device(s):
    s.enrol({"staff": ("staff", "14131")})
    listed = s.value("data", "list", home="staff", status=(0, 3))["indicators"]
    s.check(len(listed) == 1 and listed[0]["indicator"] == "population_census"
            and listed[0]["rows"] == 3, "reference data are no figures", listed)
    s.check(listed[0]["name"] == "人口（国勢調査）" and listed[0]["field"] == "people"
            and "October 1" in listed[0]["definition_en"], "an indicator tells what it is", listed)
    text = s.run("data", "list", home="staff", status=(0, 3))
    s.check("population (census)" in text, "also on the terminal", text)
    got = s.value("data", "get", "--area", "14131", home="staff", status=(0, 3))
    s.check(len(got["cells"]) == 1 and got["areas"]["14131"]["name"] == "川崎区"
            and got["indicators"]["population_census"]["unit"] == "人",
            "figures come with what their codes mean", got)
    sheet = s.value("sheet", "14131", home="staff", status=(0, 3))
    s.check(sheet["indicators"]["population_census"]["tier"] == "pub", "so does the sheet", sheet)
    now = s.value("data", "reference", home="staff")
    border = [b for b in now["borders"] if b["code"] == "14137"][0]
    s.check(border["geometry"]["type"] == "MultiPolygon" and "国土数値情報" in border["licence"]
            and border["vintage"] == "2021", "borders come whole, with their licence")
    with open(os.path.join(s.reference, "borders.geojson"), encoding="utf-8") as f:
        source = {b["properties"]["code"]: b["geometry"] for b in json.load(f)["features"]}
    s.check(rounded({b["code"]: b["geometry"] for b in now["borders"]}) == rounded(source),
            "every point is where it was")
    with open(os.path.join(s.reference, "rubrics.csv"), encoding="utf-8") as f:
        rubric = {r["list"] + "/" + r["code"]: r["level_5"] for r in csv.DictReader(f)}
    s.check({r["code"]: r["level_5"] for r in now["rubrics"]} == rubric, "the rubric's words")
    areas = {a["code"]: a for a in now["areas"]}
    s.check(areas["14131-01"]["successors"] == "14131-02"
            and areas["14131-02"]["valid_from"] == "2020-01-01", "an area and what followed it")


def written(s):
    """An area of a record that the reference data lack is told, and saved: a code may be newer."""
    def new(area, lang):
        return s.call("issue", "new", "--set", "title=坂道", "--set", "problem=x", "--set",
                      "field=elderly", "--set", "areas=" + area, home="staff", lang=lang)
    for lang, word in (("en", "14131-99: the reference data"), ("ja", "14131-99: この端末の基準データ")):
        done = new("14131-99", lang)
        s.check(done.returncode == 3 and word in done.stderr, "told in " + lang, done.stderr)
    for area, what in (("14131-02", "one that they have"), ("14131", "a ward"),
                       ("14133-77", "one of a ward of which they know no areas")):
        done = new(area, "en")
        s.check(done.returncode == 0 and "reference data" not in done.stderr, what + ": nothing",
                done.stderr)
    saved = s.value("issue", "list", "--area", "14131-99", home="staff", status=(0, 3))
    s.check(len(saved["records"]) == 2, "it was saved all the same", saved)


def as_of(s):
    older = s.value("data", "reference", "--as-of", "2", "--table", "areas", home="staff")
    s.check("14131-01" not in {a["code"] for a in older["areas"]} and "borders" not in older
            and len(older["areas"]) == 10, "as of the release before, it is not there", older)
    s.refuse(1, "E6008", "a release that is not published yet", "data", "reference", "--as-of",
             "9", home="staff")
    s.refuse(2, "E7001", "a table that nobody knows", "data", "reference", "--table", "weather",
             home="staff")


def exports(s):
    out = s.path("figures.csv")
    s.run("data", "export", "--format", "csv", out, home="staff", status=(0, 3))
    with open(out, encoding="utf-8-sig", newline="") as f:
        s.check(len(list(csv.DictReader(f))) == 3, "an export holds figures alone")
    with open(out + "-metadata.json", encoding="utf-8") as f:
        told = json.load(f)["indicators"]["population_census"]
    s.check("国勢調査の確定人口" in told["definition"], "and states what they mean", told)
    lite = s.path("figures.db")
    s.run("data", "export", "--format", "sqlite", lite, home="staff", status=(0, 3))
    import sqlite3
    with sqlite3.connect(lite) as db:
        s.check(db.execute("SELECT count(*) FROM observations").fetchone() == (3,),
                "so does one for SQLite")
        s.check(db.execute("SELECT text FROM reference WHERE name = 'areas' AND code = '14135' "
                           "AND field = 'name'").fetchone() == ("多摩区",),
                "which has what the codes mean beside them")


def broken(s):
    """A series that breaks where borders changed: said with every answer, joined by nobody. [DA-2]"""
    figures = s.path("third.csv")
    with open(figures, "w", encoding="utf-8") as f:
        f.write(HEAD + FIRST + "population_census,14131-01,2015-10-01,,5000,,人,,,,\n"
                "population_census,14131-02,2020-10-01,,5200,,人,,,,\n"
                "households_estimate,14131-01,2019-10-01,,2100,,世帯,,,,\n")
    publish(s, "--scope", "pub=" + figures)
    s.run("sync", home="staff", status=(0, 3))
    ask = ("data", "get", "--indicator", "population_census")
    want = [{"area": "14131-01", "last": "2019-12-31", "successors": ["14131-02"]}]
    for area in ("14131-01", "14131-02"):
        got = s.value(*ask, "--area", area, home="staff")
        s.check(got["breaks"] == want and {c["area"] for c in got["cells"]} == {area},
                f"{area}: from either side of the break", got["breaks"])
        told = s.call(*ask, "--area", area, home="staff")
        s.check("ends on 2019-12-31 and goes on as 14131-02" in told.stderr
                and "--linked" in told.stderr, "in words too", told.stderr)
    s.check(s.value(*ask, home="staff")["breaks"] == want, "where all areas are asked for")
    s.check(s.value(*ask, "--area", "14135", home="staff")["breaks"] == [], "others have none")
    both = s.value(*ask, "--area", "14131-02", "--linked", home="staff")["cells"]
    s.check([(c["area"], c["value"]) for c in both] == [("14131-01", 5000), ("14131-02", 5200)],
            "both are shown when asked for, each under its own code", both)
    told = s.call(*ask, "--area", "14131-02", "--linked", "--format", "csv", home="staff", lang="ja")
    s.check("14131-01 の系列は 2019-12-31 で終わり" in told.stderr and "5000" in told.stdout
            and "5200" in told.stdout, "a file does not keep quiet about it", told.stderr)
    s.refuse(2, "E7001", "of one area", *ask, "--linked", home="staff")
    s.refuse(2, "E7001", "not beside ward and city", *ask, "--area", "14131-02", "--linked",
             "--compare", home="staff")


def template(s):
    """Next year's table asks for the areas that there are by then. [DK-6]"""
    done = s.call("release", "template", s.path("next.csv"), "--indicator", "households_estimate", "--json",
                  home="desks/publisher", lang="ja")
    made = json.loads(done.stdout)
    with open(s.path("next.csv"), encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    s.check(made["followed"] == 1 and made["left_out"] == 0 and
            [(r["地域コード"], r["地域"], r["期間"], r["指標"], r["単位"], r["数値"]) for r in rows] ==
            [("14131-02", "模擬B", "2020-10-01", "世帯数（市の推計）", "世帯", "")],
            "what follows an area that has ended, with its name", rows)


def tampered(s):
    """One byte of the reference data, and nobody takes the file."""
    folder = with_change(s, "renamed", "funds", lambda rows: [dict(r, name=r["name"] + "。")
                                                              for r in rows])
    build(s, "--reference", folder)
    with open(s.path("draft.kkyb"), "rb") as f:
        whole = bytearray(f.read())
    whole[len(whole) // 2] ^= 1
    with open(s.path("bad.kkyb"), "wb") as f:
        f.write(whole)
    shutil.copy(s.path("draft.kkyb.report.csv"), s.path("bad.kkyb.report.csv"))
    done = s.call("release", "approve", s.path("bad.kkyb"), "--out", s.path("no.kkyb"),
                  home="desks/approver")
    s.check(done.returncode == 7 and not os.path.exists(s.path("no.kkyb")),
            "the approver's desk refuses a byte that changed", done.stderr)
    replica = [os.path.join(at, f) for at, _, files in os.walk(s.path("staff")) for f in files
               if f == "pub.db"][0]
    import sqlite3
    with sqlite3.connect(replica) as db:
        db.execute("UPDATE segments SET seg_root = zeroblob(32) WHERE dataset = 'ref'")
    told = s.call("verify", home="staff")
    s.check(told.returncode == 7 and "ref" in told.stdout + told.stderr,
            "verify finds reference data that are not as signed", told.stdout + told.stderr)


def main():
    with city.City(*sys.argv[1:3]) as s:
        s.data, s.reference = sys.argv[3:5]
        s.found()
        s.start()
        desk(s)
        later(s)
        device(s)
        written(s)
        as_of(s)
        exports(s)
        broken(s)
        template(s)
        tampered(s)
        s.check(s.end() == 0, "the daemon ends in order")
        return s.done()


if __name__ == "__main__":
    sys.exit(main())
