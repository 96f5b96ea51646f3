#!/usr/bin/env python3
"""kukyokud as a process: how it starts, ends, reloads, and why it does not start. [DM-15] [DM-16]
[DM-17]

usage: daemon_processes.py KUKYOKU KUKYOKUD
"""
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time

from city import City

FAILED, USAGE, DENIED, NEWER, LOCKED, CONFIG = 1, 2, 8, 9, 10, 78


def refused(city, status, code, what, *arguments, config="kukyokud.ini"):
    done = city.daemon_says(*arguments, config=config, status=None)
    city.check(done.returncode == status and "[%s]" % code in done.stderr
               and "対処" in done.stderr and "remedy" in done.stderr, what,
               "exit %d\n%s" % (done.returncode, done.stderr))
    return done.stderr


def settings(city):
    city.write_settings()
    city.check("ok" in city.daemon_says("--check").stdout, "--check of sound settings")
    for line, told in (("colour = red", "wrong.ini:10"), ("sessions = 0", "1 … 60000")):
        city.write_settings(more=line + "\n", config="wrong.ini")
        said = refused(city, CONFIG, "E7002", "refused with file and line: " + line, "--check",
                       config="wrong.ini")
        city.check(told in said, "and the place or the range: " + told, said)
    refused(city, CONFIG, "E7002", "started with wrong settings", config="wrong.ini")
    os.mkdir(city.path("conf.d"))
    with open(city.path("conf.d", "10-more.ini"), "w") as ini:
        ini.write("[limits]\n\nsessions = 9\n")
    shown = city.daemon_says("--show").stdout
    city.check("sessions = 9  ; %s:3\n" % city.path("conf.d", "10-more.ini") in shown
               and "idle_timeout = 75  ; default\n" in shown, "--show says where a value stands", shown)
    checked = city.daemon_says("--check").stdout.splitlines()
    city.check(len(checked) == 2 and checked[1].endswith("10-more.ini: ok"),
               "--check names every file that was read", checked)
    shutil.rmtree(city.path("conf.d"))
    done = city.daemon_says("--log-format", "json", config="wrong.ini", status=CONFIG)
    line = json.loads(done.stderr)
    city.check(line["event"] == "failed" and line["code"] == "E7002" and line["level"] == 3
               and line["remedy_ja"], "a failure as an object", done.stderr)
    done = subprocess.run([city.kukyokud, "--config", city.path("wrong.ini")], text=True,
                          stderr=subprocess.PIPE, env=dict(os.environ, JOURNAL_STREAM="1:2"))
    city.check(done.returncode == CONFIG and all(told.startswith("<3>") for told in
                                                 done.stderr.splitlines()),
               "and for the journal with its level", done.stderr)


# Lines that are wrong, and what is said of each.
WRONG = (
    (("--nonsense",), "--nonsense: ", "no such option)"),
    (("--hlep",), "--hlep: ", "did you mean --help?"),
    (("--log-format", "xml"), "--log-format: ", "text or json, not `xml`"),
    (("--backup",), "--backup: ", "it needs a value"),
    (("--check=1",), "--check=1: ", "it takes no value"),
    (("--check", "--check"), "--check: ", "it stands twice"),
    (("--check", "--backups"), "--backups: ", "does not go together with --check"),
    (("--force",), "--force: ", "it belongs to --restore"),
    (("--restore", "x", "--dry-run", "--test"), "--test: ", "does not go together with --dry-run"),
    (("extra",), "extra: ", "nothing takes this"),
    (("--export", "served"), "--export: ", "where to write it is missing"),
    (("--export", "servd", "x"), "--export: ", "did you mean served?"),
    (("--export", "everything", "x"), "--export: ", "there are: requests holders"),
    (("--export", "media", "x"), "--export: ", "media needs --ward or --device"),
    (("--export", "served", "--ward", "14133", "x"), "--export: ", "takes neither --ward"),
    (("--export", "served", "--grace", "3", "x"), "--export: ", "served takes no --grace"),
    (("--export", "static", "--grace", "soon", "x"), "--grace: ", "a number of hours up to 8784"),
)


def lines(city):
    for words, place, reason in WRONG:
        done = city.daemon_says(*words, status=None)
        city.check(done.returncode == USAGE and "error [E7001] " + place in done.stderr
                   and reason in done.stderr and "エラー [E7001] " in done.stderr
                   and not done.stdout, "kukyokud " + " ".join(words), done.stderr)
    done = subprocess.run([city.kukyokud], text=True, stderr=subprocess.PIPE)
    city.check(done.returncode == USAGE and "--config: " in done.stderr, "kukyokud alone",
               done.stderr)
    for lang, words in (("en_GB.UTF-8", "usage: kukyokud"), ("ja_JP.UTF-8", "使い方: kukyokud")):
        done = subprocess.run([city.kukyokud, "--help"], text=True, stdout=subprocess.PIPE,
                              env=dict(os.environ, LC_ALL=lang))
        city.check(done.returncode == 0 and done.stdout.startswith(words), "help: " + lang,
                   done.stdout)


def desk(city):
    key = city.path("desks", "daemon", "daemon.key")
    os.chmod(key, 0o644)
    refused(city, DENIED, "E1009", "a key that others can read")
    os.chmod(key, 0o600)
    os.rename(key, key + ".away")
    done = city.daemon_says(status=None)
    city.check(done.returncode != 0 and "daemon.key" in done.stderr, "no key", done.stderr)
    os.rename(key + ".away", key)


def stores(city):
    city.start()
    said = refused(city, LOCKED, "E1006", "a second daemon on one store")
    city.check("別の kukyokud" in said and "another kukyokud" in said,
               "and why, in both languages", said)
    other = city.path("other.ini")
    with open(other, "w") as ini:
        ini.write("[daemon]\ndesk = desks/daemon\nstore = other.db\nspool = other-spool\n"
                  "listen = 127.0.0.1:%d\n" % city.port)
    done = city.daemon_says(config="other.ini", status=None)
    city.check(done.returncode != 0 and str(city.port) in done.stderr, "a port that is taken",
               done.stderr)
    city.check(city.end() == 0, "SIGTERM ends it in order")
    db = sqlite3.connect(city.path("store.db"))
    known = db.execute("PRAGMA user_version").fetchone()[0]
    db.execute("PRAGMA user_version = 99")
    db.close()
    refused(city, NEWER, "E1005", "a store of a newer program")
    db = sqlite3.connect(city.path("store.db"))
    city.check(db.execute("PRAGMA user_version").fetchone()[0] == 99, "and it is left alone")
    db.execute("PRAGMA user_version = %d" % known)
    db.close()


def lost_store(city):
    """A store that is gone, or came back empty, is no first start; moving done/ away says it is."""
    store, done = city.path("store.db"), city.path("spool", "done")
    os.rename(store, store + ".kept")
    said = refused(city, FAILED, "E1012", "a store that is gone")
    city.check("store.db" in said and "no such file" in said and "ファイルがありません" in said,
               "with the place and the reason, in both languages", said)
    city.check(not os.path.exists(store), "and no new store was made")
    open(store, "w").close()
    said = refused(city, FAILED, "E1012", "a store of no bytes")
    city.check("is empty" in said and os.path.getsize(store) == 0, "and it is left alone", said)
    shutil.copy(store + ".kept", store)
    db = sqlite3.connect(store)
    db.execute("DELETE FROM documents")
    db.commit()
    db.close()
    said = refused(city, FAILED, "E1012", "a store without a root")
    city.check("no root document" in said, "and what it lacks", said)
    os.unlink(store)
    os.rename(done, done + ".kept")
    city.start()
    city.check(city.end() == 0 and os.path.exists(os.path.join(done, "000-start.kkyb")),
               "without done/ it begins anew")
    os.rename(store + ".kept", store)
    city.start()
    city.check(city.end() == 0, "and the store that was restored is served")


def signals(city):
    city.start()
    city.write_settings(more="sesions = 3\n")
    city.daemon.send_signal(signal.SIGHUP)
    city.wait(lambda: "reload-failed" in city.log(), "no word of a failed reload")
    city.check("sesions" in city.log(), "a failed reload names the key; the old settings stay")
    city.write_settings(more="sessions = 3\n")
    city.daemon.send_signal(signal.SIGHUP)
    city.wait(lambda: "reload key" in city.log() or "reload " in
              city.log().replace("reload-failed", ""), "no word of a reload")
    city.check(city.listens(), "it goes on after a reload")
    with socket.create_connection(("127.0.0.1", city.port)):
        began = time.monotonic()
        status = city.end(signal.SIGINT)
        city.check(status == 0 and time.monotonic() - began < 15,
                   "SIGINT ends it with somebody at the door")


def heard_as(s, wanted, what, times=1):
    """For check: told within the time, that many times; what was told instead."""
    told = []
    s.settimeout(10)
    try:
        while told.count(wanted) < times:
            told.append(s.recv(256).decode())
    except TimeoutError:
        pass
    return told.count(wanted) == times, what, told


def supervised(city):
    """What systemd is told: ready, alive, reloading, stopping. Covers daemon/notify.c."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.bind(city.path("notify"))
        city.start(wrap=("env", "NOTIFY_SOCKET=" + city.path("notify"), "WATCHDOG_USEC=2000000"))
        city.check(*heard_as(s, "READY=1", "it says when it is ready"))
        city.check(*heard_as(s, "WATCHDOG=1", "and that it is alive, again and again", 2))
        city.daemon.send_signal(signal.SIGHUP)
        city.check(*heard_as(s, "RELOADING=1", "and when it reloads"))
        city.check(*heard_as(s, "READY=1", "and is ready again"))
        city.check(city.end() == 0, "it ends")
        city.check(*heard_as(s, "STOPPING=1", "and says that it does"))
    city.start(wrap=("env", "NOTIFY_SOCKET=" + city.path("gone"), "WATCHDOG_USEC=1000000"))
    city.check(city.end() == 0, "a supervisor that is gone disturbs nothing")


def failing_spool(city):
    """Tried twice a second, told once; told again when it comes again."""
    folder = city.path("spool", "in")
    city.start()
    for times in (1, 2):
        os.rename(folder, folder + ".away")
        city.wait(lambda: city.log().count("spool-failed") == times, "no word of a failed spool")
        time.sleep(2)
        city.check(city.log().count("spool-failed") == times, "told once and not at each look",
                   city.log()[-2000:])
        os.rename(folder + ".away", folder)
        time.sleep(1.5)
    city.check(city.end() == 0, "it went on all the while")


def no_names(city):
    """A log line has no name of a person."""
    city.start()
    city.enrol({"山田": ("lead", "14133")})
    city.end()
    city.check("山田" not in city.log() and "\\xe5" not in city.log(), "no name in the log")
    city.check("adopted" in city.log() and "session" in city.log(), "but what happened is there")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        settings(city)
        lines(city)
        desk(city)
        stores(city)
        lost_store(city)
        signals(city)
        failing_spool(city)
        supervised(city)
        no_names(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
