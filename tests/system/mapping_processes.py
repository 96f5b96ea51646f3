#!/usr/bin/env python3
"""Tables of other columns by their mapping: kukyoku release check as a process.

usage: mapping_processes.py KUKYOKU KUKYOKUD DATA

Wide tables (地域・年齢別人口; a column a year; a column an indicator) and answers of e-Stat become
rows of a release that know their cells; a mapping is kept once and found again by the columns of
next year's table. All figures are made up (模擬). [IM-8] [IM-9]
"""

import json
import os
import shutil
import sys
import tempfile

from release_processes import DATA, FAILED, USAGE, WARNINGS, Story
from workbook import Book

AGES = os.path.join(DATA, "..", "..", "deploy", "mappings", "age-population.ini")
BANDS = [f"{a}-{a + 4}歳" for a in range(0, 85, 5)] + ["85歳以上"]
AGE_HEAD = (["都道府県コード又は市区町村コード", "地域コード", "都道府県名", "市区町村名", "調査年月日",
             "地域名", "総人口", "男性", "女性"] +
            [f"{b}の{s}" for b in BANDS for s in ("男性", "女性")] + ["世帯数", "備考"])


def check(s, status, what, path, *options):
    done = s.run("desk", "--json", "release", "check", path, *options)
    s.check(done.returncode == status, what, f"exit {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)[0] if done.stdout else {}


def refused(s, what, code, words, path, *options):
    done = s.run("desk", "release", "check", path, *options)
    s.check(done.returncode != 0 and f"[{code}]" in done.stderr and words in done.stderr, what,
            f"{done.returncode} {done.stderr}")


def preview(s, path, *options):
    return s.run("desk", "release", "check", path, *options).stdout


def ages(s):
    """A CP932 file with the city's six digits, 町字ID, era years and symbols."""
    def row(town, *figures):
        return ["141330", town, "神奈川県", "川崎市中原区", "令和７年４月１日", "模擬町", *figures]

    bands = ["１２", "X"] + ["1,234"] * 34
    table = [AGE_HEAD, row("9000001", "42,000", "21000", "21000", *bands, "20000", ""),
             row("9000002", "7", "3", "4", *(["…"] * 36), "5", "境界変更")]
    path = s.path("ages.csv")
    with open(path, "w", encoding="cp932", newline="\r\n") as f:
        f.write("\n".join(",".join(f'"{c}"' for c in r) for r in table))
    told = check(s, 0, "population by area and age", path, "--mapping", AGES, "--keep-mapping")
    s.check((told["mapping"], told["encoding"], told["rows"], told["counts"]["new"]) ==
            ("地域・年齢別人口", "CP932", 80, 80), "forty figures a row", told)
    text = preview(s, path)
    s.check("households  14133-9000001  2025-04-01" in text and "対応表" not in text,
            "codes and days become ours", text)
    told = check(s, 0, "next year it is found again", path)
    s.check(told["mapping"] == "地域・年齢別人口", "by its columns", told)
    table[1][9] = "12歳"
    with open(path, "w", encoding="cp932") as f:
        f.write("\n".join(",".join(f'"{c}"' for c in r) for r in table))
    told = check(s, FAILED, "a figure with its unit", path)
    s.check([(i["cause"], i["place"], i["value"]) for i in told["issues"]] ==
            [("SUFFIX", "2:10", "12歳")], "is told with its own cell", told["issues"])
    told = check(s, FAILED, "a column gone", s.write("short.csv", ",".join(AGE_HEAD[:-3]) + "\n1\n"))
    s.check(told["causes"][0]["cause"] == "HEADER", "no mapping fits", told["causes"])
    table[1][9] = "１２"
    with open(path, "w", encoding="cp932") as f:
        f.write("\n".join(",".join(f'"{c}"' for c in r) for r in table))
    shutil.copy(AGES, s.path("desk/mappings/zz.ini"))
    refused(s, "two kept ones fit", "E2020", "age-population, zz", path)
    told = check(s, 0, "the one that is named", path, "--mapping", "zz")
    s.check(told["mapping"] == "地域・年齢別人口", "is taken", told)
    os.remove(s.path("desk/mappings/zz.ini"))
    refused(s, "the mapping says which", "E2005", "L3-07", s.path("short.csv"), "--mapping",
            "age-population")


YEARS = """[table]
header = 3
rest = period
[row]
indicator = households
area = {コード}
area_name = {区}
unit = 世帯
[symbols]
- = n
"""


def years(s):
    """A column a year, under a title, in a workbook."""
    ini = s.write("years.ini", YEARS)
    book = Book("世帯").fill([["世帯数の推移（模擬）"], [],
                             ["コード", "区", "平成27年", "2020", "令和7年"],
                             [14135, "多摩区", 110000, 115000, "-"],
                             [14136, "川崎市宮前区", 100000, 101000, 102000],
                             ["注 住民基本台帳による"]])
    told = check(s, WARNINGS, "a column a year", book.write(s.path("years.xlsx")), "--mapping", ini)
    s.check(told["counts"]["new"] == 6 and [(i["rule"], i["place"]) for i in told["issues"]] ==
            [("L1-04", "A6")], "its note is passed over", told)
    text = preview(s, s.path("years.xlsx"), "--mapping", ini)
    s.check("households  14135  2015" in text and "n  世帯" in text, "headers are years", text)
    book.rows[5][1] = "多摩区"
    told = check(s, FAILED, "a name that is another's", book.write(s.path("swap.xlsx")),
                 "--mapping", ini)
    s.check({(i["cause"], i["place"], i.get("hint")) for i in told["issues"] if i["refuses"]} ==
            {("CODE_NAME", "B5", "宮前区")}, "is held against the code", told["issues"])
    book.rows[4][2] = "※"
    told = check(s, FAILED, "a symbol nobody defined", book.write(s.path("mark.xlsx")),
                 "--mapping", ini)
    s.check(("SYMBOL", "L3-03", "C4") in {(i["cause"], i["rule"], i["place"])
                                         for i in told["issues"]}, "is asked for", told["issues"])


INDICATORS = """[table]
rest = indicator
[row]
area = {地域}
period = FY{年度}
breakdown = age={年齢};sex={性別}
unit = 件
[words]
川崎区 = 14131
男 = m
[symbols]
blank = x
"""


def indicators(s):
    ini = s.write("columns.ini", INDICATORS)
    table = s.write("columns.csv", "地域,年度,性別,年齢,consultations,visits\n"
                    "川崎区,2024,男,65-,300,\n14132,2024,f,65-,120,80\n")
    told = check(s, 0, "a column an indicator", table, "--mapping", ini)
    s.check(told["counts"]["new"] == 4, "four figures", told)
    text = preview(s, table, "--mapping", ini)
    s.check("visits         14131  FY2024  age=65-;sex=m      x  件" in text,
            "words are translated, a blank is what the mapping says", text)


ESTAT = """[row]
indicator = {tab}
area = {area}
period = {time}
breakdown = sex={cat01}
unit = {unit}
source = 政府統計の総合窓口（e-Stat）
[values]
value =
[words]
020 = population
1 = m
[table]
rest = ignore
[symbols]
*** = u
"""


def estat(s):
    ini = s.write("estat.ini", ESTAT)

    def answer(values, status=0):
        return json.dumps({"GET_STATS_DATA": {
            "RESULT": {"STATUS": status, "ERROR_MSG": "該当データはありませんでした。"},
            "STATISTICAL_DATA": {
                "CLASS_INF": {"CLASS_OBJ": [
                    {"@id": "tab", "@name": "表章項目", "CLASS": {"@code": "020", "@name": "人口"}},
                    {"@id": "cat01", "CLASS": [{"@code": "1", "@name": "男"}]},
                    {"@id": "area", "CLASS": []}, {"@id": "time", "CLASS": []}]},
                "DATA_INF": {"NOTE": {"@char": "***", "$": "数字が得られないもの"},
                             "VALUE": values}}}}, ensure_ascii=False)

    value = {"@tab": "020", "@cat01": "1", "@area": "14133", "@time": "2020000000", "@unit": "人",
             "$": "130000"}
    table = s.write("estat.json", answer([value, dict(value, **{"@time": "2015000000", "$": "***"})]))
    told = check(s, 0, "an answer of e-Stat", table, "--mapping", ini)
    s.check((told["encoding"], told["counts"]["new"]) == ("e-Stat JSON", 2), "two figures", told)
    text = preview(s, table, "--mapping", ini)
    s.check("population  14133  2015    sex=m           u" in text, "by their codes", text)
    table = s.write("one.json", answer(dict(value, **{"$": "12人"})))
    told = check(s, FAILED, "one value alone", table, "--mapping", ini)
    s.check([i["place"] for i in told["issues"]] == ["VALUE[0]"], "has its place", told["issues"])
    with open(table, encoding="utf-8") as whole:
        part = json.load(whole)
    part["GET_STATS_DATA"]["STATISTICAL_DATA"]["RESULT_INF"] = {
        "TOTAL_NUMBER": 100001, "FROM_NUMBER": 1, "TO_NUMBER": 100000, "NEXT_KEY": 100001}
    refused(s, "a part of an answer", "E2018", "figures 1 to 100000 of 100001",
            s.write("part.json", json.dumps(part)), "--mapping", ini)
    refused(s, "an answer that is an error", "E2018", "該当データ",
            s.write("none.json", answer([], 100)))
    refused(s, "other JSON", "E2018", "getStatsData", s.write("other.json", '{"a": 1}'))
    refused(s, "half an answer", "E2018", "JSON", s.write("half.json", '{"GET_STATS_DATA": '))


def wrong_mappings(s):
    table = s.write("t.csv", "a,b\n1,2\n")
    for what, text, words in (
            ("a section nobody knows", "[tabel]\nx = 1\n", "m.ini:2"),
            ("a column nobody has", "[row]\nplace = {a}\n[values]\nb =\n", "m.ini:2"),
            ("figures twice", "[values]\nb =\nb =\n", "m.ini:3"),
            ("a symbol of no meaning", "[values]\nb =\n[symbols]\nX = hidden\n", "m.ini:4"),
            ("no figures", "[row]\narea = {a}\n", "[values] is empty"),
            ("a line too long", "[row]\nsource = " + "あ" * 70 + "\n", "m.ini:2"),
            ("no such column", "[row]\narea = {c}\n[values]\nb =\n", "line 1 has no column `c`"),
            ("a column whose name grew", "[row]\narea = {aa}\n[values]\nb =\n", "`a` is near"),
            ("a column of which nothing is said", "[values]\nb =\n", "the column `a`")):
        refused(s, what, "E2005", words, table, "--mapping", s.write("m.ini", text))
    refused(s, "a column that stands twice", "E2005", "L2-03", s.write("u.csv", "a,b,b\n1,2,3\n"),
            "--mapping", s.write("m.ini", "[row]\narea = {a}\n[values]\nb =\n"))
    refused(s, "a mapping that is not there", "E1007", "", table, "--mapping", "nope")
    s.expect(USAGE, "nothing to keep", "desk", "release", "check", table, "--keep-mapping",
             code="E7001")


def main():
    with tempfile.TemporaryDirectory(prefix="kukyoku-mapping-") as folder:
        s = Story(folder)
        os.mkdir(s.path("desk"))
        for part in (ages, years, indicators, estat, wrong_mappings):
            part(s)
        print("1..%d" % s.number)
    return 0 if s.good else 1


if __name__ == "__main__":
    sys.exit(main())
