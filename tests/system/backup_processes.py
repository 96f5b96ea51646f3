#!/usr/bin/env python3
"""Backups of the daemon as its keepers make them: while it writes, restored, equal; cut short,
damaged, over a newer store, onto a disk that is full, into a folder that takes nothing.

usage: backup_processes.py KUKYOKU KUKYOKUD DATA
"""
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time

from city import City

FAILED, WARNINGS, TEMPORARY, CONFLICT, VERIFY, LOCKED = 1, 3, 5, 6, 7, 10


def said(done):
    return done.stdout + done.stderr


def refused(city, status, code, what, *arguments, **how):
    done = city.daemon_says(*arguments, status=None, **how)
    city.check(done.returncode == status and "[%s]" % code in done.stderr and "対処" in done.stderr
               and "remedy" in done.stderr, what, "exit %d\n%s" % (done.returncode, said(done)))
    return done


def newest(folder):
    return os.path.join(folder, sorted(n for n in os.listdir(folder) if n.startswith("kuk"))[-1])


def state(done):
    """The lines that say what a store holds."""
    return [line for line in done.stdout.splitlines()
            if line.split(" ")[0] in ("documents", "blobs", "requests", "log")]


def write(city, count, home="lead"):
    for number in range(count):
        city.run("record", "new", "voice", "--set", "title=件%d" % number, "--set", "field=health",
                 "--set", "areas=14133-01", "--set", "content=本文", "--set", "date=2026-11-23",
                 "--set", "heard=voice", home=home)


def whole_files(folder):
    for top, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(top, name)


def while_it_writes(city, copies):
    """A person writes and sends all the time; each backup is one moment of the store."""
    stop = threading.Event()

    def work():
        while not stop.is_set():
            write(city, 1)
            city.run("sync", home="lead", status=(0, 3))

    write(city, 1)
    city.run("sync", home="lead", status=(0, 3))
    worker = threading.Thread(target=work)
    worker.start()
    made = []
    try:
        for _ in range(3):
            before = set(os.listdir(copies)) if os.path.isdir(copies) else set()
            time.sleep(1) # names are seconds
            done = city.daemon_says("--backup", copies, status=None)
            made.append(done)
            city.check(done.returncode == 0 and len(set(os.listdir(copies)) - before) == 1,
                       "a backup while somebody writes", said(done))
    finally:
        stop.set()
        worker.join()
    city.check(made and any(line.startswith("log ") for line in state(made[0])),
               "it says what it holds", said(made[0]))
    for path in whole_files(copies):
        mode = os.stat(path).st_mode & 0o777
        if mode != 0o600:
            city.check(False, "every file is its owner's alone", "%s %o" % (path, mode))
    names = {os.path.basename(p) for p in whole_files(copies)}
    city.check("daemon.key" not in names and "000-start.kkyb" in names
               and not any(n.endswith(("-wal", "-shm")) for n in names),
               "no key is in it, and nothing beside the store", names)
    done = city.daemon_says("--restore", copies, "--test")
    city.check(state(done) == state(made[-1]), "restored beside the store it is the same",
               said(done))


def facts(city, copies):
    done = city.daemon_says("--backups", status=None)
    city.check(done.returncode == 0 and "backup 20" in done.stdout
               and "restore-test 20" in done.stdout, "both are remembered", said(done))
    name = city.path("store.db.backups")
    os.rename(name, name + ".away")
    done = city.daemon_says("--backups", status=None)
    city.check(done.returncode == WARNINGS and "backup never" in done.stdout,
               "where there was none, it says so", said(done))
    os.rename(name + ".away", name)
    done = city.daemon_says("--backup", city.path("secret"), "--with-keys")
    names = {os.path.basename(p) for p in whole_files(city.path("secret"))}
    city.check("daemon.key" in names, "with the keys where somebody asks for them", names)


def waiting_files(city):
    """What waits in the spool is in the backup, and waits again."""
    with open(city.path("spool", "in", ".coming"), "w", encoding="ascii") as f:
        f.write("x")
    with open(city.path("spool", "in", "half.part"), "w", encoding="ascii") as f:
        f.write("x")
    city.end()
    shutil.copy(city.path("lead.invite"), city.path("spool", "in", "waits.kkyb"))
    copies = city.path("waiting")
    city.daemon_says("--backup", copies)
    names = {os.path.relpath(p, newest(copies)) for p in whole_files(copies)}
    city.check("spool/in/waits.kkyb" in names and not any("half" in n or "coming" in n
                                                          for n in names),
               "a stopped daemon's waiting file is in it, half a file is not", names)
    for name in (".coming", "half.part", "waits.kkyb"):
        os.unlink(city.path("spool", "in", name))
    city.daemon_says("--restore", copies)
    city.check(os.path.exists(city.path("spool", "in", "waits.kkyb")), "and it waits again")
    os.unlink(city.path("spool", "in", "waits.kkyb"))


def restored(city, copies):
    """The host is lost: store and spool. The daemon goes on where the backup ends."""
    refused(city, LOCKED, "E1006", "never under a running daemon", "--restore", copies)
    write(city, 1)  # which no older copy has
    city.run("sync", home="lead", status=(0, 3))
    city.daemon_says("--backup", city.path("last"))
    city.end(signal.SIGKILL)
    for name in os.listdir(city.folder):
        if name.startswith("store.db"):
            os.unlink(city.path(name))
    shutil.rmtree(city.path("spool"))
    dry = city.daemon_says("--restore", city.path("last"), "--dry-run")
    city.check("would-restore" in dry.stdout and not os.path.exists(city.path("store.db")),
               "--dry-run says what would be and does nothing", said(dry))
    done = city.daemon_says("--restore", city.path("last"))
    city.check(state(done) == state(dry) and done.stdout.startswith("restored"),
               "the store is back", said(done))
    city.start()
    city.expect(0, "and a device is in step with it", "sync", home="lead")
    city.begin_era()
    write(city, 1)
    city.expect(0, "and what it writes is taken", "sync", home="lead")
    city.expect(0, "and its log holds", "audit", "verify", home="lead")


def over_a_newer(city, copies):
    city.end()
    with open(city.path("store.db"), "rb") as f:
        before = f.read()
    dry = city.daemon_says("--restore", newest(copies), "--dry-run")
    city.check("lost\n" in dry.stdout and "log w:14133 +" in dry.stdout, "what would be lost",
               said(dry))
    done = refused(city, CONFLICT, "E1015", "over a newer store", "--restore", newest(copies))
    city.check("log w:14133 +" in done.stderr, "with what would be lost", said(done))
    with open(city.path("store.db"), "rb") as f:
        city.check(f.read() == before, "and nothing was changed")
    city.check(not any("restoring" in n for n in os.listdir(city.folder)), "and nothing is left")
    done = city.daemon_says("--restore", newest(copies), "--force")
    aside = [line.split(" ", 1)[1] for line in done.stdout.splitlines() if line.startswith("aside")]
    city.check(len(aside) == 1 and os.path.exists(aside[0]), "--force keeps the other aside",
               said(done))
    city.start()
    told = city.value("sync", home="lead", status=(0, 3))
    city.check(told["returned"] > 0, "the device knows more than the restored daemon, and gives it back",
               told)
    city.end()
    os.unlink(city.path("store.db"))
    os.rename(aside[0], city.path("store.db"))
    city.start()
    city.expect(0, "the one aside goes on as if nothing had been", "sync", home="lead")


def damaged(city, copies):
    place = newest(copies)
    store = os.path.join(place, "store.db")
    with open(store, "r+b") as f:
        f.seek(5000)
        byte = f.read(1)
        f.seek(5000)
        f.write(bytes([byte[0] ^ 1]))
    for more in ((), ("--dry-run",), ("--test",)):
        if not more:
            city.end()
        done = refused(city, VERIFY, "E1014", "a damaged backup " + " ".join(more), "--restore",
                       place, *more)
        city.check(store in done.stderr or "store.db" in done.stderr, "and the file", said(done))
    os.unlink(os.path.join(place, "MANIFEST"))
    refused(city, VERIFY, "E1014", "one without a manifest", "--restore", place)
    done = city.daemon_says("--restore", city.path("nowhere"), status=None)
    city.check(done.returncode == FAILED and "nowhere" in done.stderr, "one that is not there")
    city.start()


def a_store_that_was_changed(city):
    """A byte that SQLite does not mind: the log's own chain tells, with the entry's place."""
    city.end()
    for what, change, back in (
            ("w:14133#1", "entries SET recv_ms = recv_ms + 1", "entries SET recv_ms = recv_ms - 1"),
            ("w:14133#", "chains SET seq = seq - 1", "chains SET seq = seq + 1"),
            ("another hash", "blobs SET bytes = CAST(bytes || x'00' AS BLOB) WHERE rowid = 2",
             "blobs SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) AS BLOB) WHERE rowid = 2")):
        db = sqlite3.connect(city.path("store.db"))
        db.execute("UPDATE " + change)
        db.commit()
        done = refused(city, FAILED, "E1004", "no backup of " + change, "--backup",
                       city.path("changed"))
        city.check(what in done.stderr and os.listdir(city.path("changed")) == [],
                   "the place is named, and nothing is left of it", said(done))
        db.execute("UPDATE " + back)
        db.commit()
        db.close()
    time.sleep(1)
    done = city.daemon_says("--backup", city.path("changed"), status=None)
    city.check(done.returncode == 0, "mended, it is one again", said(done))
    city.start()


def cut_short(city):
    """Killed while it copies: no backup is there that is none, and the next one works."""
    copies = city.path("cut")
    for wait in (0.0, 0.005, 0.01, 0.02, 0.04):
        process = subprocess.Popen([city.kukyokud, "--config", city.path("kukyokud.ini"), "--backup",
                                    copies], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    whole = [n for n in os.listdir(copies)] if os.path.isdir(copies) else []
    bad = [n for n in whole if not n.startswith(".")
           and city.daemon_says("--restore", os.path.join(copies, n), "--dry-run",
                                status=None).returncode != 0]
    city.check(not bad, "whatever has a name is whole", bad)


def no_room(city):
    """A disk on which no more fits: the limit of a process's file is what stands for it."""
    def limit():
        import resource
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

    copies = city.path("full")
    done = subprocess.run([city.kukyokud, "--config", city.path("kukyokud.ini"), "--backup", copies],
                          capture_output=True, text=True, preexec_fn=limit, check=False)
    city.check(done.returncode in (FAILED, TEMPORARY) and "remedy" in done.stderr
               and os.listdir(copies) == [], "a full disk is told, and nothing is left of it",
               "exit %d\n%s%s" % (done.returncode, said(done), os.listdir(copies)))
    with open(city.path("file"), "w", encoding="ascii"):
        pass
    done = city.daemon_says("--backup", city.path("file"), status=None)
    city.check(done.returncode == FAILED and "file" in done.stderr, "a file is no folder", said(done))
    if os.geteuid() != 0:
        os.mkdir(city.path("closed"), 0o500)
        refused(city, FAILED, "E1003", "a folder that takes nothing", "--backup", city.path("closed"))
    for wrong in (("--test",), ("--backup", "x", "--force"), ("--backup", "x", "--restore", "y"),
                  ("--restore", "x", "--test", "--dry-run")):
        done = city.daemon_says(*wrong, status=None)
        city.check(done.returncode == 2 and "[E7001]" in done.stderr, "wrong use: " + " ".join(wrong))


def main():
    with City(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])) as city:
        city.found()
        city.start()
        city.enrol({"lead": ("lead", "14133")})
        city.publish("一", pub=os.path.join(sys.argv[3], "public.csv"))
        copies = city.path("copies")
        while_it_writes(city, copies)
        facts(city, copies)
        restored(city, copies)
        over_a_newer(city, copies)
        damaged(city, copies)
        a_store_that_was_changed(city)
        cut_short(city)
        no_room(city)
        waiting_files(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
