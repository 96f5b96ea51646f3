#!/usr/bin/env python3
"""Programs one version apart, both ways: those of today, and the same as their next version would be,
with one more protocol and one more version of the rules (meson.build). Each client joins, reads, writes
and sends by each daemon; the registrar raises the rules, and who does not know them says so and loses
nothing, until its program is replaced. [HS-9] [RL-5]

usage: version_processes.py KUKYOKU KUKYOKUD KUKYOKU_NEXT KUKYOKUD_NEXT
"""
import os
import socket
import subprocess
import sys

from city import City

NEWER = 9
FIGURES = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n" \
          "population,14133,2020,,1000,,人,,,,\n"


class Cities(City):
    """A city whose programs are replaced."""

    def __init__(self, now, then):
        super().__init__(*now)
        self.now, self.then = now, then

    def client(self, newer):
        self.kukyoku = (self.then if newer else self.now)[0]

    def server(self, newer):
        self.end()
        self.kukyokud = (self.then if newer else self.now)[1]
        self.start()


def write(city, home, title):
    return city.value("record", "new", "voice", "--set", "title=" + title, "--set", "field=health",
                      "--set", "areas=14133-01", "--set", "content=本文", "--set", "date=2026-11-23",
                      "--set", "heard=voice", home=home)["id"]


def titles(city, home):
    return {r["fields"]["title"] for r in city.value("record", "list", "voice", home=home)["records"]}


def offers(city):
    """What each program offers, as it stands in clear: preamble, and reject."""
    def asked(newer):
        """The daemon's bounds, told to a peer that knows only much later ones."""
        city.server(newer)
        with socket.create_connection(("127.0.0.1", city.port), timeout=20) as s:
            s.sendall(b"KKY1\x09\x09\x01\x00")
            return tuple(s.recv(8, socket.MSG_WAITALL)[6:8])

    def asking(newer):
        """A device's bounds: it asks at a port of ours, and finds nobody."""
        city.client(newer)
        with socket.create_server(("127.0.0.1", city.port)) as ear:
            client = subprocess.Popen([city.kukyoku, "--home", city.path("c00"), "sync"],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
            with ear.accept()[0] as line:
                said = tuple(line.recv(8, socket.MSG_WAITALL)[4:6])
            ear.close()
            client.wait(60)
            return said

    city.check((asked(False), asked(True)) == ((1, 1), (1, 2)), "the daemons differ in what they offer")
    city.end()
    city.check((asking(False), asking(True)) == ((1, 1), (1, 2)), "so do the clients")


def apart(city, newer_client, newer_server):
    """A device of one version joins at a daemon of another, and they do their work."""
    home = "c%d%d" % (newer_client, newer_server)
    what = "%s client, %s daemon: " % (("next", "today's")[not newer_client],
                                       ("next", "today's")[not newer_server])
    city.server(newer_server)
    city.client(newer_client)
    city.enrol({home: ("lead", "14133")})
    figures = city.call("data", "get", "--indicator", "population", "--area", "14133", home=home)
    city.check("1,000" in figures.stdout or "1000" in figures.stdout, what + "figures are read",
               figures.stdout + figures.stderr)
    write(city, home, home)
    city.expect(0, what + "a record is sent", "sync", home=home)
    city.check(city.value("outbox", "list", home=home)["operations"] == []
               and home in titles(city, home), what + "and has its receipt")
    city.expect(0, what + "all verifies", "verify", home=home)


def mixed(city, homes):
    """Whoever wrote it with whichever program, everybody has everything."""
    for newer in (False, True):
        city.client(newer)
        for home in homes:
            city.run("sync", home=home)
            city.check(titles(city, home) == set(homes), "%s reads what all wrote" % home,
                       titles(city, home))


def rules(city, homes):
    """The registrar raises them; what does not know them is told, loses nothing, and is replaced."""
    settings = ("authority", "settings", "--dir", city.path("desks", "registrar"))
    city.client(False)
    city.refuse(2, "E7001", "a program does not raise rules that it does not know", *settings,
                "--rules", "3", "--spool", city.path("spool"))
    city.server(True)
    city.client(True)
    city.run(*settings, "--rules", "3", "--spool", city.path("spool"))
    city.settle()
    told = city.value(*settings)
    city.check(told["rules"] == 3, "the registrar has raised the rules", told)
    city.refuse(2, "E7001", "and does not take them back", *settings, "--rules", "2")
    new, old = homes[:2]
    city.run("sync", home=new)
    write(city, new, "新しい規則")
    city.expect(0, "who knows them writes under them", "sync", home=new)

    city.client(False)
    city.refuse(NEWER, "E1005", "who does not is told to install the newer program", "sync", home=old)
    city.check(set(homes) <= titles(city, old), "and goes on reading what it has")
    city.client(True)
    city.expect(0, "with the newer program it is in step", "sync", home=old)
    city.check("新しい規則" in titles(city, old), "and reads what came meanwhile", titles(city, old))
    city.expect(0, "and all verifies, under both versions", "verify", home=old)

    city.end()
    city.kukyokud = city.now[1]
    done = city.daemon_says(status=None)
    city.check(done.returncode == 78 or "E1005" in done.stderr,
               "a daemon of before does not start over them", (done.returncode, done.stderr))


def main():
    programs = [os.path.abspath(p) for p in sys.argv[1:5]]
    with Cities(programs[:2], programs[2:]) as city:
        city.found()
        city.start()
        with open(city.path("one.csv"), "w", encoding="utf-8") as out:
            out.write(FIGURES)
        city.publish("初版", pub=city.path("one.csv"))
        pairs = [(False, False), (True, False), (False, True), (True, True)]
        for pair in pairs:
            apart(city, *pair)
        homes = ["c%d%d" % pair for pair in pairs]
        offers(city)
        city.server(True)
        mixed(city, homes)
        rules(city, homes)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
