"""A city with something to look at on every screen: figures of the wards and of sample areas (模擬),
records of every shape, cases in several states. What the page's tests walk through.

By hand, to look at it:  python3 page_city.py KUKYOKU KUKYOKUD DATA COMMAND…
runs COMMAND with the city's folder as its last argument and the daemon at work.
"""
import csv
import os
import subprocess
import sys

from city import City

PEOPLE = {"lead": ("lead", "14133"), "staff": ("staff", "14133"), "miyamae": ("lead", "14136"),
          "officer": ("officer", "")}
WARDS = {"14131": 6, "14132": 5, "14133": 8, "14134": 6, "14135": 6, "14136": 7, "14137": 6}
COLUMNS = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note".split(",")
SAMPLE = "模擬（画面確認のための作成値）"
RUBRIC = ["住民の意識の醸成: 4", "協議会等の設置: 3", "多世代コミュニティの形成: 3",
          "多世代の広がり具合: 2", "生活課題を解決するしくみづくり: 2"]


def row(indicator, area, period, value, unit, **more):
    made = dict.fromkeys(COLUMNS, "")
    made.update(indicator=indicator, area=area, period=period, value=value, unit=unit,
                source=SAMPLE, **more)
    return made


PERIODS = ("FY2022", "FY2023", "FY2024")


def people_of(seed, k):
    return 26000 + seed * 260 + k * 150


def rate_of(seed, k):
    return 3 + seed % 13 * .7 + k * .4


def sample_series(area, seeds):
    """People of an area, or of all areas in it, and the share of them at a meeting place."""
    for k, period in enumerate(PERIODS):
        people = sum(people_of(seed, k) for seed in seeds)
        rate = sum(rate_of(seed, k) for seed in seeds) / len(seeds)
        yield row("population_jukidaicho", area, period, people, "人",
                  status="p" if period == PERIODS[-1] else "")
        yield row("kayoinoba_rate", area, period, "%.1f" % rate, "%")


def sample_areas():
    """The city, its wards and 44 areas; deterministic, and marked as made up."""
    every = []
    for ward, count in WARDS.items():
        seeds = [(int(ward) * 31 + n * 17) % 97 for n in range(1, count + 1)]
        every += seeds
        yield from sample_series(ward, seeds)
        for n, seed in enumerate(seeds, 1):
            area = "%s-%02d" % (ward, n)
            yield from sample_series(area, [seed])
            yield row("kayoinoba_places", area, "FY2024", "" if n == 3 else seed % 9, "か所",
                      missing="x" if n == 3 else "", status="t")
            if ward == "14133":
                yield from sample_ages(area, seed)
    yield from sample_series("14130", every)


def sample_ages(area, seed):
    for k in range(18):
        age = "age=85-" if k == 17 else "age=%d-%d" % (k * 5, k * 5 + 4)
        for sex in "mf":
            value = 900 + (seed * (k + 3)) % 300 + (600 if 5 <= k <= 11 else 0) - k * 25
            yield row("population_local", area, "FY2024", value + (60 if sex == "f" else 0),
                      "人", breakdown="%s;sex=%s" % (age, sex))


def figures(city, data):
    """public.csv with the sample areas behind it."""
    path = city.path("public.csv")
    with open(data + "/public.csv", encoding="utf-8") as real, \
            open(path, "w", encoding="utf-8", newline="") as out:
        rows = list(csv.DictReader(real))
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows + list(sample_areas()), key=lambda r: (
            r["indicator"], r["area"], r["period"], r["breakdown"])))
    return path


# --- what the codes mean ---
RATE = dict(code="kayoinoba_rate", name="通いの場の参加率", name_en="share of people at kayoinoba",
            field="elderly", kind="rate", unit="%", sensitivity="normal", additive="no", tier="pub",
            definition="65歳以上の人のうち、月に一度以上、通いの場に来た人の割合（模擬）。",
            definition_en="Of people of 65 and over, those who came to a meeting place at least once a "
                          "month (made up).")
PLACES = dict(RATE, code="kayoinoba_places", name="通いの場の数", name_en="places to go (kayoinoba)",
              kind="count", unit="か所", additive="yes",
              definition="住民が運営し、月に一度以上開く通いの場の数（模擬）。",
              definition_en="Meeting places that residents run, open at least once a month (made up).")


def table(folder, name, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def reference(city, data):
    """What the project ships, what its test data add, and what is made up here."""
    shipped, added = data + "/../../deploy/reference", data + "/reference"
    with open(added + "/areas.csv", encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    with open(shipped + "/areas.csv", encoding="utf-8") as file:
        wards = {row["code"]: row for row in csv.DictReader(file)}
    areas = []
    for ward, count in WARDS.items():
        name, name_en = wards[ward]["name"].removesuffix("区"), wards[ward]["name_en"]
        areas += [dict(code="%s-%02d" % (ward, n), name="模擬 %s %d" % (name, n), kind="district",
                       name_en="Sample %s %d" % (name_en.removesuffix("-ku"), n), parent=ward,
                       sample="yes", source=SAMPLE) for n in range(1, count + 1)]
    made = city.path("reference")
    os.mkdir(made)
    table(made, "areas.csv", [area for area in areas if area["code"] not in known])
    table(made, "indicators.csv", [RATE, PLACES])
    return [shipped, added, made]


def new(city, home, kind, **fields):
    made = []
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            made += ["--set", "%s=%s" % (name, one)]
    verb = (kind, "new") if kind in ("issue", "docket", "program") else ("record", "new", kind)
    return city.value(*verb, *made, home=home)["id"]


def write_records(city):
    here = {"areas": "14133-01", "field": "elderly"}
    new(city, "staff", "voice", title="坂の上から買い物に出にくい", date="2026-10-02", heard="voice",
        content="雨の日は外に出るのをあきらめるという声が続いた", **here)
    new(city, "staff", "voice", title="公園のベンチで話し込む人が増えた", date="2026-10-20",
        heard="observed", content="朝の体操のあとに自然と輪ができている", **here)
    new(city, "staff", "resource", title="みんなの縁側", resource="engawa", place="会館の一階",
        times="毎週火曜の午後", **here)
    initiative = new(city, "lead", "initiative", title="坂の送迎を試す", by_whom="住民有志と社協",
                     purpose="外出をあきらめない", for_whom="坂の上に住む高齢の方",
                     what="週一回の買い物送迎", next_step="担い手を三人増やす（来年三月まで）", **here)
    new(city, "lead", "evaluation", title="上丸子地区の取組の評価", areas="14133-01",
        date="2026-09-30", rubric="地域づくりの指標 2020", scores=RUBRIC, assessors="協議会と区",
        citizens="with", initiative=initiative)
    new(city, "lead", "goal", title="出かけられる坂の町", areas="14133-01", field="elderly",
        theme="だれもが週に一度は出かけられる", agreed_with=["地区社協", "町内会連合会"],
        target_value="300", target_unit="人", target_date="2028-03-31", date="2026-08-01")
    new(city, "staff", "finding", title="移動の手段が足りない", section="地域支援課", aspect="community",
        problem="坂の上の三つの町で移動の手段が足りない", **here)


def issue(city, home, ward, title, submit=True):
    made = new(city, home, "issue", title=title, problem="続けて相談があり、区だけでは応じきれない",
               field="elderly", areas=[ward + "-01", ward + "-02"], priority="high")
    city.run("issue", "rung", made, "framed", home=home)
    if not submit:
        return made
    for rung in ("residents", "existing", "partners", "ward_plan"):
        city.run("issue", "rung", made, rung, home=home)
    city.run("issue", "edit", made, "--set", "tried=既存事業の工夫: 送迎を試行したが担い手が足りなかった",
             "--set", "size_value=300", "--set", "size_unit=人", "--set",
             "size_method=民生委員の聞き取りから推計", "--set",
             "evidence=population_jukidaicho %s-01 FY2024" % ward, "--set",
             "ask=移動を支える仕組みを局の事業として検討してほしい", home=home)
    return city.value("issue", "submit", made, home=home)["id"]


def write_cases(city):
    first = issue(city, "lead", "14133", "坂の多い地区の移動手段")
    second = issue(city, "lead", "14133", "集まる場所の夜間の利用")
    third = issue(city, "miyamae", "14136", "団地の空き店舗を居場所にする")
    issue(city, "lead", "14133", "朝の見守りの担い手", submit=False)
    for home in ("lead", "miyamae", "officer"):
        city.run("sync", home=home)
    for case in (first, third):
        city.run("case", "receive", case, home="officer")
        city.run("case", "review", case, home="officer")
    city.run("case", "ask", third, "--set", "reason=空き店舗の数と位置を教えてください", home="officer")
    city.run("case", "negotiate", first, home="officer")
    city.run("case", "propose", first, "built", "--set", "fund=insurance", "--set",
             "fiscal_year=2027", "--set", "answer=送迎の取組を支援する", home="officer")
    new(city, "officer", "memo", case=first, priority="high", note="来年度の予算要求に合わせる")
    new(city, "officer", "docket", title="移動と居場所", cases=[first, third])
    for home in PEOPLE:
        city.run("sync", home="officer")
        city.run("sync", home=home)
    return first, second, third


def conflicts(city):
    """One resource and one issue that two people wrote apart."""
    made = new(city, "lead", "resource", title="サロンひだまり", resource="salon", field="elderly",
               areas="14133-02")
    shared = issue(city, "lead", "14133", "公園の暗がり", submit=False)
    for home in ("lead", "staff"):
        city.run("sync", home=home)
    for home, place, problem in (("lead", "北会館", "街灯が足りない"), ("staff", "南集会所", "木が茂りすぎ")):
        city.run("record", "edit", made, "--set", "place=" + place, home=home)
        city.run("issue", "edit", shared, "--set", "problem=" + problem, home=home)
    for home in ("staff", "lead"):
        city.run("sync", home=home, status=(0, 3, 6))
    return {"conflict": made, "two_sided": shared}


def open_to_all(city, *tables):
    """By name: what the reference data say of an indicator goes before a line for all."""
    names = set()
    for path in tables:
        with open(path, encoding="utf-8") as file:
            names |= {row["indicator"] for row in csv.DictReader(file)}
    city.declare("\n".join("%s = open" % name for name in sorted(names)))


def furnish(city, data):
    tables = {"pub": figures(city, data), "int": data + "/internal.csv",
              "r_14133": data + "/restricted-14133.csv"}
    city.found()
    city.start()
    open_to_all(city, *tables.values())
    city.publish("川崎市 公表統計と模擬の地区集計", reference=reference(city, data), **tables)
    city.enrol(PEOPLE)
    write_records(city)
    cases = write_cases(city)
    return {"cases": cases, **conflicts(city)}


def main():
    with City(*sys.argv[1:3]) as city:
        furnish(city, sys.argv[3])
        return subprocess.run([*sys.argv[4:], city.folder]).returncode


if __name__ == "__main__":
    sys.exit(main())
