#!/usr/bin/env python3
"""A device that was revoked: what it could not send is given back in words, what it held is removed.
The registrar's signed roster removes by itself; the daemon's bare word does not. [SY-13]

usage: purge_processes.py KUKYOKU KUKYOKUD
"""
import os
import sys

from city import City
from passphrase_processes import TABLE

UNCHANGED, WARNINGS, DENIED = 4, 3, 8
NOTE, DRAFT, SHARED = "坂の上の見守り-7b1e", "書きかけの下書き-90cc", "区で共有した課題-31fa"


def write(city, home, title, *verb):
    city.run(*(verb or ("issue", "new")), "--set", "title=" + title, "--set", "problem=道が暗い",
             "--set", "field=elderly", "--set", "areas=14133", home=home)


def replicas(city, home):
    return sorted(name for name in os.listdir(city.path(home))
                  if name.endswith(".db") and name != "state.db")


def holds(city, home, text, apart=()):
    """Files of the home that have these bytes."""
    found = []
    for at, _, names in os.walk(city.path(home)):
        for name in names:
            with open(os.path.join(at, name), "rb") as f:
                if text.encode() in f.read():
                    found.append(name)
    return [name for name in found if name not in apart]


def returned(city, home):
    folder = city.path(home, "returned")
    return [os.path.join(folder, name) for name in
            (os.listdir(folder) if os.path.isdir(folder) else ())]


def left_behind(city, *homes):
    write(city, "boss", SHARED)
    city.run("sync", home="boss")
    for home in homes:
        city.run("sync", home=home, status=(0, WARNINGS))
        write(city, home, NOTE)
        write(city, home, DRAFT, "draft", "new", "issue")
    city.expect(UNCHANGED, "an active device has nothing to remove", "purge",
                "--exit-code-unchanged", home=homes[0])
    city.run("authority", "revoke", "--dir", city.path("desks", "registrar"), "--spool",
             city.path("spool"), *map(city.fingerprint, homes))
    city.settle()


def by_the_daemons_word(city):
    before = replicas(city, "told")
    done = city.expect(DENIED, "the daemon says: revoked", "sync", home="told")
    files = returned(city, "told")
    city.check(len(files) == 1 and files[0] in done.stderr and "kukyoku purge" in done.stderr,
               "the device says where the unsent work is, and what to do", done.stderr)
    with open(files[0], encoding="utf-8") as f:
        text = f.read()
    city.check(NOTE in text and DRAFT in text and "道が暗い" in text,
               "in words, the draft too", text)
    city.check(SHARED not in text, "and nothing else", text)
    city.check(replicas(city, "told") == before and "w-14133.db" in before,
               "but on its word nothing is removed", replicas(city, "told"))
    city.check(SHARED in city.run("issue", "list", home="told", status=(0, WARNINGS)),
               "and everything is readable")
    city.expect(DENIED, "told once more", "sync", home="told")
    city.check(returned(city, "told") == files, "the same work is the same file")
    city.expect(0, "what would be removed", "purge", "--dry-run", home="told")
    city.check(replicas(city, "told") == before, "is not")
    gone = city.value("purge", home="told", status=(0, WARNINGS))
    city.check(gone["scopes"] == len(before) - 1 and gone["file"] == files[0],
               "a person decides: all but what is public goes", gone)
    city.check(replicas(city, "told") == ["pub.db"], "the replicas are gone",
               replicas(city, "told"))
    city.check(os.path.exists(files[0]), "the file of the person stays")
    city.check(not holds(city, "told", DRAFT, [os.path.basename(files[0])]) and
               not holds(city, "told", SHARED), "nowhere else does it stand",
               holds(city, "told", DRAFT) + holds(city, "told", SHARED))
    city.expect(UNCHANGED, "once is enough", "purge", "--exit-code-unchanged", home="told")


def by_the_roster(city):
    """A stick for the ward, made after the revocation, carries the roster that says so."""
    stick = city.path("ward.kkyb")
    city.daemon_says("--export", "media", "--ward", "14133", stick)
    city.expect(0, "the ward's other device is served by it", "media", "import", stick, home="boss")
    before = replicas(city, "signed")
    done = city.expect(DENIED, "the one that it revokes is told", "media", "import", stick,
                       home="signed")
    city.check("E4006" in done.stderr, "with the reason", done.stderr)
    city.check(len(before) > 1 and replicas(city, "signed") == ["pub.db"],
               "and holds what is public, nothing else", replicas(city, "signed"))
    files = returned(city, "signed")
    city.check(len(files) == 1 and files[0] in done.stderr, "its work is given back", done.stderr)
    with open(files[0], encoding="utf-8") as f:
        text = f.read()
    city.check(NOTE in text and DRAFT in text, "though no key of the ward is left", text)
    city.refuse(DENIED, "E4006", "the same stick again", "media", "import", stick, home="signed")
    city.check(returned(city, "signed") == files, "and changes nothing")
    city.expect(0, "the others go on", "sync", home="boss")
    city.check(SHARED in city.run("issue", "list", home="boss"), "and have all they had")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        with open(city.path("figures.csv"), "w", encoding="utf-8") as f:
            f.write(TABLE)
        city.publish("一", pub=city.path("figures.csv"), int=city.path("figures.csv"))
        city.enrol({"told": ("staff", "14133"), "signed": ("staff", "14133"),
                    "boss": ("lead", "14133")})
        left_behind(city, "told", "signed")
        by_the_daemons_word(city)
        by_the_roster(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
