#!/usr/bin/env python3
"""Disclosure control at the desks: kukyoku as a process.

usage: disclosure_processes.py KUKYOKU KUKYOKUD DATA

The households of 2008-04-01 (source in DATA/public.csv): 麻生区 stood on no page, the city and the six
other wards did. Whoever conceals it alone is refused, with the number and the relation that gives it
away; with another ward it goes out. Later releases, wards that read their own figures, and altered
reports are tried too. [DC-1] [DC-5] [DC-6]
"""

import csv
import hashlib
import json
import os
import shutil
import sys
import tempfile

from release_processes import CONFLICT, FAILED, HEAD, USAGE, WARNINGS, Story

HOUSEHOLDS = {"14130": 633924, "14131": 101480, "14132": 66812, "14133": 110753, "14134": 97595,
              "14135": 100783, "14136": 88889, "14137": 67612}


def table(figures, concealed=(), indicator="households", period="2008-04-01"):
    rows = [f"{indicator},{area},{period},,,x,世帯,,,," if area in concealed else
            f"{indicator},{area},{period},,{value},,世帯,,,," for area, value in figures.items()]
    return HEAD + "\n".join(rows) + "\n"


def build(s, name, *more, status=0, what, code=None, words=()):
    done = s.run("publisher", "release", "build", *more, "--title", "統計", "--out", s.path(name))
    said = done.stdout + done.stderr
    s.check(done.returncode == status and (code is None or f"[{code}]" in done.stderr) and
            all(w in said for w in words), what, f"exit {done.returncode}\n{said}")
    return done


def publish(s, name, what, status=0, code=None):
    s.expect(0, "the approver judges it too", "approver", "release", "approve", s.path(name))
    s.expect(status, what, "publisher", "release", "publish", s.path(name), "--out",
             s.path("out.kkyb"), code=code)


def prepare(s):
    s.found(indicators="households = normal")


def by_subtraction(s):
    alone = s.write("alone.csv", table(HOUSEHOLDS, ("14137",)))
    build(s, "no.kkyb", "--scope", f"pub={alone}", status=CONFLICT, code="E2010",
          what="one concealed ward is found by subtraction, and told with the relation",
          words=("pub households 14137 2008-04-01: 67612 ← households 14130 2008-04-01 = 14131 + "
                 "14132 + 14133 + 14134 + 14135 + 14136 + 14137",))
    s.check(not any("no.kkyb" in n for n in os.listdir(s.folder)), "nothing was made")
    build(s, "no.kkyb", "--scope", f"pub={alone}", "--dry-run", status=CONFLICT, code="E2010",
          what="a rehearsal says so too")
    done = s.run("publisher", "release", "build", "--scope", f"pub={alone}", "--title", "t",
                 "--out", s.path("no.kkyb"), language="ja")
    s.check("秘匿した数値が推測できる" in done.stderr and "67612" in done.stderr, "in Japanese",
            done.stderr)


def covered(s):
    two = s.write("two.csv", table(HOUSEHOLDS, ("14137", "14133")))
    build(s, "d1.kkyb", "--scope", f"pub={two}", what="with a second ward it is signed")
    report = open(s.path("d1.kkyb.report.csv"), "rb").read()
    kept = os.path.join(s.path("publisher"), "release", "reports")
    s.check(hashlib.blake2b(report, digest_size=32).hexdigest() + ".report.csv" in
            os.listdir(kept), "its report is kept under its hash", os.listdir(kept))
    s.check("cell,pub,households,14137,2008-04-01,,cover,10,0," in report.decode(),
            "and tells what can be learnt", report.decode())
    shutil.move(s.path("d1.kkyb.report.csv"), s.path("hidden"))
    s.expect(CONFLICT, "no second signature without the report", "approver", "release", "approve",
             s.path("d1.kkyb"), code="E2012")
    with open(s.path("d1.kkyb.report.csv"), "wb") as f:
        f.write(report.replace(b",10,", b",11,"))
    s.expect(CONFLICT, "nor with another", "approver", "release", "approve", s.path("d1.kkyb"),
             code="E2012")
    shutil.move(s.path("hidden"), s.path("d1.kkyb.report.csv"))
    second_desk(s)
    publish(s, "d1.kkyb", "published")


def second_desk(s):
    """What the approver answers for is shown before the signature; settings must be agreed on."""
    draft, own = s.path("d1.kkyb"), os.path.join(s.path("approver"), "disclosure.ini")
    with open(draft, "rb") as f:
        before = f.read()
    text = s.run("approver", "release", "approve", draft, "--dry-run").stdout
    s.check("households = normal" in text and "25000:10 2000:20 0:all" in text and
            "for others' sake" in text, "the second desk sees settings, thresholds, findings", text)
    done = json.loads(s.run("approver", "release", "approve", draft, "--dry-run", "--json").stdout)
    told = done["disclosure"]
    s.check(told["settings"] == ["[indicator]", "households = normal"] and
            {"tier": "pub", "sensitivity": "small", "finest": "ward",
             "thresholds": "25000:10 2000:20 0:all"} in told["thresholds"] and
            told["views"][0] == {"view": "pub", "by_threshold": 0, "for_others": 2, "found_out": 0}
            and [v["view"] for v in told["views"]] == ["pub", "int"] and told["loosened"] == [], "as JSON too", told)
    with open(draft + ".report.csv", "rb") as f:
        report = hashlib.blake2b(f.read(), digest_size=32).hexdigest()
    s.check(done["report"] == report and len(done["scopes"][0]["state"]) == 64,
            "with the hashes of report and rows", done)
    s.write("approver/disclosure.ini", "[indicator]\nhouseholds = small\n")
    for more in ((), ("--dry-run",)):
        told = s.run("approver", "release", "approve", draft, *more)
        s.check(told.returncode == CONFLICT and "[E2021]" in told.stderr and
                "the draft says `households = normal`, this desk `households = small`"
                in told.stderr, "settings that were not agreed on are not signed", told.stderr)
    with open(draft, "rb") as f:
        s.check(f.read() == before, "and the draft stays as it was")
    s.write("approver/disclosure.ini", "; agreed\n\n[indicator]\n  households = normal \n")
    s.expect(0, "the same settings in other lines", "approver", "release", "approve", draft,
             "--dry-run")
    os.remove(own)


def over_releases(s):
    one = s.write("one.csv", table({a: HOUSEHOLDS[a] for a in ("14133", "14137")}, ("14137",)))
    build(s, "no.kkyb", "--scope", f"pub={one}", status=CONFLICT, code="E2010",
          what="a later release that lacks the total gives the ward away all the same",
          words=("pub households 14137 2008-04-01: 67612",))
    both = s.write("both.csv", table(HOUSEHOLDS, ("14131", "14137", "14133")))
    build(s, "no.kkyb", "--scope", f"pub={both}", status=CONFLICT, code="E2010",
          what="nor can a number be taken back by concealing it",
          words=("households 14131 2008-04-01: its number is out already",))


def wards(s):
    pub = s.write("pub.csv", table(HOUSEHOLDS, ("14137", "14133")))
    own = [p for w in ("14133", "14137") for p in
           ("--scope", f"r:{w}=" + s.write(f"{w}.csv", table({w: HOUSEHOLDS[w]})))]
    build(s, "no.kkyb", "--scope", f"pub={pub}", *own, status=CONFLICT, code="E2010",
          what="a ward that reads its own figure knows the other's",
          words=("r:14133 households 14137 2008-04-01: 67612",))


def settings(s):
    small = s.write("small.csv", table({"14130": 60, "14131": 4, "14132": 56}, (), "cases", "2020"))
    asked = ["--scope", f"pub={small}", "--settings"]
    build(s, "no.kkyb", *asked, s.write("bad.ini", "[indicator]\ncases = secret\n"), status=USAGE,
          code="E7002", what="bad settings are told with the line", words=("bad.ini:2",))
    build(s, "no.kkyb", *asked, s.write("good.ini", "[indicator]\n* = normal\n"
                                            "cases = small\n"),
          status=CONFLICT, code="E2010", what="a small figure that is shown is refused",
          words=("pub cases 14131 2020: below 10, and shown",))
    shutil.copy(s.path("good.ini"), os.path.join(s.path("publisher"), "disclosure.ini"))
    build(s, "no.kkyb", *asked[:-1], status=CONFLICT, code="E2010",
          what="the home's own settings hold where none are given")


def undeclared(s):
    """Nothing goes out of which nobody said how sensitive it is."""
    own = os.path.join(s.path("publisher"), "disclosure.ini")
    shutil.move(own, s.path("away.ini"))
    rows = s.write("strange.csv", table({"14130": 60, "14131": 24}, (), "strange", "2020"))
    build(s, "no.kkyb", "--scope", f"pub={rows}", status=CONFLICT, code="E2015",
          what="an indicator without a sensitivity is refused, with what to write",
          words=("strange", "[indicator] of disclosure.ini", "NAME = normal"))
    done = s.run("publisher", "release", "build", "--scope", f"pub={rows}", "--title", "t",
                 "--out", s.path("no.kkyb"), language="ja")
    s.check("[E2015]" in done.stderr and "名前 = normal" in done.stderr and
            not os.path.exists(s.path("no.kkyb")), "in Japanese too", done.stderr)
    told = s.run("publisher", "release", "protect", "--scope", f"pub={rows}", "--out",
                 s.path("strange"))
    s.check("[E2015]" in told.stderr and not os.path.exists(s.path("strange")),
            "nor is it protected", told.stderr)
    looked = s.run("publisher", "release", "check", rows)
    s.check(looked.returncode == WARNINGS and "strange" in looked.stderr and "[indicator]" in
            looked.stderr, "a check says so beforehand", looked.stderr)
    looked = s.run("publisher", "release", "check", "--json", rows)
    s.check(json.loads(looked.stdout)[0]["undeclared"] == ["strange"], "as JSON too",
            looked.stdout)
    shutil.move(s.path("away.ini"), own)
    other = s.write("other.ini", "[indicator]\nothers = normal\n")
    build(s, "no.kkyb", "--scope", f"pub={rows}", "--settings", other, status=CONFLICT,
          code="E2015", what="settings that name others only are none", words=("strange",))


REFERENCE = ("code,name,name_en,field,kind,unit,population_base,sensitivity,additive,definition,"
             "definition_en,source_section,tier,since,note\n"
             "cases,件数,cases,people,count,世帯,,%s,yes,件数。,Cases.,,pub,,\n")


def by_reference(s):
    """The reference data of the release say it where no settings do."""
    rows = s.write("ref-rows.csv", table({"14131": 4, "14132": 56}, (), "cases", "2019"))
    for sense, status, code in (("abuse", CONFLICT, "E2010"), ("office", 0, None)):
        folder = s.path("ref-" + sense)
        os.makedirs(folder)
        s.write(f"ref-{sense}/indicators.csv", REFERENCE % sense)
        build(s, f"{sense}.kkyb", "--scope", f"pub={rows}", "--reference", folder, status=status,
              code=code, what=f"sensitivity {sense} of the reference data", words=())
    publish(s, "office.kkyb", "the approver finds it in the release")


def levels(s):
    """No scope shows areas finer than its tier does."""
    fine = s.write("fine.csv", table({"14133": 400, "14133-01": 300}, (), "cases", "2020"))
    rules = s.write("fine.ini", "[indicator]\n* = small\n")
    build(s, "no.kkyb", "--scope", f"pub={fine}", "--settings", rules, status=CONFLICT,
          code="E2013", what="a number of an area that pub does not show",
          words=("pub", "cases of 14133-01: too fine an area"))
    town = s.write("town.csv", table({"14133": 400, "14133-0000001": 300}, (), "cases", "2020"))
    build(s, "fine.kkyb", "--scope", f"r:14133={town}", "--settings", rules,
          what="its ward may read it")


def protected(s):
    """What cannot be signed as it is goes out as `release protect` writes it. [DC-7]"""
    people = {a: n // 1000 for a, n in HOUSEHOLDS.items()}
    people["14130"] = sum(n for a, n in people.items() if a != "14130") - people["14132"] + 4
    people["14132"] = 4
    working = s.write("working.csv", table(people, indicator="cases", period="2020"))
    own = s.write("own.csv", table({"14132": 4}, indicator="cases", period="2020"))
    rules = s.write("small.ini", "[indicator]\n* = small\n")
    out = s.path("protected")
    asked = ["--scope", f"pub={working}", "--scope", f"r:14132={own}", "--settings", rules]
    build(s, "no.kkyb", *asked, status=CONFLICT, code="E2010",
          what="a figure that the threshold forbids", words=("below 10, and shown",))
    told = s.run("publisher", "release", "protect", *asked, "--out", out, "--json")
    concealed = json.loads(told.stdout)["concealed"] if told.returncode == WARNINGS else told.stderr
    s.check({(one["cell"], one["scopes"], one["threshold"] > 0) for one in concealed} ==
            {("cases 14132 2020", "pub", True), ("cases 14137 2020", "pub", False),
             ("cases 14136 2020", "pub", False)},
            "the figure, the smallest that hides it, and one for the ward that knows its own",
            told.stdout + told.stderr)
    pub = open(os.path.join(out, "pub.csv"), encoding="utf-8-sig").read()
    kept = open(os.path.join(out, "r-14132.csv"), encoding="utf-8-sig").read()
    s.check(pub.count(",x,") == 3 and kept.count(",x,") == 0, "x in pub alone", pub + kept)
    build(s, "d9.kkyb", "--scope", f"pub={out}/pub.csv", "--scope", f"r:14132={out}/r-14132.csv",
          "--settings", rules, status=WARNINGS, what="and it is signed")
    s.expect(0, "and approved", "approver", "release", "approve", s.path("d9.kkyb"))
    s.expect(FAILED, "never over what is there", "publisher", "release", "protect", *asked,
             "--out", out, code="E1008")
    text = s.run("publisher", "release", "protect", *asked, "--out", s.path("no"), "--dry-run",
                 language="ja")
    s.check(text.returncode == WARNINGS and "他の値を推測させる" in text.stdout and "10 未満" in text.stdout
            and not os.path.exists(s.path("no")), "told in Japanese; a rehearsal writes nothing",
            text.stdout + text.stderr)


def square(concealed=()):
    """Two areas that are all of a ward, by sex; with all four inside concealed the 4 is at least 3."""
    figures = {("14133-01", "sex=f"): 4, ("14133-01", "sex=m"): 26, ("14133-02", "sex=f"): 50,
               ("14133-02", "sex=m"): 1, ("14133-01", ""): 30, ("14133-02", ""): 51,
               ("14133", "sex=f"): 54, ("14133", "sex=m"): 27, ("14133", ""): 81}
    return HEAD + "".join(f"cases,{area},2020,{part},{'' if (area, part) in concealed else value},"
                          f"{'x' if (area, part) in concealed else ''},人,,,,\n"
                          for (area, part), value in figures.items())


def ruled(s):
    """That a threshold asks for a cell is not forgotten on the way from protect to publish."""
    rules = s.write("square.ini", "[pub]\nnormal = area 0:10\n[indicator]\n* = normal\n"
                                  "[areas]\n14133 = 14133-01 14133-02\n")
    working, out = s.write("square.csv", square()), s.path("square")
    s.expect(0, "a table of two by two is protected", "publisher", "release", "protect", "--scope",
             f"pub={working}", "--settings", rules, "--out", out)
    inside = [(area, part) for area in ("14133-01", "14133-02") for part in ("sex=f", "sex=m")]
    build(s, "no.kkyb", "--scope", "pub=" + s.write("inside.csv", square(inside)), "--settings",
          rules, status=CONFLICT, code="E2010", what="the inside alone tells more than the rule",
          words=("pub cases 14133-01 2020 sex=f: 3 to 30",))
    build(s, "square.kkyb", "--scope", f"pub={out}/pub.csv", "--settings", rules,
          what="what was protected is signed")
    report = open(s.path("square.kkyb.report.csv"), encoding="utf-8").read()
    s.check("cell,pub,cases,14133-01,2020,sex=f,rule,10," in report and
            "cell,pub,cases,14133-02,2020,sex=m,rule,10," in report, "the report says rule", report)
    publish(s, "square.kkyb", "and published")
    os.remove(os.path.join(s.path("publisher"), "release", "protected.csv"))
    more = s.write("more.csv", open(os.path.join(out, "pub.csv"), encoding="utf-8-sig").read() +
                   "cases,14133,2021,,90,,人,,,,\n")
    build(s, "more.kkyb", "--scope", f"pub={more}", "--settings", rules, what="the next release")
    report = open(s.path("more.kkyb.report.csv"), encoding="utf-8").read()
    s.check("cell,pub,cases,14133-01,2020,sex=f,rule,10," in report,
            "goes by the report of the one before", report)


def most_open_tier(s):
    """What settings keep from a scope gets into it neither as a number nor as x."""
    rules = s.write("tier.ini", "[indicator]\nreports = open int\ncases = normal\n")
    rows = s.write("reports.csv", table({"14131": 40}, indicator="reports", period="2020"))
    hidden = s.write("hidden.csv", table({"14131": 40}, ("14131",), "reports", "2020"))
    for what, path in (("a number", rows), ("an x", hidden)):
        build(s, "no.kkyb", "--scope", f"pub={path}", "--settings", rules, status=CONFLICT,
              code="E2013", what=f"{what} of an indicator for staff is not for everyone",
              words=("pub", "reports: int at the most open", "[indicator]"))
    done = s.run("publisher", "release", "protect", "--scope", f"pub={rows}", "--settings", rules,
                 "--out", s.path("no"))
    s.check("[E2013]" in done.stderr and not os.path.exists(s.path("no")), "nor protected",
            done.stderr)
    ward = s.write("ward.ini", "[indicator]\nreports = open ward\ncases = normal\n")
    build(s, "no.kkyb", "--scope", f"int={rows}", "--settings", ward, status=CONFLICT,
          code="E2013", what="nor what is for its ward for all staff", words=("int",))
    build(s, "staff.kkyb", "--scope", f"int={rows}", "--settings", rules, what="staff may have it")
    s.expect(0, "and it is approved", "approver", "release", "approve", s.path("staff.kkyb"))


def too_late(s):
    """What is out can't be protected: named, and no table is written."""
    again = s.write("again.csv", table({**HOUSEHOLDS, "14137": "67612"}, ("14131",)))
    done = s.run("publisher", "release", "protect", "--scope", f"pub={again}", "--out",
                 s.path("late"))
    s.check(done.returncode == CONFLICT and "[E2010]" in done.stderr
            and "its number is out already" in done.stderr and not os.path.exists(s.path("late")),
            "what was published stays open", done.stdout + done.stderr)


def history(s):
    """Who does not hold the releases before can't judge what they gave away. [DC-2] [DC-6]"""
    plain = s.write("plain.csv", table({a: n for a, n in HOUSEHOLDS.items() if a < "14133"}))
    build(s, "h2.kkyb", "--scope", f"pub={plain}", what="a second release")
    publish(s, "h2.kkyb", "published")
    one = s.write("h3.csv", table({a: HOUSEHOLDS[a] for a in ("14133", "14137")}, ("14137",)))
    draft = ["--scope", f"pub={one}"]
    build(s, "h3.kkyb", *draft, status=CONFLICT, code="E2010", what="the first gives a ward away")
    first = os.path.join(s.path("publisher"), "release", "catalog-000001.doc")
    shutil.move(first, s.path("aside"))
    build(s, "h3.kkyb", *draft, status=CONFLICT, code="E2016", words=("(1)",),
          what="without it nothing is judged, and nothing made")
    done = s.run("publisher", "release", "build", *draft, "--title", "t", "--out",
                 s.path("h3.kkyb"), language="ja")
    s.check("[E2016]" in done.stderr and "--history-incomplete" in done.stderr and
            not os.path.exists(s.path("h3.kkyb")), "in Japanese too", done.stderr)
    for name in ("protect", "renew"):
        more = draft if name == "protect" else []
        s.expect(CONFLICT, f"nor does {name} go on", "publisher", "release", name, *more, "--out",
                 s.path("h3"), code="E2016")
    s.expect(USAGE, "a reason of no words", "publisher", "release", "build", *draft, "--title", "t",
             "--out", s.path("h3.kkyb"), "--history-incomplete", "", code="E7001")
    build(s, "h3.kkyb", *draft, "--history-incomplete", "2008年の版は移管前", status=WARNINGS,
          what="a reason goes along, and is told", words=("not at this desk: 1", "移管前"))
    report = open(s.path("h3.kkyb.report.csv"), encoding="utf-8").read()
    s.check("history,,,,,,incomplete,,,,2008年の版は移管前" in report and
            "history,,,,,,lacks,,,,1" in report, "it stands in the report", report)
    kept = os.path.join(s.path("publisher"), "release", "reports")
    s.check(hashlib.blake2b(report.encode(), digest_size=32).hexdigest() + ".report.csv" in
            os.listdir(kept), "whose hash is signed", os.listdir(kept))
    s.expect(CONFLICT, "a desk that holds the first refuses it all the same", "approver", "release",
             "approve", s.path("h3.kkyb"), code="E2010")
    shutil.move(s.path("aside"), first)


def shorter(s):
    """The approver's desk holds less than the publisher's."""
    fair = s.write("h4.csv", table({"14131": HOUSEHOLDS["14131"]}))
    first = os.path.join(s.path("approver"), "release", "catalog-000001.doc")
    reports = os.path.join(s.path("approver"), "release", "reports")
    build(s, "h4.kkyb", "--scope", f"pub={fair}", what="a draft by a desk that holds all")
    shutil.move(first, s.path("aside"))
    s.expect(CONFLICT, "the second desk lacks a release", "approver", "release", "approve",
             s.path("h4.kkyb"), code="E2016")
    shutil.move(s.path("aside"), first)
    shutil.move(reports, s.path("aside"))
    done = s.run("approver", "release", "approve", s.path("h4.kkyb"))
    s.check(done.returncode == CONFLICT and "[E2016]" in done.stderr and "1(report)" in done.stderr,
            "or its report", done.stderr)
    build(s, "h5.kkyb", "--scope", f"pub={fair}", "--history-incomplete", "承認者の交代",
          status=WARNINGS, what="the publisher says why")
    done = s.run("approver", "release", "approve", s.path("h5.kkyb"), "--json")
    told = json.loads(done.stdout)
    s.check(done.returncode == WARNINGS and told["history_incomplete"] == "承認者の交代" and
            told["lacks"].startswith("1(report)"), "and the approver signs that too",
            done.stdout + done.stderr)


WARDS = [f"1413{n}" for n in range(1, 8)]
CASES = dict(zip(WARDS, (200, 3, 90, 210, 190, 180, 170)))
INSIDE = {"14133-01": 4, "14133-02": 41, "14133-03": 45}
TOWNS = {"14133-0000001": 2, "14133-0000002": 39}


def working(s):
    """One table of working figures becomes the tables of all scopes. [DC-8]"""
    def rows(indicator, figures, status=""):
        return "".join(f"{indicator},{a},2020,,{n},,人,{status},,,\n" for a, n in figures.items())

    city = {"14130": sum(CASES.values())}
    first = s.write("work-1.csv", HEAD + rows("cases", {**city, **CASES, **INSIDE, **TOWNS}))
    second = s.write("work-2.csv", HEAD + rows("reports", {**city, **CASES, **INSIDE}) +
                     rows("plans", city, "t") + rows("own", {**city, "14132": 30}))
    rules = s.write("work.ini", "[indicator]\ncases = normal\nplans = normal\n"
                    "reports = small int\nown = open ward\n")
    asked = ("--working", first, "--working", second, "--settings", rules)
    told = s.run("publisher", "release", "protect", *asked, "--out", s.path("placed"), "--json")
    s.check(told.returncode == WARNINGS and "1 rows stay out" in told.stderr and
            "own 14130 2020" in told.stderr, "what no scope may show is told", told.stderr)
    s.check(sorted(n for n in os.listdir(s.path("placed")) if n.endswith(".csv")) ==
            ["int.csv", "pub.csv", "r-14132.csv", "r-14133.csv", "r-14137.csv"],
            "a table for each scope that shows anything of its own", os.listdir(s.path("placed")))
    seen = {n[:-4]: placed(os.path.join(s.path("placed"), n))
            for n in os.listdir(s.path("placed")) if n.endswith(".csv")}
    s.check({a for i, a in seen["pub"] if i == "cases"} == {*city, *CASES, *INSIDE} and
            {i for i, _ in seen["pub"]} == {"cases"}, "pub: down to the areas", seen["pub"])
    s.check(seen["pub"]["cases", "14132"] == "x" and seen["pub"]["cases", "14133-01"] == "x" and
            seen["int"]["cases", "14132"] == "3" and seen["int"]["cases", "14133-01"] == "4" and
            seen["int"]["reports", "14132"] == "x" and seen["r-14132"]["reports", "14132"] == "3",
            "a small figure is x where its tier forbids it, and a number where it does not", seen)
    s.check(seen["int"]["reports", "14130"] == str(sum(CASES.values())) and
            ("reports", "14133-01") not in seen["int"] and ("plans", "14130") in seen["int"] and
            seen["r-14133"]["reports", "14133-01"] == "4" and
            seen["r-14133"]["cases", "14133-0000001"] == "2" and
            seen["r-14132"]["own", "14132"] == "30", "int and r:W by tier, level and status", seen)
    s.check(all(("cases", a) not in seen["r-14133"] or seen["pub"]["cases", a] == "x"
                for a in (*CASES, *INSIDE)) and ("cases", "14132") not in seen["r-14132"],
            "a ward gets again only what is x for others", seen)
    scopes = [p for n in seen for p in ("--scope", f"{n.replace('r-', 'r:')}="
                                        + os.path.join(s.path("placed"), n + ".csv"))]
    build(s, "placed.kkyb", *scopes, "--settings", rules, what="and it is signed")
    publish(s, "placed.kkyb", "and published")
    report = open(s.path("placed.kkyb.report.csv"), encoding="utf-8").read()
    s.check(",broken" not in report and "cell,pub,cases,14132,2020,,rule,10," in report,
            "nothing can be found out", report)
    for wrong in (("--working", first, "--scope", f"pub={first}"), ()):
        s.expect(USAGE, "either working figures or scopes", "publisher", "release", "protect",
                 *wrong, "--out", s.path("no"), code="E7001")
    s.expect(FAILED, "one cell in two tables", "publisher", "release", "protect", "--working",
             first, "--working", first, "--out", s.path("no"), code="E2001")
    s.check(not os.path.exists(s.path("no")), "nothing is written")


def emptied(s):
    """What a ward alone was shown does not stay behind when everybody may see the new figures."""
    more = {a: n + 100 for a, n in {**CASES, **INSIDE}.items()}
    more["14130"], more["14133"] = sum(more[w] for w in WARDS), 390
    more["14130"] += 390 - CASES["14133"] - 100
    again = s.write("work-3.csv", table(more, indicator="cases", period="2021")
                    .replace("世帯", "人"))
    rules = s.write("work.ini", "[indicator]\n* = normal\n")
    s.expect(0, "figures that are not small", "publisher", "release", "protect", "--working", again,
             "--settings", rules, "--out", s.path("open"))
    kept = os.path.join(s.path("open"), "r-14133.csv")
    public = placed(os.path.join(s.path("open"), "pub.csv"))
    s.check("x" not in public.values() and placed(kept) == {
        key: value for key, value in public.items() if key[1].startswith("14133")} and
        not os.path.exists(os.path.join(s.path("open"), "r-14131.csv")),
            "a ward that had a table gets one, another does not", placed(kept))
    build(s, "emptied.kkyb", "--scope", f"r:14133={kept}", "--scope",
          "pub=" + os.path.join(s.path("open"), "pub.csv"), "--settings", rules,
          status=WARNINGS, what="and goes into the release")


def placed(path):
    with open(path, encoding="utf-8-sig", newline="") as table_file:
        return {(row["indicator"], row["area"]): row["value"] or row["missing"]
                for row in csv.DictReader(table_file)}


CITIES = ((prepare, by_subtraction, covered, over_releases, wards, undeclared, settings, protected,
           too_late),
          (prepare, covered, history, shorter),
          (prepare, ruled, most_open_tier, levels),
          (prepare, by_reference),
          (prepare, working, emptied))


def main():
    number, good = 0, True
    with tempfile.TemporaryDirectory(prefix="kukyoku-disclosure-") as folder:
        for at, parts in enumerate(CITIES):
            place = os.path.join(folder, str(at))
            os.mkdir(place)
            s = Story(place)
            s.number, s.good = number, good
            for part in parts:
                part(s)
            number, good = s.number, s.good
    print("1..%d" % number)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
