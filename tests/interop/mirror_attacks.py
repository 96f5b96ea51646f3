#!/usr/bin/env python3
"""Mirrors that lie, lag, cut, die, send without end, mix and roll back: each costs time and nothing else.
[MI-4] [MI-5] [MI-6] [MI-8]

Every attack meets a home that holds release 1 of two, as a device-less home would: it must end with a code
and a remedy in both languages, the figures held must be readable and verified as before, and an honest
mirror must bring release 2 afterwards. The groups bear the ids of docs/threat-model.md.

usage: mirror_attacks.py KUKYOKU KUKYOKUD
"""
import json
import os
import shutil
import socket
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "system")]

try:
    from checker import decode, encode, keyed
except ImportError as missing:
    print("1..0 # SKIP %s: python3-nacl, python3-zstandard" % missing)
    sys.exit(0)

import record_processes as records
from city import CLOCK_CAN_MOVE, City
from mirror import Files, Mirror

WARNINGS, TEMPORARY, VERIFY = 3, 5, 7
LIES, UNREAD = (VERIFY, "E3008"), (TEMPORARY, "E3010")
ROOT_VER, ROSTER, FRESH, CATALOG = 2, 4, 5, 6 # keys of WELCOME


def figures(number, city_value):
    rows = "".join("population,14136-%02d,%d,,%d,,人,,,,\n" % (area, year, 50000 + zlib.crc32(b"%d %d %d" % (area, year, number)) % 9973)
                   for area in range(10, 60) for year in range(1990, 2024))
    return records.FIGURES.replace(",310,", ",%d," % city_value) + rows


def value(city, home):
    shown = city.value("data", "get", "--indicator", "population", "--area", "14133-01", "--period", "2020",
                       home=home)
    return int(shown["cells"][-1]["value"])


# --- what a mirror says ---
def word(mirror):
    return decode(mirror.read("now"))


def say(mirror, message):
    mirror.files["now"] = encode(message)


def lie(mirror, key, told):
    message = word(mirror)
    if told is None:
        message[2].pop(key)
    else:
        message[2][key] = told
    message[2] = dict(sorted(message[2].items()))
    say(mirror, message)


def put(mirror, data):
    """A file under its own hash; the reference to it."""
    hash_ = keyed("blob", data)
    mirror.files["blob/" + hash_.hex()] = data
    return [hash_, len(data)]


def document(mirror, key):
    return mirror.read("blob/" + word(mirror)[2][key][1][0].hex())


def resign(mirror, key, change):
    """The document that `now` names, with change(kind, payload, signatures) made to it."""
    data = encode(change(*decode(document(mirror, key))))
    lie(mirror, key, [word(mirror)[2][key][0], put(mirror, data)])


def manifest(folder):
    catalog = decode(decode(document(Files(folder), CATALOG))[1])
    return [row[2] for row in catalog[6] if row[0] == "pub"][0]


def blobs_only(mirror):
    """The files of the release: neither documents nor what is held from release 1."""
    named = {word(mirror)[2][key][1][0].hex() for key in (ROSTER, CATALOG)}
    return [n for n in sorted(os.listdir(os.path.join(mirror.folder, "blob"))) if n not in named]


# --- one attack ---
class Attacks:
    def __init__(self, city):
        self.city, self.number = city, 0
        self.web = [city.path("web1"), city.path("web2")]
        self.mirror = Mirror(self.web[1])

    def home(self, source="victim"):
        self.number += 1
        name = "home-%d" % self.number
        shutil.copytree(self.city.path(source), self.city.path(name))
        return name

    def meet(self, ending, what, *more, words=None):
        """The lie is set up: a home meets it, then is as before, then an honest mirror helps it."""
        city, home = self.city, self.home()
        done = city.refuse(*ending, what, "sync", "--mirror", self.mirror.url, *more, home=home)
        if words:
            city.check(words in done.stderr, what + ": says why", done.stderr)
        self.as_before(what, home)

    def as_before(self, what, home, held=(311,), ends=(0,)):
        city = self.city
        kept = value(city, home)
        verified = city.call("verify", home=home)
        self.mirror.honest()
        mended = city.call("sync", "--mirror", self.mirror.url, home=home)
        city.check(kept in held and verified.returncode == 0 and mended.returncode in ends and
                   value(city, home) == 312, what + ": what is held stays, and an honest mirror helps",
                   (kept, verified.stderr, mended.stderr))
        shutil.rmtree(city.path(home))


# --- B1, B2, B3, B5: documents ---
def forged_documents(a):
    m = a.mirror
    resign(m, CATALOG, lambda kind, payload, signatures: [kind, payload, []])
    a.meet(LIES, "B1: a catalog that nobody signed", words="E3003")
    resign(m, CATALOG, lambda kind, payload, signatures: [kind, payload[:-9] + b"\0" + payload[-8:], signatures])
    a.meet(LIES, "B1: a catalog that was altered")
    lie(m, CATALOG, [word(m)[2][CATALOG][0], word(m)[2][ROSTER][1]])
    a.meet(LIES, "B1, B7: a roster in place of the catalog")
    resign(m, CATALOG, lambda kind, payload, signatures: [kind, payload, signatures[:1]])
    a.meet(LIES, "B2: one signature of two", words="E3003")
    resign(m, CATALOG, lambda kind, payload, signatures: [kind, payload, [signatures[0], signatures[0]]])
    a.meet(LIES, "B2: one signature twice")
    resign(m, ROSTER, lambda kind, payload, signatures: [kind, payload, [[0, bytes(64)]]])
    lie(m, ROSTER, [[1, 99], word(m)[2][ROSTER][1]])
    a.meet(LIES, "B1: a roster of the mirror's own")
    fresh = decode(word(m)[2][FRESH])
    lie(m, FRESH, encode([fresh[0], fresh[1], [[0, bytes(64)]]]))
    a.meet(LIES, "B1: a word of the daemon that it did not sign", words="E3003")


def forged_roots(a):
    m, city = a.mirror, a.city
    root = decode(m.read("root/1"))
    payload = decode(root[1])
    payload[1] = 2
    lie(m, ROOT_VER, 2)
    m.files["root/2"] = encode([root[0], encode(payload), root[2]])
    a.meet(LIES, "B3: a second root that the first did not sign", words="E3003")
    lie(m, ROOT_VER, 2)
    payload[1] = 3
    m.files["root/2"] = encode([root[0], encode(payload), root[2]])
    a.meet(LIES, "B3: a root skipped")
    lie(m, ROOT_VER, 2)
    m.files["root/2"] = b"no root at all"
    a.meet(LIES, "B3: no root at all")
    lie(m, ROOT_VER, 2**32 - 1)
    a.meet(UNREAD, "B3, B9: four thousand million roots to come")
    m.files["root/1"] = encode([root[0], root[1], []])
    city.refuse(VERIFY, "E3003", "B2: a first root with the right fingerprint and no signature", "enroll",
                "--public", m.url, "--fingerprint", a.print, home="none")
    m.files["root/1"] = encode([root[0], encode(payload), root[2]])
    city.refuse(VERIFY, "E3009", "B3: a first root of another fingerprint", "enroll", "--public", m.url,
                "--fingerprint", a.print, home="none")
    city.check(not os.path.exists(city.path("none", "pub.db")), "and nothing is believed")
    m.honest()


def another_city(a):
    """B1: everything in order, but of another authority."""
    with City(a.city.kukyoku, a.city.kukyokud) as other:
        other.found()
        other.start()
        other.publish("よその版", pub=records.write(other, "one.csv", figures(1, 305)))
        other.enrol({"lead": ("lead", "14133")}, sync=False)
        other.publish("よその第二版", pub=records.write(other, "one.csv", figures(2, 306)))
        other.daemon_says("--export", "static", a.city.path("foreign"))
    a.mirror.folder = a.city.path("foreign")
    home = a.home()
    a.city.refuse(*LIES, "B1: the mirror of another authority", "sync", "--mirror", a.mirror.url, home=home)
    a.mirror.folder = a.web[1]
    a.as_before("B1: another authority", home)


def two_contents(a):
    """B5: the release that is held, with other figures, signed by the very keys."""
    city = a.city
    with City(city.kukyoku, city.kukyokud) as twin:
        for name in ("desks", "spool", "store.db"):
            copy = shutil.copytree if os.path.isdir(city.path("then", name)) else shutil.copy
            copy(city.path("then", name), twin.path(name))
        twin.start()
        twin.publish("第2版", pub=records.write(twin, "two.csv", figures(2, 320)))
        twin.daemon_says("--export", "static", city.path("twin"))
    home = a.home("second")
    a.mirror.folder = city.path("twin")
    city.expect(0, "B5: the same number is not asked for", "sync", "--mirror", a.mirror.url, home=home)
    city.check(value(city, home) == 312, "B5: and the figures stay", value(city, home))
    lie(a.mirror, CATALOG, [[1, 3], word(a.mirror)[2][CATALOG][1]])
    city.refuse(*LIES, "B5: under another number it is seen", "sync", "--mirror", a.mirror.url, home=home)
    a.mirror.folder = a.web[1]
    a.as_before("B5: two contents", home, held=(312,), ends=(0, WARNINGS)) # its word was later


# --- B4, B8, B9: what is old ---
def rolled_back(a):
    city, m = a.city, a.mirror
    home = a.home("second")
    m.folder = a.web[0]
    done = city.expect(WARNINGS, "B4: the mirror of before", "sync", "--mirror", m.url, home=home)
    city.check("is behind" in done.stderr and "release 1" in done.stderr, "B4: is told", done.stderr)
    ja = city.call("sync", "--mirror", m.url, "--json", home=home, lang="ja")
    told = json.loads(ja.stdout)
    city.check(told["behind"] and told["offers"] == 1 and told["release"] == 2 and "古い" in ja.stderr,
               "B4: in both languages and as JSON", (ja.stdout, ja.stderr))
    lie(m, CATALOG, [[1, 9], word(m)[2][CATALOG][1]])
    city.refuse(*LIES, "B4: the release of before under a higher number", "sync", "--mirror", m.url, home=home)
    m.honest()
    lie(m, ROSTER, [[1, 2**32 - 1], word(m)[2][ROSTER][1]])
    city.refuse(*LIES, "B9: the roster of before under the highest number", "sync", "--mirror", m.url, home=home)
    m.honest()
    m.folder = a.web[1]
    for number in (2, 3, 2**32 - 1):
        lie(m, CATALOG, [[number, number], word(m)[2][CATALOG][1]])
        city.refuse(*LIES, "B9: the newest release under a number that it does not have, %d" % number, "sync",
                    "--mirror", m.url, home=home)
        m.honest()
    old = Mirror(a.web[0])
    lie(m, FRESH, word(old)[2][FRESH])
    done = city.expect(WARNINGS, "B4: an older word of the daemon", "sync", "--mirror", m.url, home=home)
    city.check("is behind" in done.stderr, "B4: is told as well", done.stderr)
    m.honest()
    good = city.expect(0, "the next mirror is asked", "sync", "--mirror", old.url, "--mirror", m.url, home=home)
    city.check("is behind" in good.stderr, "and the first is named", good.stderr)
    last = city.expect(WARNINGS, "one behind, one gone", "sync", "--mirror", old.url, "--mirror",
                       "http://127.0.0.1:1/", home=home)
    city.check("is behind" in last.stderr and "E3010" in last.stderr, "both are named", last.stderr)
    old.close()
    a.as_before("B4: rolled back", home, held=(312,))


def held_back(a):
    """B6, B8: the newest word of the daemon beside an older release would make that one look fresh."""
    m = a.mirror
    m.folder = a.web[0]
    lie(m, FRESH, word(Files(a.web[1]))[2][FRESH])
    before = a.city.value("status", home="victim", status=(0, WARNINGS))["as_of"]
    home = a.home()
    done = a.city.refuse(*LIES, "B6: the word of now, the release of before", "sync", "--mirror", m.url, home=home)
    a.city.check("newer release" in done.stderr, "B6: says why", done.stderr)
    after = a.city.value("status", home=home, status=(0, WARNINGS))
    a.city.check(after["as_of"] == before and after["failure"] == "E3008" and not after["well"],
                 "B8: nothing looks fresher than it is", after)
    m.folder = a.web[1]
    a.as_before("B6: held back", home)


def frozen(a):
    """B8: a mirror that stands still is seen by the age of what it shows."""
    city, m = a.city, a.mirror
    if not CLOCK_CAN_MOVE or not shutil.which("faketime"):
        return city.skip("B8: frozen", "no faketime here")
    home, told = a.home("second"), {}
    m.folder = a.web[1]
    for when in ("+1d", "+20d", "+40d", "+500d"):
        city.call("sync", "--mirror", m.url, home=home, wrap=("faketime", "-f", when))
        done = city.call("status", "--json", home=home, wrap=("faketime", "-f", when))
        told[when] = json.loads(done.stdout)
    grades = {when: t["freshness"] for when, t in told.items()}
    city.check(grades == {"+1d": "fresh", "+20d": "aging", "+40d": "stale", "+500d": "stale"},
               "B8: older by the day, never silently current", grades)
    city.check(len({t["as_of"] for t in told.values()}) == 1 and value(city, home) == 312,
               "B8: with its date, readable", told)
    return None


# --- B6, B7: files ---
def mixed(a):
    m = a.mirror
    old, new = manifest(a.web[0]), manifest(a.web[1])
    m.files["blob/" + new[0].hex()] = Files(a.web[0]).read("blob/" + old[0].hex())
    a.meet(LIES, "B6: the manifest of one release under the name of another")
    for name in blobs_only(m):
        m.files["blob/" + name] = None
    a.meet(UNREAD, "B6: a catalog without its release", words="does not have it")
    catalog = word(m)[2][CATALOG]
    lie(m, CATALOG, [catalog[0], [catalog[1][0], catalog[1][1] + 1]])
    a.meet(LIES, "B7: another length than its own")
    lie(m, CATALOG, [catalog[0], [catalog[1][0], 1024 * 1024 + 1]])
    a.meet(LIES, "B7: a document longer than any may be")
    for what, data in (("empty", b""), ("no message", b"\x00" * 40), ("a page", b"<html>hello</html>"),
                       ("another message", encode([3, 1, {1: bytes(32), 3: 100}])), ("half a word", m.read("now")[:60]),
                       ("nested without end", b"\x91" * 60000)):
        m.files["now"] = data
        a.meet(UNREAD if not data else LIES, "B7: now is " + what)


def every_file(a):
    """B7, B11: any one file with a bit of it turned, cut, or longer: refused, or it was not needed."""
    city, m = a.city, a.mirror
    for name in ["blob/" + n for n in sorted(os.listdir(os.path.join(a.web[1], "blob")))]:
        data = m.read(name)
        for bad in (bytes([data[0] ^ 1]) + data[1:], data[:-1] + bytes([data[-1] ^ 0x80]), data[:len(data) // 2],
                    data + b"\0"):
            m.files[name] = bad
            home = a.home()
            done = city.call("sync", "--mirror", m.url, home=home)
            held = value(city, home)
            city.check((done.returncode, held) in ((VERIFY, 311), (0, 312)) and
                       ("E3008" in done.stderr) == (done.returncode == VERIFY), name[:14] + " is another",
                       (done.returncode, held, done.stderr))
            m.honest()
            shutil.rmtree(city.path(home))


def without_end(a):
    m = a.mirror
    first = "blob/" + manifest(a.web[1])[0].hex()

    def on(path, act):
        m.act = lambda request: request.path.lstrip("/") == path and act(request)

    for path in ("now", first):
        on(path, lambda r: r.endless())
        a.meet(UNREAD, "B7: %s without end" % path[:8], words="more than was asked")
        on(path, lambda r: r.endless(404))
        a.meet(UNREAD, "B7: %s, a page of refusal without end" % path[:8], words="more than was asked")
        on(path, lambda r: r.endless_head())
        a.meet(UNREAD, "B7: %s, a head without end" % path[:8])
        on(path, lambda r: r.silence())
        a.meet(UNREAD, "dies: %s is never answered" % path[:8], "--wait", "1", words="does not answer")
        on(path, lambda r: r.silence(b"H"))
        a.meet(UNREAD, "dies: %s, a byte now and then" % path[:8], "--wait", "1")
        on(path, lambda r: r.whole(500, b"oops") or True)
        a.meet(UNREAD, "dies: %s, out of order" % path[:8], words="500")
    on(first, lambda r: r.piece(b"z" * (17 << 20), 0, 0) or True)
    a.meet(UNREAD, "B7: a file longer than any may be")
    on(first, lambda r: r.piece(m.read(first), 1, 3) or True)
    a.meet(UNREAD, "B7: another piece than was asked for", words="another piece")
    on(first, lambda r: r.piece(m.read(first), 0, 0) or True)
    a.meet(UNREAD, "B7: a byte at a time", words="another piece")
    m.act = lambda r: r.connection.shutdown(socket.SHUT_RDWR) or r.hang_up()
    a.meet(UNREAD, "dies: closes at once")


def led_away(a):
    city, m = a.city, a.mirror
    other = Mirror(a.web[1])
    for to in (other.url, "ftp://127.0.0.1/", "file:///etc/passwd", "http://user@127.0.0.1/"):
        m.act = lambda r, to=to: r.whole(302, b"", Location=to + r.path) or True
        a.meet(UNREAD, "led away to " + to.split(":")[0], words="another place")
    city.check(not other.seen, "nobody asks there", other.seen)
    m.act = lambda r: r.whole(302, b"", Location=r.path) or True
    a.meet(UNREAD, "led in a circle", words="place to place")
    m.act = lambda r: not r.path.startswith("/new") and (r.whole(301, b"", Location="/new" + r.path) or True)
    m.files = {"new/" + path: m.read(path) for path in
               ["now", "root/1"] + ["blob/" + n for n in os.listdir(os.path.join(a.web[1], "blob"))]}
    home = a.home()
    city.expect(0, "led to another place of the same host", "sync", "--mirror", m.url, home=home)
    city.check(value(city, home) == 312, "where all is in order")
    other.close()
    m.honest()


def bounds(a):
    """At each bound all is well, one past it not: bytes of `now`, redirects, pieces that break off."""
    city, m = a.city, a.mirror

    def pad(length):
        message = word(m)
        message[2][99] = bytes(65536 - len(encode(message)) - 5) # a key that readers pass over
        message[2][99] += bytes(length - len(encode(message)))
        m.files["now"] = encode(message)
        return len(m.files["now"])

    def lead(times):
        step = lambda path: int(path[1]) if path[1].isdigit() else 0

        def act(r):
            at = step(r.path)
            if at == times:
                return r.honest(r.path[3:]) or True
            return r.whole(302, b"", Location="/%d/%s" % (at + 1, r.path[3:] if at else r.path[1:])) or True
        m.act = act

    def cut(times):
        name, left = "/blob/" + manifest(a.web[1])[0].hex(), [times]

        def act(r):
            if r.path != name or not left[0]:
                return False
            left[0] -= 1
            return r.cut(m.read(name[1:]), 3)
        m.act = act

    for what, at, past in (("now of 64 KiB", lambda: city.check(pad(65536) == 65536, "64 KiB"),
                            lambda: city.check(pad(65537) == 65537, "and a byte")),
                           ("three redirects", lambda: lead(3), lambda: lead(4)),
                           ("eight pieces that break off", lambda: cut(8), lambda: cut(9))):
        home = a.home()
        at()
        city.expect(0, "bound: " + what, "sync", "--mirror", m.url, home=home)
        city.check(value(city, home) == 312, "bound: all is well")
        m.honest()
        shutil.rmtree(city.path(home))
        home = a.home()
        past()
        done = city.expect(TEMPORARY, "bound: one more than " + what, "sync", "--mirror", m.url, home=home)
        city.check("E3010" in done.stderr, "bound: is told", done.stderr)
        a.as_before("bound: " + what, home)


def cut_and_resumed(a):
    """A line that breaks again and again: what came stays, and the rest is asked for from there."""
    city, m, home = a.city, a.mirror, a.home()
    ends = []

    def cut(request):
        data = m.read(request.path[1:])
        return request.path.startswith("/blob/") and request.cut(data, max(200, len(data) // 12))

    name, left = "/blob/" + manifest(a.web[1])[0].hex(), [2]

    def stall(request):
        left[0] -= request.path == name
        return request.path == name and left[0] >= 0 and request.cut(m.read(name[1:]), 20, stall=True)

    slow, m.act = a.home(), stall
    city.expect(0, "dies: stops in the middle, twice, and is asked for the rest", "sync", "--mirror", m.url, "--wait",
                "1", home=slow)
    city.check(value(city, slow) == 312 and left[0] < 0, "and all is well", left)
    m.act = cut
    while not ends or (ends[-1] == TEMPORARY and len(ends) < 40):
        done = city.call("sync", "--mirror", m.url, home=home)
        ends.append(done.returncode)
    starts = [r for _, r in m.seen if r and not r.startswith("bytes=0-")]
    city.check(ends[-1] == 0 and TEMPORARY in ends, "dies: cut on and on, and done in the end", (ends, done.stderr))
    city.check(starts, "from where it broke off", m.seen)
    city.check(value(city, home) == 312 and city.call("verify", home=home).returncode == 0, "and right")
    m.honest()


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.env["no_proxy"] = "127.0.0.1"
        city.found()
        city.start()
        city.publish("第1版", pub=records.write(city, "one.csv", figures(1, 311)))
        city.enrol({"lead": ("lead", "14133")})
        city.daemon_says("--export", "static", city.path("web1"))
        city.end()
        os.makedirs(city.path("then"))
        for name in ("desks", "spool", "store.db"):
            copy = shutil.copytree if os.path.isdir(city.path(name)) else shutil.copy
            copy(city.path(name), city.path("then", name))
        city.start()
        city.publish("第2版", pub=records.write(city, "two.csv", figures(2, 312)))
        city.daemon_says("--export", "static", city.path("web2"))
        a = Attacks(city)
        a.print = city.value("status", home="lead", status=(0, WARNINGS))["root_fingerprint"]
        for home, folder in (("victim", a.web[0]), ("second", a.web[1])):
            a.mirror.folder = folder
            city.run("enroll", "--public", a.mirror.url, "--fingerprint", a.print, home=home)
            city.run("sync", home=home)
        a.mirror.honest()
        for attack in (forged_documents, forged_roots, another_city, two_contents, rolled_back, held_back, frozen,
                       mixed, every_file, without_end, led_away, bounds,
                       cut_and_resumed):
            attack(a)
        a.mirror.close()
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
