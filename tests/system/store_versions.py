#!/usr/bin/env python3
"""The store and the home of every released version, as they were left: opened, brought up, verified,
and gone on with by the programs of today.

usage: store_versions.py KUKYOKU KUKYOKUD DATA
"""
import contextlib
import os
import pathlib
import sqlite3
import sys

from city import City


def lines(done, *words):
    return [line for line in done.stdout.splitlines() if line.split(" ")[0] in words]


def schema(path):
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro&immutable=1" % path, uri=True)) as db:
        return db.execute("PRAGMA user_version").fetchone()[0]


def kept(city, versions):
    """Of each schema that a program has ever written one stands here, but for the newest, of today."""
    for kind, pattern, today in (
            ("store", "kukyokud-*/store.db", city.path(versions[-1].name + ".db")),
            ("home", "kukyoku-*/state.db", city.path("home-" + versions[-1].name, "state.db")),
            ("replica", "kukyoku-*/pub.db", city.path("home-" + versions[-1].name, "pub.db"))):
        have = {schema(path) for place in versions for path in place.glob(pattern)}
        newest = schema(today)
        city.check(set(range(1, newest)) <= have and max(have) <= newest,
                   "%ss of every version up to %d are kept" % (kind, newest), have)


def daemon(city, place, version):
    done = city.daemon_says("--restore", str(place), status=None)
    city.check(done.returncode == 0 and lines(done, "log") and lines(done, "blobs"),
               version + ": the daemon's store is brought up, every head as it was",
               done.stdout + done.stderr)
    again = city.daemon_says("--backup", city.path("again-" + version), status=None)
    what = ("documents", "blobs", "requests", "log")
    city.check(again.returncode == 0 and lines(again, *what) == lines(done, *what),
               version + ": and backed up again it is the same", again.stdout + again.stderr)


def home(city, place, version):
    name = "home-" + version
    told = city.value("restore", place, home=name)
    city.check("waiting@w:14133 1" in told["state"], version + ": the home is brought up", told)
    city.expect(0, version + ": all that it holds is verified", "verify", home=name)
    city.expect(0, version + ": its logs too", "audit", "verify", home=name)
    found = city.value("record", "list", "voice", home=name, status=(0, 3))
    text = str(found)
    city.check("送信済み" in text and "未送信" in text, version + ": both records are read", text)
    city.check(city.call("data", "list", home=name).stdout.strip() != "",
               version + ": and its figures")
    status = city.value("status", home=name, status=range(11))
    city.check(status["waiting"] == 1 and status["restored"], version + ": one waits", status)


def main():
    stores = pathlib.Path(sys.argv[3]) / "stores"
    versions = sorted(p for p in stores.iterdir() if p.is_dir() and p.name[0].isdigit())
    with City(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])) as city:
        city.check(versions, "a store is kept of each version")
        for place in versions:
            with open(city.path("kukyokud.ini"), "w", encoding="utf-8") as ini:
                ini.write("[daemon]\ndesk = desk\nstore = %s.db\nspool = spool-%s\n"
                          "listen = 127.0.0.1:%d\n" % (place.name, place.name, city.port))
            (own,) = place.glob("kukyokud-*")
            (homes,) = (p for p in place.glob("kukyoku-*"))
            daemon(city, own, place.name)
            home(city, homes, place.name)
        kept(city, versions)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
