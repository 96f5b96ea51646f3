#!/usr/bin/env python3
"""Words and numbers that stand nowhere else, one for each tier, are planted; a city works with them; then
every byte that it left is searched: the wire, the daemon's store, spool, logs, media, exports, the homes
of others, freed pages. Each may be where it belongs and nowhere else. The table is printed.

What zstd packed is unpacked before it is searched. A word that must be found somewhere and is not fails
as well: a search that finds nothing proves nothing.

usage: sentinel_processes.py KUKYOKU KUKYOKUD
"""
import json
import os
import secrets
import socket
import sys
import threading

import record_processes as records
from city import City

try:
    import zstandard
except ImportError:
    print("1..0 # SKIP python3-zstandard is not there")
    sys.exit(0)

FRAME = b"\x28\xb5\x2f\xfd"
PEOPLE = {"lead": ("lead", "14133"), "staff": ("staff", "14133"), "far": ("lead", "14136"),
          "officer": ("officer", ""), "auditor": ("auditor", "")}
# sentinel: who may read it
READERS = {"pub": PEOPLE, "int": ("lead", "staff", "far", "officer"), "r": ("lead", "staff", "officer"),
           "w": ("lead", "staff"), "w2": ("far",), "e": ("lead", "staff", "officer"), "b": ("officer",),
           "shared": ("lead", "staff", "far", "officer"), "unshared": ("lead", "staff"), "draft": (),
           "number": ("lead", "staff", "officer")}
FIGURES = ("pub", "int", "r")
NUMBER = 714285713 # of an issue of ward 14133: in its w and, once submitted, in its e


class Tap:
    """A line between devices and daemon that keeps what passes."""
    def __init__(self, port):
        self.to, self.bytes, self.lock = port, bytearray(), threading.Lock()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                near.close()
                continue
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.pass_on, args=(a, b), daemon=True).start()

    def pass_on(self, a, b):
        try:
            while data := a.recv(65536):
                with self.lock:
                    self.bytes += data
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass


# --- planting ---
def new_words():
    """Letters in no order: nothing of them is shortened by a compressor, and no text has them."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    return {name: "".join(secrets.choice(letters) for _ in range(20)) for name in READERS
            if name != "number"}


def tables(city, words):
    row = "population,%s,%d,%s,%d,,人,,,%s,\n"
    city.publish(
        "標識", pub=records.write(city, "pub.csv", records.FIGURES + row % ("14136", 2018, "", 2001, words["pub"])),
        int=records.write(city, "int.csv", records.HEAD + row % ("14136", 2020, "age=0-14", 700, words["int"])),
        r_14133=records.write(city, "r.csv", records.HEAD + row % ("14133-01", 2020, "age=0-14", 900, words["r"])))


def write(city, home, kind, **fields):
    given = []
    for name, value in fields.items():
        given += ["--set", "%s=%s" % (name, value)]
    return city.value("record", "new", kind, *given, home=home)["id"]


def plant(city, words):
    areas = {"field": "health", "areas": "14133-01"}
    write(city, "lead", "voice", title="声", content=words["w"], date="2026-11-23", heard="voice", **areas)
    write(city, "far", "voice", title="声", content=words["w2"], date="2026-11-23", heard="voice",
          field="health", areas="14136-01")
    resource = write(city, "lead", "resource", title=words["shared"], note=words["unshared"],
                     location=words["unshared"], resource="salon", **areas)
    city.run("record", "share", resource, home="lead")
    issue = city.value("issue", "new", "--set", "title=移動", "--set", "problem=坂", "--set", "field=elderly",
                       "--set", "areas=14133-01", home="lead")["id"]
    for rung in ("framed", "residents", "existing", "partners", "ward_plan"):
        city.run("issue", "rung", issue, rung, home="lead")
    city.run("issue", "edit", issue, "--set", "tried=existing: 試行", "--set", "size_value=%d" % NUMBER, "--set",
             "size_unit=人", "--set", "size_method=推計", "--set", "evidence=population 14133 2020", "--set",
             "ask=検討を", home="lead")
    city.run("issue", "submit", issue, home="lead")
    for home in ("lead", "officer"):
        city.run("sync", home=home, status=(0, 3))
    case = city.value("case", "list", home="officer")["records"][0]["id"]
    city.run("case", "comment", case, "--set", "comment=" + words["e"], home="officer")
    write(city, "officer", "memo", case=case, note=words["b"])
    for home in (*PEOPLE, *PEOPLE):
        city.run("sync", home=home, status=(0, 3))


def freed(city, words):
    """A draft is in its home as long as it is one; not a byte of it is left then."""
    draft = city.value("draft", "new", "voice", "--set", "content=" + words["draft"], home="staff")["id"]
    city.check(found(words["draft"], files(city.path("staff"))), "a draft is at home in its home")
    city.run("draft", "drop", draft, home="staff")
    city.check(not found(words["draft"], files(city.path("staff"))), "and in no freed page once it is dropped")


# --- searching ---
def files(folder):
    """Every file below a folder, with the journals beside a database."""
    data = []
    for at, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(at, name), "rb") as f:
                data.append(f.read())
    return data


def unpacked(data):
    """The bytes, and whatever stands in them as a zstd frame."""
    yield data
    at = data.find(FRAME)
    while at >= 0:
        try:
            yield zstandard.ZstdDecompressor().decompressobj().decompress(data[at:])
        except zstandard.ZstdError:
            pass
        at = data.find(FRAME, at + 1)


def found(word, corpus):
    """In any case of letters, in UTF-8 or UTF-16; a number as digits and in the forms of files."""
    if isinstance(word, int):
        forms = [str(word).encode(), "{:,}".format(word).encode(), word.to_bytes(4, "big"),
                 word.to_bytes(4, "little"), str(word).encode("utf-16-le")]
        return any(f in part for data in corpus for part in unpacked(data) for f in forms)
    forms = [word.encode(), word.encode("utf-16-le")]
    return any(f in part.lower() for data in corpus for part in unpacked(data) for f in forms)


def told_to(city, home, words):
    """All that a home gives out by commands: exports, lists, searches."""
    out = city.path("out", home)
    os.makedirs(out)
    said = []
    for scope in ("pub", "int", "r:14133", "r:14136"):
        for form in ("csv", "sqlite", "json"):
            city.call("data", "export", "--format", form, "--scope", scope,
                      os.path.join(out, "%s.%s" % (scope.replace(":", "-"), form)), home=home)
    for kind in ("voice", "resource", "issue", "case", "memo", "docket"):
        city.call("record", "export", kind, os.path.join(out, kind + ".csv"), home=home)
        said.append(city.call("record", "list", kind, "--json", home=home).stdout)
    for word in words.values():
        done = city.call("search", word, "--json", home=home)
        said.append(done.stdout.replace(word, "", 1) if done.returncode else done.stdout)
        for record in records_of(done):
            said.append(city.call("record", "show", record, "--json", home=home).stdout)
            said.append(city.call("timeline", record, "--json", home=home).stdout)
    for rest in (("issue", "list"), ("case", "list"), ("digest",), ("sheet", "14133-01"), ("status",)):
        done = city.call(*rest, "--json", home=home)
        said.append(done.stdout + done.stderr)
    for record in [r for r in ids(city, home, "case")] + [r for r in ids(city, home, "issue")]:
        said.append(city.call("record", "show", record, "--json", home=home).stdout)
    return files(out) + [s.encode() for s in said]


def records_of(done):
    try:
        return [r["id"] for r in json.loads(done.stdout).get("records", []) if "id" in r]
    except (ValueError, AttributeError):
        return []


def ids(city, home, kind):
    return records_of(city.call(kind, "list", "--json", home=home))


def places(city, tap, words):
    """{place: (bytes, sentinels that may stand there)}"""
    sticks = city.path("sticks")
    os.makedirs(sticks)
    for ward in ("14133", "14136"):
        city.daemon_says("--export", "media", "--ward", ward, os.path.join(sticks, ward + ".kkyb"))
    city.daemon_says("--export", "media", "--device", city.value("status", home="officer", status=range(11))
                     ["device"], os.path.join(sticks, "officer.kkyb"))
    write(city, "lead", "voice", title="未送信", content=words["w"], date="2026-11-23", heard="voice",
          field="health", areas="14133-01")
    city.run("media", "export", os.path.join(sticks, "out.kkyb"), "--approver", "課長", home="lead")
    city.daemon_says("--export", "static", city.path("mirror"))
    city.run("audit", "export", city.path("audit.kkyb"), home="auditor")
    store = [d for name in ("store.db", "store.db-wal", "store.db-shm") if os.path.exists(city.path(name))
             for d in [open(city.path(name), "rb").read()]]
    found_at = {
        "wire": ([bytes(tap.bytes)], ()),
        "daemon: store and its wal": (store, ("pub",)),
        "daemon: spool": (files(city.path("spool")), ("pub",)),
        "daemon: log": ([city.log().encode()], ()),
        "files on sticks, both ways": (files(sticks), ("pub",)),
        "mirror": (files(city.path("mirror")), ("pub",)),
        "exported log": ([open(city.path("audit.kkyb"), "rb").read()], ()),
        "desk of the registrar": (files(city.path("desks", "registrar")), ()),
        "desk of the publisher": (files(city.path("desks", "publisher")), FIGURES),
        "desk of the approver": (files(city.path("desks", "approver")), FIGURES),
    }
    for home in PEOPLE:
        may = tuple(s for s, readers in READERS.items() if home in readers)
        found_at["home of %s" % home] = (files(city.path(home)), may)
        found_at["pub.db of %s" % home] = ([open(city.path(home, "pub.db"), "rb").read()], ("pub",))
        found_at["given out by %s" % home] = (told_to(city, home, words), may)
    return found_at


def report(city, at, words):
    """Prints the table: + there, as it may; . not there; ! there, as it must not."""
    names = list(READERS)
    lines, leaks, silent = ["%-28s %s" % ("", " ".join("%-8s" % n for n in names))], [], []
    for place, (corpus, may) in at.items():
        cells = []
        for name in names:
            there = found(NUMBER if name == "number" else words[name], corpus)
            cells.append("+" if there and name in may else "!" if there else ".")
            leaks += [(place, name)] if there and name not in may else []
            if not there and name in may and place.startswith("given out"):
                silent.append((place, name))
        lines.append("%-28s %s" % (place, " ".join("%-8s" % c for c in cells)))
    print("\n".join("# " + line for line in lines), flush=True)
    city.check(not leaks, "no sentinel stands where it does not belong", leaks)
    city.check(not silent, "each is read by everybody who may", silent)
    for place, name in (("daemon: store and its wal", "pub"), ("daemon: spool", "pub"),
                        ("files on sticks, both ways", "pub"), ("mirror", "pub"), ("home of far", "pub"),
                        ("home of lead", "r"), ("home of far", "int")):
        city.check(found(words[name], at[place][0]), "the search finds what is there: %s, %s" % (place, name))


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        tap = Tap(city.port)
        city.port, daemon = tap.port, city.port
        city.found() # the roster names the tapped line
        city.port = daemon
        city.start()
        words = new_words()
        tables(city, words)
        city.enrol(PEOPLE)
        plant(city, words)
        freed(city, words)
        city.check(len(tap.bytes) > 20000 and bytes(tap.bytes).count(b"KKY1\1") >= 2 * len(PEOPLE),
                   "the wire was tapped", len(tap.bytes))
        report(city, places(city, tap, words), words)
        tap.door.close()
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
