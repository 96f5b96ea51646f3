#!/usr/bin/env python3
"""Makes the data that everything is measured on; the same for one seed, on any machine.

usage: workload.py OUT_DIR [SEED]

  W.csv    1,000,000 observations: 200 indicators, 500 areas, 10 years (2014 to 2023)
  W2.csv   the next release: 100,000 rows of 2024, 1 % of the old rows revised, 0.1 % of them gone
  Ws.csv   50,000 observations: 50 indicators, 100 areas, 10 years; Ws2.csv likewise
  R.jsonl  10,000 short Japanese records of about 600 bytes, by 7 writers in turn

A series starts at a log-normal value, grows about half a per cent a year with noise of 2 %, and is
rounded to the decimals of its unit. 93 of 100 cells are final, 3 estimated, 2.5 preliminary, 1.5
concealed. Rows ascend by indicator, area, breakdown, period.
"""
import json
import math
import pathlib
import random
import sys

HEADER = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"
UNITS = [("人", 0), ("世帯", 0), ("円", 2), ("千円", 2), ("件", 0), ("%", 1), ("戸", 0), ("ha", 1),
         ("台", 0), ("千人", 2)]
BREAKDOWNS = ["dim=総数", "dim=男", "dim=女", "dim=0-14歳", "dim=15-64歳", "dim=65歳以上"]
FIRST_YEAR, YEARS = 2014, 10
WORDS = ("道路 公園 街灯 段差 自転車 見守り 通いの場 高齢者 子育て 保育所 待機 避難所 浸水 防災 訓練 "
         "町会 民生委員 サロン 食事会 体操 送迎 坂道 バス停 買い物 孤立 相談 窓口 申請 学校 通学路 "
         "横断歩道 空き家 清掃 花壇 祭り 広報 回覧板 担い手 世代交流 健康 検診 介護 予防 講座").split()
WARDS = ["川崎区", "幸区", "中原区", "高津区", "宮前区", "多摩区", "麻生区"]


def status_of(rnd):
    u = rnd.random()
    if u < 0.93:
        return "", ""
    if u < 0.96:
        return "", "e"
    if u < 0.985:
        return "", "p"
    return "x", ""


def series(rnd, start, years):
    growth = rnd.gauss(0.005, 0.01)
    value = start * math.exp(rnd.gauss(0, 0.8))
    for _ in range(years):
        value *= math.exp(growth + rnd.gauss(0, 0.02))
        yield value


def build(rnd, indicators, areas):
    """Rows of all years and one more: [indicator, area, breakdown, year, value, missing, unit, status]."""
    rows = []
    for i in range(indicators):
        unit, decimals = UNITS[i % len(UNITS)]
        breakdown = BREAKDOWNS[i % len(BREAKDOWNS)]
        start = 10 ** rnd.uniform(1, 5)
        for a in range(areas):
            area = f"{13100 + a // 100}-{a % 100:02d}"
            for year, value in enumerate(series(rnd, start, YEARS + 1)):
                missing, status = status_of(rnd)
                rows.append([f"IND{i:04d}", area, breakdown, FIRST_YEAR + year,
                             None if missing else round(value, decimals), missing, unit, status,
                             decimals])
    return rows


def line(row):
    indicator, area, breakdown, year, value, missing, unit, status, decimals = row
    text = "" if value is None else f"{value:.{decimals}f}"
    return f"{indicator},{area},{year},{breakdown},{text},{missing},{unit},{status},,,\n"


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(HEADER)
        f.writelines(map(line, rows))


def revise(rnd, row):
    base = 100.0 if row[4] is None else row[4]
    changed = list(row)
    changed[4] = round(base * math.exp(rnd.gauss(0, 0.03)), 1)
    changed[5], changed[7] = "", "r"
    changed[8] = max(row[8], 1)
    return changed


def pair(out, name, seed, indicators, areas):
    rnd = random.Random(seed)
    rows = build(rnd, indicators, areas)
    last = FIRST_YEAR + YEARS
    old = [i for i, row in enumerate(rows) if row[3] != last]
    write(out / f"{name}.csv", (rows[i] for i in old))
    touched = rnd.sample(old, len(old) // 100 + len(old) // 1000)
    revised, gone = touched[: len(old) // 100], set(touched[len(old) // 100:])
    for i in revised:
        rows[i] = revise(rnd, rows[i])
    write(out / f"{name}2.csv", (row for i, row in enumerate(rows) if i not in gone))


def records(out, seed):
    rnd = random.Random(seed)
    with open(out / "R.jsonl", "w", encoding="utf-8") as f:
        for i in range(10000):
            title = "".join(rnd.choice(WORDS) for _ in range(5))[:20]
            body = ""
            while len(body.encode()) < 600:
                body += rnd.choice(WORDS) + rnd.choice(["が", "を", "の", "に", "で", "は", "、", "。"])
            record = {"id": f"{rnd.getrandbits(128):032x}", "writer": i % 7, "ward": WARDS[i % 7],
                      "seq": i // 7, "ts": 1714000000 + i * 37, "title": title, "body": body}
            f.write(json.dumps(record, ensure_ascii=False) + "\n")


def main(argv):
    if len(argv) not in (2, 3):
        sys.exit(__doc__)
    out = pathlib.Path(argv[1])
    seed = int(argv[2]) if len(argv) == 3 else 20261123
    out.mkdir(parents=True, exist_ok=True)
    pair(out, "W", seed, 200, 500)
    pair(out, "Ws", seed + 1, 50, 100)
    records(out, seed + 2)


main(sys.argv)
