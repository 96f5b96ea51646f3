#!/usr/bin/env python3
"""A ward without a network: enrolled, in step and answered by files alone, with the same outcome as
a device on the line [MD-1] [MD-2] [MD-3] [MD-4]. And files that are old, foreign, cut or altered.

usage: media_processes.py KUKYOKU KUKYOKUD
"""
import glob
import hashlib
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import record_processes as records
from city import CLOCK_CAN_MOVE, City

FAILED, USAGE, WARNINGS, UNCHANGED, TEMPORARY, VERIFY, DENIED = 1, 2, 3, 4, 5, 7, 8


def offline():
    """A network of its own with nothing in it, where the machine lets us."""
    wrap = ("unshare", "-n")
    try:
        return wrap if subprocess.run([*wrap, "true"], stderr=subprocess.DEVNULL).returncode == 0 \
            else ()
    except OSError:
        return ()


OFFLINE = offline()
NUMBERS = itertools.count(1)


def island(city, *arguments, status=(0,), lang="en", home="island"):
    done = city.call(*arguments, home=home, lang=lang, wrap=OFFLINE)
    if done.returncode not in status:
        raise RuntimeError("%s: exit %d\n%s" % (arguments, done.returncode, done.stderr))
    return done


def told(city, *arguments, status=(0,), home="island"):
    return json.loads(island(city, *arguments, "--json", status=status, home=home).stdout)


def timeless(view):
    """Without how old it is, which any fresh document may say anew."""
    return {key: value for key, value in view.items() if key not in ("as_of", "freshness")}


def stick(city, *whom):
    path = city.path("stick-%d.kkyb" % next(NUMBERS))
    city.daemon_says("--export", "media", *whom, path)
    return path


def carry(city):
    """The file of the island into the spool, and the answer back."""
    number = next(NUMBERS)
    out = city.path("out-%d.kkyb" % number)
    sent = told(city, "media", "export", out, "--approver", "課長")
    shutil.copy(out, city.path("spool", "in", "island-%d.kkyb" % number))
    city.settle()
    island(city, "media", "erase", out)
    return sent["operations"], told(city, "media", "import", stick(city, "--ward", "14133"))


def by_letter(city, home, role):
    """Enrolled by a letter and a request on a stick."""
    city.invite(home, role, "14133")
    request = city.path(home + ".request")
    island(city, "enroll", city.path(home + ".invite"), "--request-out", request, home=home)
    city.run("authority", "approve", "--dir", city.path("desks", "registrar"), "--fingerprint",
             city.fingerprint(home), "--spool", city.path("spool"), request)
    city.settle()


def joins(city):
    by_letter(city, "island", "lead")
    first = stick(city, "--ward", "14133")
    got = told(city, "media", "import", first)
    city.check(got["release"] == 1 and got["blobs"] > 0 and not got["foreign"],
               "a device that never had a line is in step", got)
    area = told(city, "data", "get", "--indicator", "population", "--area", "14133-01")
    city.check(int(area["cells"][-1]["value"]) == 310, "and reads its area", area)
    city.check(island(city, "verify").returncode == 0, "verified", "")
    again = told(city, "media", "import", first)
    city.check(again["unchanged"], "the same file once more brings nothing", again)
    island(city, "media", "import", first, "--exit-code-unchanged", status=(UNCHANGED,))
    return first


def works(city):
    """Both ways: what the island writes is answered, and the other device of the ward agrees."""
    voice = told(city, "record", "new", "voice", "--set", "title=島の声", "--set", "field=health",
                 "--set", "areas=14133-01", "--set", "content=歩くのがつらい", "--set",
                 "date=2026-11-23", "--set", "heard=voice")["id"]
    for title in ("二つ目", "三つ目"):
        island(city, "record", "edit", voice, "--set", "title=" + title)
    count, back = carry(city)
    city.check(count == 3 and back["entries"] == 3, "three operations out, three entries back",
               (count, back))
    city.check(told(city, "status")["waiting"] == 0, "nothing waits any more",
               told(city, "status"))
    city.run("sync", home="staff")
    theirs = city.value("record", "show", voice, home="staff")
    city.check(theirs["fields"]["title"] == "三つ目", "the colleague on the line reads it", theirs)
    city.run("record", "edit", voice, "--set", "title=四つ目", home="staff")
    city.run("sync", home="staff")
    got = told(city, "media", "import", stick(city, "--device", told(city, "status")["device"]))
    mine = timeless(told(city, "record", "show", voice))
    theirs = timeless(city.value("record", "show", voice, home="staff"))
    city.check(got["entries"] == 1 and mine == theirs,
               "and the other way round: both hold the same", (got, mine))
    dumps = []
    for home, wrap in (("island", OFFLINE), ("staff", ())):
        path = city.path(home + ".csv")
        city.call("data", "export", "--format", "csv", path, home=home, wrap=wrap)
        with open(path, "rb") as dump:
            dumps.append(dump.read())
    city.check(dumps[0] == dumps[1] and dumps[0], "the same figures, byte for byte",
               [len(d) for d in dumps])


def moves_on(city, first):
    city.publish("第二版", pub=records.write(city, "two.csv",
                                             records.FIGURES.replace(",310,", ",333,")))
    got = told(city, "media", "import", stick(city, "--ward", "14133"))
    city.check(got["release"] == 2, "a second release", got)
    area = told(city, "data", "get", "--indicator", "population", "--area", "14133-01")
    city.check(int(area["cells"][-1]["value"]) == 333, "with its figure", area)
    old = told(city, "media", "import", first)
    city.check(old["unchanged"] and old["release"] == 2, "an older file takes nothing back", old)


def outcome(city, home):
    """State hash and manifest of each scope, and the head of each log with all entries before it."""
    got = {}
    for path in sorted(glob.glob(city.path(home, "*.db"))):
        name = os.path.basename(path)
        if name == "state.db":
            continue
        db = sqlite3.connect(path)
        got[name] = (db.execute("SELECT release, state, manifest_hash FROM held").fetchall(),
                     db.execute("SELECT gsn, op, sig, body FROM entries ORDER BY gsn").fetchall(),
                     db.execute("SELECT gsn, head FROM log_head WHERE gsn > 0").fetchall())
        db.close()
    return got


def never_meet(city):
    """Two machines, each in a network of its own without a link, and two on the line: one state."""
    if not OFFLINE:
        city.skip("machines without a link", "no network of one's own can be made here")
        return
    by_letter(city, "reef", "staff")
    city.enrol({"online": ("lead", "14133")})
    island(city, "media", "import", stick(city, "--ward", "14133"), home="reef")
    for home, text in (("island", "島から"), ("reef", "岩礁から")):
        told(city, "record", "new", "voice", "--set", "title=" + text, "--set", "field=health", "--set",
             "areas=14133-01", "--set", "content=x", "--set", "date=2026-11-24", "--set", "heard=voice",
             home=home)
        out = city.path(home + "-out.kkyb")
        island(city, "media", "export", out, home=home)
        shutil.copy(out, city.path("spool", "in", os.path.basename(out)))
        city.settle()
    for home in ("staff", "online"):
        city.run("sync", home=home, status=(0, WARNINGS))
    for home in ("island", "reef"):
        told(city, "media", "import", stick(city, "--ward", "14133"), home=home)
    held = {home: outcome(city, home) for home in ("island", "reef", "staff", "online")}
    city.check(len(held["staff"]) >= 4 and held["staff"]["w-14133.db"][1] and
               all(one == held["staff"] for one in held.values()),
               "two that never met and two on the line: the same state hashes, the same logs",
               {home: {name: (got[0], got[2]) for name, got in one.items()} for home, one in held.items()})


def register(city):
    lines = told(city, "media", "list")["media"]
    city.check({line["way"] for line in lines} == {"in", "out", "erased"}
               and any(line["approver"] == "課長" for line in lines), "the register has all",
               lines)
    out = [line for line in lines if line["way"] == "out"]
    erased = [line for line in lines if line["way"] == "erased"]
    city.check(out[0]["digest"] == erased[0]["digest"], "the same file went out and is gone",
               (out, erased))
    table = island(city, "media", "list", lang="ja").stdout
    city.check("持出" in table and "取込" in table and "消去" in table, "also as a table", table)


def mark(city):
    """All that a file must not change; not how fresh it is."""
    figures = told(city, "data", "list")
    figures.pop("origin")
    return [timeless(told(city, "record", "list", "voice")), figures,
            told(city, "media", "list")["media"]]


def bad_files(city, first):
    with open(first, "rb") as whole:
        good = whole.read()
    before = mark(city)
    for what, raw in (("an empty file", b""), ("half a file", good[:len(good) // 2]),
                      ("without its last byte", good[:-1]), ("with a byte more", good + b"x"),
                      ("a byte altered", good[:5000] + bytes([good[5000] ^ 1]) + good[5001:]),
                      ("a count of four thousand million", good[:8] + b"\xff" * 4 + good[12:]),
                      ("something else", b"PK\x03\x04" * 500)):
        path = city.path("bad.kkyb")
        with open(path, "wb") as out:
            out.write(raw)
        city.refuse(VERIFY, "E6004", what, "media", "import", path, home="island")
    wrong = []
    for at in range(1, len(good), len(good) // 48 + 1): # each byte: unit/test_kkyb
        with open(path, "wb") as out:
            out.write(good[:at])
        done = city.call("media", "import", path, home="island", wrap=OFFLINE)
        if done.returncode != VERIFY or "[E6004]" not in done.stderr:
            wrong.append((at, done.returncode, done.stderr))
    city.check(not wrong and mark(city) == before, "cut anywhere it changes nothing", wrong)
    city.refuse(FAILED, "E1007", "no such file", "media", "import", city.path("none"),
                home="island")
    city.refuse(FAILED, "E1007", "nothing waits", "media", "export", city.path("new.kkyb"),
                home="island")
    told(city, "record", "new", "voice", "--set", "title=待つ", "--set", "field=health", "--set",
         "areas=14133-01", "--set", "content=x", "--set", "date=2026-11-23", "--set", "heard=voice")
    city.refuse(FAILED, "E1008", "never over another file", "media", "export", first,
                home="island")
    operations = city.path("operations.kkyb")
    island(city, "media", "export", operations)
    city.refuse(VERIFY, "E6004", "a file for the bureau is none for a device", "media", "import",
                operations, home="island")
    far = stick(city, "--ward", "14136")
    got = told(city, "media", "import", far, status=(WARNINGS,))
    city.check(got["foreign"] and got["entries"] == 0, "a file for another ward", got)
    now = mark(city)
    city.check(now[1] == before[1] and now[2][:len(before[2])] == before[2],
               "nothing else was changed by them", (before, now))
    done = city.daemon_says("--export", "media", "--ward", "14131", city.path("x"), status=None)
    city.check(done.returncode == FAILED and "E1007" in done.stderr, "a ward of nobody",
               done.stderr)
    done = city.daemon_says("--export", "media", city.path("x"), status=None)
    city.check(done.returncode == USAGE, "for whom is not said", done.stderr)


def rule(city, files):
    city.run("authority", "settings", "--dir", city.path("desks", "registrar"), "--spool",
             city.path("spool"), "--files", files)
    city.settle()


def forbidden(city):
    """Files forbidden, and allowed again, to a device that has nothing but files. [MD-5]"""
    rule(city, "forbidden")
    voice = city.value("record", "new", "voice", "--set", "title=遅れて届く", "--set",
                       "field=health", "--set", "areas=14133-01", "--set", "content=x", "--set",
                       "date=2026-11-23", "--set", "heard=voice", home="staff")["id"]
    city.run("sync", home="staff")
    before = told(city, "status", status=(0, WARNINGS))
    held = mark(city)
    shut = stick(city, "--ward", "14133")
    city.refuse(DENIED, "E5004", "files are forbidden by the file itself", "media", "import", shut,
                home="island")
    after = told(city, "status", status=(0, WARNINGS))
    city.check(after["roster"] > before["roster"], "its roster is taken", (before, after))
    city.check(mark(city) == held and after["as_of"] == before["as_of"] and
               after["synced"] == before["synced"], "and nothing else", after)
    city.refuse(DENIED, "E5004", "once more", "media", "import", shut, home="island")
    city.refuse(DENIED, "E5004", "nothing goes out", "media", "export", city.path("shut.kkyb"),
                home="island")
    rule(city, "allowed")
    got = told(city, "media", "import", stick(city, "--ward", "14133"))
    city.check(got["entries"] > 0, "the roster that allows files comes by a file", got)
    theirs = told(city, "record", "show", voice)
    city.check(theirs["fields"]["title"] == "遅れて届く", "with all that waited", theirs)
    island(city, "media", "export", city.path("open.kkyb"))
    city.check(os.path.exists(city.path("open.kkyb")), "and files go out again")


def one_device(city):
    """A file for a device is for that one alone."""
    out = city.path("for-one.kkyb")

    def refused(device, status, code, words, what):
        done = city.daemon_says("--export", "media", "--device", device, out, status=None)
        city.check(done.returncode == status and code in done.stderr and words in done.stderr
                   and not os.path.exists(out), what, done.stderr)

    ids = [told(city, "status")["device"]]
    ids += [city.value("status", home=home)["device"] for home in ("staff", "far")]
    refused("", USAGE, "E7001", "empty", "an id of no letters is nobody's")
    refused("x" + ids[0], FAILED, "E1007", "no device", "an id that nobody has")
    while len({one[0] for one in ids}) == len(ids) and len(ids) < 20: # 17 ids: two begin alike
        city.enrol({"more-%d" % len(ids): ("staff", "14136")}, sync=False)
        ids.append(city.value("status", home="more-%d" % len(ids), status=range(11))["device"])
    first = next(one[0] for one in ids if sum(other[0] == one[0] for other in ids) > 1)
    refused(first, USAGE, "E7001", "several", "the start of two ids says not whose it is")
    city.daemon_says("--export", "media", "--device", ids[1][:20], out)
    city.check(os.path.exists(out), "the start of one id does")


def without_its_date(raw):
    """The same file without the fresh document."""
    kind, items, at = raw[5], [], 12
    while at < len(raw) - 32:
        length = int.from_bytes(raw[at + 1:at + 5], "big")
        item = raw[at:at + 5 + length]
        if not (item[0] == 1 and b"\xa5fresh" in item[5:16]):
            items.append(item)
        at += 5 + length
    body = b"KKYB\1" + bytes([kind, 0, 0]) + len(items).to_bytes(4, "big") + b"".join(items)
    return body + hashlib.blake2b(body, key=b"kky1:kkyb", digest_size=32).digest()


def past_its_day(city):
    """A stick that lay in a drawer, and one that does not say how long [MD-6]."""
    path, dateless = stick(city, "--ward", "14133"), city.path("dateless.kkyb")
    got = told(city, "media", "import", path, status=(0, UNCHANGED))
    city.check(got["expires"][:4] in ("2026", "2027") and got["expires"] > got["written"],
               "it says until when it is taken", got)
    before = mark(city)
    with open(path, "rb") as whole, open(dateless, "wb") as out:
        out.write(without_its_date(whole.read()))
    city.refuse(DENIED, "E4013", "a file without a date", "media", "import", dateless,
                home="island")
    if CLOCK_CAN_MOVE:
        for when in ("+93d", "+400d"):
            done = city.refuse(DENIED, "E4013", "a file is taken no more at " + when, "media",
                               "import", path, home="island", wrap=("faketime", "-f", when))
        city.check("20" in done.stderr, "it is said from when it is", done.stderr)
        for when in ("+91d", "-30d"):
            city.expect(0, "but still at " + when, "media", "import", path, home="island",
                        wrap=("faketime", "-f", when))
    else:
        city.skip("files past their day", "sanitizer")
    lines = mark(city)
    city.check(lines[:2] == before[:2], "and nothing was changed", (before, lines))


def full_disk(city):
    """A file that the disk has no room for: the old state stays, and it is taken with room again."""
    place = city.path("small")
    os.mkdir(place)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place],
                      stderr=subprocess.DEVNULL, check=False).returncode != 0:
        city.skip("a full disk", "no file system can be mounted here")
        return
    try:
        big = records.write(city, "big.csv", records.FIGURES.splitlines()[0] + "\n" + "".join(
            "big%03d,14133-01,%d,,%d,,人,,,,\n" % (i, 1900 + y, i * 7919 % 1000 + y)
            for i in range(120) for y in range(100)))
        draft, signed = city.path("draft.kkyb"), city.path("signed.kkyb")
        os.unlink(draft)
        os.unlink(signed)
        city.run("release", "build", "--scope", "pub=" + big, "--title", "大きい版", "--out", draft,
                 home="desks/publisher", status=(0, WARNINGS))
        city.run("release", "approve", draft, "--out", signed, home="desks/approver")
        city.run("release", "publish", signed, "--spool", city.path("spool"),
                 home="desks/publisher")
        city.settle()
        path = stick(city, "--ward", "14133")
        shutil.copytree(city.path("island"), place + "/home")
        before = city.value("status", home="small/home", status=range(11))
        with open(place + "/filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                pass
        city.refuse(TEMPORARY, "E1002", "no room", "media", "import", path, home="small/home")
        after = city.value("status", home="small/home", status=range(11))
        city.check(after["scopes"] == before["scopes"], "the old state stays", (before, after))
        city.expect(0, "and is sound", "verify", home="small/home")
        os.unlink(place + "/filler")
        city.expect(0, "with room again it is taken", "media", "import", path, home="small/home")
    finally:
        subprocess.run(["umount", place], check=True)


def another_city(city):
    """The stick of another authority: refused, and the old state stays."""
    with City(city.kukyoku, city.kukyokud) as other:
        other.found()
        other.start()
        other.publish("よその版", pub=records.write(other, "one.csv", records.FIGURES))
        other.enrol({"lead": ("lead", "14133")})
        foreign = other.path("foreign.kkyb")
        other.daemon_says("--export", "media", "--ward", "14133", foreign)
        before = mark(city)
        done = city.call("media", "import", foreign, home="island")
        city.check(done.returncode not in (0, WARNINGS) and "[E" in done.stderr,
                   "another authority's file is refused", done.stderr)
        city.check(mark(city) == before, "and changes nothing", "")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES))
        city.enrol({"staff": ("staff", "14133"), "far": ("lead", "14136")})
        first = joins(city)
        works(city)
        moves_on(city, first)
        never_meet(city)
        register(city)
        bad_files(city, first)
        forbidden(city)
        one_device(city)
        another_city(city)
        past_its_day(city)
        full_disk(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
