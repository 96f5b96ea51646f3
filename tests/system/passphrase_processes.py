#!/usr/bin/env python3
"""Keys with a passphrase: set, changed and taken away, of a device, of the registrar's desk, of root
keys and of the statistics desks; typed on a terminal without echo, from files, from a credential; a
mistyped one changes nothing, and each desk does its work under one. [TR-18]

usage: passphrase_processes.py KUKYOKU KUKYOKUD
"""
import os
import pty
import select
import stat
import sys
import time

from authority_processes import tree
from city import City

USAGE, DENIED = 2, 8
FIRST, SECOND, OTHER = "とても長い合言葉", "another long phrase", "not the phrase at all"
WAIT_S = 60
TABLE = """indicator,area,period,breakdown,value,missing,unit,status,method,source,note
pop,14133,2020,,1000,,人,,,国勢調査,
"""


def secret(city, name, text):
    path = city.path(name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text + "\n")
    os.chmod(path, 0o600)
    return path


def type_in(city, lines, *arguments, home=None):
    """On a terminal of its own, a line for each question; gives exit status and all it showed."""
    where = ["--home", city.path(home)] if home else []
    child, terminal = pty.fork()
    if child == 0:
        os.execv(city.kukyoku, [city.kukyoku, "--lang", "en", *where, *map(str, arguments)])
    shown, waiting, until = b"", list(lines), time.monotonic() + WAIT_S
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            got = os.read(terminal, 4096)
        except OSError:
            got = b""  # the other end is closed
        if not got:
            break
        shown += got
        if shown.endswith(b": ") and waiting:
            os.write(terminal, waiting.pop(0).encode() + b"\n")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return status, shown.decode()


def on_a_terminal(city):
    desk = city.path("desks", "root-1")
    before = tree(desk)
    status, shown = type_in(city, [FIRST, OTHER], "passphrase", "set", "--dir", desk)
    city.check(status == USAGE and "E3011" in shown, "typed in two ways", shown)
    status, shown = type_in(city, ["short", "short"], "passphrase", "set", "--dir", desk)
    city.check(status == USAGE and "E3011" in shown, "too short", shown)
    after = tree(desk)
    city.check(all(after[path] == before[path] for path in before), "and nothing was changed")
    status, shown = type_in(city, [FIRST, FIRST], "passphrase", "set", "--dir", desk)
    city.check(status == 0 and FIRST not in shown, "set on a terminal, never shown", shown)
    locked = tree(desk)
    status, shown = type_in(city, [OTHER], "passphrase", "change", "--dir", desk)
    city.check(status == DENIED and "E1010" in shown and shown.count("assphrase") >= 1 and
               "New" not in shown, "a mistyped one is told before a new one is asked for", shown)
    city.check(tree(desk) == locked, "and changes nothing")
    status, shown = type_in(city, [FIRST, SECOND, SECOND], "passphrase", "change", "--dir", desk)
    city.check(status == 0 and SECOND not in shown, "changed on a terminal", shown)
    status, shown = type_in(city, [SECOND], "passphrase", "remove", "--dir", desk)
    city.check(status == 0, "and taken away", shown)
    city.check(before[os.path.join(desk, "desk.key")] == tree(desk)[os.path.join(desk, "desk.key")],
               "the key is the one it was")


def refused(city):
    registrar = city.path("desks", "registrar")
    first = secret(city, "first", FIRST)
    city.refuse(1, "E1007", "none to change", "passphrase", "change", "--dir", registrar,
                "--new-passphrase-file", first)
    city.refuse(1, "E1007", "none to take away", "passphrase", "remove", "--dir", registrar)
    city.refuse(1, "E1007", "the daemon's key has none", "passphrase", "set", "--dir",
                city.path("desks", "daemon"), "--new-passphrase-file", first)
    city.refuse(1, "E1007", "no such folder", "passphrase", "set", "--dir", city.path("nowhere"),
                "--new-passphrase-file", first)
    city.refuse(USAGE, "E3011", "nobody to ask", "passphrase", "set", "--dir", registrar)
    city.refuse(USAGE, "E3011", "seven characters", "passphrase", "set", "--dir", registrar,
                "--new-passphrase-file", secret(city, "short", "七文字の合言葉"))
    os.chmod(first, 0o644)
    city.refuse(DENIED, "E1009", "a file that others may read", "passphrase", "set", "--dir",
                registrar, "--new-passphrase-file", first)
    os.chmod(first, 0o600)
    os.chmod(os.path.join(registrar, "desk.key"), 0o640)
    told = city.refuse(DENIED, "E1009", "a key that others may read", "passphrase", "set", "--dir",
                       registrar, "--new-passphrase-file", first)
    city.check("chmod 600" in told.stderr and "desk.key" in told.stderr, "with its remedy",
               told.stderr)
    city.refuse(DENIED, "E1009", "by the registrar neither", "authority", "roster", "--dir",
                registrar)
    os.chmod(os.path.join(registrar, "desk.key"), 0o600)
    city.expect(0, "what would be", "passphrase", "set", "--dir", registrar,
                "--new-passphrase-file", first, "--dry-run")
    city.expect(0, "is not", "authority", "roster", "--dir", registrar)


def registrar_works(city):
    registrar = city.path("desks", "registrar")
    first, second = city.path("first"), secret(city, "second", SECOND)
    made = city.value("passphrase", "set", "--dir", registrar, "--new-passphrase-file", first)
    city.check(made["keys"] == 2 and made["passphrase"], "the desk's key and those of the scopes",
               made)
    city.refuse(1, "E1008", "it has one", "passphrase", "set", "--dir", registrar,
                "--new-passphrase-file", second)
    city.refuse(DENIED, "E1010", "nobody to ask", "authority", "roster", "--dir", registrar)
    before = tree(registrar)
    city.refuse(DENIED, "E1010", "the wrong one", "authority", "renew", "--dir", registrar,
                "--spool", city.path("spool"), "--passphrase-file", second)
    city.refuse(DENIED, "E1010", "the wrong one to change", "passphrase", "change", "--dir",
                registrar, "--passphrase-file", second, "--new-passphrase-file", second)
    city.check(tree(registrar) == before and not os.listdir(city.path("spool", "in")),
               "and nothing was changed by any of these")
    city.expect(0, "the right one signs a roster", "authority", "renew", "--new-epochs", "--dir",
                registrar, "--spool", city.path("spool"), "--passphrase-file", first)
    city.check(stat.S_IMODE(os.stat(os.path.join(registrar, "scopes.key")).st_mode) == 0o600,
               "its keys are 0600")
    city.refuse(DENIED, "E1010", "the keys of the new epoch are locked, too", "authority", "roster",
                "--dir", registrar)
    os.mkdir(city.path("credentials"))
    secret(city, "credentials/kukyoku.passphrase", FIRST)
    city.expect(0, "a credential of the service manager", "authority", "roster", "--dir", registrar,
                env=dict(city.env, CREDENTIALS_DIRECTORY=city.path("credentials")))
    status, shown = type_in(city, [FIRST], "authority", "roster", "--dir", registrar)
    city.check(status == 0 and registrar in shown and FIRST not in shown, "or typed", shown)


def root_keys(city):
    registrar = city.path("desks", "registrar")
    for number, phrase in ((1, FIRST), (2, SECOND)):
        city.run("passphrase", "set", "--dir", city.path("desks", "root-%d" % number),
                 "--new-passphrase-file", secret(city, "root-%d" % number, phrase))
    rotate = ("authority", "rotate", "registrar", "--dir", registrar, "--root",
              city.path("desks", "root-1"), "--root", city.path("desks", "root-2"), "--spool",
              city.path("spool"))
    before = tree(city.path("desks"))
    city.refuse(DENIED, "E1010", "one of two passphrases", *rotate, "--passphrase-file",
                city.path("root-1"))
    city.check(tree(city.path("desks")) == before, "changes nothing")
    city.expect(0, "each key takes the one that opens it", *rotate, "--passphrase-file",
                city.path("root-2"), "--passphrase-file", city.path("root-1"))
    city.settle()
    city.refuse(DENIED, "E1010", "the new key has the desk's passphrase", "authority", "roster",
                "--dir", registrar)
    city.expect(0, "which opens it", "authority", "roster", "--dir", registrar,
                "--passphrase-file", city.path("first"))
    city.expect(0, "taken away at last", "passphrase", "remove", "--dir", registrar,
                "--passphrase-file", city.path("first"))
    city.expect(0, "and not asked for any more", "authority", "roster", "--dir", registrar)


def statistics(city):
    first = city.path("first")
    with open(city.path("figures.csv"), "w", encoding="utf-8") as f:
        f.write(TABLE)
    for desk in ("publisher", "approver"):
        city.run("sync", home="desks/" + desk, status=(0, 3))
        made = city.value("passphrase", "set", "--new-passphrase-file", first,
                          home="desks/" + desk)
        city.check(made["keys"] == 2, "the %s's desk key and sign key" % desk, made)
    build = ("release", "build", "--scope", "pub=" + city.path("figures.csv"), "--title", "一",
             "--out", city.path("draft"))
    city.refuse(DENIED, "E1010", "a draft without it", *build, home="desks/publisher")
    city.check(not os.path.exists(city.path("draft")), "is not made")
    city.expect(0, "with it", *build, "--passphrase-file", first, home="desks/publisher")
    city.refuse(DENIED, "E1010", "a second signature by a wrong one", "release", "approve",
                city.path("draft"), "--out", city.path("signed"), "--passphrase-file",
                city.path("second"), home="desks/approver")
    city.expect(0, "and the right one", "release", "approve", city.path("draft"), "--out",
                city.path("signed"), "--passphrase-file", first, home="desks/approver")
    city.expect(0, "published: no key is needed", "release", "publish", city.path("signed"),
                "--spool", city.path("spool"), home="desks/publisher")
    city.settle()


def device(city):
    first, second = city.path("first"), city.path("second")
    city.enrol({"staff": ("staff", "14133")})
    issue = ("issue", "new", "--set", "title=坂の上のバス停", "--set", "areas=14133",
             "--set", "field=elderly", "--set", "problem=バスが減った")
    made = city.value("passphrase", "set", "--new-passphrase-file", first, home="staff")
    city.check(made["keys"] == 1, "of a device the sign key alone", made)
    city.expect(0, "it is in step without", "sync", home="staff")
    city.refuse(DENIED, "E1010", "and writes nothing", *issue, home="staff")
    city.expect(0, "but with it", *issue, "--passphrase-file", first, home="staff")
    city.expect(0, "changed", "passphrase", "change", "--passphrase-file", first,
                "--new-passphrase-file", second, home="staff")
    city.refuse(DENIED, "E1010", "the old one", *issue, "--passphrase-file", first, home="staff")
    status, shown = type_in(city, [SECOND], *issue, home="staff")
    city.check(status == 0 and SECOND not in shown, "the new one, typed", shown)
    city.expect(0, "taken away", "passphrase", "remove", "--passphrase-file", second, home="staff")
    city.expect(0, "writes as before", *issue, home="staff")
    city.expect(0, "and sends all of it", "sync", home="staff")


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        on_a_terminal(city)
        refused(city)
        registrar_works(city)
        root_keys(city)
        statistics(city)
        device(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
