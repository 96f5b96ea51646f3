#!/usr/bin/env python3
"""The page as people use it: `kukyoku ui` of a lead, an officer and staff in Chromium, every screen in
both languages (axe: WCAG 2.2 A and AA), one story through all of them, offline in the middle.

usage: page_browser.py KUKYOKU KUKYOKUD DATA [SHOTS]   SHOTS: a folder for a picture of each screen
"""
import json
import os
import signal
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


class Walk:
    def __init__(self, city):
        self.city = city
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
        elif verb == "open":
            self.pages[name].end()
            self.pages[name] = Page(self.city, name)
        self.say(done=what)
        if verb in ("open", "kill"):
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
                "shots": sys.argv[4] if len(sys.argv) > 4 else ""}
        walk = Walk(city)
        try:
            return 0 if walk.run(told) else 1
        finally:
            walk.end()


if __name__ == "__main__":
    sys.exit(main())
