#!/usr/bin/env python3
"""What the real figures of Kawasaki teach, each with the two programs (tests/data; what is printed
elsewhere stands below with its source):

* the preliminary count of 2020 and the final one stand side by side, and the history tells which came when
* 65 and over by two methods is two figures: one cell cannot hold both
* 0-14 of 2010 add up to more than the city has: that source shared out unknown ages
* a printed total that is not the sum of its wards is kept, told, and judged all the same
* 麻生区's households of 2008-04-01 stood on no page: the attacker finds them, suppression stops it
* who reads 幸区's own figures learns nothing of 中原区

[DC-3] [DC-5] [DC-7] [DK-4]

usage: lessons_processes.py KUKYOKU KUKYOKUD DATA
"""
import csv
import itertools
import json
import os
import sys

from city import City

HEAD = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"
WARDS = ["1413%d" % n for n in range(1, 8)]
SAIWAI, NAKAHARA, ASAO = "14132", "14133", "14137"
CENSUS, EARLY, HOUSEHOLDS = "population_census", "population_census_preliminary", "households_estimate"
OLD = ["age=%d-%d" % (n, n + 4) for n in range(65, 100, 5)] + ["age=100-"]
# The page of the ward figures of 2016-05-01 prints this total; its wards add up to 700,842.
PRINTED = 700824
ASAO_2008 = 67612  # on no page: 633,924 less the six other wards
SETTINGS = ("[indicator]\n* = open\n%s = normal\n[same]\n%s = %s\n[population]\nindicator = %s\n"
            % (HOUSEHOLDS, EARLY, CENSUS, CENSUS))
CONFLICT, WARNINGS = 6, 3


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


class Lessons:
    def __init__(self, city, data):
        self.city = city
        self.rows = read(os.path.join(data, "public.csv")) + [
            dict(row) for row in read(os.path.join(data, "restricted-14133.csv"))
            if row["indicator"] == HOUSEHOLDS and row["period"] in ("2008-04-01", "2016-05-01")]
        self.rows.append(self.row(HOUSEHOLDS, "14130", "2016-05-01", PRINTED, unit="世帯",
                                  status="e", note="区の合計は700,842"))
        self.settings = self.write("settings.ini", text=SETTINGS)

    @staticmethod
    def row(indicator, area, period, value, **more):
        row = dict.fromkeys(HEAD.strip().split(","), "")
        row.update(indicator=indicator, area=area, period=period, value=str(value), unit="人")
        row.update(more)
        return row

    def pick(self, indicator, period, breakdown="", areas=None):
        return [row for row in self.rows if row["indicator"] == indicator
                and row["period"] == period and row["breakdown"] == breakdown
                and (areas is None or row["area"] in areas)]

    def write(self, name, rows=(), text=None):
        with open(self.city.path(name), "w", encoding="utf-8", newline="") as out:
            if text is not None:
                out.write(text)
                return self.city.path(name)
            table = csv.DictWriter(out, HEAD.strip().split(","), lineterminator="\n")
            table.writeheader()
            table.writerows(rows)
        return self.city.path(name)

    def desk(self, status, what, *arguments, words=(), code=None, lang="en"):
        done = self.city.call("release", *arguments, "--settings", self.settings,
                              home="desks/publisher", lang=lang)
        said = done.stdout + done.stderr
        self.city.check(done.returncode in status and (not code or "[%s]" % code in said)
                        and all(w in said for w in words), what,
                        "exit %d\n%s" % (done.returncode, said))
        return said

    def publish(self, what, scopes, words=()):
        """A release of these scopes, with both signatures, at the daemon; its report."""
        draft = self.city.path("draft.kkyb")
        given = [part for scope, path in scopes.items() for part in ("--scope", scope + "=" + path)]
        self.desk((0, WARNINGS), what, "build", *given, "--title", what, "--out", draft, words=words)
        self.city.run("release", "approve", draft, home="desks/approver")
        self.city.run("release", "publish", draft, "--spool", self.city.path("spool"),
                      home="desks/publisher")
        self.city.settle()
        self.city.run("sync", home="desks/approver", status=(0, WARNINGS))
        return read(draft + ".report.csv")

    def get(self, home, indicator, period, area=None, more=()):
        where = ("--area", area) if area else ()
        told = self.city.value("data", "get", "--indicator", indicator, "--period", period,
                               *where, *more, home=home, status=(0, WARNINGS))
        return {cell["area"]: cell["missing"] or str(cell["value"]) for cell in told["cells"]
                if not cell["breakdown"]}


def concealed(rows, *areas):
    return [dict(row, value="", missing="x") if row["area"] in areas else row for row in rows]


def loosened(report, words):
    return [float(row["most"]) for row in report
            if row["what"] == "loosened" and row["detail"].startswith(words)]


def preliminary_and_final(s):
    city = s.city
    early = s.pick(EARLY, "2020-10-01", areas=["14130"])
    final = s.pick(CENSUS, "2020-10-01", areas=["14130"])
    city.check((early[0]["value"], early[0]["status"], final[0]["value"], final[0]["status"]) ==
               ("1539081", "p", "1538262", ""), "both counts of 2020", early + final)
    s.publish("速報", {"pub": s.write("early.csv", early)})
    report = s.publish("確定", {"pub": s.write("both.csv", early + final)},
                       words=("does not add up by 819",))
    city.check(loosened(report, EARLY) == [819.0], "the report has their difference", report)
    at = ("--as-of", "1")
    city.check(s.get("desks/approver", EARLY, "2020-10-01", "14130") == {"14130": "1539081"}
               and s.get("desks/approver", CENSUS, "2020-10-01", "14130") == {"14130": "1538262"},
               "side by side: the final one does not take the other's place")
    city.check(s.get("desks/approver", EARLY, "2020-10-01", "14130", at) == {"14130": "1539081"}
               and not s.get("desks/approver", CENSUS, "2020-10-01", "14130", at),
               "as of the first release only the preliminary one is there")


def two_methods(s):
    """65 and over: 301,151 as counted, 46,350 of unknown age; 311,515 with the unknown shared out."""
    city = s.city
    imputed = s.pick(CENSUS, "2020-10-01", "age=65-", ["14130"])
    bands = [row for row in s.rows if row["indicator"] == CENSUS and row["area"] in ("M1404", "M1405")
             and row["breakdown"].startswith("age=") and ";" not in row["breakdown"]
             and row["breakdown"] in OLD]
    counted = sum(int(row["value"]) for row in bands)
    city.check((counted, imputed[0]["value"], imputed[0]["method"]) == (301151, "311515", "不詳補完"),
               "the two figures", (counted, imputed))
    other = s.row(CENSUS, "14130", "2020-10-01", counted, breakdown="age=65-", method="原数値")
    both = s.write("methods.csv", imputed + [other])
    told = city.call("release", "check", both, "--json", home="desks/publisher")
    issues = json.loads(told.stdout)[0]["issues"]
    city.check(told.returncode == 1 and [(i["cause"], i["line"], i["other_line"]) for i in issues
                                         if i["cause"] == "DUPLICATE"] in
               ([("DUPLICATE", 3, 2)], [("DUPLICATE", 2, 3)]),
               "one cell cannot hold both: both lines are named", told.stdout)
    rows = imputed + bands + s.pick(CENSUS, "2020-10-01", areas=["14130", "M1404", "M1405"])
    own = [dict(other, indicator="population_census_counted")]
    s.publish("65歳以上", {"pub": s.write("own.csv", rows + own)})
    told = city.value("data", "get", "--indicator", "population_census_counted", "--area", "14130",
                      home="desks/approver")["cells"]
    city.check([(c["value"], c["method"]) for c in told] == [(301151, "原数値")],
               "with an indicator of its own it stands beside, method and all", told)


def series_break(s):
    """Up to 2005 the wards add up to the city; those of 2010 are of a source that shares out."""
    city, rows = s.city, []
    for year in range(1985, 2011, 5):
        period = "%d-10-01" % year
        rows += s.pick(CENSUS, period, "age=0-14", ["14130", *WARDS])
        here = {row["area"]: int(row["value"]) for row in rows if row["period"] == period}
        city.check(sum(here[w] for w in WARDS) - here["14130"] == (565 if year == 2010 else 0),
                   "0-14 of %d" % year, here)
    report = s.publish("年少人口", {"pub": s.write("young.csv", rows)},
                       words=("does not add up by 565: population_census 14130 2010-10-01 age=0-14",))
    city.check([row["detail"].split(" ")[2] for row in report if row["what"] == "loosened"
                and "age=0-14" in row["detail"]] == ["2010-10-01"], "only that year is told", report)
    told = city.value("data", "get", "--indicator", CENSUS, "--area", NAKAHARA, "--breakdown",
                      "age=0-14", home="desks/approver")["cells"]
    city.check({c["period"]: c["method"] for c in told}["2010-10-01"] == "年齢不詳を按分" and
               all(not c["method"] for c in told if c["period"] < "2010"),
               "a reader sees the method change", told)


def printed_total(s):
    city = s.city
    rows = s.pick(HOUSEHOLDS, "2016-05-01", areas=["14130", *WARDS])
    here = {row["area"]: int(row["value"]) for row in rows}
    city.check(len(here) == 8 and sum(here[w] for w in WARDS) == 700842, "seven wards", here)
    report = s.publish("世帯 2016", {"pub": s.write("2016.csv", rows)},
                       words=("does not add up by 18",))
    city.check(loosened(report, HOUSEHOLDS + " 14130 2016-05-01") == [18.0], "in the report too",
               report)
    city.check(s.get("desks/approver", HOUSEHOLDS, "2016-05-01", "14130") == {"14130": str(PRINTED)},
               "the total stays as it was printed")
    period = "2016-05-02"  # the same figures where nothing is out yet, two wards of them concealed
    again = [dict(row, period=period) for row in rows]
    own = {"r:" + w: s.write(w + ".csv", [r for r in again if r["area"] == w])
           for w in (NAKAHARA, ASAO)}
    report = s.publish("世帯 2016 秘匿", {"pub": s.write("2016x.csv", rows + concealed(
        again, NAKAHARA, ASAO)), **own})
    cells = {(r["view"], r["area"]): (float(r["least"]), float(r["most"])) for r in report
             if r["what"] == "cell" and r["period"] == period}
    city.check(all(least <= here[area] <= most for (_, area), (least, most) in cells.items())
               and ("pub", ASAO) in cells and not [r for r in report if r["what"] == "loosened"
                                                   and r["view"]],
               "with concealed wards the programs have answers, and the truth is in them", report)


def asao(s):
    city = s.city
    rows = s.pick(HOUSEHOLDS, "2008-04-01", areas=["14130", *WARDS])
    city.check({row["area"] for row in rows} == {"14130", *WARDS[:-1]} and
               633924 - sum(int(r["value"]) for r in rows if r["area"] != "14130") == ASAO_2008,
               "the city and six wards were printed", rows)
    rows.append(dict(rows[0], area=ASAO, value="", missing="x", source="", note=""))
    as_it_was = s.write("2008.csv", rows)
    s.desk((CONFLICT,), "concealed as it was: the attacker finds it", "build", "--scope",
           "pub=" + as_it_was, "--title", "x", "--out", city.path("no.kkyb"), code="E2010",
           words=("pub households_estimate 14137 2008-04-01: 67612 ← households_estimate 14130",))
    s.desk((CONFLICT,), "in Japanese too", "build", "--scope", "pub=" + as_it_was, "--title", "x",
           "--out", city.path("no.kkyb"), lang="ja", words=("67612", "秘匿した数値が推測できる"))
    s.desk((0,), "suppression stops it", "protect", "--working", as_it_was, "--out",
           city.path("2008"))
    table = city.path("2008", "pub.csv")
    report = s.publish("世帯 2008", {"pub": table})
    seen = s.get("desks/approver", HOUSEHOLDS, "2008-04-01", more=("--public",))
    hidden = [w for w in WARDS if seen[w] == "x"]
    rest = int(seen["14130"]) - sum(int(seen[w]) for w in WARDS if seen[w] != "x")
    city.check(ASAO in hidden and len(hidden) >= 2 and rest > ASAO_2008 + 10,
               "by subtraction only a sum of wards is left", seen)
    told = [r for r in report if r["what"] == "cell" and r["area"] == ASAO and r["view"] == "pub"
            and r["period"] == "2008-04-01"]
    city.check(told and float(told[0]["least"]) == 0 and float(told[0]["most"]) == rest
               and not told[0]["detail"], "the report says how far it is known", told)


def neighbours(s):
    """Both wards are x for everybody, each reads its own: the other's would be found."""
    city, period = s.city, "2008-04-02"  # figures of the day before, where nothing is out yet
    rows = [dict(row, period=period) for row in s.pick(HOUSEHOLDS, "2008-04-01")
            if row["area"] in ("14130", *WARDS)]
    rows.append(dict(rows[0], area=ASAO, value=str(ASAO_2008), note="差し引きで求めた値"))
    truth = {row["area"]: int(row["value"]) for row in rows}
    scopes = {"pub": s.write("two.csv", concealed(rows, SAIWAI, NAKAHARA))}
    scopes.update({"r:" + w: s.write("own-%s.csv" % w, [r for r in rows if r["area"] == w])
                   for w in (SAIWAI, NAKAHARA)})
    given = [part for scope, path in scopes.items() for part in ("--scope", scope + "=" + path)]
    s.desk((CONFLICT,), "a reader of r:幸区 would know 中原区", "build", *given, "--title", "x", "--out",
           city.path("no.kkyb"), code="E2010",
           words=("r:14132 households_estimate 14133 2008-04-02: 110753",))
    s.desk((0,), "protected for those eyes too", "protect", *given, "--out",
           city.path("neighbours"))
    s.publish("世帯 2008 区", {scope: city.path("neighbours", scope.replace(":", "-") + ".csv")
                            for scope in scopes})
    for ward, other in itertools.permutations((SAIWAI, NAKAHARA)):
        home = "staff" + ward
        city.run("sync", home=home, status=(0, WARNINGS))
        seen = s.get(home, HOUSEHOLDS, period)
        unknown = [w for w in WARDS if seen[w] == "x"]
        city.check(seen[ward] == str(truth[ward]) and other in unknown and len(unknown) >= 2,
                   "%s reads its own, and two unknowns are left beside it" % home, seen)
        rest = truth["14130"] - sum(int(seen[w]) for w in WARDS if w not in unknown)
        city.check(rest - truth[other] >= 10, "so %s is not what is left over" % other, seen)


def main():
    kukyoku, kukyokud, data = sys.argv[1:]
    with City(kukyoku, kukyokud) as city:
        city.found()
        city.start()
        s = Lessons(city, data)
        preliminary_and_final(s)
        city.enrol({"staff" + w: ("staff", w) for w in (SAIWAI, NAKAHARA)})
        for lesson in (two_methods, series_break, printed_total, asao, neighbours):
            lesson(s)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
