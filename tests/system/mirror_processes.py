#!/usr/bin/env python3
"""What is public, by way of plain web servers: exported, read by homes without a device and by devices,
with the same outcome as from the daemon [MI-1] [MI-2] [MI-3] [MI-5] [MI-6] [MI-7] [MI-8]. No byte of any
other scope lies in the folder.

usage: mirror_processes.py KUKYOKU KUKYOKUD
"""
import glob
import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading

import record_processes as records
import sentinel_processes as sentinel
from city import City
from mirror import Mirror

FAILED, USAGE, WARNINGS, UNCHANGED, TEMPORARY, VERIFY = 1, 2, 3, 4, 5, 7
SECRET = "himitsu-no-kotoba"
PEOPLE = {"lead": ("lead", "14133", "--office", "麻生の事務所"), "far": ("lead", "14136")}


def figures(value):
    return records.FIGURES.replace(",310,", ",%d," % value)


def export(city, folder, *more):
    done = city.daemon_says("--export", "static", *more, city.path(folder))
    return dict(zip(("written", "unchanged", "removed"),
                    [int(part.split()[1]) for part in done.stdout.split(", ")]))


def release(city, number, value):
    row = "population,%s,2020,age=0-14,%d,,人,,,%s,\n"
    city.publish("第%d版" % number,
                 pub=records.write(city, "pub.csv", figures(value)),
                 int=records.write(city, "int.csv", records.HEAD + row % ("14136", 70 + number, SECRET)),
                 r_14133=records.write(city, "r.csv", records.HEAD + row % ("14133-01", 90 + number, SECRET)))


def value(city, home):
    shown = city.value("data", "get", "--indicator", "population", "--area", "14133-01", "--period", "2020",
                       home=home)
    return int(shown["cells"][-1]["value"])


def fingerprint(city):
    return city.value("status", home="lead", status=range(11))["root_fingerprint"]


def joins(city, mirror):
    """A home without a device: by a fingerprint, nothing else."""
    city.refuse(USAGE, "E7001", "an address without a fingerprint", "enroll", "--public", mirror.url,
                home="nobody")
    city.refuse(USAGE, "E7001", "a fingerprint that is none", "enroll", "--public", mirror.url,
                "--fingerprint", "abcd-efgh", home="nobody")
    city.refuse(USAGE, "E7001", "an address of no mirror", "enroll", "--public", "http://x:y@127.0.0.1/",
                "--fingerprint", fingerprint(city), home="nobody")
    city.refuse(USAGE, "E7001", "a fingerprint without --public", "enroll", city.path("lead.invite"),
                "--fingerprint", fingerprint(city), home="nobody")
    city.refuse(VERIFY, "E3009", "another authority's fingerprint", "enroll", "--public", mirror.url,
                "--fingerprint", "aaaa-bbbb-cccc", home="nobody")
    mirror.files["now"] = None
    city.refuse(TEMPORARY, "E3010", "no mirror there", "enroll", "--public", mirror.url, "--fingerprint",
                fingerprint(city), home="nobody")
    mirror.honest()
    city.check(not os.path.exists(city.path("nobody")), "none of this leaves a home behind")
    done = city.expect(0, "the right one", "enroll", "--public", mirror.url, "--fingerprint",
                       fingerprint(city), home="public")
    city.check(fingerprint(city) in done.stderr + done.stdout, "it is shown", done)
    city.refuse(FAILED, "E1008", "once", "enroll", "--public", mirror.url, "--fingerprint",
                fingerprint(city), home="public")
    city.expect(0, "says nothing, does nothing", "sync", "--dry-run", home="public")
    got = city.value("sync", home="public")
    city.check(got["release"] == 1 and got["blobs"] > 0 and not got["behind"] and got["mirror"] == mirror.url,
               "the mirror that it joined by", got)
    city.check(value(city, "public") == 311, "reads the figures")
    city.expect(0, "all of it verified", "verify", home="public")
    shown = city.value("status", home="public", status=(0, WARNINGS))
    city.check(shown["freshness"] == "fresh" and shown["synced"] and shown["roster"][1] > 0 and
               not shown["enrolled"] and shown["well"], "fresh by the daemon's own word", shown)
    again = city.value("sync", home="public")
    city.check(again["unchanged"], "nothing new", again)
    city.expect(UNCHANGED, "and its exit status", "sync", "--exit-code-unchanged", home="public")
    held = [os.path.basename(f) for f in glob.glob(city.path("public", "*.db"))]
    city.check(sorted(held) == ["pub.db", "state.db"], "no file of another scope", held)


def by_file(city, mirror):
    """A root as a file, held against a fingerprint; mirrors named beside it, tried in their order."""
    root = city.path("web", "root", "1")
    city.refuse(VERIFY, "E3009", "a file of another root", "enroll", "--public", root, "--fingerprint",
                "aaaa-bbbb-cccc", home="filed")
    city.run("enroll", "--public", root, "--fingerprint", fingerprint(city), "--mirror",
             "http://127.0.0.1:1/none", "--mirror", mirror.url, home="filed")
    done = city.expect(0, "the second answers", "sync", home="filed")
    city.check("E3010" in done.stderr and "passed over" in done.stderr, "the first is told", done.stderr)
    city.check(value(city, "filed") == 311, "with the figures")
    done = city.refuse(TEMPORARY, "E3010", "no https there", "sync", "--mirror",
                       mirror.url.replace("http:", "https:"), home="filed")
    city.check("certificate" in done.stderr, "says so", done.stderr)
    plain = Mirror(city.path("web"), ranges=False)
    city.run("enroll", "--public", root, home="plain")
    city.refuse(TEMPORARY, "E3010", "no address is known", "sync", home="plain")
    city.expect(0, "a server that knows no pieces", "sync", "--mirror", plain.url + "/", home="plain")
    city.check(value(city, "plain") == 311, "serves as well")
    plain.close()


def exported_again(city):
    """What is right stays, what is old goes after its grace."""
    names = set(os.listdir(city.path("web", "blob")))
    done = export(city, "web")
    city.check(done["written"] == 1 and done["removed"] == 0, "only the word of now is new", done)
    release(city, 2, 312)
    done = export(city, "web")
    now = set(os.listdir(city.path("web", "blob")))
    city.check(done["removed"] == 0 and names < now, "the old stay at first", done)
    done = export(city, "web", "--grace", "0")
    left = set(os.listdir(city.path("web", "blob")))
    city.check(done["removed"] > 0 and left < now and not names <= left, "and go", done)
    for words in (("--export", "static"), ("--export", "static", "--grace", "x", city.path("web")),
                  ("--export", "static", "--ward", "14133", city.path("web")),
                  ("--export", "requests", "--grace", "1", city.path("x"))):
        city.check(city.daemon_says(*words, status=None).returncode == USAGE, "no such " + " ".join(words[:4]))
    city.check(city.daemon_says("--export", "static", city.path("web", "now"), status=None).returncode == FAILED,
               "a file is no folder")


def a_device(city, mirror):
    """It takes what is public, and leaves the rest and its age to the daemon."""
    before = city.value("status", home="far", status=(0, WARNINGS))
    mirror.honest()
    got = city.value("sync", "--mirror", mirror.url, home="far")
    city.check(got["release"] == 2 and got["blobs"] > 0, "the release of the mirror", got)
    city.check(value(city, "far") == 312, "its public figures are read")
    after = city.value("status", home="far", status=(0, WARNINGS))
    city.check(after["as_of"] == before["as_of"] and after["synced"] == before["synced"]
               and after["roster"] == before["roster"], "its age is that of the daemon's word", (before, after))
    steps = {s["scope"]: s["in_step"] for s in after["scopes"]}
    city.check(steps["pub"] and not steps["int"], "other scopes wait", steps)
    city.check(all(path in ("now",) or path.startswith(("root/", "blob/")) for path, _ in mirror.seen)
               and all(os.path.exists(city.path("web", path)) for path, _ in mirror.seen),
               "nothing was asked for that is not public", mirror.seen)
    city.run("sync", home="far")
    last = city.value("status", home="far")
    city.check(all(s["in_step"] for s in last["scopes"]) and last["as_of"] > before["as_of"],
               "the daemon brings the rest", last)
    city.refuse(TEMPORARY, "E3010", "the roster names none", "sync", "--mirrors", home="far")
    city.run("authority", "settings", "--dir", city.path("desks", "registrar"), "--spool", city.path("spool"),
             "--mirror", "http://127.0.0.1:1/", "--mirror", mirror.url)
    city.settle()
    city.run("sync", home="far")
    done = city.expect(0, "the roster names two", "sync", "--mirrors", home="far")
    city.check("127.0.0.1:1" in done.stderr, "the first is gone", done.stderr)
    older = Mirror(city.path("web-before"))
    done = city.expect(WARNINGS, "one of the release before", "sync", "--mirror", older.url, home="far")
    city.check("is behind" in done.stderr and value(city, "far") == 312, "is told, and changes nothing", done.stderr)
    older.close()


def same_outcome(city):
    city.run("sync", home="public")
    dumps = []
    for home in ("public", "far"):
        out = city.path(home + ".csv")
        city.run("data", "export", "--format", "csv", out, home=home)
        with open(out, "rb") as dump:
            dumps.append(dump.read())
    city.check(dumps[0] == dumps[1] and b"312" in dumps[0], "mirror or daemon: the same bytes",
               [len(d) for d in dumps])


def sentinels(city):
    """Every byte of the folder: what stands in other scopes, rows and records is not among them."""
    city.run("record", "new", "voice", "--set", "title=声", "--set", "field=health", "--set", "areas=14133-01",
             "--set", "content=" + SECRET, "--set", "date=2026-11-23", "--set", "heard=voice", home="lead")
    city.run("sync", home="lead")
    export(city, "web")
    corpus = sentinel.files(city.path("web"))
    for word in (SECRET, "麻生の事務所"):
        city.check(not sentinel.found(word, corpus), "no byte of " + word)
    for home in PEOPLE:
        keys = bytes.fromhex(city.value("status", home=home)["device"])
        city.check(not any(keys in data for data in corpus), "no device: " + home)
    city.check(sentinel.found("population", corpus), "the search finds what is there")
    home = sentinel.files(city.path("lead"))
    city.check(sentinel.found(SECRET, home) and sentinel.found("麻生の事務所", home),
               "and the words are where they belong")
    db = sqlite3.connect("file:%s?mode=ro" % city.path("store.db"), uri=True)
    labels = dict((h.hex(), label) for h, label in db.execute("SELECT hash, label FROM blobs"))
    db.close()
    wrong = [(n, labels.get(n)) for n in os.listdir(city.path("web", "blob"))
             if labels.get(n) not in ("pub", "doc")]
    city.check(not wrong, "every file is public by the store's own label", wrong)


def whole_at_any_time(city, mirror):
    """Readers while exports are killed at any moment: what `now` names is there, and whole."""
    torn, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            for name in os.listdir(city.path("web", "blob")):
                data = mirror.read("blob/" + name)
                if data is not None and hashlib.blake2b(data, digest_size=32,
                                                        key=b"kky1:blob").hexdigest() != name:
                    torn.append(name)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(3, 7):
            release(city, number, 310 + number)
            for step in range(4):
                process = subprocess.Popen([city.kukyokud, "--config", city.path("kukyokud.ini"), "--export",
                                            "static", "--grace", "0", city.path("web")],
                                           stdout=subprocess.DEVNULL)
                try:
                    process.wait(0.004 * step)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                fresh = "reader-%d-%d" % (number, step)
                city.run("enroll", "--public", city.path("web", "root", "1"), home=fresh)
                done = city.call("sync", "--mirror", mirror.url, home=fresh)
                if done.returncode != 0:
                    torn.append((number, step, done.stderr))
                shutil.rmtree(city.path(fresh))
            export(city, "web", "--grace", "0")
    finally:
        stop.set()
        reader.join()
    city.check(not torn, "never a half", torn)
    city.check(not os.path.exists(city.path("web", ".new")), "nothing is left of those that were killed")
    got = city.value("sync", home="public")
    city.check(got["release"] == 6 and value(city, "public") == 316, "the last one is there", got)


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.env["no_proxy"] = "127.0.0.1"
        city.found()
        city.start()
        release(city, 1, 311)
        city.enrol(PEOPLE)
        done = export(city, "web")
        city.check(done["written"] > 5 and done["unchanged"] == 0, "a folder for a web server", done)
        shutil.copytree(city.path("web"), city.path("web-before"))
        mirror = Mirror(city.path("web"))
        joins(city, mirror)
        by_file(city, mirror)
        exported_again(city)
        a_device(city, mirror)
        same_outcome(city)
        sentinels(city)
        whole_at_any_time(city, mirror)
        mirror.close()
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
