#!/usr/bin/env python3
"""Backups of a home and of a desk: made, tested, restored; over a newer one, damaged, copied twice;
a restored device forks no chain. [RL-4]

usage: restore_processes.py KUKYOKU KUKYOKUD DATA
"""
import fcntl
import os
import shutil
import sys

from city import City

FAILED, WARNINGS, TEMPORARY, CONFLICT, VERIFY, LOCKED = 1, 3, 5, 6, 7, 10


def voice(title):
    return ("record", "new", "voice", "--set", "title=" + title, "--set", "field=health", "--set",
            "areas=14133-01", "--set", "content=本文", "--set", "date=2026-11-23", "--set",
            "heard=voice")


def write(city, title, home="lead"):
    city.run(*voice(title), home=home)


def newest(folder):
    return os.path.join(folder, sorted(n for n in os.listdir(folder) if n.startswith("kuk"))[-1])


def made(city, copies):
    write(city, "一")
    city.run("sync", home="lead", status=(0, 3))
    write(city, "未送信")
    told = city.value("backup", copies, home="lead")
    city.check("waiting@w:14133 1" in told["state"] and told["backup"] == newest(copies),
               "it says what it holds", told)
    names = os.listdir(told["backup"])
    city.check({"device.key", "sign.key", "state.db", "MANIFEST"} <= set(names)
               and "lock" not in names, "keys and databases, and no lock", names)
    city.check(all(os.stat(os.path.join(told["backup"], n)).st_mode & 0o77 == 0 for n in names),
               "nobody else may read it")
    test = city.value("restore", "--test", copies, home="lead")
    city.check(test["done"] == "test" and test["state"] == told["state"],
               "a test restores it elsewhere and finds it equal", test)
    status = city.value("status", home="lead", status=(0, 3))
    city.check(status["backup"] and status["restore_test"] and not status["restored"],
               "both are told by status", status)
    said = city.call("status", home="lead").stdout
    city.check("last backup: 2" in said and "last restore test: 2" in said, "and in words", said)
    city.check("never" in city.call("status", home="staff").stdout, "never is said where it is so")


def restored(city, copies):
    """The machine is lost with what was written since; the daemon has more than the backup."""
    backup = newest(copies)
    city.run("sync", home="lead", status=(0, 3))
    write(city, "二")
    city.run("sync", home="lead", status=(0, 3))
    with open(city.path("lead", "sync.lock"), "w", encoding="ascii") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        city.refuse(LOCKED, "E1016", "never into a sync", "restore", copies, "--force", home="lead")
        city.value("restore", copies, "--dry-run", home="lead")
        city.value("restore", "--test", copies, home="lead")
    dry = city.value("restore", copies, "--dry-run", home="lead")
    city.check("log w:14133 +2" in dry["lost"] and dry["dry_run"], "what would be lost", dry)
    city.refuse(CONFLICT, "E1015", "never over a newer home", "restore", backup, home="lead")
    shutil.rmtree(city.path("lead"))
    back = city.value("restore", copies, home="lead")
    city.check(back["aside"] is None and "waiting@w:14133 1" in back["state"], "it is back", back)
    said = city.call("status", home="lead")
    city.check("[E5012]" in said.stderr, "and told of in status", said.stdout + said.stderr)
    city.refuse(TEMPORARY, "E5012", "nothing is written before it is in step",
                *voice("早"), home="lead")
    for title in ("三", "四"):
        city.run("sync", home="lead", status=(0, 3))
        write(city, title)
        done = city.call("sync", "--json", home="lead")
        city.check(done.returncode in (0, 3) and "FORK" not in done.stdout + done.stderr,
                   "what it writes then is taken", done.stdout + done.stderr)
        status = city.value("status", home="lead", status=(0, 3))
        city.check(status["set_aside"] == 0 and status["waiting"] == 0, "and nothing set aside",
                   status)
        # and twice more from the same backup, as somebody might, within one second
        asides = [city.value("restore", backup, "--force", home="lead")["aside"] for _ in "12"]
        city.check(len(set(asides)) == 2 and all(os.path.isdir(a) for a in asides),
                   "each restore keeps what was there aside", asides)
    city.run("sync", home="lead", status=(0, 3))
    write(city, "五")
    city.run("sync", home="lead", status=(0, 3))
    city.expect(0, "no chain was forked", "audit", "verify", home="lead")
    city.expect(0, "and all of it holds", "verify", home="lead")


def aside(city, copies):
    write(city, "失う")
    told = city.value("restore", newest(copies), "--force", home="lead")
    city.check(told["aside"] and os.path.exists(os.path.join(told["aside"], "state.db"))
               and told["lost"], "--force keeps what was there aside, and says what is lost", told)


def damaged(city, copies):
    backup = newest(copies)
    key = os.path.join(backup, "sign.key")
    with open(key, "r+b") as f:
        f.truncate(10)
    for more in ((), ("--test",), ("--dry-run",)):
        told = city.refuse(VERIFY, "E1014", "a damaged one " + " ".join(more), "restore", backup,
                           *more, home="lead")
        city.check("sign.key" in told.stderr, "with the file", told.stderr)
    city.check(not any("restoring" in n for n in os.listdir(city.folder)), "and nothing is left")
    city.refuse(VERIFY, "E1014", "a folder that is no backup", "restore", city.path("lead"),
                home="lead")
    city.refuse(FAILED, "E1007", "no folder at all", "restore", city.path("none"), home="lead")
    city.refuse(FAILED, "E1007", "no home to back up", "backup", city.path("x"), home="nobody")
    with open(city.path("file"), "w", encoding="ascii"):
        pass
    done = city.call("backup", city.path("file"), home="lead")
    city.check(done.returncode == FAILED, "a file is no folder", done.stderr)


def desk(city):
    """The registrar's desk goes the same way, and registers devices when it is back."""
    folder, copies = city.path("desks", "registrar"), city.path("desk-copies")
    before = sorted(os.listdir(folder))
    city.run("backup", copies, "--dir", folder)
    shutil.rmtree(folder)
    city.run("restore", copies, "--dir", folder)
    city.check([n for n in sorted(os.listdir(folder)) if n != "lock"]
               == [n for n in before if n != "lock"], "a desk is whole again", os.listdir(folder))
    city.enrol({"later": ("staff", "14133")})
    city.expect(0, "and does its work", "authority", "roster", "--dir", folder)


def main():
    with City(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])) as city:
        city.found()
        city.start()
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133")})
        city.publish("一", pub=os.path.join(sys.argv[3], "public.csv"))
        city.run("sync", home="lead", status=(0, 3))
        copies = city.path("copies")
        made(city, copies)
        restored(city, copies)
        aside(city, copies)
        damaged(city, copies)
        desk(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
