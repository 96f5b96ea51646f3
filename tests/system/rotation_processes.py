#!/usr/bin/env python3
"""Keys through their lives, each change by one command where enough root keys lie together: a root key
lost, a registrar's key stolen, a publisher's replaced, the daemon's host gone. Devices take it at their
next sync, what the old keys sign counts no more, and a dry run changes nothing. [TR-7] [TR-8] [TR-17]
Also the settings in the roster, and what expires.

usage: rotation_processes.py KUKYOKU KUKYOKUD
"""
import json
import os
import shutil
import sys

import record_processes as records
from authority_processes import tree
from city import CLOCK_CAN_MOVE, City

USAGE, WARNINGS, VERIFY = 2, 3, 7


def roots(city, *numbers):
    given = []
    for number in numbers:
        given += ["--root", city.path("desks", "root-%s" % number)]
    return given


def rotate(city, what, folder, *more, by=(1, 2), status=(0,)):
    where = ["--dir", city.path("desks", folder)] if folder else []
    return city.value("authority", "rotate", what, *where, *roots(city, *by), "--spool",
                      city.path("spool"), *more, status=status)


def in_step(city, what, *homes):
    city.settle()
    for home in homes:
        city.expect(0, "%s: %s is in step" % (what, home), "sync", home=home)


def refused(city):
    before = tree(city.path("desks"))
    spool = ("--spool", city.path("spool"))
    city.refuse(VERIFY, "E3003", "one root key of two that are needed", "authority", "rotate",
                "registrar", "--dir", city.path("desks", "registrar"), *roots(city, 1), *spool)
    city.refuse(VERIFY, "E3003", "one root key, given twice", "authority", "rotate", "registrar",
                "--dir", city.path("desks", "registrar"), *roots(city, 1, 1), *spool)
    city.refuse(8, "E5004", "the registrar's key is no root key", "authority", "rotate",
                "registrar", "--dir", city.path("desks", "registrar"), "--root",
                city.path("desks", "registrar"), *roots(city, 1), *spool)
    city.refuse(USAGE, "E7001", "no such role", "authority", "rotate", "mayor", "--dir",
                city.path("x"), *roots(city, 1, 2), *spool)
    city.refuse(USAGE, "E7001", "a root key is lost, but which?", "authority", "rotate", "root",
                "--dir", city.path("desks", "root-4"), *roots(city, 1, 2), *spool)
    city.refuse(USAGE, "E7001", "a fourth of three", "authority", "rotate", "root", "--dir",
                city.path("desks", "root-4"), "--lost", "4", *roots(city, 1, 2), *spool)
    city.refuse(USAGE, "E7001", "no folder for the key", "authority", "rotate", "daemon",
                *roots(city, 1, 2), *spool)
    city.refuse(USAGE, "E7001", "nowhere to put the root", "authority", "rotate", "daemon",
                "--dir", city.path("x"), *roots(city, 1, 2))
    would = rotate(city, "daemon", "new-standby", "--dry-run")
    city.check(would["dry_run"] and would["root"] == 2, "a dry run says what would be", would)
    city.check(tree(city.path("desks")) == before and not os.listdir(city.path("spool", "in")),
               "and nothing was changed by any of these")


def root_key(city):
    """The third key is lost; two sign a new root with a fourth in its place."""
    shutil.move(city.path("desks", "root-3"), city.path("lost"))
    made = rotate(city, "root", "root-3", "--lost", "3")
    city.check(made["root"] == 2 and made["signatures"] == 2, "root 2", made)
    in_step(city, "a root key lost", "lead", "staff")
    status = city.value("status", home="lead")
    city.check(status["root"] == 2 and status["root_fingerprint"] == made["fingerprint"],
               "the device has it, with the fingerprint that was told", status)
    done = city.call("authority", "rotate", "daemon", "--dir", city.path("x"), "--root",
                     city.path("lost"), *roots(city, 1), "--spool", city.path("spool"))
    city.check(done.returncode not in (0, WARNINGS) and not os.path.exists(city.path("x")),
               "the lost key signs nothing any more", done.stderr)
    made = rotate(city, "root", None, by=(2, 3))
    city.check(made["root"] == 3, "the new key signs: the same keys for another five years", made)
    in_step(city, "a root renewed", "lead")


def registrar(city):
    """Its key is stolen: whoever has it can invite nobody, and knows no key of any scope."""
    shutil.copytree(city.path("desks", "registrar"), city.path("thief"))
    old = city.value("authority", "roster", "--dir", city.path("thief"))["roster"]
    made = rotate(city, "registrar", "registrar")
    in_step(city, "a registrar's key stolen", "lead", "staff")
    new = city.value("authority", "roster", "--dir", city.path("desks", "registrar"))["roster"]
    city.check(new == [old[0] + 1, old[1] + 1] and made["root"] == 4, "a generation higher",
               (old, new))
    city.run("authority", "renew", "--dir", city.path("thief"), "--daemon-out",
             city.path("thief.kkyb"))
    shutil.copy(city.path("thief.kkyb"), city.path("spool", "in", "thief.kkyb"))
    city.wait(lambda: os.path.exists(city.path("spool", "bad", "thief.kkyb")),
              "the thief's roster was taken")
    city.check(True, "what the thief signs is refused")
    shutil.rmtree(city.path("spool", "bad"))
    os.mkdir(city.path("spool", "bad"))
    works(city, "the work of before and after is read by both")
    city.enrol({"new": ("staff", "14133")})
    city.check(city.value("record", "list", "voice", home="new")["records"],
               "a new device is invited by the new key, and reads what was written before")


def works(city, what):
    rec = city.value("record", "new", "voice", "--set", "title=" + what, "--set", "field=health",
                     "--set", "areas=14133-01", "--set", "content=x", "--set", "date=2026-11-23",
                     "--set", "heard=voice", home="lead")["id"]
    city.run("sync", home="lead")
    city.run("sync", home="staff")
    there = city.value("record", "show", rec, home="staff")
    city.check(there["fields"]["title"] == what, what, there)


def publisher(city):
    for desk in ("desks/publisher", "desks/approver"):
        city.run("sync", home=desk, status=(0, WARNINGS))
    made = rotate(city, "publisher", "approver")
    city.settle()
    city.run("sync", home="lead", status=(0, WARNINGS))
    city.run("sync", home="desks/publisher", status=(0, WARNINGS))
    city.run("sync", home="desks/approver", status=(0, WARNINGS))
    draft, signed = city.path("renew.kkyb"), city.path("renewed.kkyb")
    city.run("release", "renew", "--out", draft, home="desks/publisher")
    city.run("release", "approve", draft, "--out", signed, home="desks/approver")
    city.run("release", "publish", signed, "--spool", city.path("spool"), home="desks/publisher")
    in_step(city, "an approver's key replaced", "lead", "staff")
    status = city.value("status", home="lead")
    city.check(status["catalog"] == [2, 2] and status["root"] == made["root"],
               "the catalog is of the new generation", status)
    figure = city.value("data", "get", "--indicator", "population", "--area", "14133-01",
                        home="lead")
    city.check(int(figure["cells"][-1]["value"]) == 310, "with the same figures", figure)


def daemon(city):
    """The host is stolen: the standby's folder goes on with the same store."""
    rotate(city, "daemon", "daemon-next")
    city.settle()
    city.end()
    shutil.move(city.path("desks", "daemon"), city.path("stolen"))
    shutil.move(city.path("desks", "daemon-standby"), city.path("desks", "daemon"))
    city.start()
    in_step(city, "the daemon's host gone", "lead", "staff", "new")
    works(city, "work goes on under the other keys")
    city.end()
    shutil.move(city.path("desks", "daemon"), city.path("desks", "daemon-good"))
    shutil.move(city.path("stolen"), city.path("desks", "daemon"))
    city.start()
    done = city.call("sync", home="lead")
    city.check(done.returncode not in (0, WARNINGS), "the stolen keys serve nobody", done.stderr)
    city.end()
    shutil.move(city.path("desks", "daemon"), city.path("stolen"))
    shutil.move(city.path("desks", "daemon-good"), city.path("desks", "daemon"))
    city.start()
    city.run("receipt", "export", "w:14133#1", city.path("old.kkyb"), home="lead")
    got = city.value("receipt", "verify", city.path("old.kkyb"), home="staff")
    city.check(got["held"] == 1, "a receipt under the old keys still holds", got)


def elsewhere(city):
    """The registrar's desk was at none of the last three: it takes the chain from one file."""
    desk, out = city.path("desks", "registrar"), city.path("root.kkyb")
    city.run("authority", "renew", "--dir", desk, "--spool", city.path("spool"))
    in_step(city, "a desk that is behind", "lead")
    city.run("authority", "rotate", "root", *roots(city, 1, 2), "--daemon-out", out)
    shutil.copy(out, city.path("spool", "in"))
    city.settle()
    city.expect(0, "it takes the roots", "authority", "adopt", "--dir", desk, out)
    city.expect(0, "once more changes nothing", "authority", "adopt", "--dir", desk, out)
    city.check(os.path.exists(city.path("desks", "registrar", "root-7.doc")), "all of them")
    city.run("authority", "renew", "--dir", desk, "--spool", city.path("spool"))
    in_step(city, "a desk elsewhere", "lead")


def settings(city):
    desk = ("--dir", city.path("desks", "registrar"))
    shown = city.value("authority", "settings", *desk)
    city.check(shown["line"] == [10, 31] and not shown["files_forbidden"], "as they stand", shown)
    city.run("authority", "settings", *desk, "--spool", city.path("spool"), "--days",
             "in_review=45", "--days", "proposal=7", "--line", "5,20", "--files", "forbidden",
             "--mirror", "https://example.jp/kukyoku")
    in_step(city, "settings", "lead")
    shown = city.value("authority", "settings", *desk)
    city.check(shown["days"] == {"in_review": 45, "proposal": 7} and shown["line"] == [5, 20]
               and shown["files_forbidden"] and shown["mirrors"] == ["https://example.jp/kukyoku"],
               "as they were changed", shown)
    works(city, "files forbidden, the line works")
    city.run("record", "new", "voice", "--set", "title=t", "--set", "field=health", "--set",
             "areas=14133-01", "--set", "content=x", "--set", "date=2026-11-23", "--set",
             "heard=voice", home="lead")
    city.refuse(8, "E5004", "no file goes out", "media", "export", city.path("out.kkyb"),
                home="lead")
    stick = city.path("stick.kkyb")
    city.daemon_says("--export", "media", "--ward", "14133", stick)
    city.refuse(8, "E5004", "and none comes in", "media", "import", stick, home="lead")
    city.run("authority", "settings", *desk, "--spool", city.path("spool"), "--files", "allowed",
             "--no-mirrors")
    in_step(city, "settings again", "lead")
    city.expect(0, "files again", "media", "import", stick, home="lead")
    for wrong in (("--days", "in_review"), ("--days", "nowhere=3"), ("--days", "in_review=0"),
                  ("--line", "31,10"), ("--line", "x"), ("--files", "perhaps")):
        city.refuse(USAGE, "E7001", "wrong: %s %s" % wrong, "authority", "settings", *desk, *wrong)


def expiry(city):
    if not CLOCK_CAN_MOVE or not shutil.which("faketime"):
        city.skip("what expires is told in time", "no moving clock here")
        return
    desk = ("authority", "roster", "--dir", city.path("desks", "registrar"))
    city.expect(0, "nothing to renew today", *desk)
    done = city.expect(WARNINGS, "a month before", *desk, wrap=("faketime", "+380 days"))
    city.check("authority renew" in done.stderr, "the roster is to be renewed", done.stderr)
    done = city.expect(WARNINGS, "half a year before", *desk, wrap=("faketime", "+1700 days"))
    city.check("authority rotate root" in done.stderr, "the root too", done.stderr)


def device_expiry(city):
    """What a device holds has expired: status says which, and does not call it well."""
    if not CLOCK_CAN_MOVE or not shutil.which("faketime"):
        city.skip("what has expired is told by status", "no moving clock here")
        return
    told = city.value("status", home="lead")
    city.check(told["well"] and not any(told["expired"].values()) and
               not any(told["replaced"].values()), "nothing has expired today", told)
    later = ("faketime", "+4000 days")
    done = city.expect(WARNINGS, "ten years on", "status", "--json", home="lead", wrap=later)
    told = json.loads(done.stdout)
    city.check(all(told["expired"].values()) and not told["well"], "all have expired", told)
    for lang, words in (("en", ("root has expired", "roster has expired", "catalog")),
                        ("ja", ("ルート文書の期限", "名簿の期限", "目録の期限"))):
        done = city.call("status", home="lead", lang=lang, wrap=later)
        city.check(all(word in done.stderr for word in words), "each by name: " + lang,
                   done.stderr)


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES))
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133")})
        works(city, "before anything")
        refused(city)
        root_key(city)
        registrar(city)
        publisher(city)
        daemon(city)
        elsewhere(city)
        settings(city)
        expiry(city)
        device_expiry(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
