#!/usr/bin/env python3
"""The manual as a city plays it: every command of docs/manual, chapter by chapter through one year,
in Japanese and in English, each as the person whom the manual names. What other wards share is there
before it begins. At the end the year has left what it should.

A block of the manual stands under `<!-- PERSON -->`, or `<!-- PERSON: NAME -->` where later
commands call the id that it prints NAME.

usage: manual_processes.py KUKYOKU KUKYOKUD MANUAL_DIR ja|en
"""
import os
import re
import subprocess
import sys

from city import City

CHAPTERS = ("1-staff-week", "2-lead-month", "3-officer-day", "4-year-end")
HEAD = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"
FIGURES = HEAD + "".join(
    "population,%s,2020,,%d,,人,,,,\nhouseholds,%s,2020,,%d,,世帯,,,,\n" % (area, n, area, n // 2)
    for area, n in (("14130", 90000), ("14135", 9000), ("14135-01", 1300), ("14135-02", 1500)))
BLOCK = re.compile(r"^<!-- (\w+)(?:: (\w+))? -->\n```\n(.*?)^```$", re.M | re.S)
ID = re.compile(r"\b[0-9a-f]{8}\b")
# Facts of practice examples in the city's guide, as their wards would share them.
SHARED = (("lead134", ("title=子母口子育てサロン", "field=children", "areas=14134-01",
                       "summary=個別支援の課題を地域支援につなげ、橘地区に育児の相談ができる場を設けた",
                       "points=民生委員児童委員などに声をかけ、サロンの研修会を開いた",
                       "ahead=紹介の仕方と、新しい民生委員児童委員への周知")),
          ("lead136", ("title=宮前カフェ連絡会 まいＣａｆｅみ～や", "field=other", "areas=14136-01",
                       "summary=区内のコミュニティカフェが地域課題の共有と情報交換のために作る網",
                       "points=区民が自主的に作った団体であることを大事にする",
                       "ahead=定例会のとき以外にも交流が生まれること")))


def blocks(folder, suffix):
    found = []
    for chapter in CHAPTERS:
        with open(os.path.join(folder, chapter + suffix), encoding="utf-8") as text:
            found += [(chapter, *m.groups()) for m in BLOCK.finditer(text.read())]
    return found


def play(city, lang, kept, block):
    """One block, in a folder of the person's own."""
    chapter, person, name, text = block
    for word, ident in kept.items():
        text = re.sub(r"\b%s\b" % word, ident, text)
    place = city.path("desk-" + person)
    os.makedirs(place, exist_ok=True)
    env = dict(os.environ, KUKYOKU_HOME=city.path(person), LC_ALL="C.UTF-8",
               LANG="ja_JP.UTF-8" if lang == "ja" else "en_US.UTF-8",
               PATH=os.path.dirname(os.path.abspath(city.kukyoku)) + ":" + os.environ["PATH"])
    lines = [line for line in text.splitlines() if line.strip()]
    shown = ""
    for line in lines:
        done = subprocess.run(["sh", "-ec", line.replace("kukyoku ", "kukyoku --lang %s " % lang, 1)],
                              env=env, cwd=place, capture_output=True, text=True, check=False)
        city.check(done.returncode == 0, "%s %s: %s" % (lang, chapter, line.split(" --set")[0]),
                   line + "\n" + done.stdout + done.stderr)
        shown = done.stdout
    if name:
        found = ID.search(shown)
        city.check(found is not None, "%s %s: the id of %s is told" % (lang, chapter, name), shown)
        kept[name] = found.group(0) if found else "00000000"


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
    city.found()
    city.start()
    with open(city.path("one.csv"), "w", encoding="utf-8") as out:
        out.write(FIGURES)
    city.publish("初版", pub=city.path("one.csv"))
    city.enrol({"staff": ("staff", "14135"), "lead": ("lead", "14135"), "officer": ("officer", ""),
                "lead134": ("lead", "14134"), "lead136": ("lead", "14136")})
    for home, fields in SHARED:
        given = [part for field in fields for part in ("--set", field)]
        made = city.value("record", "new", "practice", *given, home=home)["id"]
        city.run("record", "share", made, home=home)
        city.run("sync", home=home)
    for block in manual:
        play(city, lang, kept, block)
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
