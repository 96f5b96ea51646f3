#!/usr/bin/env python3
"""Makes the store and the home that stand for a released version: make.py KUKYOKU KUKYOKUD VERSION

Run once with the programs of that version, when it is released; the folder is then kept for ever
as it is. A daemon's store with figures and records, its desk, and a ward lead's home with one act
that was not sent, each as a backup of its own commands. The keys in them are of no real device.
"""
import os
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "system"))
from city import City  # noqa: E402


def write(city, title):
    city.run("record", "new", "voice", "--set", "title=" + title, "--set", "field=health", "--set",
             "areas=14133-01", "--set", "content=本文", "--set", "date=2026-11-23", "--set",
             "heard=voice", home="lead")


def main():
    kukyoku, kukyokud, version = sys.argv[1:]
    place = HERE / version
    if place.exists():
        sys.exit("%s is there: what was kept is never made anew" % place)
    with City(os.path.abspath(kukyoku), os.path.abspath(kukyokud)) as city:
        city.found()
        city.start()
        city.enrol({"lead": ("lead", "14133")})
        city.publish("一", pub=str(HERE.parent / "public.csv"))
        write(city, "送信済み")
        city.run("sync", home="lead", status=(0, 3))
        write(city, "未送信")
        city.end()
        city.daemon_says("--backup", city.path("copies"), "--with-keys")
        city.run("backup", city.path("copies"), home="lead")
        shutil.copytree(city.path("copies"), place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
