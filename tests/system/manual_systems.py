#!/usr/bin/env python3
"""The systems section's year, as docs/manual/6-systems-year.md has it: every command, in Japanese and in
English, as whom the manual names, in a city of this test's own. Paths of an installed server stand for
folders of the city; the stick is one, too.

usage: manual_systems.py KUKYOKU KUKYOKUD MANUAL_DIR ja|en
"""
import os
import re
import signal
import subprocess
import sys

from city import City
from manual_processes import FIGURES

BLOCK = re.compile(r"^<!-- (\w+)(?:: (\w+))? -->\n```\n(.*?)^```$", re.M | re.S)
PRINT = re.compile(r"\b[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}\b")
DONE = (0, 3) # 3: with a warning, such as that a desk has not told yet what it holds
PEOPLE = {"staff": ("staff", "14135"), "lead": ("lead", "14135"),
          "laptop": ("lead", "14135"), "auditor": ("auditor", "")}


def here(city, line, lang):
    for path, own in (("/etc/kukyoku/", ""), ("/var/lib/kukyoku/spool/done", "spool/done"),
                      ("/var/lib/kukyoku", "."), ("/media/stick", "stick")):
        line = line.replace(path, os.path.normpath(city.path(own)) + ("/" if path[-1] == "/" else ""))
    line = line.replace("runuser -u kukyokud -- ", "").replace("-o kukyokud -g kukyokud ", "")
    return re.sub(r"\bkukyoku (?=\w|--)", "kukyoku --lang %s " % lang, line, count=1)


def perform(city, person, line, lang):
    """One command; the daemon's own start and end are the city's."""
    if line == "systemctl stop kukyokud":
        return city.end(signal.SIGTERM), ""
    if line == "systemctl start kukyokud":
        city.start()
        return 0, ""
    bins = ":".join(os.path.dirname(os.path.abspath(p)) for p in (city.kukyoku, city.kukyokud))
    env = dict(os.environ, KUKYOKU_HOME=city.path(person), LC_ALL="C.UTF-8",
               PATH=bins + ":" + os.environ["PATH"])
    done = subprocess.run(["sh", "-ec", here(city, line, lang)], env=env, cwd=city.folder, text=True,
                          capture_output=True, check=False)
    return done.returncode, done.stdout + done.stderr


def play(city, lang, kept, block):
    person, name, text = block
    for word, value in kept.items():
        text = re.sub(r"\b%s\b" % word, value, text)
    shown = ""
    for line in text.strip().splitlines():
        status, shown = perform(city, person, line, lang)
        city.check(status in DONE, "%s %s: %s" % (lang, person, line.split(" --")[0][:80]),
                   "exit %d: %s\n%s" % (status, line, shown))
        if line.startswith("mv "):
            city.settle()
    if name:
        found = PRINT.findall(shown)
        city.check(found, "%s: the fingerprint of %s is told" % (lang, name), shown)
        kept[name] = found[0] # standard output comes first


def outcome(city):
    """What the year has left."""
    roster = city.value("device", "list", "--ward", "all", home="lead")["devices"]
    states = {d["holder"]: d["status"] for d in roster}
    city.check(states.get("laptop") == "revoked" and states.get("staff") == "draining"
               and states.get("後任") == "active", "who left, who came, what was stolen", states)
    city.expect(8, "the stolen laptop gets nothing", "sync", home="laptop")
    status = city.value("status", home="lead", status=(0, 3))
    city.check(status["root"] == 2, "the new root is believed", status)
    figures = city.value("data", "get", "--indicator", "households", "--area", "14135-02",
                         home="lead", status=(0, 1, 3))
    city.check("750" not in str(figures), "what was recalled is gone", figures)
    city.expect(0, "all verifies", "verify", home="lead")


def year(city, lang, manual):
    city.found()
    city.start()
    os.makedirs(city.path("stick"))
    with open(city.path("figures.csv"), "w", encoding="utf-8") as out:
        out.write(FIGURES)
    city.enrol(PEOPLE)
    made = ("--set", "title=声", "--set", "field=health", "--set", "areas=14135-01", "--set",
            "content=本文", "--set", "date=2026-11-23", "--set", "heard=voice")
    city.run("record", "new", "voice", *made, home="staff")
    kept = {}
    for block in manual:
        play(city, lang, kept, block)
    outcome(city)


def main():
    kukyoku, kukyokud, folder, lang = sys.argv[1:]
    japanese, english = (BLOCK.findall(open(os.path.join(folder, "6-systems-year" + end),
                                            encoding="utf-8").read()) for end in (".ja.md", ".md"))
    with City(kukyoku, kukyokud) as city:
        city.check(japanese == english and len(japanese) > 20,
                   "both languages have the same commands", len(japanese))
        year(city, lang, japanese)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
