#!/usr/bin/env python3
"""Proof without the daemon: receipts and logs that anyone can check years later with one fingerprint
[RL-7] [RL-24], an auditor who reads every log and no content, and a daemon that shows two histories:
each device is told, nothing more is sent to it, and the proof holds anywhere [RL-19] [SY-11].

usage: proof_processes.py KUKYOKU KUKYOKUD
"""
import json
import os
import shutil
import sys

import record_processes as records
from city import City

FAILED, USAGE, WARNINGS, VERIFY = 1, 2, 3, 7
PEOPLE = {"lead": ("lead", "14133", "--office", "地域みまもり支援センター", "--section", "地域ケア推進係"),
          "staff": ("staff", "14133"), "third": ("staff", "14133"),
          "auditor": ("auditor", "")}


def voice(city, title, home):
    return city.value("record", "new", "voice", "--set", "title=" + title, "--set", "field=health",
                      "--set", "areas=14133-01", "--set", "content=歩くのがつらい", "--set",
                      "date=2026-11-23", "--set", "heard=voice", home=home)["id"]


def nobody(city, *arguments, status=(0,)):
    """Somebody with the file, the fingerprint and no home."""
    done = city.call(*arguments, "--json", home="nobody")
    if done.returncode not in status:
        raise RuntimeError("%s: exit %d\n%s" % (arguments, done.returncode, done.stderr))
    return json.loads(done.stdout)


def receipts(city, root):
    rec = voice(city, "一つ目", "lead")
    city.refuse(FAILED, "E1007", "an act that waits has no receipt", "receipt", "export", rec,
                city.path("early"), home="lead")
    city.run("record", "edit", rec, "--set", "title=二つ目", home="lead")
    city.run("sync", home="lead")
    act = city.value("timeline", rec, home="lead")["acts"][0]
    told = city.run("timeline", rec, home="lead")
    city.check((act["office"], act["section"], act["holder"]) ==
               ("地域みまもり支援センター", "地域ケア推進係", "lead")
               and "地域みまもり支援センター 地域ケア推進係 lead" in told,
               "a record's story says who of which office and section", told)
    city.run("sync", home="staff")
    path = city.path("receipts.kkyb")
    city.run("receipt", "export", rec, path, home="lead")
    got = nobody(city, "receipt", "verify", path, "--root", root)
    city.check(got["held"] == 2 and got["failed"] == 0 and got["confirmed"]
               and [p["act"] for p in got["pieces"]] == ["create", "edit"]
               and {p["record"] for p in got["pieces"]} == {rec}, "two receipts hold anywhere", got)
    got = nobody(city, "receipt", "verify", path, status=(WARNINGS,))
    city.check(not got["confirmed"] and got["root"] == root,
               "without a root to believe it says so, and which root to compare", got)
    got = nobody(city, "receipt", "verify", path, "--root", "aaaa-bbbb-cccc", status=(VERIFY,))
    city.check(got["failed"] == 2 and got["pieces"][0]["code"] == "E5011", "under another root nothing holds", got)
    by_number = "w:14133#%d" % got["pieces"][0]["number"]
    other = city.path("one.kkyb")
    city.run("receipt", "export", by_number, other, home="staff")
    mine = city.value("receipt", "verify", other, home="third")
    city.check(mine["held"] == 1 and mine["confirmed"],
               "a colleague's receipt of one entry, checked by a third's home", mine)
    own = city.value("receipt", "verify", rec, home="staff")
    city.check(own["held"] == 2, "and by what the home holds", own)
    city.check(not os.path.exists(city.path("nobody")), "nobody's home was made", "")
    city.refuse(FAILED, "E1008", "never over another file", "receipt", "export", rec, path,
                home="lead")
    city.refuse(FAILED, "E1007", "no such entry", "receipt", "export", "w:14133#999",
                city.path("x"), home="lead")
    city.refuse(FAILED, "E1007", "no such record", "receipt", "export", "ffffffffff",
                city.path("x"), home="lead")
    city.refuse(USAGE, "E7001", "no file to write to", "receipt", "export", rec, home="lead")
    altered(city, path, root)
    return path


def altered(city, path, root):
    """Each byte matters: the file is whole, or nothing of it is believed."""
    with open(path, "rb") as whole:
        good = whole.read()
    bad = city.path("bad.kkyb")
    for at in range(0, len(good), 97):
        with open(bad, "wb") as out:
            out.write(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
        done = city.call("receipt", "verify", bad, "--root", root, home="nobody")
        if done.returncode != VERIFY:
            city.check(False, "an altered file", (at, done.returncode, done.stderr))
            return
    city.check(True, "a bit altered anywhere is refused")
    for what, raw in (("cut", good[:-3]), ("empty", b""), ("more", good + b"x")):
        with open(bad, "wb") as out:
            out.write(raw)
        city.refuse(VERIFY, "E6004", "a file of proof that is " + what, "receipt", "verify", bad,
                    home="nobody")


def devices(city):
    """A ward sees its own devices, the bureau all; who has left is marked."""
    own = city.value("device", "list", home="lead")
    city.check({d["holder"] for d in own["devices"]} == {"lead", "staff", "third"}
               and own["ward"] == "14133", "the ward's devices", own)
    text = city.call("device", "list", home="lead", lang="ja").stdout
    city.check("中原区" in text and "区責任者" in text and "有効" in text, "as a table", text)
    everyone = city.value("device", "list", home="auditor")["devices"]
    bureau = city.value("device", "list", "--ward", "bureau", home="lead")["devices"]
    city.check(len(everyone) == 3 + len(bureau) and "auditor" in {d["role"] for d in bureau},
               "the bureau sees all", (everyone, bureau))
    none = city.value("device", "list", "--ward", "14137", home="lead")["devices"]
    city.check(none == [], "a ward without devices", none)
    city.refuse(USAGE, "E7001", "no ward", "device", "list", "--ward", "Nakahara", home="lead")


def logs(city, root):
    city.run("sync", home="auditor", status=(0, WARNINGS))
    seen = city.value("audit", "list", "--scope", "w:14133", home="auditor")["entries"]
    city.check(len(seen) == 2 and seen[0]["holder"] == "lead" and seen[0]["role"] == "lead"
               and seen[0]["verdict"] == "OK", "the auditor sees who, what and when", seen)
    text = city.call("audit", "list", home="auditor", lang="ja").stdout
    city.check("歩く" not in text and "区" in text and "受領" in text, "as a table, without content", text)
    devices(city)
    with open(city.path("auditor", "w-14133.db"), "rb") as replica:
        raw = replica.read()
    city.check("歩くのがつらい".encode() not in raw, "no content in the auditor's file", "")
    none = city.value("audit", "list", "--since", "2099-01-01", home="auditor")["entries"]
    city.check(none == [], "nothing since a day to come", none)
    city.refuse(USAGE, "E7001", "no day", "audit", "list", "--since", "yesterday", home="auditor")
    path = city.path("audit.kkyb")
    city.run("audit", "export", path, home="auditor")
    got = nobody(city, "audit", "verify", path, "--root", root)
    city.check(got["held"] == 1 and got["pieces"][0]["number"] == 2 and
               got["pieces"][0]["scope"] == "w:14133", "the exported log holds anywhere", got)
    got = city.value("audit", "verify", home="auditor")
    city.check(got["held"] == 1 and got["failed"] == 0, "and the logs held", got)
    got = nobody(city, "audit", "verify", path, "--root", "aaaa-bbbb-cccc", status=(VERIFY,))
    city.check(got["failed"] == 1 and got["held"] == 0, "under another root it does not", got)
    city.refuse(FAILED, "E1007", "a log of nobody", "audit", "export", "--scope", "w:14131",
                city.path("x"), home="lead")
    city.refuse(FAILED, "E1007", "no two histories so far", "audit", "proof", city.path("x"),
                home="lead")
    return path


def two_histories(city, root):
    """The daemon's host is copied: one history for the lead, another for the staff."""
    city.end()
    shutil.copy(city.path("store.db"), city.path("other.db"))
    city.start()
    voice(city, "第一の歴史", "lead")
    city.run("sync", home="lead")
    city.run("sync", home="third")
    first = city.path("first.kkyb")
    city.run("audit", "export", "--scope", "w:14133", first, home="lead")
    city.end()
    shutil.copy(city.path("other.db"), city.path("store.db"))
    os.unlink(city.path("spool", ".heights")) # who wants to lie keeps no note [ER-10]
    city.start()
    voice(city, "第二の歴史", "staff")
    city.run("sync", home="staff")
    waiting = voice(city, "送らない", "lead")
    city.refuse(VERIFY, "E5010", "the lead's device is told", "sync", home="lead")
    city.check(city.value("status", home="lead", status=range(11))["waiting"] == 1,
               "and nothing was sent", waiting)
    proof = city.path("proof.kkyb")
    city.run("audit", "proof", proof, home="lead")
    got = nobody(city, "audit", "verify", proof, "--root", root)
    city.check(got["held"] == 1 and got["pieces"][0]["kind"] == "fork" and
               got["pieces"][0]["number"] == 3, "the proof holds anywhere", got)
    got = nobody(city, "audit", "verify", proof, "--root", "aaaa-bbbb-cccc", status=(VERIFY,))
    city.check(got["held"] == 0, "but not under another root", got)
    return first


def by_comparing(city, first, root):
    """The staff's device saw one history only; the lead's exported log shows it the other."""
    got = city.value("audit", "verify", first, home="staff", status=(VERIFY,))
    city.check(got["failed"] == 1 and got["pieces"][0]["code"] == "E5010",
               "two logs compared, without the daemon", got)
    proof = city.path("proof-2.kkyb")
    city.run("audit", "proof", proof, home="staff")
    got = nobody(city, "audit", "verify", proof, "--root", root)
    city.check(got["held"] == 1, "its proof holds as well", got)
    city.refuse(VERIFY, "E5010", "its next sync sends nothing either", "sync", home="staff")


def seen_by_file(city):
    """An operation that had seen the first history comes by a stick to the second."""
    voice(city, "第一の歴史を見た", "third")
    out = city.path("third.kkyb")
    city.run("media", "export", out, home="third")
    shutil.copy(out, city.path("spool", "in", "third.kkyb"))
    city.wait(lambda: os.path.exists(city.path("spool", "bad", "third.kkyb")),
              "the daemon took what contradicts its log")
    with open(city.path("spool", "bad", "third.kkyb.reason"), encoding="utf-8") as reason:
        text = reason.read()
    city.check("E3003" in text, "the daemon refuses what its log never was [DM-11]", text)


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES))
        city.enrol(PEOPLE)
        root = city.value("status", home="lead", status=range(11))["root_fingerprint"]
        receipts(city, root)
        logs(city, root)
        first = two_histories(city, root)
        by_comparing(city, first, root)
        seen_by_file(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
