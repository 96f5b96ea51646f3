#!/usr/bin/env python3
"""What a person is told when something is not as it should be, in Japanese, English and JSON: the
code, the remedy, the exit status; and that what was there before goes on working.

usage: refusal_processes.py KUKYOKU KUKYOKUD
"""
import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys

from city import CLOCK_CAN_MOVE, City

USAGE, WARNINGS, TEMPORARY, CONFLICT, VERIFY, DENIED, NEWER, LOCKED = 2, 3, 5, 6, 7, 8, 9, 10
LATER = ("faketime", "-f", "+3d")
ISSUE = ["--set", "title=買い物に困る高齢者", "--set", "problem=坂が多く店が遠い", "--set",
         "field=elderly", "--set", "areas=14133-01"]
FIGURES = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n" \
          "population,14133,2020,,1000,,人,,,,\npopulation,14133,2021,,1010,,人,,,,\n"


def write(city, name, text):
    with open(city.path(name), "w", encoding="utf-8") as out:
        out.write(text)
    return city.path(name)


def works(city, what, home="lead"):
    city.expect(0, what, "sync", home=home)
    city.expect(0, what + ": verified", "verify", home=home)


# --- typed wrongly ---
def wrong_words(city):
    done = city.expect(USAGE, "a noun that does not exist", "isue", "list", home="lead")
    city.check("issue" in done.stderr, "the nearest noun is named", done.stderr)
    done = city.expect(USAGE, "a verb that does not exist", "issue", "lst", home="lead")
    city.check("list" in done.stderr, "the nearest verb is named", done.stderr)
    done = city.expect(USAGE, "an option that does not exist", "issue", "list", "--runk", "noticed",
                       home="lead")
    city.check("`rung`" in done.stderr, "the nearest option is named", done.stderr)
    city.expect(USAGE, "an argument too many", "status", "now", home="lead")
    city.expect(USAGE, "an argument too few", "issue", "show", home="lead")
    city.expect(USAGE, "an option that must be there", "data", "get", home="lead")
    city.refuse(1, "E1011", "a home that is none", "sync", home="nowhere")


# --- invitations and standing ---
def invitations(city):
    city.invite("late", "staff", "14133", "--days", "1")
    if CLOCK_CAN_MOVE:
        city.refuse(DENIED, "E4012", "an invitation that has expired", "enroll",
                    city.path("late.invite"), home="late", wrap=LATER)
    else:
        city.skip("an invitation that has expired", "sanitizer")
    city.refuse(DENIED, "E4012", "an invitation that was used", "enroll",
                city.path("lead.invite"), home="thief")
    with open(city.path("late.invite"), "rb") as whole:
        bytes_of = bytearray(whole.read())
    bytes_of[len(bytes_of) // 2] ^= 1
    with open(city.path("changed.invite"), "wb") as out:
        out.write(bytes_of)
    done = city.call("enroll", city.path("changed.invite"), home="changed")
    city.check(done.returncode not in (0, WARNINGS) and "[E" in done.stderr,
               "an invitation that was changed", done.stderr)
    write(city, "no.invite", "this is no invitation")
    city.refuse(DENIED, "E4012", "a file that is no invitation", "enroll", city.path("no.invite"),
                home="none")
    city.expect(0, "the late one is in time", "enroll", city.path("late.invite"), home="late")
    done = city.expect(WARNINGS, "a device that waits for approval", "sync", home="late")
    city.check("waits" in done.stderr + done.stdout or "approv" in done.stderr + done.stdout,
               "and is told so", done.stderr + done.stdout)
    city.refuse(DENIED, "E4007", "it may not write yet", "issue", "new", *ISSUE, home="late")


def revoked(city):
    city.enrol({"lost": ("staff", "14133")})
    city.run("authority", "revoke", "--dir", city.path("desks", "registrar"), "--spool",
             city.path("spool"), city.fingerprint("lost"))
    city.settle()
    city.refuse(DENIED, "E4006", "a device that was revoked", "sync", home="lost")
    works(city, "the others go on")


# --- acts ---
def acts(city):
    issue = city.value("issue", "new", *ISSUE, home="lead")["id"]
    city.refuse(USAGE, "E5007", "a field is missing", "issue", "submit", issue, home="lead")
    city.refuse(USAGE, "E5007", "a code that is none", "issue", "edit", issue, "--set",
                "field=sports", home="lead")
    done = city.refuse(USAGE, "E5007", "a skip without a reason", "issue", "rung", issue,
                       "partners", home="lead")
    city.check("reason" in done.stderr, "what is missing is named", done.stderr)
    city.run("issue", "edit", issue, "--set", "tried=existing: 送迎を試行", "--set",
             "size_value=300", "--set", "size_unit=人", "--set", "size_method=推計", "--set",
             "ask=移動を支える仕組み", "--set", "evidence=population 14133 2020", home="lead")
    city.refuse(DENIED, "E5004", "staff may not submit", "issue", "submit", issue, home="staff") \
        if issue_seen(city, issue) else city.check(False, "staff see the issue")
    case = city.value("issue", "submit", issue, home="lead")["id"]
    done = city.refuse(CONFLICT, "E5005", "an act that the state does not allow", "case", "reply",
                       case, "--set", "reason=早すぎ", home="lead")
    city.check("withdraw" in done.stderr, "the acts that may follow are named", done.stderr)
    city.refuse(DENIED, "E5004", "an act of the other side", "case", "receive", case, home="lead")
    city.refuse(1, "E1007", "a record that does not exist", "issue", "show", "ffffffff",
                home="lead")
    works(city, "what was written is sent")
    return issue


def issue_seen(city, issue):
    city.run("sync", home="lead")
    city.run("sync", home="staff")
    return any(r["id"] == issue for r in city.value("issue", "list", home="staff")["records"])


# --- the machine ---
def locks_and_stores(city):
    with open(city.path("lead", "lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        city.refuse(LOCKED, "E1006", "another process works on this home", "issue", "new", *ISSUE,
                    home="lead")
        city.expect(0, "readers do not wait", "status", home="lead")
    db = sqlite3.connect(city.path("lead", "pub.db"))
    (version,) = db.execute("PRAGMA user_version").fetchone()
    db.execute("PRAGMA user_version = 99")
    db.commit()
    city.refuse(NEWER, "E1005", "a replica of a newer program", "data", "list", home="lead")
    db.execute("PRAGMA user_version = %d" % version)
    db.commit()
    db.close()
    key = city.path("lead", "device.key")
    os.chmod(key, 0o644)
    city.refuse(DENIED, "E1009", "a key that others can read", "sync", home="lead")
    os.chmod(key, 0o600)
    works(city, "all is well again")


def full_disk(city):
    """A home on a file system of its own that is full."""
    place = city.path("small")
    os.mkdir(place)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place],
                      stderr=subprocess.DEVNULL, check=False).returncode != 0:
        print("# no file system can be mounted here")
        return
    try:
        shutil.copytree(city.path("staff"), place + "/home")
        filler = open(place + "/filler", "wb", buffering=0)
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            pass
        filler.close()
        city.refuse(TEMPORARY, "E1002", "a record on a full disk", "issue", "new", *ISSUE,
                    home="small/home")
        os.unlink(place + "/filler")
        city.expect(0, "with room again it is written", "issue", "new", *ISSUE, home="small/home")
        city.expect(0, "and sound", "verify", home="small/home")
    finally:
        subprocess.run(["umount", place], check=True)


def clocks(city):
    if not CLOCK_CAN_MOVE:
        city.skip("clocks years wrong", "sanitizer")
        return
    for when, what in (("-10y", "ten years behind"), ("+10y", "ten years ahead")):
        done = city.call("sync", home="lead", wrap=("faketime", "-f", when))
        city.check(done.returncode in (0, WARNINGS), "a clock %s does not stop a sync" % what,
                   done.stderr)
        city.check("clock" in done.stderr + done.stdout, "and is told: " + what,
                   done.stderr + done.stdout)
    later = json.loads(city.call("status", "--json", home="lead",
                                 wrap=("faketime", "-f", "+10y")).stdout)
    city.check(not later["well"] and later["expired"] == {"root": True, "roster": True,
                                                          "catalog": True},
               "what has expired is told, and is not well", later)
    now = city.value("status", home="lead", status=range(11))
    city.check(now["expired"] == {"root": False, "roster": False, "catalog": False},
               "and is not told before", now)
    told = city.value("status", home="lead", status=(WARNINGS,))
    city.check(told["freshness"] == "stale", "the clock set back makes nothing fresh", told)
    city.check(told["clock_behind"] and not told["well"] and abs(told["clock_skew_ms"]) > 86400000,
               "and both are told", told)
    done = city.expect(WARNINGS, "the clock in words", "status", home="lead", lang="ja")
    city.check("時計が戻されています" in done.stderr and "分ずれています" in done.stderr,
               "set back, and off", done.stderr)
    works(city, "the right clock again")
    told = city.value("status", home="lead")
    city.check(told["freshness"] == "fresh" and not told["clock_behind"],
               "the daemon's clock agrees: fresh again", told)


# --- documents and bytes ---
def documents(city):
    """What a home holds, altered, old or mixed."""
    home = city.path("lead")
    kept = city.path("kept")
    shutil.copytree(home, kept)
    db = sqlite3.connect(home + "/state.db")
    db.execute("UPDATE documents SET bytes = zeroblob(length(bytes)) WHERE kind = "
               "(SELECT max(kind) FROM documents)")
    db.commit()
    db.close()
    done = city.call("status", home="lead")
    city.check(done.returncode not in (0, WARNINGS) and "[E" in done.stderr, "an altered document",
               done.stderr)
    shutil.rmtree(home)
    shutil.copytree(kept, home)
    old = city.path("old-store.db")
    city.end()
    shutil.copy(city.path("store.db"), old)
    city.start()
    city.publish("二版", pub=write(city, "two.csv", FIGURES.replace("1010", "1011")))
    city.run("sync", home="lead")
    city.end()
    shutil.copy(city.path("store.db"), city.path("new-store.db"))
    shutil.copy(old, city.path("store.db"))
    for end in ("-wal", "-shm"):
        if os.path.exists(city.path("store.db" + end)):
            os.unlink(city.path("store.db" + end))
    city.start()
    city.call("sync", home="lead")
    got = city.value("data", "get", "--indicator", "population", "--area", "14133", "--period",
                     "2021", home="lead")
    city.check("1011" in json.dumps(got), "a daemon with an older release takes nothing back", got)
    city.end()
    shutil.copy(city.path("new-store.db"), city.path("store.db"))
    city.start()
    works(city, "in step with the right store")
    shutil.rmtree(kept)


def damage(city, home):
    db = sqlite3.connect(city.path(home, "pub.db"))
    db.execute("UPDATE blobs SET coded = zeroblob(length(coded)) WHERE hash = "
               "(SELECT hash FROM blobs ORDER BY length(coded) DESC LIMIT 1)")
    db.commit()
    db.close()


def figures(city):
    damage(city, "staff")
    done = city.expect(VERIFY, "verify finds a changed pack", "verify", home="staff")
    city.check("[E" in done.stderr, "and says where", done.stderr)
    city.expect(0, "an update mends it", "sync", home="staff")
    works(city, "mended", home="staff")
    damage(city, "staff")
    city.expect(VERIFY, "damaged again, and nothing new to fetch", "verify", "--repair",
                home="staff")
    works(city, "repaired", home="staff")


def lists(city):
    """What lists tell of the figures is derived: altered it is told, and made anew without a sync."""
    with sqlite3.connect(city.path("staff", "pub.db")) as db:
        name, rows = db.execute("SELECT indicator, row_count FROM indicators LIMIT 1").fetchone()
        db.execute("UPDATE indicators SET row_count = 7777 WHERE indicator = ?", (name,))
    done = city.expect(VERIFY, "verify finds an altered list", "verify", home="staff")
    city.check("[E6010] pub/stat/" + name in done.stderr and "--repair" in done.stderr,
               "and says where, and what to do", done.stderr)
    done = city.expect(VERIFY, "it is made anew", "verify", "--repair", "--json", home="staff")
    city.check(json.loads(done.stdout)["mended"] == 1 and json.loads(done.stdout)["repaired"] == 0,
               "and nothing is forgotten", done.stdout)
    city.expect(0, "all is well then", "verify", home="staff")
    with sqlite3.connect(city.path("staff", "pub.db")) as db:
        city.check(db.execute("SELECT row_count FROM indicators WHERE indicator = ?",
                              (name,)).fetchone() == (rows,), "as it was", "")


def passphrases(city):
    os.chmod(write(city, "right", "とても長い合言葉"), 0o600)
    os.chmod(write(city, "wrong", "ちがう合言葉"), 0o600)
    city.invite("guarded", "staff", "14133")
    city.run("enroll", city.path("guarded.invite"), "--passphrase-file", city.path("right"),
             home="guarded")
    city.approve("guarded")
    city.expect(0, "a sync needs no passphrase", "sync", home="guarded")
    city.refuse(DENIED, "E1010", "another passphrase", "issue", "new", *ISSUE, "--passphrase-file",
                city.path("wrong"), home="guarded")
    city.refuse(DENIED, "E1010", "nobody to ask", "issue", "new", *ISSUE, home="guarded")
    city.expect(0, "the right one", "issue", "new", *ISSUE, "--passphrase-file",
                city.path("right"), home="guarded")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=write(city, "one.csv", FIGURES))
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133")})
        works(city, "a device in step")
        wrong_words(city)
        invitations(city)
        revoked(city)
        acts(city)
        locks_and_stores(city)
        full_disk(city)
        clocks(city)
        documents(city)
        figures(city)
        lists(city)
        passphrases(city)
        city.check(city.end(signal.SIGTERM) == 0, "the daemon has come through it all")
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
