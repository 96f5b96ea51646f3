#!/usr/bin/env python3
"""The registrar's desk as commands: what `authority init` makes and with which modes, invitations,
requests by file without any network, approval by fingerprint, transfer, revocation, renewal, dry
runs, and what is refused. [TR-14] [TR-15]

usage: authority_processes.py KUKYOKU KUKYOKUD
"""
import os
import stat
import sys

from city import City

USAGE, WARNINGS, DENIED = 2, 3, 8
DESKS = {"root-1", "root-2", "root-3", "registrar", "publisher", "approver", "daemon",
         "daemon-standby"}


def mode(city, *parts):
    return stat.S_IMODE(os.stat(city.path(*parts)).st_mode)


def tree(folder):
    found = {}
    for at, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(at, name), "rb") as f:
                found[os.path.join(at, name)] = f.read()
    return found


def made(city):
    city.check(set(os.listdir(city.path("desks"))) == DESKS, "one folder a desk",
               os.listdir(city.path("desks")))
    city.check(all(mode(city, "desks", desk) == 0o700 for desk in DESKS), "folders are 0700")
    keys = [path for path in tree(city.path("desks")) if path.endswith(".key")]
    city.check(len(keys) >= len(DESKS) and all(
        stat.S_IMODE(os.stat(path).st_mode) == 0o600 for path in keys), "keys are 0600", keys)
    before = tree(city.path("desks"))
    city.refuse(1, "E1008", "a second authority in the same place", "authority", "init", "--dir",
                city.path("desks"), "--demo")
    city.check(tree(city.path("desks")) == before, "and nothing of the first is touched")
    city.refuse(USAGE, "E7001", "a threshold that no loss may break", "authority", "init", "--dir",
                city.path("other"), "--roots", "2", "--threshold", "2")
    city.check(not os.path.exists(city.path("other")), "and nothing is made")


def refused(city):
    registrar = city.path("desks", "registrar")
    common = ("--dir", registrar, "--holder", "x", "--spool", city.path("spool"))
    city.refuse(USAGE, "E7001", "a role that does not exist", "authority", "invite", *common,
                "--role", "mayor", "--ward", "14133", "--out", city.path("x"))
    city.refuse(USAGE, "E7001", "a ward that does not exist", "authority", "invite", *common,
                "--role", "staff", "--ward", "14150", "--out", city.path("x"))
    city.refuse(USAGE, "E7001", "ward staff without a ward", "authority", "invite", *common,
                "--role", "staff", "--out", city.path("x"))
    city.check(not os.path.exists(city.path("x")), "no invitation was written")
    city.refuse(1, "E1007", "a device that is not there", "authority", "revoke", "--dir", registrar,
                "--spool", city.path("spool"), "aaaa-bbbb-cccc")
    before = tree(registrar)
    city.expect(0, "a dry run of a renewal", "authority", "renew", "--dir", registrar, "--spool",
                city.path("spool"), "--dry-run")
    city.check(tree(registrar) == before, "changes nothing")


def by_file(city):
    """A device without a network asks, and is approved, by files alone."""
    registrar = city.path("desks", "registrar")
    city.run("authority", "invite", "--dir", registrar, "--role", "staff", "--ward", "14133",
             "--holder", "遠い出張所", "--out", city.path("far.invite"), "--daemon-out",
             city.path("far-invite.kkyb"))
    city.expect(0, "a request in a file", "enroll", city.path("far.invite"), "--request-out",
                city.path("far.request"), home="far")
    listed = city.value("authority", "requests", city.path("far.request"))
    city.check(city.fingerprint("far") in str(listed), "the desk shows its fingerprint", listed)
    city.refuse(1, "E1007", "a fingerprint that nobody has", "authority", "approve", "--dir",
                registrar, "--fingerprint", "aaaa-bbbb-cccc", "--spool", city.path("spool"),
                city.path("far.request"))
    with open(city.path("far.request"), "rb") as f:
        whole = bytearray(f.read())
    whole[len(whole) // 2] ^= 1
    with open(city.path("bad.request"), "wb") as f:
        f.write(whole)
    done = city.call("authority", "approve", "--dir", registrar, "--fingerprint",
                     city.fingerprint("far"), "--spool", city.path("spool"),
                     city.path("bad.request"))
    city.check(done.returncode != 0 and "[E" in done.stderr, "a request that was changed",
               done.stderr)
    city.expect(0, "approved", "authority", "approve", "--dir", registrar, "--fingerprint",
                city.fingerprint("far"), "--spool", city.path("spool"), city.path("far.request"))
    city.settle()
    city.expect(0, "with a line once, it is in step", "sync", home="far")


def changes(city):
    registrar = city.path("desks", "registrar")
    city.enrol({"old": ("staff", "14133"), "gone": ("staff", "14133")})
    issue = ["issue", "new", "--set", "title=t", "--set", "problem=p", "--set", "field=other",
             "--set", "areas=14133"]
    city.run(*issue, home="old")
    city.run("authority", "transfer", "--dir", registrar, "--spool", city.path("spool"),
             city.fingerprint("old"))
    city.run("authority", "revoke", "--dir", registrar, "--spool", city.path("spool"),
             city.fingerprint("gone"))
    city.settle()
    rows = {row["holder"]: row["status"]
            for row in city.value("authority", "roster", "--dir", registrar)["devices"]}
    city.check(rows["old"] == "draining" and rows["gone"] == "revoked", "the roster says so", rows)
    city.expect(0, "a device that leaves may still send", "sync", home="old")
    told = city.value("status", home="old", status=(WARNINGS,))
    city.check(told["waiting"] == 0, "and its work has arrived", told)
    city.check(told["draining"] and not told["well"], "status says that it leaves", told)
    done = city.call("status", home="old", lang="ja")
    city.check("異動中" in done.stdout and "未送信のものを送って" in done.stderr, "in words, too",
               done.stdout + done.stderr)
    city.expect(DENIED, "one that is revoked may not", "sync", home="gone")
    city.expect(0, "the roster is renewed", "authority", "renew", "--dir", registrar, "--spool",
                city.path("spool"))
    city.settle()
    city.expect(0, "and the next sync has it", "sync", home="far")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        made(city)
        city.start()
        refused(city)
        by_file(city)
        changes(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
