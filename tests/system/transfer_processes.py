#!/usr/bin/env python3
"""April: a person changes wards. The new device comes in and the old one drains in one roster; what lay
unsent on the old one still reaches the old ward, by line and by a medium; when its days are over the
desk says so and revokes it. [TR-20]

usage: transfer_processes.py KUKYOKU KUKYOKUD
"""
import os
import sys

from authority_processes import tree
from city import City

UNCHANGED, WARNINGS, CONFLICT, DENIED = 4, 3, 6, 8
DAY_MS = 86400000


def write(city, home, title, ward):
    city.run("issue", "new", "--set", "title=" + title, "--set", "problem=p", "--set",
             "field=elderly", "--set", "areas=" + ward, home=home)


def titles(city, home):
    city.run("sync", home=home, status=(0, WARNINGS))
    return city.run("issue", "list", home=home, status=(0, WARNINGS))


def desk(city):
    return ("--dir", city.path("desks", "registrar"), "--spool", city.path("spool"))


def moved(city):
    """Written in the field, the line was down; the person sits in the other ward on Monday."""
    write(city, "old", "坂の上の見守り", "14133")
    write(city, "far", "出張所の集まり", "14133")
    city.invite("new", "staff", "14135")
    city.run("enroll", city.path("new.invite"), home="new")
    city.daemon_says("--export", "requests", city.path("requests"))
    approve = ("authority", "approve", *desk(city), "--fingerprint", city.fingerprint("new"))
    before = tree(city.path("desks"))
    city.refuse(1, "E1007", "in place of a device that is not there", *approve, "--replaces",
                "aaaa-bbbb-cccc", city.path("requests"))
    city.check(tree(city.path("desks")) == before and not os.listdir(city.path("spool", "in")),
               "and nothing was signed")
    city.expect(0, "the new device comes, two old ones drain, in one roster", *approve, "--replaces",
                city.fingerprint("old"), "--replaces", city.fingerprint("far"),
                city.path("requests"))
    city.settle()
    listed = city.value("authority", "roster", "--dir", city.path("desks", "registrar"))
    status = {row["holder"]: row["status"] for row in listed["devices"]}
    city.check((status["new"], status["old"], status["far"]) == ("active", "draining", "draining"),
               "as the roster says", status)
    city.check(len(listed["draining"]) == 2 and not any(d["over"] for d in listed["draining"])
               and all(d["until"] for d in listed["draining"]), "with the day until which", listed)
    city.invite("other", "staff", "14135")
    city.run("enroll", city.path("other.invite"), home="other")
    city.daemon_says("--export", "requests", city.path("requests"))
    city.refuse(CONFLICT, "E5005", "one that drains already is not replaced again", "authority",
                "approve", *desk(city), "--fingerprint", city.fingerprint("other"), "--replaces",
                city.fingerprint("old"), city.path("requests"))


def arrives(city):
    city.check("坂の上の見守り" not in titles(city, "boss"), "the old ward does not have it yet")
    city.run("sync", home="new", status=(0, WARNINGS))
    write(city, "new", "新しい区の課題", "14135")
    city.expect(0, "the new device works in the new ward", "sync", home="new")
    city.check("新しい区の課題" in titles(city, "chief"), "whose lead sees it")
    city.check("坂の上の見守り" not in titles(city, "new"), "and reads nothing of the old ward")
    city.expect(0, "the old device sends", "sync", home="old")
    city.check("坂の上の見守り" in titles(city, "boss"), "and the old ward has the note")
    write(city, "old", "引き継ぎのあとで", "14133")
    city.expect(0, "in its days it may still write", "sync", home="old")
    city.check("引き継ぎのあとで" in titles(city, "boss"), "and be read")
    city.expect(0, "one without a line sends by a medium", "media", "export",
                city.path("far.kkyb"), "--approver", "課長", home="far")
    os.rename(city.path("far.kkyb"), city.path("spool", "in", "far.kkyb"))
    city.settle()
    city.check("出張所の集まり" in titles(city, "boss"), "which arrives, too")


def days_pass(city):
    """The desk's list says when each roster was signed: it is made fifteen days older."""
    path = city.path("desks", "registrar", "issued")
    with open(path, encoding="ascii") as f:
        lines = [line.split() for line in f]
    with open(path, "w", encoding="ascii") as f:
        for version, ms in lines:
            f.write("%s %d\n" % (version, int(ms) - 15 * DAY_MS))


def over(city):
    revoke = ("authority", "revoke", "--drained", *desk(city))
    city.expect(UNCHANGED, "nobody's days are over", *revoke, "--exit-code-unchanged")
    city.refuse(2, "E7001", "revoke whom?", "authority", "revoke", *desk(city))
    days_pass(city)
    write(city, "old", "もう届かない", "14133")
    told = city.expect(WARNINGS, "the desk is reminded", "authority", "roster", "--dir",
                       city.path("desks", "registrar"))
    city.check(city.fingerprint("old") in told.stderr and "--drained" in told.stderr,
               "of whom, and what to do", told.stderr)
    before = tree(city.path("desks"))
    city.expect(0, "what would be revoked", *revoke, "--dry-run")
    city.check(tree(city.path("desks")) == before, "is not")
    city.expect(0, "revoked together", *revoke)
    city.settle()
    listed = city.value("authority", "roster", "--dir", city.path("desks", "registrar"))
    status = {row["holder"]: row["status"] for row in listed["devices"]}
    city.check((status["new"], status["old"], status["far"]) == ("active", "revoked", "revoked"),
               "and nobody else", status)
    city.refuse(DENIED, "E4006", "the old device is told", "sync", home="old")
    city.check("もう届かない" not in titles(city, "boss"), "what it wrote too late does not arrive")
    write(city, "boss", "新しい鍵で", "14133")
    city.check("新しい鍵で" in titles(city, "boss"), "the old ward goes on under new keys")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.enrol({"old": ("staff", "14133"), "far": ("staff", "14133"),
                    "boss": ("lead", "14133"), "chief": ("lead", "14135")})
        moved(city)
        arrives(city)
        over(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
