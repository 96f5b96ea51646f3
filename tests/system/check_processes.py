#!/usr/bin/env python3
"""Tables on their way into a release: kukyoku release check as a process.

usage: check_processes.py KUKYOKU KUKYOKUD DATA

A desk publishes one release; then tables come as people make them: with errors, with doubtful
figures, about persons. Each is told with place, rule, reason and remedy; nothing is ever changed by
a refusal. [IM-5] [IM-6]
"""

import csv
import json
import os
import sys
import tempfile

from release_processes import FAILED, HEAD, USAGE, WARNINGS, Story

ROWS = ("population,14133,2019,,258000,,人,,,,\npopulation,14133,2020,,263000,,人,,,,\n"
        "population,14133-01,2020,,50000,,人,,,,\n")


def check(s, status, what, path, *options):
    done = s.run("publisher", "--json", "release", "check", path, *options)
    s.check(done.returncode == status, what, f"exit {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)[0]


def prepare(s):
    s.found()
    base = s.write("base.csv", HEAD + ROWS)
    alone = check(s, 0, "the first table has nothing to stand beside", base)
    s.check(alone["beside"] is None and alone["counts"]["new"] == 3, "all of it is new", alone)
    for step in (("publisher", "release", "build", "--scope", f"pub={base}", "--title", "統計",
                  "--out", s.path("d.kkyb")),
                 ("approver", "release", "approve", s.path("d.kkyb")),
                 ("publisher", "release", "publish", s.path("d.kkyb"), "--out", s.path("p.kkyb"))):
        s.expect(0, " ".join(step[1:3]), *step)


def beside_the_release(s):
    mixed = s.write("mixed.csv", HEAD +
                    "population,14133,2019,,258000,,人,,,,\n"          # same
                    "population,14133,2020,,263001,,人,,,,\n"          # changed
                    "population,14133,2021,,26300,,人,,,,\n"           # a slip of ten
                    "populaton,14133-02,2020,,50000,,人,,,,\n")        # slips of the pen
    told = check(s, WARNINGS, "doubtful figures are told, not refused", mixed)
    s.check(told["beside"] == 1 and told["counts"] == {
        "new": 2, "changed": 1, "same": 1, "gone": 1, "rejected": 0, "warnings": 3},
        "counted against the release", told["counts"])
    found = {(i["rule"], i["cause"], i["line"], i["place"], i.get("hint")) for i in told["issues"]}
    s.check(found == {("K-10", "BREAK", 4, "4:5", "26300 ← 263001"),
                      ("K-09", "NEW_INDICATOR", 5, "5", "population"),
                      ("K-09", "NEW_AREA", 5, "5", "14133-01")}, "with what is near", found)
    check(s, 0, "nobody minds a step that was allowed",
          s.write("step.csv", HEAD + ROWS + "population,14133,2021,,26300,,人,,,,\n"),
          "--series-factor", "11")
    units = s.write("units.csv", HEAD + ROWS + "population,14133,2021,,264,,千人,,,,\n")
    told = check(s, FAILED, "another unit is refused", units)
    s.check([(i["cause"], i["value"], i["hint"]) for i in told["issues"] if i["refuses"]] ==
            [("UNIT_CHANGED", "千人", "人")], "with the unit before", told["issues"])


def refused(s):
    bad = s.write("bad.csv", HEAD + "population,14138,2020,,1,,人,,,,\n"
                  "population,14133,2020,,１２人,,人,,,,\npopulation,14133,2020,,1,,人,,,,\n"
                  "population,14133,2030,,5,,人,,,,\n", "cp932")
    told = check(s, FAILED, "all that is wrong is told at once", bad)
    s.check([(c["cause"], c["rule"], c["count"]) for c in told["causes"] if c["refuses"]] ==
            [("SUFFIX", "L2-01", 1), ("NO_WARD", "L3-06", 1), ("OUTSIDE", "K-06", 1)],
            "grouped by cause, with the rule", told["causes"])
    s.check(all(c["remedy"] and c["reason"] for c in told["causes"]), "and the remedy")
    s.check(told["encoding"] == "CP932" and told["counts"]["rejected"] == 3, "as CP932")
    s.expect(FAILED, "the rows go to a file", "publisher", "release", "check", bad, "--rejected",
             s.path("rejected.csv"), code="E2001")
    with open(s.path("rejected.csv"), encoding="utf-8-sig", newline="") as f:
        rows = list(csv.reader(f))
    s.check(rows[0] == HEAD.strip().split(",") + ["error"] and len(rows) == 4 and
            rows[1][1] == "14138" and rows[2][4] == "１２人" and "L2-01" in rows[2][-1],
            "as they stood, with the reason", rows)
    s.expect(FAILED, "never over another file", "publisher", "release", "check", bad, "--rejected",
             s.path("rejected.csv"), code="E1008")
    s.expect(USAGE, "of one table at a time", "publisher", "release", "check", bad, bad,
             "--rejected", s.path("r.csv"), code="E7001")
    build = ("release", "build", "--scope", f"pub={bad}", "--title", "t", "--out",
             s.path("part.kkyb"))
    s.expect(FAILED, "all or nothing", "publisher", *build, code="E2001")
    s.check(not os.path.exists(s.path("part.kkyb")), "nothing was made")
    s.expect(WARNINGS, "unless the sound rows are asked for", "publisher", *build,
             "--accept-valid-rows")
    s.check(os.path.exists(s.path("part.kkyb")), "then they are taken")
    none = s.write("none.csv", HEAD + "population,x,2020,,1,,人,,,,\n")
    s.expect(FAILED, "where there are any", "publisher", "release", "check", none,
             "--accept-valid-rows", code="E2001")


def persons(s):
    named = s.write("persons.csv", "氏名,生年月日,要介護度\n山田太郎,1940-01-02,3\n")
    told = check(s, FAILED, "a list of persons", named)
    s.check("PERSONAL" in {c["cause"] for c in told["causes"]}, "is called so", told["causes"])
    cases = s.write("cases.csv", HEAD + "".join(
        f"care,14133,2020,case={n};house=1,1,,人,,,,\n" for n in range(30)))
    told = check(s, FAILED, "records dressed as figures", cases)
    s.check([c["cause"] for c in told["causes"] if c["refuses"]] == ["RECORDS"], "are called so")
    one = s.write("one.csv", HEAD + ROWS + "population,14133-01,2021,,1,,人,,,,\n")
    check(s, WARNINGS, "a cell of 1 is none of these", one)


def plain_words(s):
    for language, words in (("en", ("L2-01", "a unit belongs into its own column", "rejected 3",
                                    "Leave the number alone")),
                            ("ja", ("L2-01", "単位は unit の列に", "不採用3", "セルには数値だけ"))):
        done = s.run("publisher", "release", "check", s.path("bad.csv"), language=language)
        text = done.stdout + done.stderr
        s.check(all(w in text for w in words), f"a person reads it in {language}", text)


def main():
    with tempfile.TemporaryDirectory(prefix="kukyoku-check-") as folder:
        os.mkdir(os.path.join(folder, "a"))
        s = Story(os.path.join(folder, "a"))
        for part in (prepare, beside_the_release, refused, persons, plain_words):
            part(s)
        print("1..%d" % s.number)
    return 0 if s.good else 1


if __name__ == "__main__":
    sys.exit(main())
