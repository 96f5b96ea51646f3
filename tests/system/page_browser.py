#!/usr/bin/env python3
"""The page as people use it: `kukyoku ui` of a lead, an officer and staff in Chromium, every screen in
both languages (axe: WCAG 2.2 A and AA), one story through all of them, offline in the middle.

usage: page_browser.py KUKYOKU KUKYOKUD DATA [SHOTS]   SHOTS: a folder for a picture of each screen
KK_PAGE_STEPS="NAME…": these steps of the walk alone (their names and times are printed)
"""
import contextlib
import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys

import page_city
import page_tools
from city import City
from page import Page

PEOPLE = ("lead", "officer", "staff")


def ids(city, noun, home, pick):
    records = city.value(*noun, "list", home=home, status=range(7))["records"]
    return [record["id"] for record in records if pick(record)][0]


def store_of(walk, name):
    return sqlite3.connect(walk.city.path(name, "w-14133.db"), isolation_level=None)


def newer(walk, name):
    """As a later program leaves the replica behind."""
    with contextlib.closing(store_of(walk, name)) as db:
        walk.version = db.execute("PRAGMA user_version").fetchone()[0]
        db.execute("PRAGMA user_version = %d" % (walk.version + 1))


def older(walk, name):
    with contextlib.closing(store_of(walk, name)) as db:
        db.execute("PRAGMA user_version = %d" % walk.version)


def hold(walk, name):
    """As another program does that works in this home alone: nobody writes, and nobody reads the replica."""
    walk.lock = open(walk.city.path(name, "lock"), "a")
    fcntl.flock(walk.lock, fcntl.LOCK_EX)
    walk.held = store_of(walk, name)
    walk.held.execute("PRAGMA busy_timeout = 60000")
    walk.held.execute("PRAGMA locking_mode = EXCLUSIVE")
    walk.held.execute("BEGIN EXCLUSIVE")


def let_go(walk, _name):
    walk.held.execute("ROLLBACK")
    walk.held.close()
    walk.lock.close()


def meanwhile(walk, words):
    """Somebody else changes an issue, and this device takes it in behind the page's back."""
    issue, text = words.split(" ", 1)
    walk.city.run("sync", home="lead")
    walk.city.run("sync", home="staff")
    walk.city.run("issue", "edit", issue, "--set", "problem=" + text, home="staff")
    for home in ("staff", "lead"):
        walk.city.run("sync", home=home)


def recall(walk, indicator):
    draft, signed = walk.city.path("recall.kkyb"), walk.city.path("recalled.kkyb")
    walk.city.run("release", "recall", "--scope", "pub", "--indicator", indicator, "--note", "取り違え",
                  "--out", draft, home="desks/publisher")
    walk.city.run("release", "approve", draft, "--out", signed, home="desks/approver")
    walk.city.run("release", "publish", signed, "--spool", walk.city.path("spool"),
                  home="desks/publisher")
    walk.city.settle()
    walk.city.run("sync", home="lead")


TROUBLE = {"newer": newer, "older": older, "hold": hold, "release": let_go, "meanwhile": meanwhile,
           "recall": recall}


class Walk:
    def __init__(self, city):
        self.city, self.lock, self.held, self.version = city, None, None, 0
        self.pages = {home: Page(city, home) for home in PEOPLE}
        self.node = None

    def end(self):
        if self.node and self.node.poll() is None:
            self.node.kill()
            self.node.wait()
        for page in self.pages.values():
            page.end()

    def say(self, **what):
        self.node.stdin.write(json.dumps(what) + "\n")
        self.node.stdin.flush()

    def please(self, what):
        verb, name = what.split(" ", 1)
        if what == "stop the daemon":
            self.city.end()
        elif what == "start the daemon":
            self.city.start()
        elif verb == "end":
            self.pages[name].end()
        elif verb == "kill":
            self.pages[name].end(signal.SIGKILL)
            self.pages[name] = Page(self.city, name)
        elif verb in TROUBLE:
            TROUBLE[verb](self, name)
        self.say(done=what)
        if verb == "kill":
            self.say(address=self.pages[name].address)

    def run(self, told):
        self.node = subprocess.Popen(["node", "test/browser.mjs"], cwd=page_tools.PAGE, text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.say(pages={home: page.address for home, page in self.pages.items()}, **told)
        ended = False
        for line in self.node.stdout:
            if line.startswith("please "):
                self.please(line[len("please "):].strip())
            else:
                print(line, end="", flush=True)
                ended = ended or line.startswith("1..")
        return self.node.wait() == 0 and ended


def main():
    why = page_tools.missing(browser=True)
    if why or "ASAN_OPTIONS" in os.environ or "TSAN_OPTIONS" in os.environ:
        print("1..0 # SKIP " + (why or "once, without sanitizers, is enough"))
        return 0
    with City(*sys.argv[1:3]) as city:
        made = page_city.furnish(city, sys.argv[3])
        told = {**made,
                "issue": ids(city, ("issue",), "lead",
                             lambda record: record["fields"]["title"] == "朝の見守りの担い手"),
                "docket": ids(city, ("docket",), "officer", lambda record: True),
                "shots": sys.argv[4] if len(sys.argv) > 4 else "",
                "only": os.environ.get("KK_PAGE_STEPS", "").split()}
        walk = Walk(city)
        try:
            return 0 if walk.run(told) else 1
        finally:
            walk.end()


if __name__ == "__main__":
    sys.exit(main())
