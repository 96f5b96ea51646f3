#!/usr/bin/env python3
"""What leaves on paper: a record on A4 with its acts and receipt numbers, and the part of a sheet
that a lead gives to partners, which is recorded with its digest [RL-26]; and what may not leave.

usage: paper_processes.py KUKYOKU KUKYOKUD
"""
import hashlib
import os
import sys

import record_processes as records
from city import City
from karte_processes import Page

FAILED, USAGE, DENIED = 1, 2, 8


def read(path):
    with open(path, encoding="utf-8") as page:
        return page.read()


def new(city, kind, home, **fields):
    given = [part for name, value in fields.items() for part in ("--set", name + "=" + value)]
    return city.value("record", "new", kind, *given, home=home)["id"]


def sound(city, text, what):
    page = Page(text)
    city.check(not page.faults and page.count("h1") == 1 and page.count("title") == 1,
               what + ": the page is sound", page.faults)
    return page


def printed(city):
    """Issue, case and program, as they stand with what was done."""
    issue = city.value("issue", "new", "--set", "title=坂道の<移動>", "--set",
                       "problem=坂が多く\n外出できない", "--set", "field=elderly", "--set",
                       "areas=14133-01", "--set", "rung=framed", "--set",
                       "reason=現場で整理済み", home="staff")["id"]
    city.run("sync", home="staff")
    city.run("sync", home="lead")
    for step in ("tried=existing: 巡回したが足りない", "size_value=40", "size_unit=世帯",
                 "size_method=推計", "evidence=population 14133-01 2020", "ask=移動の仕組み"):
        city.run("issue", "edit", issue, "--set", step, home="lead")
    case = city.value("issue", "submit", issue, home="lead")["id"]
    city.run("sync", home="lead")
    city.run("sync", home="officer")
    city.run("case", "receive", case, home="officer")
    city.run("case", "comment", case, "--set", "comment=範囲が不明", home="officer")
    city.run("sync", home="officer")
    city.run("sync", home="lead")
    program = city.value("program", "new", "--set", "title=移動支援", "--set", "content=巡回車",
                         home="officer")["id"]
    pages = {}
    for noun, ident, home, mark in (("issue", issue, "lead", "中原区 区内限り"),
                                    ("case", case, "lead", "中原区・局限り"),
                                    ("program", program, "officer", "局内限り")):
        path = city.path(noun + ".html")
        city.expect(0, noun + ": printed", noun, "show", ident, "--print", path, home=home,
                    lang="ja")
        pages[noun] = sound(city, read(path), noun)
        city.check(mark in pages[noun].text and ident in pages[noun].text
                   and "令和8年" in pages[noun].text, noun + ": whose it is, and when printed",
                   pages[noun].text)
    text = pages["issue"].text
    city.check("坂道の<移動>" in text and "坂が多く\n外出できない" in text and "310" in text
               and "受領 1" in text and "中原区 staff" in text,
               "text stays text, figures and receipts stand there", text)
    text = pages["case"].text
    city.check("範囲が不明" in text and "局 officer" in text and text.count("受領 ") >= 3,
               "the story with what was said", text)
    city.check("未送信" in pages["program"].text, "what is not sent has no number",
               pages["program"].text)
    city.refuse(FAILED, "E1008", "never over another file", "case", "show", case, "--print",
                city.path("case.html"), home="lead")
    return issue


def given(city, issue):
    voice = new(city, "voice", "lead", title="坂で休む所がない", field="elderly",
                areas="14133-01", content="長いすがほしいとの声", date="2026-11-02",
                heard="voice", note="内輪の覚え", source="町会の集い")
    initiative = new(city, "initiative", "lead", title="坂のサロン", field="elderly",
                     areas="14133-01", by_whom="町会", purpose="外出の機会", for_whom="高齢者",
                     what="月二回の集い", next_step="会場を決める")
    make = ("sheet", "14133-01", "--for", "大師地域包括支援センター", "--for", "区社会福祉協議会",
            "--title", "坂の多い地区の現状")
    ticks = ("--tick", voice, "--tick", initiative, "--tick", issue, "--figure",
             "population 2020")
    path = city.path("given.html")
    city.expect(0, "a dry run", *make, *ticks, "--out", path, "--dry-run", home="lead")
    city.check(not os.path.exists(path), "makes nothing", "")
    made = city.value(*make, *ticks, "--out", path, home="lead")
    text = read(path)
    page = sound(city, text, "given")
    city.check(all(part in page.text for part in
                   ("大師地域包括支援センター", "区社会福祉協議会", "長いすがほしい", "月二回の集い",
                    "坂が多く", "310", made["id"])), "what was ticked is there", page.text)
    city.check(not any(part in page.text for part in
                       ("内輪の覚え", "町会の集い", "会場を決める", "移動の仕組み", "現場で整理済み")),
               "and what stays in the office is not", page.text)
    log = city.value("record", "show", made["id"], home="lead")["fields"]
    digest = hashlib.blake2b(text.encode(), digest_size=32).hexdigest()
    city.check(log["digest"] == digest and log["records"] == [voice, initiative, issue]
               and log["given_to"] == ["大師地域包括支援センター", "区社会福祉協議会"],
               "the giving is recorded with the file's digest", (log, digest))
    city.run("sync", home="lead")
    city.run("sync", home="staff")
    city.check([r["id"] for r in city.value("record", "list", "handout", home="staff")["records"]]
               == [made["id"]], "for the whole ward to see", "")
    return make, ticks


def refused(city, make, ticks):
    path = city.path("never.html")
    out = ("--out", path)
    city.refuse(DENIED, "E5004", "staff give nothing", *make, *ticks, *out, home="staff")
    sheet = new(city, "worksheet", "lead", title="課題整理", areas="14133-01", sheet="issues",
                step_1="坂の地区")
    city.refuse(DENIED, "E5006", "a worksheet stays", *make, "--tick", sheet, *out, home="lead")
    other = new(city, "voice", "lead", title="別の地区", field="elderly", areas="14133-02",
                content="別", date="2026-11-02", heard="voice")
    city.refuse(USAGE, "E5007", "of another area", *make, "--tick", other, *out, home="lead")
    city.refuse(USAGE, "E5007", "a restricted figure", *make, "--figure",
                "voices_restricted 2020", *out, home="lead")
    city.refuse(FAILED, "E1007", "an unknown record", *make, "--tick", "ffffffff", *out,
                home="lead")
    city.refuse(USAGE, "E7001", "nothing ticked", *make, *out, home="lead")
    city.refuse(USAGE, "E7001", "no file", *make, *ticks, home="lead")
    told = city.call("record", "new", "voice", "--set", "title=声", "--set", "field=elderly",
                     "--set", "areas=14133-01", "--set", "content=山田さんの長男が困っている", "--set",
                     "date=2026-11-02", "--set", "heard=voice", "--confirm-personal", "--json",
                     home="lead")
    city.check(told.returncode == 0, "a text that only looks personal is kept", told.stderr)
    flagged = city.value("record", "list", "voice", home="lead")["records"][0]["id"]
    done = city.call(*make, "--tick", flagged, *out, home="lead")
    city.check(done.returncode != 0 and "E5009" in done.stderr, "and flagged again before it goes",
               done.stderr)
    city.refuse(FAILED, "E1008", "never over another file", *make, *ticks, "--out",
                city.path("given.html"), home="lead")
    city.refuse(FAILED, "E1007", "no such folder", *make, *ticks, "--out",
                city.path("none", "x.html"), home="lead")
    city.check(not os.path.exists(path), "no file came of all this", "")
    city.check(len(city.value("record", "list", "handout", home="lead")["records"]) == 1,
               "and no record", "")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES),
                     r_14133=records.write(city, "r.csv", records.HEAD +
                                           "voices_restricted,14133-01,2020,,7,,件,,,,\n"))
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133"),
                    "officer": ("officer", "")})
        make, ticks = given(city, printed(city))
        refused(city, make, ticks)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
