#!/usr/bin/env python3
"""A daemon that is restored from an older backup meets devices that know more: what they have comes
back, nothing new is numbered before the registrar has signed an era, the gap is told, nobody raises
a false alarm, and what comes too late is ordered anew. [ER-3] … [ER-10]

usage: recover_processes.py KUKYOKU KUKYOKUD DATA
"""
import json
import os
import shutil
import subprocess
import sys

from city import City

FAILED, WARNINGS, VERIFY = 1, 3, 7
LOG = "w:14133"


def voice(title):
    return ("record", "new", "voice", "--set", "title=" + title, "--set", "field=health", "--set",
            "areas=14133-01", "--set", "content=本文", "--set", "date=2026-11-23", "--set",
            "heard=voice")


WRITTEN = []


def write(city, title, home):
    city.run(*voice(title), home=home)
    WRITTEN.append(title)


def sync(city, home):
    return city.value("sync", home=home, status=(0, 3))


def entries(city, home):
    status = city.value("status", home=home, status=range(11))
    return next(s["entries"] for s in status["scopes"] if s["scope"] == LOG)


def records(city, home):
    found = city.value("record", "list", "voice", home=home, status=(0, 3))
    return sorted(r["id"] for r in found["records"])


def lose_store(city):
    city.end()
    for end in ("", "-wal", "-shm"):
        if os.path.exists(city.path("store.db" + end)):
            os.unlink(city.path("store.db" + end))


def restored(city, copies):
    """The disk is gone; the newest backup takes its place."""
    lose_store(city)
    said = city.daemon_says("--restore", copies).stdout
    city.check("recovering" in said, "the restore says what follows", said)
    city.start()
    city.check("recovering logs=" in city.log(), "and so does the daemon's log", city.log()[-500:])


def held(city):
    """Who has nothing that is missing comes first, with something new."""
    write(city, "新規", "late")
    done = city.call("sync", home="late")
    city.check(done.returncode == WARNINGS and "[E5015]" in done.stderr, "it waits, and why is told",
               done.stdout + done.stderr)
    status = city.value("status", home="late", status=(3,))
    city.check(status["daemon_recovering"] and status["waiting"] == 1
               and status["set_aside"] == 0, "status tells it too", status)
    city.check("[E5015]" in city.call("status", home="late", lang="ja").stderr, "in Japanese")
    found = city.value("doctor", home="late", status=range(11))
    check = next(c for c in found["checks"] if c["name"] == "recovery")
    city.check(check["result"] == "warn", "and the doctor", check)


def given_back(city):
    told = sync(city, "lead")
    city.check(told["returned"] == 2 and not told["unchanged"], "entries are given back", told)
    city.check("recovered log=%s from=4 to=5" % LOG in city.log(), "the daemon tells which",
               city.log()[-700:])
    city.check(sync(city, "lead")["returned"] == 0, "once")


def recovery(city):
    path = city.path("recovery.kkyb")
    city.daemon_says("--export", "recovery", path)
    return path


def era(city, path, *more, status=0):
    registrar = city.path("desks", "registrar")
    return city.call("authority", "era", path, "--dir", registrar, "--spool", city.path("spool"),
                     *more)


def bad_recoveries(city, path):
    registrar = city.path("desks", "registrar")
    whole = open(path, "rb").read()
    for cut in (0, 11, len(whole) // 2, len(whole) - 1):
        with open(city.path("cut.kkyb"), "wb") as f:
            f.write(whole[:cut])
        city.refuse(VERIFY, "E6004", "a file cut at %d" % cut, "authority", "era",
                    city.path("cut.kkyb"), "--dir", registrar, "--spool", city.path("spool"))
    city.refuse(FAILED, "E1007", "no file", "authority", "era", city.path("none"), "--dir",
                registrar, "--spool", city.path("spool"))


def era_begins(city):
    path = recovery(city)
    bad_recoveries(city, path)
    dry = json.loads(era(city, path, "--dry-run", "--json").stdout)
    own = next(row for row in dry["logs"] if row["scope"] == LOG)
    city.check(own == {"scope": LOG, "after": 5, "lost": 0} and dry["dry_run"],
               "what would be signed", dry)
    done = era(city, path)
    city.check(done.returncode == 0, "the registrar signs it", done.stdout + done.stderr)
    city.settle()
    city.check("era log=%s era=1 after=5 lost=0" % LOG in city.log(), "the log goes on",
               city.log()[-900:])
    city.refuse(FAILED, "E1008", "not a second time", "authority", "era", path, "--dir",
                city.path("desks", "registrar"), "--spool", city.path("spool"))
    city.check(city.daemon_says("--export", "recovery", path, status=None).returncode != 0,
               "and nothing more is waited for")


def all_in_step(city, homes):
    for _ in range(2):
        for home in homes:
            city.run("sync", home=home, status=(0, 3))
    heads = {(entries(city, home), tuple(records(city, home))) for home in homes}
    city.check(len(heads) == 1, "all have the same", heads)
    ids = records(city, homes[0])
    city.check(len(ids) == len(WRITTEN) == entries(city, homes[0]),
               "every act that was ever written, once", (ids, WRITTEN))
    for home in homes:
        city.expect(0, home + ": all of it is verified", "verify", home=home)
        city.expect(0, home + ": and its logs", "audit", "verify", home=home)
        status = city.value("status", home=home, status=(0, 3))
        city.check(status["waiting"] == status["set_aside"] == 0
                   and status["cut_off"]["missing"] == 0 and not status["daemon_recovering"],
                   home + " is well", status)
    proofs = city.call("audit", "proof", city.path("proof"), home=homes[0])
    city.check(proofs.returncode != 0, "and nobody has a proof of a fork", proofs.stdout)


def too_late(city, copies):
    """The registrar does not wait for who has more: its entries are cut off, and ordered anew."""
    sync(city, "staff")
    city.daemon_says("--backup", copies)
    write(city, "遅い一", "staff")
    write(city, "遅い二", "staff")
    sync(city, "staff")
    sync(city, "lead")
    shutil.move(city.path("staff"), city.path("staff-away"))
    restored(city, copies)
    done = era(city, recovery(city), "--json")
    city.check(done.returncode == 0, "signed at once", done.stderr)
    city.settle()
    write(city, "先に", "late")
    sync(city, "late")
    told = sync(city, "lead")
    city.check(told["cut_off"] == 2 and told["returned"] == 2,
               "the lead hands in what staff, who is away, had written", told)
    status = city.value("status", home="lead", status=(0, 3))
    city.check(status["cut_off"]["entries"] == 2 and status["cut_off"]["own"] == 0
               and status["cut_off"]["missing"] == 0 and status["cut_off"]["at"],
               "status keeps the number", status)
    city.check("2" in city.call("status", home="lead").stdout, "and says it")
    shutil.move(city.path("staff-away"), city.path("staff"))
    told = sync(city, "staff")
    city.check(told["cut_off"] == 2, "staff comes back", told)


def evidence(city):
    """Receipts over the border of two eras, and an exported log, checked without the daemon."""
    for number in (2, 5, 6):
        city.run("receipt", "export", "%s#%d" % (LOG, number), city.path("r%d" % number),
                 home="lead")
        root = city.value("status", home="lead", status=(0, 3))["root_fingerprint"]
        city.expect(0, "a receipt of entry %d holds" % number, "receipt", "verify",
                    city.path("r%d" % number), "--root", root)
    city.run("audit", "export", city.path("log.kkyb"), home="lead")
    city.expect(0, "an exported log of several eras holds", "audit", "verify",
                city.path("log.kkyb"), home="late")


def put_back_by_hand(city):
    """A copy of the file, without --restore: who lacks the entries comes first, and forks nothing. [ER-10]"""
    city.end()
    shutil.copy(city.path("store.db"), city.path("by-hand.db"))
    city.start()
    city.check("store-older" not in city.log(), "a store that was not put back is not taken for one")
    write(city, "写しのあと", "lead")
    sync(city, "lead")
    lose_store(city)
    shutil.copy(city.path("by-hand.db"), city.path("store.db"))
    city.start()
    city.check("store-older store=" in city.log() and "recover-found" not in city.log(),
               "the daemon finds out when it starts", city.log()[-700:])
    write(city, "知らない端末から", "late")
    done = city.call("sync", home="late")
    city.check(done.returncode == WARNINGS and "[E5015]" in done.stderr, "nothing new gets a number that was given",
               done.stdout + done.stderr)
    city.check(sync(city, "lead")["returned"] == 1, "what was lost comes back")
    city.begin_era()


def carried(city):
    """Operations that come by a file wait in the spool while the daemon recovers."""
    write(city, "媒体で", "late")
    city.run("media", "export", city.path("out.kkyb"), "--approver", "課長", home="late")
    shutil.copy(city.path("out.kkyb"), city.path("spool", "in", "000-out.kkyb"))
    done = era(city, recovery(city))
    city.check(done.returncode == 0, "the registrar's file stands behind it", done.stderr)
    city.settle()
    city.check(os.path.exists(city.path("spool", "done", "000-out.kkyb")),
               "then both are taken", os.listdir(city.path("spool", "done")))


def main():
    with City(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])) as city:
        copies = city.path("copies")
        city.found()
        city.start()
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133"),
                    "late": ("lead", "14133"), "officer": ("officer", ""),
                    "auditor": ("auditor", "")})
        city.publish("一", pub=os.path.join(sys.argv[3], "public.csv"))
        for home in ("lead", "staff", "lead", "late", "staff"):
            write(city, "初め " + home, home) if home != "staff" else None
            city.run("sync", home=home, status=(0, 3))
        city.daemon_says("--backup", copies)
        write(city, "失われる一", "lead")
        write(city, "失われる二", "lead")
        sync(city, "lead")
        sync(city, "staff")
        restored(city, copies)
        held(city)
        given_back(city)
        era_begins(city)
        all_in_step(city, ("lead", "staff", "late"))
        too_late(city, copies)
        all_in_step(city, ("lead", "staff", "late"))
        evidence(city)
        put_back_by_hand(city)
        all_in_step(city, ("lead", "staff", "late"))
        city.daemon_says("--backup", copies)
        restored(city, copies)
        carried(city)
        all_in_step(city, ("lead", "staff", "late"))
        for home in ("officer", "auditor"): # who follow every log
            city.expect(0, home + " is in step", "sync", home=home)
            city.expect(0, "and verifies", "verify", home=home)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
