#!/usr/bin/env python3
"""Which device holds which release, from what each says to the daemon to the publisher's desk. [DM-19]

usage: holder_processes.py KUKYOKU KUKYOKUD
"""
import os
import sqlite3
import sys

import record_processes as records
from city import City

FAILED, WARNINGS = 1, 3
PUBLISHER = "desks/publisher"


def who(city, *status):
    """By holder, at the desk: release, and whether it is behind."""
    path = city.path("holders.csv")
    if os.path.exists(path):
        os.unlink(path)
    city.daemon_says("--export", "holders", path)
    city.run("sync", home=PUBLISHER)
    told = city.value("release", "list", "--who", path, home=PUBLISHER, status=status)
    return {d["holder"]: (d["release"], d["behind"]) for d in told["devices"]}, told


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES))
        city.enrol({"a": ("staff", "14133"), "b": ("lead", "14136")})
        city.run("sync", home="a")
        found, told = who(city, WARNINGS)
        city.check(found["a"] == (1, False) and found["b"] == (None, True) and told["newest"] == 1,
                   "who has synced says what it has", told)
        city.publish("第二版", pub=records.write(city, "two.csv",
                                                 records.FIGURES.replace(",310,", ",333,")))
        city.run("sync", home="b")
        city.run("sync", home="b")
        city.run("sync", home="a")
        found, told = who(city, WARNINGS)
        city.check(found["a"] == (1, True) and found["b"] == (2, False),
                   "what a session brings is said with the next one", told)
        for home in ("a", "desks/approver", "desks/approver", PUBLISHER):
            city.run("sync", home=home)
        found, told = who(city, 0)
        city.check(told["behind"] == 0 and len(found) >= 3
                   and all(d["said"] and d["role"] for d in told["devices"]),
                   "until everybody has it", told)
        text = city.expect(0, "as a table", "release", "list", "--who", city.path("holders.csv"),
                           home=PUBLISHER, lang="ja").stdout
        city.check("中原区" in text and "配信版" in text, "with ward and release", text)
        city.refuse(FAILED, "E2001", "a file of another kind", "release", "list", "--who",
                    city.path("one.csv"), home=PUBLISHER)
        city.refuse(FAILED, "E1007", "no file", "release", "list", "--who", city.path("nope"),
                    home=PUBLISHER)
        city.end()
        # a store of the time before is brought up
        with sqlite3.connect(city.path("store.db")) as db:
            db.executescript("DROP TABLE holders; DROP TABLE served; "
                             "DROP TABLE recovery; DROP TABLE shown; PRAGMA user_version = 1;")
        city.start()
        city.run("sync", home="a")
        found, told = who(city, WARNINGS)
        city.check(found["a"] == (2, False) and found["b"] == (None, True),
                   "an older store is brought up", told)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
