#!/usr/bin/env python3
"""What a record says is erased by a lead: its sealed bytes are found nowhere afterwards, in no store,
log of the database, spool, medium, replica or draft; that it was there, who erased it and why is shown
to everybody, also to who comes late; every log still verifies, also by the independent checker, and a
daemon that drops a body by itself is told of. And which records the roster's years propose for it.
[RL-28] [RL-29] [RL-30] [DM-21]

usage: erase_processes.py KUKYOKU KUKYOKUD CHECKER
"""
import glob
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import record_processes as records
from city import CLOCK_CAN_MOVE, City

DENIED, CONFLICT, VERIFY, USAGE = 8, 6, 7, 2
STATE, MISSING = (CONFLICT, "E5005"), (1, "E1007")
LOG = "w-14133.db"
REASON = "住民の氏名が書かれていたため"


def voice(city, home, text):
    return city.value("record", "new", "voice", "--set", "title=" + text, "--set", "field=health", "--set",
                      "areas=14133-01", "--set", "content=" + text, "--set", "date=2026-11-23", "--set",
                      "heard=voice", "--confirm-personal", home=home)["id"]


def rows(city, sql, *given, home="lead"):
    db = sqlite3.connect("file:%s?mode=ro" % city.path(home, LOG), uri=True)
    got = db.execute(sql, given).fetchall()
    db.close()
    return got


def bodies(city, rec, home="lead"):
    return [body for body, in rows(city, "SELECT body FROM entries WHERE rec = ? AND body NOTNULL ORDER BY gsn",
                                   bytes.fromhex(rec), home=home)]


def places(city, body):
    """The files of the whole city that hold a stretch of these bytes."""
    found = []
    for path in glob.glob(city.path("**"), recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as f:
                if body[:48] in f.read():
                    found.append(os.path.relpath(path, city.path()))
    return found


def sync(city, *homes):
    for home in homes:
        city.run("sync", home=home, status=(0, 3))


def planted(city):
    """By line and by stick; edited by another; a draft about it; a backup of nobody."""
    rec = voice(city, "staff", "消える声")
    city.run("media", "export", city.path("stick.kkyb"), "--approver", "課長", home="staff")
    os.rename(city.path("stick.kkyb"), city.path("spool", "in", "stick.kkyb"))
    city.settle()
    sync(city, "staff", "lead")
    city.run("record", "edit", rec, "--set", "note=消える覚え", home="lead")
    sync(city, "lead", "staff")
    city.run("draft", "edit", rec, "--set", "note=消える下書き", home="staff", status=(0, 1, 2))
    return rec, bodies(city, rec)


def refused(city, rec):
    city.refuse(DENIED, "E5004", "staff do not erase", "record", "erase", rec, "--reason", REASON, home="staff")
    city.refuse(CONFLICT, "E5009", "the reason stays, so it names nobody", "record", "erase", rec, "--reason",
                "マイナンバー 123456789018 があったため", home="lead")
    city.refuse(USAGE, "E7001", "a receipt number is a number", "record", "erase", rec, "--reason", REASON,
                "--only", "x", home="lead")
    before = rows(city, "SELECT count(*) FROM outbox")
    city.expect(0, "a dry run", "record", "erase", rec, "--reason", REASON, "--dry-run", home="lead")
    city.check(rows(city, "SELECT count(*) FROM outbox") == before, "writes nothing")


def all_of_it(city):
    rec, texts = planted(city)
    city.check(len(texts) == 2 and all({"lead/" + LOG, "staff/" + LOG} <= set(places(city, t)) for t in texts),
               "the content is where it belongs before", [places(city, t) for t in texts])
    city.check("spool/done/stick.kkyb" in places(city, texts[0]), "also in what came by a stick")
    refused(city, rec)
    city.expect(0, "a lead erases it", "record", "erase", rec, "--reason", REASON, home="lead")
    sync(city, "lead", "staff")
    city.wait(lambda: not any(p.startswith(("store", "spool")) for t in texts for p in places(city, t)),
              "the daemon still has it")
    city.check(not any(places(city, t) for t in texts), "not a byte of it is left, at the daemon or a device",
               [places(city, t) for t in texts])
    city.check("stick.kkyb" in city.log() and not os.path.exists(city.path("spool", "done", "stick.kkyb")),
               "the file that brought it is gone, and the log says so")
    city.enrol({"late": ("staff", "14133")})
    new = city.value("sync", home="lead", status=(0, 3))["newcomers"]
    told = city.expect(0, "its colleagues are told", "sync", home="staff").stderr
    city.check(new == [city.value("status", home="late", status=(0, 3))["device"]] and "new here: late" in told
               and city.value("sync", home="lead", status=(0, 3))["newcomers"] == [], "once", (new, told))
    city.daemon_says("--export", "media", "--ward", "14133", city.path("out.kkyb"))
    city.check(not any(places(city, t) for t in texts), "nor does it come back with a late device or a stick")
    for home in ("lead", "staff", "late"):
        shown = city.value("record", "show", rec, home=home)
        city.check(shown["erased"]["reason"] == REASON and not shown["fields"] and shown["kind"] == "voice",
                   home + ": erased, when and why", shown)
        text = city.expect(0, "for people", "timeline", rec, home=home, lang="ja").stdout
        city.check("[消去済み]" in text and REASON in text and "lead" in text and "消える" not in text,
                   home + ": and by whom", text)
        city.check(city.value("search", "消える", home=home)["records"] == [], home + " finds no word of it")
        city.expect(0, home + ": all verifies", "verify", home=home)
    city.refuse(STATE[0], STATE[1], "nothing more is written to it", "record", "edit", rec, "--set", "note=x",
                home="lead")


def some_of_it(city):
    rec = voice(city, "lead", "残る声")
    city.run("record", "edit", rec, "--set", "note=余計な覚え", home="lead")
    sync(city, "lead", "staff")
    acts = city.value("timeline", rec, home="lead")["acts"]
    gone = bodies(city, rec)[1]
    city.refuse(MISSING[0], MISSING[1], "an act of another record", "record", "erase", rec, "--reason", REASON,
                "--only", "1", home="lead")
    city.expect(0, "one act of it", "record", "erase", rec, "--reason", REASON, "--only", acts[1]["receipt"],
                home="lead")
    sync(city, "lead", "staff", "late")
    city.wait(lambda: not places(city, gone), "the daemon still has it")
    told = city.value("timeline", rec, home="late")
    city.check([a["erased"] for a in told["acts"]] == [False, True, False]
               and told["record"]["fields"]["title"] == "残る声" and "note" not in told["record"]["fields"]
               and told["record"]["erased"] is None, "the rest lives on", told)
    city.run("record", "edit", rec, "--set", "note=よい覚え", home="staff")
    sync(city, "staff")


def a_case(city):
    """What went to the bureau can be erased by either side; all of it when it is over."""
    issue = city.value("issue", "new", "--set", "title=移動", "--set", "problem=坂", "--set", "field=elderly",
                       "--set", "areas=14133-01", home="lead")["id"]
    for rung in ("framed", "residents", "existing", "partners", "ward_plan"):
        city.run("issue", "rung", issue, rung, home="lead")
    city.run("issue", "edit", issue, "--set", "tried=existing: 試行", "--set", "size_value=3", "--set", "size_unit=人",
             "--set", "size_method=推計", "--set", "evidence=population 14133 2020", "--set", "ask=検討を", home="lead")
    case = city.value("issue", "submit", issue, home="lead")["id"]
    sync(city, "lead", "officer")
    city.run("case", "comment", case, "--set", "comment=余計な一言", home="officer")
    sync(city, "officer", "lead")
    city.refuse(STATE[0], STATE[1], "a case that is under way is not erased as a whole", "record", "erase", case,
                "--reason", REASON, home="officer")
    said = city.value("timeline", case, home="lead")["acts"][-1]
    city.expect(0, "one act of a case", "record", "erase", case, "--reason", REASON, "--only", said["receipt"],
                home="lead")
    sync(city, "lead", "officer")
    told = city.value("timeline", case, home="officer")
    city.check([a["erased"] for a in told["acts"]] == [False, True, False] and
               told["record"]["state"] == "submitted", "is gone for the other side too", told)
    city.run("case", "withdraw", case, home="lead")
    done = city.expect(0, "and all of it once it is over", "record", "erase", case, "--reason", REASON, home="lead")
    sync(city, "lead", "officer")
    city.check(city.value("record", "show", case, home="officer")["erased"], "", done.stderr)
    left = city.call("record", "erase", issue, "--reason", REASON, home="lead")
    city.check(left.returncode == 0, "the issue it came from", left.stderr)
    sync(city, "lead", "officer")


def checked(city, checker):
    """The other reader: exported logs, media and replicas without those bodies; and one without an act."""
    city.run("audit", "export", city.path("audit.kkyb"), home="lead")
    city.daemon_says("--export", "media", "--ward", "14133", city.path("out.kkyb"))
    replica = [city.path("lead", "state.db"), city.path("lead", LOG)]
    for what, paths in (("logs", [city.path("audit.kkyb")]), ("media", [city.path("out.kkyb")]),
                        ("replicas", replica)):
        done = subprocess.run([sys.executable, checker, *paths], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=120)
        city.check(done.returncode == 0 and "WRONG" not in done.stdout, "the checker reads " + what, done.stdout)
    db = sqlite3.connect(city.path("lead", LOG))
    gsn, = db.execute("SELECT max(gsn) FROM entries WHERE body NOTNULL").fetchone()
    db.execute("UPDATE entries SET body = NULL WHERE gsn = ?", (gsn,))
    db.commit()
    db.close()
    done = subprocess.run([sys.executable, checker, *replica], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120)
    city.check(done.returncode == 1 and "[RL-30]" in done.stdout, "and misses a body that nobody erased", done.stdout)
    said = city.expect(VERIFY, "so does the device", "verify", home="lead")
    city.check("E5018" in said.stderr and "#%d" % gsn in said.stderr, "with its number", said.stderr)


def left_out(city):
    """The daemon drops one: a device that has not seen it says so at each sync until it is there."""
    voice(city, "staff", "落とされる声")
    sync(city, "staff")
    city.end()
    db = sqlite3.connect(city.path("store.db"))
    gsn, = db.execute("SELECT max(gsn) FROM entries WHERE scope = 'w:14133'").fetchone()
    db.execute("UPDATE entries SET body = NULL WHERE scope = 'w:14133' AND gsn = ?", (gsn,))
    db.commit()
    db.close()
    city.start()
    city.refuse(VERIFY, "E5018", "content that nobody erased is missed, and at each sync again", "sync",
                home="late")
    sync(city, "staff")


def retained(city):
    settings = ("authority", "settings", "--dir", city.path("desks", "registrar"))
    city.check(city.value("record", "retention", home="staff") == {"years": 0, "records": []},
               "without years nothing is proposed")
    city.run(*settings, "--retention", "5", "--spool", city.path("spool"))
    city.settle()
    city.check(city.value(*settings)["retention"] == 5, "the registrar sets them")
    sync(city, "staff")
    shown = city.value("record", "retention", home="staff")
    city.check(shown == {"years": 5, "records": []}, "nothing has been over for so long", shown)
    if not CLOCK_CAN_MOVE or not shutil.which("faketime"):
        city.skip("the clock can't be moved", "sanitizer, or no faketime")
        return
    years_later(city)


def later(city, *arguments, home):
    """Seven years on, by this device's clock."""
    done = city.call(*arguments, "--json", home=home, wrap=("faketime", "-f", "+2557d"))
    return done.returncode, json.loads(done.stdout)


def proposed(city, home):
    """Ids that retention lists, and what the doctor says of them."""
    listed = [r["id"] for r in later(city, "record", "retention", home=home)[1]["records"]]
    check = [c for c in later(city, "doctor", home=home)[1]["checks"] if c["name"] == "retention"]
    return listed, check[0]["result"]


def years_later(city):
    said = voice(city, "staff", "その日の声")
    closed, goes_on = (city.value("record", "new", "finding", "--set", "title=" + title, "--set", "field=health",
                                  "--set", "areas=14133-01", "--set", "problem=p", "--set", "section=企画課", "--set", "aspect=community",
                                  home="staff")["id"] for title in ("終わった課題認識", "続く課題認識"))
    city.expect(0, "what is done is closed", "record", "close", closed, home="staff")
    city.refuse(*STATE, "once", "record", "close", closed, home="staff")
    city.check(city.value("record", "show", closed, home="staff")["closed"], "and shown as closed")
    sync(city, "staff", "lead")
    listed, told = proposed(city, "staff")
    city.check(said in listed and closed in listed and goes_on not in listed and told == "warn",
               "what has been over for so long is proposed, and the doctor tells", (listed, told))
    city.check(city.value("record", "retention", home="staff")["records"] == [], "today nothing is")
    for rec in listed:
        city.run("record", "erase", rec, "--reason", "保存年数を過ぎた", home="lead")
    sync(city, "lead", "staff")
    city.check(proposed(city, "staff") == ([], "ok"), "erased, nothing is left to propose",
               proposed(city, "staff"))


def main():
    with City(*sys.argv[1:3]) as city:
        city.found()
        city.start()
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133"), "officer": ("officer", "")})
        city.publish("年次", pub=records.write(city, "pub.csv", records.FIGURES))
        all_of_it(city)
        some_of_it(city)
        a_case(city)
        retained(city)
        checked(city, sys.argv[3])
        left_out(city)
        return city.done()


if __name__ == "__main__":
    sys.exit(main())
