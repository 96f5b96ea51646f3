#!/usr/bin/env python3
"""Desks of k of n: two registrar desks of which both must sign, three statistics desks of which all
must; what travels between them by file, what each is shown, what a single one can't do, a draft that is
given up, and the desk whose key is replaced. [TR-19]

usage: cosign_processes.py KUKYOKU KUKYOKUD
"""
import os
import shutil
import sys

from authority_processes import tree
from city import City
from passphrase_processes import FIRST, TABLE, secret
from rotation_processes import rotate

USAGE, CONFLICT, VERIFY, DENIED = 2, 6, 7, 8
ISSUE = ("issue", "new", "--set", "title=坂の上のバス停", "--set", "areas=14133", "--set",
         "field=elderly", "--set", "problem=バスが減った")


def registrar(city, number=1):
    return city.path("desks", "registrar" if number == 1 else "registrar-%d" % number)


def roots(city):
    return ["--root", city.path("desks", "root-1"), "--root", city.path("desks", "root-2")]


def daemon_refuses(city, what, file, code):
    """A file that lacks a signature, carried past the desks."""
    name = os.path.basename(file)
    shutil.copy(file, city.path("spool", "in", "." + name))
    os.rename(city.path("spool", "in", "." + name), city.path("spool", "in", name))
    reason = city.path("spool", "bad", name + ".reason")
    city.wait(lambda: os.path.exists(reason), "the daemon refuses it")
    with open(reason, encoding="utf-8") as f:
        told = f.read()
    city.check(told.startswith("[%s]" % code), what, told)
    for left in (reason, city.path("spool", "bad", name)):
        os.unlink(left)


def two_desks(city):
    spool = ("--spool", city.path("spool"))
    before = tree(city.path("desks"))
    city.refuse(USAGE, "E7001", "three signatures of two keys", "authority", "rotate", "registrar",
                "--add", "--threshold", "3", "--dir", registrar(city, 2), *roots(city), *spool)
    city.refuse(1, "E1008", "a second key into a folder that has one", "authority", "rotate",
                "registrar", "--add", "--dir", registrar(city), *roots(city), *spool)
    city.refuse(USAGE, "E7001", "another daemon's key", "authority", "rotate", "daemon", "--add",
                "--dir", registrar(city, 2), *roots(city), *spool)
    city.refuse(USAGE, "E7001", "another key, and where?", "authority", "rotate", "registrar",
                "--add", *roots(city), *spool)
    city.check(tree(city.path("desks")) == before, "nothing was changed by any of these")
    made = rotate(city, "registrar", "registrar-2", "--add", "--threshold", "2", "--daemon-out",
                  city.path("root.kkyb"))
    city.check((made["keys"], made["threshold"]) == (2, 2), "two keys, and both must sign", made)
    city.run("authority", "adopt", city.path("root.kkyb"), "--dir", registrar(city))
    city.settle()
    city.expect(0, "devices notice nothing", "sync", home="lead")
    city.check(sorted(os.listdir(registrar(city, 2))) == ["desk.key", "root.doc"],
               "the second desk has no key of a scope", os.listdir(registrar(city, 2)))
    city.run("passphrase", "set", "--dir", registrar(city, 2), "--new-passphrase-file",
             secret(city, "second", FIRST))


def sign(city, file, *more, status=0, what="the second desk signs", dry=False):
    return city.expect(status, what, "authority", "sign", file, "--dir", registrar(city, 2),
                       "--passphrase-file", city.path("second"), *more,
                       *(["--dry-run"] if dry else []))


def invited(city):
    invite = ("authority", "invite", "--dir", registrar(city), "--role", "staff", "--ward", "14133",
              "--holder", "新しい人", "--out", city.path("staff.invite"))
    city.refuse(USAGE, "E7001", "an invitation can't go to the daemon yet", *invite, "--spool",
                city.path("spool"))
    city.check(not os.path.exists(city.path("staff.invite")), "and none was made")
    file = city.path("invite.kkyb")
    city.expect(0, "it goes to the second desk", *invite, "--daemon-out", file)
    city.refuse(VERIFY, "E3003", "published by one", "authority", "publish", file, "--dir",
                registrar(city), "--spool", city.path("spool"))
    daemon_refuses(city, "nor does the daemon take it", file, "E3003")
    shown = sign(city, file, dry=True, what="which looks at it")
    city.check("staff" in shown.stderr.lower() + shown.stdout.lower(), "and sees for whom it is",
               shown.stderr + shown.stdout)
    sign(city, file)
    city.expect(0, "and the first hands it over", "authority", "publish", file, "--dir",
                registrar(city), "--spool", city.path("spool"))
    city.settle()
    city.expect(0, "so that the device can ask", "enroll", city.path("staff.invite"), home="staff")


def drafted(city, file, *command):
    return city.value("authority", command[0], "--dir", registrar(city), *command[1:],
                      "--daemon-out", file)


def approved(city):
    draft, requests = city.path("draft.kkyb"), city.path("requests.kkyb")
    city.daemon_says("--export", "requests", requests)
    before = tree(registrar(city))
    made = drafted(city, draft, "approve", "--fingerprint", city.fingerprint("staff"), requests)
    city.check((made["signatures"], made["needed"]) == (1, 2), "one signature of two", made)
    after = tree(registrar(city))
    city.check(all(after[path] == before[path] for path in before),
               "what the desk holds is as it was, the draft apart")
    city.refuse(CONFLICT, "E3012", "a second draft meanwhile", "authority", "renew", "--dir",
                registrar(city), "--daemon-out", city.path("other.kkyb"))
    daemon_refuses(city, "the daemon takes none with one signature", draft, "E3003")
    city.refuse(VERIFY, "E3003", "nor does the desk publish it", "authority", "publish", draft,
                "--dir", registrar(city), "--spool", city.path("spool"))
    city.refuse(DENIED, "E5004", "signed by a root key", "authority", "sign", draft, "--dir",
                city.path("desks", "root-1"), "--out", city.path("x"))
    city.refuse(DENIED, "E1010", "the second desk's passphrase", "authority", "sign", draft, "--dir",
                registrar(city, 2))
    with open(draft, "rb") as f:
        whole = bytearray(f.read())
    whole[len(whole) // 2] ^= 1
    with open(city.path("altered.kkyb"), "wb") as f:
        f.write(whole)
    city.refuse(VERIFY, "E6004", "altered on its way", "authority", "sign",
                city.path("altered.kkyb"), "--dir", registrar(city, 2), "--passphrase-file",
                city.path("second"))
    shown = city.value("authority", "sign", draft, "--dir", registrar(city, 2), "--dry-run")
    prints = [row["fingerprint"] for row in shown["devices"]]
    city.check(city.fingerprint("staff") in prints and shown["signatures"] == 1,
               "the second desk is shown whom it lets in", shown)
    city.refuse(VERIFY, "E3003", "a roster by one is not taken over by the second desk", "authority", "adopt",
                draft, "--dir", registrar(city, 2))
    city.check(os.path.join(registrar(city, 2), "roster.doc") not in tree(registrar(city, 2)),
               "nothing of it but its roots")
    sign(city, draft, "--out", city.path("signed.kkyb"))
    city.check(not os.path.exists(city.path("x")), "no other desk signed anything")
    publish = ("authority", "publish", city.path("signed.kkyb"), "--dir", registrar(city), "--spool",
               city.path("spool"))
    city.expect(0, "published", *publish)
    city.check(not os.path.exists(os.path.join(registrar(city), "draft")), "the draft is over")
    city.settle()
    city.expect(0, "the device is in", "sync", home="staff")
    city.expect(0, "and writes", *ISSUE, home="staff")
    city.expect(0, "handed over once more", *publish)
    city.settle()
    city.run("authority", "adopt", city.path("signed.kkyb"), "--dir", registrar(city, 2))
    held = tree(registrar(city, 2))
    city.check(os.path.join(registrar(city, 2), "roster.doc") in held and
               os.path.join(registrar(city, 2), "scopes.key") not in held,
               "the second desk holds the roster, and still no key")


def given_up(city):
    draft = city.path("revoke.kkyb")
    drafted(city, draft, "revoke", city.fingerprint("staff"))
    sign(city, draft)
    city.expect(0, "given up", "authority", "discard", "--dir", registrar(city))
    city.refuse(1, "E1007", "twice", "authority", "discard", "--dir", registrar(city))
    city.refuse(1, "E1007", "published all the same", "authority", "publish", draft, "--dir",
                registrar(city), "--spool", city.path("spool"))
    city.check(not os.listdir(city.path("spool", "in")), "nothing went out")
    city.expect(0, "the device is still in", "sync", home="staff")


def revoked(city):
    draft = city.path("revoke.kkyb")
    drafted(city, draft, "revoke", city.fingerprint("staff"))
    shown = city.value("authority", "sign", draft, "--dir", registrar(city, 2), "--dry-run")
    city.check([row["status"] for row in shown["devices"]] == ["revoked"] and
               shown["new_epochs"] >= 2 and not shown["new_settings"],
               "the second desk sees the one row that changes, and the new keys", shown)
    sign(city, draft)
    city.expect(0, "revoked by both", "authority", "publish", draft, "--dir", registrar(city),
                "--spool", city.path("spool"))
    city.settle()
    city.refuse(DENIED, "E4006", "the device is told", "sync", home="staff")
    city.expect(0, "the lead has the new keys", "sync", home="lead")
    city.expect(0, "writes under them", *ISSUE, home="lead")
    city.expect(0, "and is in step", "sync", home="lead")
    city.refuse(VERIFY, "E3005", "a draft of before", "authority", "sign", city.path("draft.kkyb"),
                "--dir", registrar(city), "--out", city.path("x"))


def replaced(city):
    """The second desk's key is stolen: two root keys replace it, and it signs no more."""
    shutil.copytree(registrar(city, 2), city.path("stolen"))
    made = city.value("authority", "rotate", "registrar", "--dir", registrar(city, 2), *roots(city),
                      "--spool", city.path("spool"), "--daemon-out", city.path("root.kkyb"),
                      "--passphrase-file", city.path("second"))
    city.check((made["keys"], made["threshold"]) == (2, 2), "still both of two", made)
    city.run("authority", "adopt", city.path("root.kkyb"), "--dir", registrar(city))
    city.settle()
    draft = city.path("renewed.kkyb")
    drafted(city, draft, "renew", "--new-epochs")
    city.refuse(DENIED, "E5004", "the stolen key", "authority", "sign", draft, "--dir",
                city.path("stolen"), "--passphrase-file", city.path("second"))
    sign(city, draft, what="the new one")
    city.expect(0, "a roster of the new set", "authority", "publish", draft, "--dir",
                registrar(city), "--spool", city.path("spool"))
    city.settle()
    city.expect(0, "the lead follows", "sync", home="lead")
    status = city.value("status", home="lead")
    city.check(status["root"] == 3, "to the newest root", status)


def third_statistics_desk(city):
    city.run("authority", "invite", "--dir", registrar(city), "--role", "approver", "--holder",
             "課長", "--out", city.path("chief.invite"), "--daemon-out", city.path("chief.kkyb"))
    sign(city, city.path("chief.kkyb"))
    city.run("authority", "publish", city.path("chief.kkyb"), "--dir", registrar(city), "--spool",
             city.path("spool"))
    city.settle()
    city.run("enroll", city.path("chief.invite"), home="chief")
    city.daemon_says("--export", "requests", city.path("requests.kkyb"))
    drafted(city, city.path("chief.kkyb"), "approve", "--fingerprint", city.fingerprint("chief"),
            city.path("requests.kkyb"))
    sign(city, city.path("chief.kkyb"))
    city.run("authority", "publish", city.path("chief.kkyb"), "--dir", registrar(city), "--spool",
             city.path("spool"))
    made = city.value("authority", "rotate", "publisher", "--add", "--threshold", "3", "--dir",
                      city.path("chief"), *roots(city), "--spool", city.path("spool"))
    city.check((made["keys"], made["threshold"]) == (3, 3), "three of three", made)
    city.settle()
    for home in ("chief", "desks/publisher", "desks/approver"):
        city.run("sync", home=home, status=(0, 3))
    with open(city.path("figures.csv"), "w", encoding="utf-8") as f:
        f.write(TABLE)
    one, two, three = (city.path("release-%d" % n) for n in (1, 2, 3))
    city.run("release", "build", "--scope", "pub=" + city.path("figures.csv"), "--title", "一",
             "--out", one, home="desks/publisher")
    city.expect(0, "the second signature", "release", "approve", one, "--out", two,
                home="desks/approver")
    city.refuse(VERIFY, "E3003", "published with two of three", "release", "publish", two,
                "--spool", city.path("spool"), home="desks/publisher")
    city.expect(0, "the third", "release", "approve", two, "--out", three, home="chief")
    city.expect(0, "and it goes out", "release", "publish", three, "--spool", city.path("spool"),
                home="desks/publisher")
    city.settle()
    city.expect(0, "to devices", "sync", home="lead")
    city.check(city.value("status", home="lead")["catalog"] == [2, 1], "that believe it")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.enrol({"lead": ("lead", "14133")})
        two_desks(city)
        invited(city)
        approved(city)
        given_up(city)
        revoked(city)
        replaced(city)
        third_statistics_desk(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
