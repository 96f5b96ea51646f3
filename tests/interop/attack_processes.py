#!/usr/bin/env python3
"""Attacks on the two programs as they run, by somebody who knows every format: files whose entries are
swapped, doubled or missing [FL-3] [MD-2]; one release by four ways [BN-20] [MD-2]; an act dated back that
an accomplice hands in [TR-9] [DM-10]; a message 1 forged with the daemon's stolen key [HS-5] [HS-6]; a
database made to deceive; a clock that goes back and forward [TR-11].

usage: attack_processes.py KUKYOKU KUKYOKUD
"""
import hashlib
import hmac
import json
import os
import shutil
import socket
import sqlite3
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "system")]

try:
    import checker
    from nacl import bindings as sodium
except ImportError as missing:
    print("1..0 # SKIP %s: python3-nacl, python3-zstandard" % missing)
    sys.exit(0)

import record_processes as records
from checker_processes import whole
from city import CLOCK_CAN_MOVE, City

WARNINGS, VERIFY, ROLE = 3, 7, 13
PEOPLE = {"lead": ("lead", "14133"), "staff": ("staff", "14133"), "stick": ("staff", "14133"),
          "thief": ("staff", "14133")}


def tables(city):
    for number in range(3):
        text = records.FIGURES.replace(",300,", ",%d," % (300 + number)) + \
            "population,14136-01,2020,,%d,,人,,,,\n" % (50 + number)
        yield records.write(city, "t%d.csv" % number, text)


def states(city, home):
    """What a home holds of each scope: state, manifest, and the rows as they come out."""
    out = city.path("dump.csv")
    held = []
    for name in ("pub", "int"):
        db = sqlite3.connect(city.path(home, name + ".db"))
        held += db.execute("SELECT release, state, manifest_hash FROM held").fetchall()
        db.close()
        for old in (out, out + "-metadata.json"):
            if os.path.exists(old):
                os.unlink(old)
        city.run("data", "export", "--format", "csv", "--scope", name, out, home=home)
        with open(out, "rb") as dump:
            held.append(dump.read())
    return held


def stick(city, path, ward="14133"):
    city.daemon_says("--export", "media", "--ward", ward, path)
    return path


# --- B15 ---
def four_ways(city, made):
    """By the line release by release, by sticks, by one stick at the end, from nothing by the line."""
    for number, table in enumerate(made):
        city.publish("第%d版" % (number + 1), pub=table, int=table)
        if number == 0:
            city.enrol(PEOPLE)
        city.run("sync", home="lead", status=(0, WARNINGS))
        city.run("media", "import", stick(city, city.path("w%d.kkyb" % number)), home="stick", status=(0, WARNINGS))
    city.enrol({"late": ("staff", "14133"), "later": ("staff", "14133")}, sync=False)
    city.run("sync", home="late", status=(0, WARNINGS))
    last = stick(city, city.path("last.kkyb"))
    city.run("media", "import", last, home="later", status=(0, WARNINGS))
    held = {home: states(city, home) for home in ("lead", "stick", "late", "later")}
    city.check(held["lead"][0][0] == 3 and all(h == held["lead"] for h in held.values()),
               "one release by line, by sticks, at once by a stick, from nothing: one state hash", held)
    return last


# --- B11 ---
def seen(city, home):
    return (states(city, home), city.value("record", "list", "voice", home=home))


def mixed_files(city, last):
    """A device takes the same from a file in any order, and from one that lacks something nothing false."""
    with open(last, "rb") as f:
        kind, items = checker.items(f.read())
    before = seen(city, "later")
    path = city.path("mixed.kkyb")
    blobs = [i for i, (tag, _) in enumerate(items) if tag == 2]
    cases = [("in reverse", items[::-1]), ("each twice", [i for i in items for _ in (0, 1)]),
             ("two blobs swapped", swapped(items, blobs[0], blobs[-1])),
             ("two names of scopes swapped", renamed(items, blobs))]
    cases += [("cut behind item %d" % at, items[:at]) for at in range(len(items))]
    cases += [("item %d left out" % at, items[:at] + items[at + 1:]) for at in range(0, len(items))]
    wrong = []
    for what, changed in cases:
        with open(path, "wb") as out:
            out.write(whole(kind, changed))
        for home, want in (("later", before), ("empty", None)):
            done = city.call("media", "import", path, home=home)
            if done.returncode < 0 or done.returncode > 10:
                wrong.append((what, home, done.returncode, done.stderr))
            got = states(city, home) if home == "later" else states_if(city, home)
            if want and got != want[0] or (home == "empty" and got not in (None, before[0])):
                wrong.append((what, home, "another state"))
        shutil.rmtree(city.path("empty"))
        shutil.copytree(city.path("empty-before"), city.path("empty"))
    city.check(not wrong, "%d files swapped, doubled, lacking: the old state or the right one" % len(cases), wrong)
    city.check(seen(city, "later") == before, "and nothing else came of them")
    city.run("media", "import", last, home="empty", status=(0, WARNINGS))
    city.check(states(city, "empty") == before[0], "the whole file brings the device in step afterwards")


def states_if(city, home):
    """None as long as it holds nothing."""
    held = []
    for name in ("pub", "int"):
        path = city.path(home, name + ".db")
        db = sqlite3.connect(path) if os.path.exists(path) else None
        held.append(db.execute("SELECT max(release) FROM held").fetchone()[0] if db else None)
        if db:
            db.close()
    # one scope may be at the release while the file lacks what the other needs
    return states(city, home) if all(held) else None


def swapped(items, a, b):
    items = list(items)
    items[a], items[b] = items[b], items[a]
    return items


def renamed(items, blobs):
    """The scope that a blob is said to serve is nobody's word: those of the first and last change."""
    items = list(items)
    (_, a), (_, b) = items[blobs[0]], items[blobs[-1]]
    items[blobs[0]] = (2, b[:1 + b[0]] + a[1 + a[0]:])
    items[blobs[-1]] = (2, a[:1 + a[0]] + b[1 + b[0]:])
    return items


def mixed_releases(city, made):
    """The spool takes a release whole or not at all, in whatever order it stands."""
    draft, signed = city.path("d.kkyb"), city.path("s.kkyb")
    table = records.write(city, "next.csv", open(made[-1], encoding="utf-8").read().replace(",302,", ",303,"))
    city.run("release", "build", "--scope", "pub=" + table, "--scope", "int=" + table, "--title", "次", "--out", draft,
             home="desks/publisher")
    city.run("release", "approve", draft, "--out", signed, home="desks/approver")
    os.makedirs(city.path("else", "in"))
    city.run("release", "publish", signed, "--spool", city.path("else"), home="desks/publisher")
    name = next(os.path.join(at, n) for at, _, names in os.walk(city.path("else")) for n in names)
    with open(name, "rb") as f:
        kind, items = checker.items(f.read())
    blobs = [i for i, (tag, _) in enumerate(items) if tag == 2]
    manifests = [i for i in blobs if manifest(items[i][1])]
    city.check(len(manifests) >= 1, "a manifest stands in the release", len(items))
    answers = []
    for number, at in enumerate(manifests):
        answers.append(put(city, "lacks-%d" % number, whole(kind, items[:at] + items[at + 1:])))
    city.check(all(a and a.startswith("[E6007]") for a in answers), "a manifest is missing: refused, with its reason", answers)
    city.run("sync", home="lead", status=(0, WARNINGS))
    city.check(city.value("status", home="lead", status=range(11))["catalog"] == [1, 3], "the old release stays")
    taken = put(city, "twice", whole(kind, [i for i in items[::-1] for _ in (0, 1)]))
    city.check(taken is None, "in reverse and each twice: the same release", taken)
    city.run("sync", home="lead", status=(0, WARNINGS))
    area = city.value("data", "get", "--indicator", "population", "--area", "14133-01", home="lead")
    city.check(int(area["cells"][0]["value"]) == 303, "and it is read", area)


def manifest(item):
    try:
        shapes = checker.Shapes(os.path.join(HERE, "..", "..", "docs", "messages.md"))
        shapes.read("manifest", b"".join(checker.uncode(item[2 + item[0]:])))
        return True
    except (checker.Wrong, IndexError):
        return False


def put(city, name, raw):
    """Into the spool; None where it was taken, else the reason."""
    with open(city.path("spool", "in", name + ".part"), "wb") as out:
        out.write(raw)
    os.rename(city.path("spool", "in", name + ".part"), city.path("spool", "in", name + ".kkyb"))
    bad = city.path("spool", "bad", name + ".kkyb")
    city.wait(lambda: os.path.exists(bad + ".reason") or os.path.exists(city.path("spool", "done", name + ".kkyb")),
              "the spool stands still")
    if not os.path.exists(bad + ".reason"):
        return None
    with open(bad + ".reason", encoding="utf-8") as why:
        reason = why.read()
    os.unlink(bad)
    os.unlink(bad + ".reason")
    return reason


# --- R2 ---
def dated_back(city):
    """Written when it was allowed, or so it says; handed in by another after the device was revoked."""
    words = ("record", "new", "voice", "--set", "title=昔の声", "--set", "field=health", "--set", "areas=14133-01",
             "--set", "content=x", "--set", "date=2020-01-01", "--set", "heard=voice")
    wrap = ("faketime", "-f", "-20d") if CLOCK_CAN_MOVE and shutil.which("faketime") else ()
    done = city.call(*words, home="thief", wrap=wrap)
    city.check(done.returncode == 0, "the thief writes, twenty days ago by its clock", done.stderr)
    out = city.path("thief.kkyb")
    city.run("media", "export", out, home="thief")
    thief = city.value("status", home="thief", status=range(11))["device"]
    city.run("authority", "revoke", "--dir", city.path("desks", "registrar"), "--spool", city.path("spool"), thief)
    city.settle()
    with open(out, "rb") as f:
        city.check(put(city, "accomplice", f.read()) is None, "the file of the accomplice is taken")
    city.run("sync", home="lead", status=(0, WARNINGS))
    db = sqlite3.connect(city.path("lead", "w-14133.db"))
    verdicts = [v for v, in db.execute("SELECT verdict FROM entries")]
    db.close()
    city.check(verdicts == [ROLE], "it stands in the log where it came in, refused, by every reader's count", verdicts)
    city.check(city.value("record", "list", "voice", home="lead")["records"] == [], "and no record came of it")


# --- N9: Noise_IK from the side of the one who holds the daemon's key ---
class Forger:
    """Message 1 of another device. ss is DH of the daemon's secret and the device's public key; what it
    can't compute is se, which needs the device's secret: the keys of the session stay out of reach."""
    PATTERN = b"Noise_IK_25519_ChaChaPoly_SHA256"

    def __init__(self, prologue, daemon_public):
        self.h = self.ck = self.PATTERN
        self.k, self.n = None, 0
        self.mix_hash(prologue)
        self.mix_hash(daemon_public)

    def mix_hash(self, data):
        self.h = hashlib.sha256(self.h + data).digest()

    def mix_key(self, shared):
        temp = hmac.new(self.ck, shared, "sha256").digest()
        self.ck = hmac.new(temp, b"\1", "sha256").digest()
        self.k, self.n = hmac.new(temp, self.ck + b"\2", "sha256").digest(), 0

    def seal(self, plain):
        nonce = b"\0" * 4 + struct.pack("<Q", self.n)
        sealed = sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plain, self.h, nonce, self.k)
        self.n += 1
        self.mix_hash(sealed)
        return sealed

    def message1(self, device_public, daemon_secret, daemon_public):
        secret = os.urandom(32)
        public = sodium.crypto_scalarmult_base(secret)
        self.mix_hash(public)
        self.mix_key(sodium.crypto_scalarmult(secret, daemon_public))
        message = public + self.seal(device_public)
        self.mix_key(sodium.crypto_scalarmult(daemon_secret, device_public))
        return message + self.seal(b"")


def stolen_key(city):
    """The daemon's key is enough to be let in at the door as any device, and for nothing more."""
    with open(city.path("desks", "daemon", "daemon.key"), "rb") as f:
        key = checker.decode(checker.decode(f.read())[2])
    secret = key[2][0]
    public = sodium.crypto_scalarmult_base(secret)
    with open(city.path("lead", "device.key"), "rb") as f:
        device = sodium.crypto_scalarmult_base(checker.decode(checker.decode(f.read())[2])[2])
    before = entries(city)
    answered = opened = 0
    for frame in (b"", b"\0" * 40, os.urandom(60), os.urandom(500)):
        preamble = b"KKY1\1\1\1\0"
        message = Forger(b"kky1" + preamble, public).message1(device, secret, public)
        with socket.create_connection(("127.0.0.1", city.port), timeout=20) as line:
            line.sendall(preamble + struct.pack(">H", len(message)) + message)
            head = read(line, 2 + 64)
            answered += len(head) == 66 and head[:2] == b"\0\x40"
            if frame:
                line.sendall(struct.pack(">H", len(frame)) + frame)
            else:
                line.shutdown(socket.SHUT_WR)
            opened += len(read(line, 1)) > 0
    city.check(answered == 4, "message 1 can be forged by whoever holds the daemon's key", answered)
    city.check(opened == 0, "no frame opens, and no byte is answered", opened)
    city.check(entries(city) == before, "and nothing was done")
    city.run("sync", home="lead", status=(0, WARNINGS))


def read(line, n):
    got = b""
    while len(got) < n:
        more = line.recv(n - len(got))
        if not more:
            break
        got += more
    return got


def entries(city):
    db = sqlite3.connect("file:%s?mode=ro" % city.path("store.db"), uri=True)
    try:
        return db.execute("SELECT count(*) FROM entries").fetchone()
    finally:
        db.close()


# --- S2 ---
HOSTILE = {
    "a table that is a view": "ALTER TABLE entries RENAME TO e; CREATE VIEW entries AS SELECT * FROM e;",
    "a trigger that empties": "CREATE TRIGGER t AFTER UPDATE ON held BEGIN DELETE FROM blobs; END;"
                              "CREATE TRIGGER u BEFORE INSERT ON entries BEGIN DELETE FROM segments; END;",
    "no tables": "DROP TABLE segments; DROP TABLE held;",
    "another's columns": "ALTER TABLE blobs RENAME COLUMN coded TO other;",
    "a version to come": "PRAGMA user_version = 999;",
    "another program's": "PRAGMA application_id = 1;",
    "a null where none is": "UPDATE segments SET index_plain = x'';",
    "an index without end": "UPDATE segments SET index_plain = zeroblob(3000000);",
    "rows of another size": "UPDATE segments SET row_count = 9223372036854775807;",
}


def hostile_databases(city):
    """Every command ends in order; what it holds is refused or mended, never believed."""
    commands = (("status",), ("data", "list"), ("data", "get", "--indicator", "population", "--area", "14133-01"),
                ("verify",), ("sync",), ("record", "list", "voice"))
    right = city.value("data", "get", "--indicator", "population", "--area", "14133-01", home="lead")["cells"]
    for what, sql in HOSTILE.items():
        shutil.rmtree(city.path("prey"), ignore_errors=True)
        shutil.copytree(city.path("lead"), city.path("prey"))
        db = sqlite3.connect(city.path("prey", "pub.db"))
        db.executescript(sql)
        db.close()
        attempt(city, what, commands, right)
    with open(city.path("lead", "pub.db"), "rb") as f:
        good = f.read()
    pages = [good[:at] + os.urandom(64) + good[at + 64:] for at in range(0, len(good), max(512, len(good) // 40))]
    for what, raws in (("garbage", [os.urandom(20000)]), ("a header and garbage", [good[:100] + os.urandom(9000)]),
                       ("cut", [good[:len(good) // 2]]), ("pages overwritten", pages)):
        for raw in raws:
            shutil.rmtree(city.path("prey"))
            shutil.copytree(city.path("lead"), city.path("prey"))
            with open(city.path("prey", "pub.db"), "wb") as out:
                out.write(raw)
            if not attempt(city, what, commands, right, quiet=True):
                break
        else:
            city.check(True, "hostile database: %d with %s" % (len(raws), what))


def attempt(city, what, commands, right, quiet=False):
    bad = []
    for words in commands:
        done = city.call(*words, "--json", home="prey")
        if not 0 <= done.returncode <= 10:
            bad.append((words, done.returncode, done.stderr[-300:]))
        if words[:2] == ("data", "get") and done.returncode == 0:
            cells = checker_json(done.stdout)
            if cells and cells != right:
                bad.append((words, cells))
    if bad or not quiet:
        city.check(not bad, "hostile database: " + what, bad)
    return not bad


def checker_json(text):

    return json.loads(text)["cells"]


# --- B8 ---
def clocks(city):
    """What is old is told to be old, however the clock is turned; nothing new is believed for it."""
    if not CLOCK_CAN_MOVE or not shutil.which("faketime"):
        city.skip("clocks", "no faketime here")
        return
    city.run("sync", home="lead", status=(0, WARNINGS))
    grades = {}
    for when in ("+1d", "+20d", "+40d", "+400d", "-40d", "-400d"):
        done = city.call("status", "--json", home="lead", wrap=("faketime", "-f", when))
        grades[when] = json.loads(done.stdout)
    told = {when: g["freshness"] for when, g in grades.items()}
    city.check(told["+1d"] == "fresh" and told["+40d"] == "stale" and told["+400d"] == "stale"
               and told["+20d"] != "fresh", "older by the day, never silently current", told)
    dates = {g["as_of"] for g in grades.values()}
    city.check(len(dates) == 1 and all(dates), "the date of what is shown stays", dates)
    city.check(told["-40d"] == "fresh" and told["-400d"] == "fresh",
               "a clock set back does not make it older than the newest signature", told)
    before = states(city, "lead")
    for when in ("-400d", "+40d"):
        done = city.call("sync", home="lead", wrap=("faketime", "-f", when))
        city.check(done.returncode in (0, WARNINGS), "a sync goes on under a wrong clock, %s" % when, done.stderr)
    city.check(states(city, "lead") == before, "and nothing else comes of it")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        made = list(tables(city))
        last = four_ways(city, made)
        city.enrol({"empty": ("staff", "14133")}, sync=False)
        shutil.copytree(city.path("empty"), city.path("empty-before"))
        last = stick(city, city.path("latest.kkyb"))
        city.run("media", "import", last, home="later", status=(0, WARNINGS))
        mixed_files(city, last)
        dated_back(city)
        stolen_key(city)
        mixed_releases(city, made)
        hostile_databases(city)
        clocks(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
