#!/usr/bin/env python3
"""Published figures of Kawasaki as releases read them: SOURCE.csv -> public, internal, restricted.

    tests/data/convert.py SOURCE.csv

SOURCE.csv has the columns indicator, area_code, area_name, period, value, unit, source. README.md
says what each rule below does and why. The result is committed beside this file; a run writes the
same bytes.
"""
import csv
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
HEADER = ["indicator", "area", "period", "breakdown", "value", "missing", "unit", "status",
          "method", "source", "note"]

UNKNOWN_ALLOTTED = "年齢不詳を按分"
IMPUTED = "不詳補完"
ORIGINAL = "原数値（年齢不詳を含む）"
GUIDE = "川崎市「地域マネジメント」の手引き（令和元年度 地域福祉実態調査）"

AGE = r"(?P<age>\d+_\d+|\d+plus|age_unknown)"
# (pattern of the source's indicator, indicator, breakdown, status, method)
RULES = [
    (r"population_census", "population_census", "", "", ""),
    (r"population_(?P<sex>male|female)_census", "population_census", "sex", "", ""),
    (r"population_census_preliminary", "population_census_preliminary", "", "p", "速報集計"),
    (r"population_census_preliminary_town", "population_census_preliminary", "", "p", "速報集計"),
    (rf"population_{AGE}_census_base2010_adjusted", "population_census", "age", "",
     UNKNOWN_ALLOTTED),
    (rf"population_{AGE}_census_imputed", "population_census", "age", "", IMPUTED),
    (rf"population_{AGE}_census_original", "population_census", "age", "", ORIGINAL),
    (rf"population_{AGE}_census", "population_census", "age", "", ""),
    (rf"population_{AGE}_estimate", "population_estimate", "age", "e", ""),
    (r"population_estimate", "population_estimate", "", "e", ""),
    (rf"population_{AGE}_projection_base2010", "population_projection", "age", "e",
     "2010年国勢調査を基準とする将来推計"),
    (r"population_projection_base2010", "population_projection", "", "e",
     "2010年国勢調査を基準とする将来推計"),
    (rf"share_{AGE}_census_imputed", "population_share_census", "age", "", IMPUTED),
    (rf"share_{AGE}_census", "population_share_census", "age", "", ""),
    (rf"share_{AGE}_estimate", "population_share_estimate", "age", "e", ""),
    (rf"share_{AGE}_projection_2017", "population_share_projection", "age", "e",
     "2017年5月の市推計"),
    (rf"share_{AGE}_local_area", "population_share_local", "age", "", ""),
    (r"population_local_area", "population_local", "", "", ""),
    (r"households_local_area", "households_local", "", "", ""),
    (r"households_estimate", "households_estimate", "", "e", ""),
    (r"households_census_preliminary", "households_census_preliminary", "", "p", "速報集計"),
    (r"persons_per_household_census_preliminary", "persons_per_household_census_preliminary", "",
     "p", "速報集計"),
    (r"mean_age_census_imputed", "mean_age_census", "", "", IMPUTED),
    (r"mean_age_census", "mean_age_census", "", "", ""),
    (r"mean_age_estimate", "mean_age_estimate", "", "e", ""),
    (r"resident_group_share_(?P<group>[ABCD])_\w+", "resident_group_share", "group", "", ""),
    (r"resident_group_share_neighbour_(?P<relation>\w+)", "resident_group_share", "relation", "",
     ""),
    (r"resident_group_share_participation_intent_(?P<intent>yes|no)", "resident_group_share",
     "intent", "", ""),
]
# Areas without a code of their own in the source, by their name there.
AREAS = {
    "幸区 日吉第三地区(地区社協)": "14132-01",
    "幸区 南河原地区(地区社協)": "14132-02",
    "幸区 御幸東地区(地区社協)": "14132-03",
    "多摩区 登戸": "14135-9000001",
    "宮前区 野川": "14136-9000001",
    "宮前区 犬蔵2丁目": "14136-9000002",
    "宮前区 宮前平3丁目": "14136-9000003",
}
OUR_AREA = "{}。エリア番号は公表のものではなく、このデータが仮に付けた"
OUR_TOWN = "{}。町字IDは仮に付けた（9で始まる）"
INTERNAL = {"population_projection", "population_share_projection", "support_need_certified",
            "care_need_certified", "care_or_support_need_certified", "budget_chiiki_kadai_taio"}
# 中原区 alone: what its newsletters printed, as if it were held to the ward.
RESTRICTED = {("households_estimate", "14133"), ("mean_age_census", "14133")}

# 模擬: areas of two wards whose population adds up to the census of 2010-10-01, by weights.
SAMPLE_PERIOD = "2010-10-01"
SAMPLE_WARDS = {"14133": (24, 22, 20, 18, 16), "14136": (30, 27, 24, 19)}
SAMPLE_SHARE_65 = {"14133": (13.1, 14.9, 12.6, 15.2, 13.4), "14136": (15.1, 17.2, 15.6, 16.3)}
SAMPLE_SOURCE = "模擬データ（区の人口をこのデータの作成時に割り振ったもの。実在の地区の値ではない）"
# Two cells of 中原区 that pub conceals, so that the sum does not give one away; r:14133 shows them.
CONCEALED = {"14133-03", "14133-05"}


def dropped(row):
    """Forums, Wikipedia, and the figure of 麻生区 that nobody published."""
    source = row["source"].lower()
    return "5ch.net" in source or "wikipedia" in source or \
        (row["area_code"] == "14137" and source.startswith("derived"))


def age(text):
    if text == "age_unknown":
        return "unknown"
    return text[:-4] + "-" if text.endswith("plus") else text.replace("_", "-")


def breakdown(dimension, found):
    if not dimension:
        return ""
    text = found.group(dimension)
    value = age(text) if dimension == "age" else {"male": "m", "female": "f"}.get(text, text)
    return f"{dimension}={value}"


def indicator(name):
    """(indicator, breakdown, status, method) of an indicator of the source."""
    for pattern, new, dimension, status, method in RULES:
        found = re.fullmatch(pattern, name)
        if found:
            return new, breakdown(dimension, found), status, method
    return name, "", "", ""


def area(row):
    """(area, note)."""
    if row["area_name"] in AREAS:
        code = AREAS[row["area_name"]]
        return code, (OUR_TOWN if len(code) > 8 else OUR_AREA).format(row["area_name"])
    return ("M" if len(row["area_code"]) == 4 else "") + row["area_code"], ""


def convert(row):
    name, parts, status, method = indicator(row["indicator"])
    code, note = area(row)
    period = row["period"]
    if period == "R7 publication":
        period, note = "FY2025", "令和7年の公表資料"
    source = row["source"]
    if source.startswith("seed "):
        source = GUIDE
    if "census 確定値" in source and name == "households_estimate":
        status, method = "", "国勢調査の確定値"
    if "700824" in source:
        note = "区の合計 700,842 は同じ資料にある市の計 700,824 と合わない"
    return dict(zip(HEADER, [name, code, period, parts, row["value"], "", row["unit"], status,
                             method, source, note]))


def tier(row):
    if (row["indicator"], row["area"]) in RESTRICTED:
        return "restricted-14133"
    return "internal" if row["indicator"] in INTERNAL else "public"


def shares(total, weights):
    """Whole numbers in these proportions that add up to total."""
    parts = [total * w // sum(weights) for w in weights]
    parts[0] += total - sum(parts)
    return parts


def sample_row(code, parts, value, unit):
    concealed = value is None
    return dict(zip(HEADER, ["population_census", code, SAMPLE_PERIOD, parts,
                             "" if concealed else str(value), "x" if concealed else "", unit, "",
                             "模擬", SAMPLE_SOURCE, "模擬の地区。番号も仮のもの"]))


def samples(population):
    """(tier, row) of the made-up areas."""
    for ward, weights in SAMPLE_WARDS.items():
        for i, value in enumerate(shares(population[ward], weights)):
            code = f"{ward}-{i + 1:02d}"
            older = round(value * SAMPLE_SHARE_65[ward][i] / 100)
            yield "public", sample_row(code, "", value, "人")
            yield "public", sample_row(code, "age=65-", None if code in CONCEALED else older, "人")
            if ward == "14133":
                yield "restricted-14133", sample_row(code, "age=65-", older, "人")


def key(row):
    return tuple(row[k].encode() for k in ("indicator", "area", "breakdown", "period"))


def write(name, rows):
    keys = [key(r) for r in rows]
    if len(set(keys)) != len(keys):
        raise SystemExit(f"{name}: two rows of one key: "
                         f"{[k for k in keys if keys.count(k) > 1][0]}")
    with open(HERE / f"{name}.csv", "w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=key))


def main(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        kept = [convert(r) for r in csv.DictReader(f) if not dropped(r)]
    files = {"public": [], "internal": [], "restricted-14133": []}
    population = {}
    for row in kept:
        files[tier(row)].append(row)
        if (row["indicator"], row["breakdown"], row["period"]) == \
                ("population_census", "", SAMPLE_PERIOD):
            population[row["area"]] = int(row["value"])
    for name, row in samples(population):
        files[name].append(row)
    for name, rows in files.items():
        write(name, rows)
        print(f"{name}.csv: {len(rows)} rows")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
