#!/usr/bin/env python3
"""The drills of docs/drills.md, as somebody plays them: every command, in Japanese and in English, in one
folder. What the page must leave is looked at in the end. [TR-17] [TR-18] [TR-19] [ER-9]

A block stands under `<!-- drill -->`; `<!-- drill: NAME -->` where later commands call the fingerprint that it
shows NAME; `<!-- drill exit N -->` where it must end so.

usage: drill_processes.py KUKYOKU KUKYOKUD DOCS ja|en
"""
import os
import re
import signal
import subprocess
import sys

from city import City, free_port

BLOCK = re.compile(r"^<!-- drill(?:: (\w+))?(?: exit (\d))? -->\n```\n(.*?)^```$", re.M | re.S)
PRINT = re.compile(r"\b[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}\b")
DONE = (0, 3)


class Drill:
    def __init__(self, city, lang):
        self.city, self.lang, self.kept = city, lang, {}
        bins = {os.path.dirname(os.path.abspath(p)) for p in (city.kukyoku, city.kukyokud)}
        self.env = dict(os.environ, LC_ALL="C.UTF-8", PATH=":".join([*bins, os.environ["PATH"]]))
        self.ports = (("127.0.0.1:4730", "127.0.0.1:%d" % city.port),
                      ("8730", str(free_port())))

    def pid(self, name):
        with open(self.city.path(name + ".pid"), encoding="utf-8") as f:
            return int(f.read())

    def gone(self, pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False

    def settled(self):
        return not os.path.isdir(self.city.path("spool", "in")) or \
            not os.listdir(self.city.path("spool", "in"))

    def serves(self):
        return subprocess.run(["curl", "-s", "-o", "/dev/null", "http://127.0.0.1:%s/now" % self.ports[1][1]],
                              check=False).returncode == 0

    def wait_for(self, line):
        """What a person waits for without thinking of it."""
        if line.startswith("kukyokud") and "daemon.pid" in line:
            self.city.wait(self.city.listens, "the daemon does not listen")
        elif line.startswith("kill $(cat daemon"):
            self.city.wait(lambda: self.gone(self.pid("daemon")), "the daemon does not end")
        elif "http.server" in line:
            self.city.wait(self.serves, "the mirror does not answer")
        elif "spool" in line and "--dry-run" not in line and "mv store.db" not in line:
            self.city.wait(self.settled, "the spool stands still")

    def perform(self, line, status):
        said = re.sub(r"^kukyoku ", "kukyoku --lang %s " % self.lang, line)
        for old, new in self.ports:
            said = said.replace(old, new)
        with open(self.city.path("out"), "w+", encoding="utf-8") as out, \
                open(self.city.path("err"), "w+", encoding="utf-8") as err: # a pipe would wait for the daemon
            done = subprocess.run(["sh", "-ec", said], env=self.env, cwd=self.city.folder, check=False,
                                  stdin=subprocess.DEVNULL, stdout=out, stderr=err, timeout=120)
            text = "".join((f.seek(0), f.read())[1] for f in (out, err))
        self.city.check(done.returncode in status, "%s: %s" % (self.lang, line.split(" --set")[0][:90]),
                        "exit %d: %s\n%s" % (done.returncode, line, text))
        self.wait_for(line)
        return text

    def play(self, name, ends, text):
        for word, value in self.kept.items():
            text = re.sub(r"\b%s\b" % word, value, text)
        shown = ""
        for line in text.strip().splitlines():
            shown = self.perform(line, (int(ends),) if ends else DONE)
        if name:
            found = PRINT.findall(shown)
            self.city.check(found, "the fingerprint of %s is told" % name, shown)
            self.kept[name] = found[0] if found else "aaaa-bbbb-cccc"

    def end(self):
        for name in ("daemon", "mirror"):
            if os.path.exists(self.city.path(name + ".pid")) and not self.gone(self.pid(name)):
                os.kill(self.pid(name), signal.SIGKILL)


def outcome(city):
    """What was written before each loss is there after it, once."""
    titles = [r["fields"]["title"] for r in city.value("record", "list", "voice", home="lead")["records"]]
    city.check(sorted(titles) == sorted(("坂の上のバス停", "写しの後", "昨夜の後", "回線のない声")),
               "nothing was lost and nothing doubled", titles)
    status = city.value("status", home="lead", status=range(11))
    city.check(status["root"] == 7, "every change of a key is in the root that the device believes", status["root"])
    bad = os.listdir(city.path("spool", "bad"))
    city.check(bad == [], "the daemon has refused nothing else", bad)


def main():
    kukyoku, kukyokud, docs, lang = sys.argv[1:]
    texts = []
    for name in ("drills.ja.md", "drills.md"):
        with open(os.path.join(docs, name), encoding="utf-8") as page:
            texts.append(BLOCK.findall(page.read()))
    with City(kukyoku, kukyokud) as city:
        city.check(texts[0] == texts[1] and len(texts[0]) > 20, "both languages have the same commands",
                   len(texts[0]))
        drill = Drill(city, lang)
        try:
            for block in texts[0]:
                drill.play(*block)
            outcome(city)
        finally:
            drill.end()
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
