#!/usr/bin/env python3
"""The independent checker (checker.py) over what a small city and the quickstart leave: releases, media,
logs, receipts, proofs, replicas. It must find all of it sound, and refuse every altered copy with the
mark of the rule that was broken: [FL-1] … [FL-4], [TR-2] … [TR-10], [BN-3] … [BN-24], [RL-2] … [RL-24].
Files are altered inside and made whole again, by somebody who knows the format; one alteration signs
with the daemon's own key.

usage: checker_processes.py KUKYOKU KUKYOKUD DEPLOY/QUICKSTART BUILD DATA
"""
import csv
import glob
import os
import shutil
import sqlite3
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "system")]

try:
    import checker
    import nacl.signing
except ImportError as missing:
    print("1..0 # SKIP %s: python3-nacl, python3-zstandard" % missing)
    sys.exit(0)

from city import City

PEOPLE = {"lead": ("lead", "14133"), "staff": ("staff", "14133"), "officer": ("officer", ""),
          "auditor": ("auditor", "")}


def run(*words):
    done = subprocess.run([sys.executable, os.path.join(HERE, "checker.py"), *words],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    return done.returncode, done.stdout


def sound(city, what, holds, *paths):
    """All of it holds, and it really held what it should."""
    status, said = run(*paths)
    city.check(status == 0 and all(" " + h in ", " + said for h in holds) and "WRONG" not in said, what, said)


def wrong(city, what, mark, *paths):
    status, said = run(*paths)
    city.check(status == 1 and "[%s]" % mark in said, "refused [%s]: %s" % (mark, what), said)


def whole(kind, items):
    """A KKYB of these items, with its checksum."""
    raw = b"KKYB\1" + bytes([kind, 0, 0]) + struct.pack(">I", len(items))
    raw += b"".join(struct.pack(">BI", tag, len(item)) + item for tag, item in items)
    return raw + checker.keyed("kkyb", raw)


class Altered:
    """Copies of one KKYB file, altered and made whole again."""
    def __init__(self, city, path, *beside):
        self.city, self.beside = city, beside
        self.path = city.path("altered.kkyb")
        with open(path, "rb") as f:
            self.raw = f.read()
        self.kind, self.items = checker.items(self.raw)

    def bytes(self, what, mark, raw):
        with open(self.path, "wb") as out:
            out.write(raw)
        wrong(self.city, what, mark, self.path, *self.beside)

    def items_as(self, what, mark, items):
        self.bytes(what, mark, whole(self.kind, items))

    def value(self, what, mark, which, change):
        """The first item that `which` takes, decoded, changed, encoded."""
        items = list(self.items)
        at = next(i for i, (tag, raw) in enumerate(items) if which(tag, raw))
        value = checker.decode(items[at][1])
        change(value)
        items[at] = (items[at][0], checker.encode(value))
        self.items_as(what, mark, items)

    def damaged(self):
        step = max(1, len(self.raw) // 12)
        held = [at for at in range(12, len(self.raw), step)
                if not self.refused(self.raw[:at] + bytes([self.raw[at] ^ 4]) + self.raw[at + 1:])]
        held += [at for at in range(0, len(self.raw), step) if not self.refused(self.raw[:at])]
        self.city.check(not held and self.refused(self.raw + b"x"), "cut and flipped at many bytes", held)

    def refused(self, raw):
        with open(self.path, "wb") as out:
            out.write(raw)
        status, said = run(self.path, *self.beside)
        return status == 1 and "[FL-" in said


def document(kind):
    return lambda tag, raw: tag == 1 and checker.decode(raw)[0] == kind


def flip(value, key, at=0):
    value[key] = value[key][:at] + bytes([value[key][at] ^ 1]) + value[key][at + 1:]


# --- releases ---
def versions(city, data):
    """Three releases: what comes, changes, goes and is explained anew."""
    with open(data, encoding="utf-8-sig", newline="") as f:
        header, *rows = csv.reader(f)
    for number in range(3):
        path = city.path("v%d.csv" % number)
        with open(path, "w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header] + rows)
        yield path
        kept = []
        for at, row in enumerate(rows):
            row = list(row)
            if at % 31 == number:
                continue
            if at % 7 == number and row[4].isdigit():
                row[4] = str(int(row[4]) + at)
            elif at % 11 == number:
                row[10] = "注 %d" % number
            elif at % 29 == 5 and row[4]:
                row[4], row[5] = "", "u"
            kept.append(row)
        rows = kept


def releases(city):
    done = sorted(glob.glob(city.path("spool", "done", "*.kkyb")))
    news = [p for p in done if "release" in p]
    sound(city, "all that went through the spool", ["3 catalogs"], *done)
    sound(city, "what a device without a network gets", ["1 catalogs", "2 entries"], city.path("ward.kkyb"))
    status, said = run(done[0], news[-1])
    city.check(status == 1 and "missing" in said, "a release without those before it", said)
    status, said = run("--part", done[0], news[-1])
    city.check(status == 0 and "not here" in said, "and what is lacking is told where that is asked", said)
    first = Altered(city, news[0], done[0])
    first.damaged()
    first.value("a signature changed", "TR-5", document("catalog"), lambda d: flip(d[2][0], 1))
    first.value("a signature taken away", "TR-5", document("catalog"), lambda d: d[2].pop())
    first.value("one signature twice", "TR-5", document("catalog"),
                lambda d: d[2].__setitem__(1, d[2][0]))
    first.value("a catalog of another text", "TR-5", document("catalog"), lambda d: flip(d, 1, 40))
    blobs = [i for i, (tag, _) in enumerate(first.items) if tag == 2 and first.items[i][1][1:4] == b"pub"]
    city.check(len(blobs) >= 3, "manifest, index and packs are there", blobs)
    for at in blobs:
        items = list(first.items)
        if checker.keyed("blob", items[at][1][4:]) in unfetched(first):
            continue
        del items[at]
        first.items_as("blob %d left out" % at, "DM-14", items)
        items = list(first.items)
        raw = items[at][1]
        items[at] = (2, raw[:-1] + bytes([raw[-1] ^ 1]))
        first.items_as("blob %d changed" % at, "DM-14", items)
    start = Altered(city, done[0])
    start.value("a root under other keys", "TR-5", document("root"), lambda d: flip(d, 1, 60))
    start.items_as("no root", "TR-6", [i for i in start.items if not document("root")(*i)])
    wrong(city, "another root is believed", "RL-7", "--root", "aaaa-bbbb-cccc", *done)


def unfetched(file):
    """Lists of gids: named by an index, fetched to find a fault, not needed."""
    shapes, found = checker.Shapes(os.path.join(HERE, "..", "..", "docs", "messages.md")), set()
    for tag, raw in file.items:
        try:
            index = shapes.read("index", b"".join(checker.uncode(raw[5:])))
            found.add(index["gids"]["hash"])
        except (checker.Wrong, IndexError):
            continue
    return found


# --- logs and receipts ---
def entry_of(tag, raw):
    return tag == 8


def logs(city):
    audit = Altered(city, city.path("audit.kkyb"))
    sound(city, "an exported log", ["2 entries"], city.path("audit.kkyb"))
    audit.damaged()
    audit.value("a verdict", "RL-17", entry_of, lambda p: p[1][1].__setitem__(4, 13))
    audit.value("when it was received", "RL-16", entry_of, lambda p: p[1][0].__setitem__(1, 5))
    audit.value("an entry taken away", "RL-16", entry_of, lambda p: p[1].pop(0))
    audit.value("the last one taken away", "RL-16", entry_of, lambda p: p[1].pop())
    audit.value("two in another order", "RL-16", entry_of, lambda p: p[1].reverse())
    audit.value("a header", "RL-16", entry_of, lambda p: flip(p[1][0], 5, 60))
    audit.value("a signature of an act", "RL-16", entry_of, lambda p: flip(p[1][1], 6))
    audit.value("the signature of the head", "RL-6", entry_of, lambda p: flip(p[2], 5))
    audit.value("the roster in force", "RL-17", entry_of, lambda p: p[1][0][2].__setitem__(1, 1))
    audit.items_as("device rows left out", "DM-14", [i for i in audit.items if i[0] != 2])
    audit.value("a roster of another day", "TR-5", document("roster"), another_day)
    by_the_daemon(city, audit)
    media = Altered(city, city.path("ward.kkyb"))
    media.value("a sealed body", "RL-16", lambda tag, raw: tag == 4 and checker.decode(raw)[2][2],
                lambda m: flip(m[2][2][0], 7, 50))


def another_day(doc):
    payload = checker.decode(doc[1])
    payload[2] += 1
    doc[1] = checker.encode(payload)


def by_the_daemon(city, audit):
    """Not the file is altered but history: the daemon refuses what was in order, and signs that."""
    with open(city.path("desks", "daemon", "daemon.key"), "rb") as f:
        seed = checker.decode(checker.decode(f.read())[2])[1]

    def change(page):
        page[1][1][4] = 13
        head = checker.ZEROS
        for gsn, at, rv, tv, code, op, _ in page[1]:
            head = checker.link(head, page[2][1], {
                "gsn": gsn, "op_id": checker.keyed("op", op), "recv_ms": at, "tv": tv, "verdict": code,
                "rv": {"gen": rv[0], "ver": rv[1]}})
        page[2][3] = head
        page[2][5] = nacl.signing.SigningKey(seed).sign(
            b"kky1/head\0" + checker.encode(page[2][:5])).signature

    audit.value("a refusal that the daemon's own key signed", "RL-17", entry_of, change)


def receipts(city):
    path = city.path("receipts.kkyb")
    sound(city, "receipts", ["2 receipts"], path)
    file = Altered(city, path)
    file.damaged()

    def tuples(change):
        return lambda r: change(r[4])

    for what, mark, change in (
            ("the header", "RL-7", lambda r: flip(r, 1, 60)), ("the signature", "RL-7", lambda r: flip(r, 2)),
            ("the author's key", "RL-7", lambda r: flip(r, 7)), ("a tuple", "RL-7", tuples(lambda t: t[0].__setitem__(5, 13))),
            ("the head's signature", "RL-6", lambda r: flip(r[5], 5)),
            ("the head's number", "RL-6", lambda r: r[5].__setitem__(2, 9)),
            ("a root", "TR-5", lambda r: r[6].__setitem__(0, altered_root(r[6][0])))):
        file.value(what, mark, lambda tag, raw: tag == 7, change)
    wrong(city, "another root is believed", "RL-7", "--root", "aaaa-bbbb-cccc", path)


def altered_root(raw):
    value = checker.decode(raw)
    flip(value, 1, 60)
    return checker.encode(value)


# --- replicas ---
def home(city, name, *scopes):
    return [city.path(name, s + ".db") for s in ("state",) + scopes]


def replicas(city):
    paths = home(city, "lead", "pub", "int", "r-14133", "w-14133", "e-14133")
    sound(city, "the replicas of a ward", ["5 replicas", "rows"], *paths)
    sound(city, "and of the auditor", ["3 replicas"], *home(city, "auditor", "pub", "w-14133", "e-14133"))
    cases = (
        ("pub", "BN-24", "UPDATE blobs SET coded = CAST(substr(coded, 1, length(coded) - 1) || x'00' AS BLOB) WHERE kind = 3"),
        ("pub", "BN-24", "DELETE FROM blobs WHERE kind = 4"),
        ("pub", "BN-22", "UPDATE held SET state = zeroblob(32)"),
        ("pub", "BN-22", "UPDATE held SET manifest_hash = zeroblob(32)"),
        ("pub", "BN-24", "UPDATE segments SET seg_root = zeroblob(32)"),
        ("pub", "BN-24", "UPDATE segments SET ended = 9"),
        ("int", "BN-22", "UPDATE held SET release = 7"),
        ("r-14133", "BN-24", "DELETE FROM blobs"),
        ("w-14133", "RL-17", "UPDATE entries SET verdict = 13 WHERE gsn = 1"),
        ("w-14133", "RL-5", "UPDATE entries SET recv_ms = recv_ms + 1 WHERE gsn = 2"),
        ("w-14133", "RL-3", "UPDATE entries SET body = zeroblob(length(body)) WHERE gsn = 1"),
        ("w-14133", "RL-16", "UPDATE entries SET sig = zeroblob(64) WHERE gsn = 2"),
        ("w-14133", "RL-16", "DELETE FROM entries WHERE gsn = 1"),
        ("w-14133", "RL-16", "DELETE FROM entries WHERE gsn = 2"),
        ("w-14133", "RL-6", "UPDATE log_head SET gsn = 1"),
        ("w-14133", "RL-6", "DELETE FROM log_head"))
    for scope, mark, sql in cases:
        copy = city.path("copy.db")
        shutil.copy(city.path("lead", scope + ".db"), copy)
        with sqlite3.connect(copy) as db:
            city.check(db.execute(sql).rowcount > 0, "a row is there to be altered: " + sql)
        db.close()
        wrong(city, scope + ": " + sql, mark, paths[0], copy)
    forged(city, paths)


def forged(city, paths):
    """Every sum of the file agrees, but the rows are not the signed ones."""
    copy = city.path("copy.db")
    shutil.copy(city.path("lead", "int.db"), copy)
    with sqlite3.connect(copy) as db:
        for hash_, coded in db.execute("SELECT hash, coded FROM blobs WHERE kind = 3").fetchall():
            parts = checker.uncode(coded)
            texts = parts[4]
            parts[4] = texts.replace(texts[-3:], b"zzz")
            code = b"\0" + b"".join(parts)
            db.execute("UPDATE blobs SET coded = ?, sum = ? WHERE hash = ?",
                       (code, checker.keyed("coded", code), hash_))
    db.close()
    wrong(city, "a replica whose own sums agree", "BN-24", paths[0], copy)


def small_city(kukyoku, kukyokud, data):
    with City(kukyoku, kukyokud) as city:
        city.found()
        city.start()
        more = {"int": os.path.join(data, "internal.csv"), "r_14133": os.path.join(data, "restricted-14133.csv")}
        for number, table in enumerate(versions(city, os.path.join(data, "public.csv"))):
            city.publish("第%d版" % (number + 1), pub=table, **(more if number == 0 else {}))
            if number == 0:
                city.enrol({"lead": PEOPLE["lead"]})
            else:
                city.run("sync", home="lead", status=(0, 3))
        city.enrol({k: v for k, v in PEOPLE.items() if k != "lead"})
        record = city.value("record", "new", "voice", "--set", "title=一つ目", "--set", "field=health", "--set",
                            "areas=14133-01", "--set", "content=歩くのがつらい", "--set", "date=2026-11-23",
                            "--set", "heard=voice", home="lead")["id"]
        city.run("record", "edit", record, "--set", "title=二つ目", home="lead")
        for name in ("lead", "staff", "auditor"):
            city.run("sync", home=name, status=(0, 3))
        city.run("receipt", "export", record, city.path("receipts.kkyb"), home="lead")
        city.run("audit", "export", city.path("audit.kkyb"), home="auditor")
        city.daemon_says("--export", "media", "--ward", "14133", city.path("ward.kkyb"))
        releases(city)
        logs(city)
        receipts(city)
        replicas(city)
        return city


def quickstart(city, program, build):
    """What the story of the README leaves: every home, and all that went through the spool."""
    with City(city.kukyoku, city.kukyokud) as other:
        place = other.path("story")
        done = subprocess.run([program, "--build", build, "--dir", place, "--lang", "en"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=500)
        city.check(done.returncode == 0, "the quickstart ends well", done.stdout[-2000:])
        sound(city, "its spool", ["1 catalogs"], *sorted(glob.glob(place + "/daemon/spool/done/*.kkyb")))
        for name in ("nakahara-staff", "nakahara-lead", "miyamae-lead", "officer"):
            paths = sorted(glob.glob("%s/%s/*.db" % (place, name)))
            sound(city, "the home of " + name, ["entries", "replicas"], *paths)
        wrong(city, "the copy that the story tampers with", "BN-24",
              *sorted(glob.glob(place + "/tampered/*.db")))


def main():
    kukyoku, kukyokud, program, build, data = sys.argv[1:]
    city = small_city(kukyoku, kukyokud, data)
    quickstart(city, program, build)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
