#!/usr/bin/env python3
"""The manual as a city plays it: every command of docs/manual, chapter by chapter through one year,
in Japanese and in English, each as the person whom the manual names. What other wards share is there
before it begins. At the end the year has left what it should.

A block of the manual stands under `<!-- PERSON -->`, or `<!-- PERSON: NAME -->` where later
commands call the id that it prints NAME, or `<!-- PERSON exit N -->` where each of its commands ends so.
Under `<!-- PERSON file NAME -->` stands a file of the person's folder; `cp932` and `workbook` instead of
`file` say what becomes of its text. $STICK and $SPOOL are what people carry and where the daemon takes.

usage: manual_processes.py KUKYOKU KUKYOKUD MANUAL_DIR ja|en
"""
import os
import re
import subprocess
import sys

from city import City
from workbook import Book

CHAPTERS = ("1-staff-week", "2-lead-month", "3-officer-day", "4-year-end", "5-publishing-desk")
HOMES = {"publisher": "desks/publisher", "approver": "desks/approver"}
HEAD = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"
FIGURES = HEAD + "".join(
    "population,%s,2020,,%d,,人,,,,\nhouseholds,%s,2020,,%d,,世帯,,,,\n" % (area, n, area, n // 2)
    for area, n in (("14130", 90000), ("14135", 9000), ("14135-01", 1300), ("14135-02", 1500)))
BLOCK = re.compile(r"^<!-- (\w+)(?:: (\w+))?(?: (exit|file|cp932|workbook) (\S+))? -->\n```\n(.*?)^```$",
                   re.M | re.S)
ID = re.compile(r"\b[0-9a-f]{8}\b")
# Practice examples of the city's guide as their wards would share them: its facts, in other words.
SHARED = (
    ("lead131", "title=地域の縁側", "field=people", "summary=誰でも立ち寄れる場。平成17年度に始まり、13の団体がある",
     "points=住民の発意で始まり、安否を確かめる機会にもなる",
     "ahead=新しい団体と後継ぎ、男性の参加が少ない"),
    ("lead131", "title=ぽかぽか通信", "field=health", "summary=保健・福祉・医療・子育てを知らせる川崎区のかわら版",
     "points=活動する人に取材し、郵便局やヤクルトにも配ってもらう",
     "ahead=町内会の回覧が終わった後の配り先"),
    ("lead132", "title=つながるわたしとこのまち", "field=people",
     "summary=地域づくりのコツ30を言葉にしたパターン・ランゲージ（冊子とカード）",
     "points=14名に二時間ずつ聞き、部会での発言と合わせた", "ahead=使った実践を集めて分かち合う"),
    ("lead134", "title=子母口子育てサロン", "field=children",
     "summary=個別支援の課題から、区役所に遠い橘地区に育児を相談できる場を設けた",
     "points=民生委員児童委員などに声をかけ、研修会を開いた",
     "ahead=紹介の仕方と、新しい担い手への周知"),
    ("lead136", "title=宮前カフェ連絡会 まいＣａｆｅみ～や", "field=people",
     "summary=カフェを開く区民有志32団体の網。年4回の定例会で情報を交わす",
     "points=区民が自分たちで作った会として、区は会議室や講師で支える",
     "ahead=地域の中間支援組織になり得ると見込む"),
    ("lead137", "title=ゆらりん家", "field=people", "areas=14137-01",
     "summary=医療と介護の資源が少ない岡上で、ケアが要る人も若い人も集う在宅ケアの拠点",
     "points=住民が特技を役立てる場でもある", "ahead=手引きに記載なし"))


def blocks(folder, suffix):
    found = []
    for chapter in CHAPTERS:
        with open(os.path.join(folder, chapter + suffix), encoding="utf-8") as text:
            found += [(chapter, *m.groups()) for m in BLOCK.finditer(text.read())]
    return found


def put(path, how, text):
    """A file that somebody in the bureau has made."""
    if how == "workbook":
        rows = [[int(cell) if cell.isdecimal() else cell for cell in line.split(",")]
                for line in text.splitlines()]
        Book().fill(rows).write(path)
        return
    with open(path, "w", encoding="cp932" if how == "cp932" else "utf-8",
              newline="\r\n" if how == "cp932" else "\n") as out:
        out.write(text)


def play(city, lang, kept, block):
    """One block, in a folder of the person's own."""
    chapter, person, name, how, what, text = block
    for word, ident in kept.items():
        text = re.sub(r"\b%s\b" % word, ident, text)
    place = city.path("desk-" + person)
    os.makedirs(place, exist_ok=True)
    if how and how != "exit":
        put(os.path.join(place, what), how, text)
        return
    env = dict(os.environ, KUKYOKU_HOME=city.path(HOMES.get(person, person)), LC_ALL="C.UTF-8",
               STICK=city.path("stick"), SPOOL=city.path("spool"),
               LANG="ja_JP.UTF-8" if lang == "ja" else "en_US.UTF-8",
               PATH=os.path.dirname(os.path.abspath(city.kukyoku)) + ":" + os.environ["PATH"])
    lines = [line for line in text.splitlines() if line.strip()]
    shown = ""
    for line in lines:
        done = subprocess.run(["sh", "-ec", line.replace("kukyoku ", "kukyoku --lang %s " % lang, 1)],
                              env=env, cwd=place, capture_output=True, text=True, check=False)
        city.check(done.returncode == int(what or 0), "%s %s: %s" % (lang, chapter, line.split(" --set")[0]),
                   "%s\nexit %d\n%s%s" % (line, done.returncode, done.stdout, done.stderr))
        if "$SPOOL" in line:
            city.settle()
        shown = done.stdout
    if name:
        found = ID.search(shown)
        city.check(found is not None, "%s %s: the id of %s is told" % (lang, chapter, name), shown)
        kept[name] = found.group(0) if found else "00000000"


def published(city):
    """What the desk has published: nobody reads 麻生区 of 2008, nor finds it by subtraction."""
    got = city.value("data", "get", "--indicator", "households", "--period", "2008-04-01", "--public",
                     home="staff")["cells"]
    seen = {cell["area"]: cell["missing"] or cell["value"] for cell in got}
    hidden = [area for area, value in seen.items() if value == "x"]
    rest = seen["14130"] - sum(seen[a] for a in seen if a != "14130" and a not in hidden)
    city.check("14137" in hidden and len(hidden) >= 2 and rest > 67612 + 10,
               "麻生区's households can't be found", seen)
    for scope, value in ((("--public",), "x"), ((), 4)):
        got = city.value("data", "get", "--indicator", "child_consultations", "--area", "14132",
                         "--breakdown", "way=visit", *scope, home="staff")["cells"]
        city.check([c["missing"] or c["value"] for c in got] == [value],
                   "a figure too small for all: %s" % value, got)
    told = city.value("release", "list", home="desks/publisher")
    city.check([r["release"] for r in told][-1] == 2, "the desk has two releases", told)


def outcome(city, kept):
    """What the year has left."""
    case = city.value("case", "show", kept["CASE"], home="officer")
    issue = city.value("issue", "show", kept["ISSUE"], home="lead")
    city.check(case["state"] == "closed" and issue["fields"]["rung"] == "closed",
               "the case and its issue are closed", (case["state"], issue["fields"]["rung"]))
    city.check(issue["evidence"][0]["then"] == "1300", "with the figure it rested on", issue)
    city.run("sync", home="lead136")
    seen = city.value("program", "show", kept["SCHEME"], home="lead136")
    city.check(seen["state"] == "ended" and "伴走" in seen["fields"]["lessons"],
               "another ward reads the program and its lessons", seen)
    for word, title in (("サロン", "子母口子育てサロン"), ("まいcafe", "宮前カフェ連絡会 まいＣａｆｅみ～や"),
                        ("井戸端", "かりがね台モデル事業と井戸端の会")):
        found = city.value("search", word, "--kind", "practice", home="officer")["records"]
        city.check([r["fields"]["title"] for r in found if r["scope"] == "int"] == [title],
                   "the bureau finds the example by %s" % word, found)
    listed = city.value("record", "list", "practice", home="officer")["records"]
    city.check(len([r for r in listed if r["scope"] == "int"]) == len(SHARED) + 1,
               "the bureau reads all the examples that wards have shared", listed)
    held = city.value("record", "show", kept["INITIATIVE"], home="lead")["fields"]
    city.check(held["holder"] == "lead" and held["purpose"], "the purpose has outlived its holder",
               held)
    story = city.value("timeline", kept["CASE"], home="lead")["acts"]
    city.check(len(story) >= 14 and all(act["verdict"] == "OK" for act in story),
               "every act has its receipt", story)
    for home in ("staff", "lead", "officer"):
        city.run("sync", home=home)
        city.check(city.value("outbox", "list", home=home)["operations"] == [],
                   home + ": nothing is left over", "")
        city.expect(0, home + ": all verifies", "verify", home=home)


def year(city, lang, manual):
    kept = {}
    os.makedirs(city.path("stick"))
    city.found()
    city.start()
    with open(city.path("one.csv"), "w", encoding="utf-8") as out:
        out.write(FIGURES)
    city.publish("初版", pub=city.path("one.csv"))
    city.enrol({"staff": ("staff", "14135"), "lead": ("lead", "14135"), "officer": ("officer", ""),
                **{"lead" + ward: ("lead", "14" + ward) for ward in ("131", "132", "134", "136", "137")}})
    for home, *fields in SHARED:
        given = [part for field in fields for part in ("--set", field)]
        made = city.value("record", "new", "practice", *given, home=home)["id"]
        city.run("record", "share", made, home=home)
    for home in dict.fromkeys(home for home, *_ in SHARED):
        city.run("sync", home=home)
    for block in manual:
        play(city, lang, kept, block)
    published(city)
    outcome(city, kept)


def main():
    kukyoku, kukyokud, folder, lang = sys.argv[1:]
    japanese, english = blocks(folder, ".ja.md"), blocks(folder, ".md")
    with City(kukyoku, kukyokud) as city:
        city.check(japanese == english and len(japanese) > 20,
                   "both languages have the same commands", len(japanese))
        year(city, lang, japanese)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
