#!/usr/bin/env python3
"""A daemon that keeps back a release: the act of somebody who has seen it tells. The device that meets the
act is warned, and its proof holds anywhere; what proves nothing does not. [RL-27] One that passes over a new
roster is told of by who has that roster from a stick. [SY-15]

usage: freeze_processes.py KUKYOKU KUKYOKUD
"""
import hashlib
import importlib.util
import os
import shutil
import struct
import subprocess
import sys

from city import City
from passphrase_processes import TABLE
from proof_processes import nobody, voice

FAILED, WARNINGS, VERIFY, DENIED = 1, 3, 7, 8
RECEIPT, DOCUMENT = 7, 1


def items(path):
    with open(path, "rb") as f:
        data = f.read()
    at, found = 12, []
    for _ in range(struct.unpack(">I", data[8:12])[0]):
        tag, length = struct.unpack(">BI", data[at:at + 5])
        found.append((tag, data[at + 5:at + 5 + length]))
        at += 5 + length
    return found


def evidence(path, found):
    data = b"KKYB" + bytes((1, 5, 0, 0)) + struct.pack(">I", len(found))
    for tag, item in found:
        data += struct.pack(">BI", tag, len(item)) + item
    with open(path, "wb") as f:
        f.write(data + hashlib.blake2b(data, digest_size=32, key=b"kky1:kkyb").digest())


def independent(city, what, path, root, mark=None):
    """The same by the checker, which shares no line with Kukyoku."""
    if not importlib.util.find_spec("nacl") or not importlib.util.find_spec("zstandard"):
        city.skip(what, "python3-nacl, python3-zstandard")
        return
    checker = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop", "checker.py")
    done = subprocess.run([sys.executable, checker, "--root", root, path], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60)
    right = "[%s]" % mark in done.stdout if mark else "WRONG" not in done.stdout
    city.check(done.returncode == (1 if mark else 0) and right, what, done.stdout)


def put_back(city):
    """The daemon goes back to the store that was copied, as one that wants to lie: it keeps no note [ER-10]."""
    city.end()
    for name in ("store.db-wal", "store.db-shm"):
        if os.path.exists(city.path(name)):
            os.unlink(city.path(name))
    os.replace(city.path("before.db"), city.path("store.db"))
    os.unlink(city.path("spool", ".heights"))
    city.start()


def copied(city):
    city.end()
    shutil.copy(city.path("store.db"), city.path("before.db"))
    city.start()


def roster_passed_over(city):
    """R6: a device is stolen and revoked, and the daemon goes on as if it had never heard of it. [SY-15]"""
    desk = ("--dir", city.path("desks", "registrar"), "--spool", city.path("spool"))
    copied(city)
    city.run("authority", "revoke", *desk, city.fingerprint("thief"))
    city.settle()
    city.daemon_says("--export", "media", "--ward", "14133", city.path("stick.kkyb"))
    put_back(city)
    city.expect(0, "the daemon lets the thief in", "sync", home="thief")
    city.run("media", "import", city.path("stick.kkyb"), home="staff", status=(0, WARNINGS))
    for again in ("who has the roster from a stick is told", "each time"):
        done = city.expect(WARNINGS, again, "sync", home="staff")
        city.check("registrar" in done.stderr, "with what to do", done.stderr)
    got = city.value("sync", home="staff", status=(WARNINGS,))
    row = [d for d in city.value("device", "list", "--ward", "all", home="staff")["devices"]
           if d["holder"] == "thief"]
    city.check(got["behind"] and row[0]["status"] == "revoked", "and takes nothing back", (got, row))
    city.check("登録担当" in city.call("sync", home="staff", lang="ja").stderr, "in Japanese, too")
    city.run("authority", "renew", *desk)
    city.settle()
    got = city.value("sync", home="staff")
    city.check(not got["behind"], "handed in again it is heard", got)
    city.expect(DENIED, "and the thief is out", "sync", home="thief")


def frozen(city):
    """The daemon goes back to its store of before release 2, and takes an act that has seen it."""
    copied(city)
    with open(city.path("next.csv"), "w", encoding="utf-8") as f:
        f.write(TABLE.replace(",1000,", ",1001,"))
    city.publish("二", pub=city.path("next.csv"))
    city.run("sync", home="lead")
    voice(city, "第二版を見て", "lead")
    city.run("media", "export", city.path("act.kkyb"), home="lead")
    put_back(city)
    os.rename(city.path("act.kkyb"), city.path("spool", "in", "act.kkyb"))
    city.settle()


def told(city):
    done = city.expect(WARNINGS, "who meets the act is warned", "sync", home="staff")
    city.check("audit freeze" in done.stderr, "with what to do", done.stderr)
    city.check(city.value("status", home="staff", status=range(11))["catalog"] == [1, 1],
               "and still holds release 1")
    third = city.value("sync", home="third", status=(WARNINGS,))
    city.check(third["withheld"], "so is everybody else", third)
    city.expect(0, "once", "sync", home="third")


def proved(city, root):
    path = city.path("freeze.kkyb")
    city.expect(0, "the proof", "audit", "freeze", path, home="staff")
    got = nobody(city, "audit", "verify", path, "--root", root)
    kinds = [piece["kind"] for piece in got["pieces"]]
    city.check(kinds == ["receipt", "freeze"] and got["held"] == 2 and got["failed"] == 0,
               "holds for anybody who believes the root", got)
    said = city.call("audit", "verify", path, "--root", root, home="nobody", lang="ja").stdout
    city.check("最新" in said, "and says what it shows", said)
    got = nobody(city, "audit", "verify", path, "--root", "aaaa-bbbb-cccc", status=(VERIFY,))
    city.check(got["failed"] == 2, "under another root nothing holds", got)
    independent(city, "and by an independent checker", path, root)
    return path


def proves_nothing(city, root, path):
    """The same fresh document behind an act that had seen nothing newer, alone, or altered."""
    fresh = [item for item in items(path) if item[0] == DOCUMENT]
    receipt = [item for item in items(path) if item[0] == RECEIPT]
    city.run("receipt", "export", "w:14133#1", city.path("first.kkyb"), home="staff")
    other = city.path("other.kkyb")
    for what, found in (
            ("an act that had seen no more", items(city.path("first.kkyb")) + fresh),
            ("no act at all", fresh),
            ("a fresh that no daemon's key signed",
             receipt + [(DOCUMENT, fresh[0][1][:-1] + bytes((fresh[0][1][-1] ^ 1,)))])):
        evidence(other, found)
        got = nobody(city, "audit", "verify", other, "--root", root, status=(VERIFY,))
        last = got["pieces"][-1]
        city.check(last["kind"] == "freeze" and not last["holds"] and last["code"] == "E5011", what,
                   got)
        if len(found) > 1:
            independent(city, what + ", by an independent checker", other, root, "RL-27")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        with open(city.path("figures.csv"), "w", encoding="utf-8") as f:
            f.write(TABLE)
        city.publish("一", pub=city.path("figures.csv"))
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133"),
                    "third": ("staff", "14133"), "thief": ("staff", "14133")})
        voice(city, "第一版を見て", "lead")
        for home in ("lead", "staff", "third"):
            city.expect(0, "honest: " + home, "sync", home=home)
        city.refuse(FAILED, "E1007", "an honest daemon withholds nothing", "audit", "freeze",
                    city.path("none.kkyb"), home="staff")
        root = city.value("status", home="staff")["root_fingerprint"]
        roster_passed_over(city)
        frozen(city)
        told(city)
        proves_nothing(city, root, proved(city, root))
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
