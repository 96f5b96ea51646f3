#!/usr/bin/env python3
"""kukyoku and kukyokud killed with SIGKILL at many points of a sync.

usage: kill_processes.py KUKYOKU KUKYOKUD ROWS.CSV

Whatever was killed, the next sync succeeds; in the end both devices hold every record once and the
release whole, and `verify` finds nothing. The moments come from a seed, which is printed; KK_SEED
repeats a run, KK_KILLS says how many kills of a kind there are.
"""

import base64
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

KUKYOKU, KUKYOKUD, ROWS = sys.argv[1:4]
KILLS = int(os.environ.get("KK_KILLS", "12"))
SEED = int(os.environ.get("KK_SEED", "8"))
WAIT_S = 20


class Story:
    def __init__(self, folder):
        self.folder = folder
        self.daemon = None
        self.number = 0
        self.good = True
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def check(self, passed, what):
        self.number += 1
        self.good = self.good and passed
        print("%s %d - %s" % ("ok" if passed else "not ok", self.number, what), flush=True)

    def run(self, *arguments, home=None, status=(0,)):
        where = ["--home", self.path(home)] if home else []
        done = subprocess.run([KUKYOKU, *where, *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                              text=True)
        if done.returncode not in status:
            raise RuntimeError("%s: exit %d\n%s%s" % (
                " ".join(arguments), done.returncode, done.stdout, done.stderr))
        return done.stdout

    # --- the daemon ---
    def start(self):
        with open(self.path("kukyokud.ini"), "w") as ini:
            ini.write("[daemon]\ndesk = desks/daemon\nstore = store.db\nspool = spool\n"
                      "listen = 127.0.0.1:%d\n[limits]\nhandshakes_per_source = 1000\n"
                      "preauth_per_source = 64\nsessions_per_device = 8\n" % self.port)
        with open(self.path("log"), "a") as log:
            self.daemon = subprocess.Popen([KUKYOKUD, "--config", self.path("kukyokud.ini")],
                                           stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait(self.listens, "the daemon does not listen")

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self, how):
        if self.daemon:
            self.daemon.send_signal(how)
            self.daemon.wait(WAIT_S)
            self.daemon = None

    def wait(self, ready, complaint):
        until = time.monotonic() + WAIT_S
        while not ready():
            if time.monotonic() > until:
                with open(self.path("log")) as log:
                    raise RuntimeError(complaint + "\n" + log.read()[-2000:])
            time.sleep(0.02)

    def spool_empty(self):
        bad = self.path("spool", "bad")
        if os.path.isdir(bad) and os.listdir(bad):
            raise RuntimeError("the daemon refused %s" % os.listdir(bad))
        return not os.listdir(self.path("spool", "in"))

    # --- the desks ---
    def found(self):
        self.run("authority", "init", "--dir", self.path("desks"), "--demo",
                 "--endpoint", "127.0.0.1:%d" % self.port, status=(0, 3))
        self.start()
        self.publish("first")

    def publish(self, title):
        draft, signed = self.path("draft.kkyb"), self.path("signed.kkyb")
        for old in (draft, signed):
            if os.path.exists(old):
                os.unlink(old)
        self.run("release", "build", "--scope", "pub=" + ROWS, "--title", title, "--out", draft,
                 home="desks/publisher")
        self.run("release", "approve", draft, "--out", signed, home="desks/approver")
        self.run("release", "publish", signed, "--spool", self.path("spool"),
                 home="desks/publisher")
        self.wait(self.spool_empty, "the release is not taken")

    def enrol(self, *homes):
        prints = []
        for home in homes:
            self.run("authority", "invite", "--dir", self.path("desks"), "--role", "lead",
                     "--ward", "14133", "--holder", home, "--out", self.path(home + ".invite"),
                     "--spool", self.path("spool"))
        self.wait(self.spool_empty, "the invitations are not taken")
        for home in homes:
            self.run("enroll", self.path(home + ".invite"), home=home)
            device = json.loads(self.run("status", "--json", home=home, status=range(11)))["device"]
            text = base64.b32encode(bytes.fromhex(device)).decode().lower()
            prints += ["--fingerprint", "-".join((text[0:4], text[4:8], text[8:12]))]
        requests = self.path("requests.kkyb")
        subprocess.run([KUKYOKUD, "--config", self.path("kukyokud.ini"), "--export", "requests",
                        requests], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.run("authority", "approve", "--dir", self.path("desks"), *prints, "--spool",
                 self.path("spool"), requests)
        self.wait(self.spool_empty, "the roster is not taken")

    # --- killing ---
    def sync_killed(self, home, after_s, victim):
        """Starts a sync and kills the client or the daemon after so long."""
        client = subprocess.Popen([KUKYOKU, "--home", self.path(home), "sync"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        time.sleep(after_s)
        if victim == "client":
            client.kill()
        else:
            self.end(signal.SIGKILL)
        status = client.wait(WAIT_S + 60)
        if victim == "daemon":
            self.start()
        return status

    def timed_sync(self, home):
        began = time.monotonic()
        self.run("sync", home=home, status=(0, 3))
        return time.monotonic() - began

    def issues(self, home):
        listed = json.loads(self.run("issue", "list", "--json", home=home, status=(0, 3)))
        return sorted(r["id"] for r in listed["records"])


def first_syncs(s, chance):
    """A fresh device, killed while it gets its first copy."""
    shutil.copytree(s.path("a"), s.path("fresh"))
    span = s.timed_sync("a")
    print("# a first sync takes %.0f ms" % (span * 1000))
    hit = 0
    for victim in ("client", "daemon"):
        for i in range(KILLS):
            home = "%s-%d" % (victim, i)
            shutil.copytree(s.path("fresh"), s.path(home))
            hit += s.sync_killed(home, chance.uniform(0, 1.1 * span), victim) not in (0, 3)
            s.run("sync", home=home, status=(0, 3))
            s.run("verify", home=home)
            shutil.rmtree(s.path(home))
    s.check(hit > 0, "first syncs were killed (%d of %d) and went on" % (hit, 2 * KILLS))


def records(s, chance):
    """Records on their way, a release coming in, both ends dying."""
    s.run("sync", home="b", status=(0, 3))
    span = max(s.timed_sync("a"), 0.02)
    written = 0
    for i in range(2 * KILLS):
        for home in ("a", "b"):
            s.run("issue", "new", "--set", "title=%s %d" % (home, i), "--set", "problem=x",
                  "--set", "field=other", "--set", "areas=14133",
                  home=home, status=(0, 3))
            written += 1
        for home in ("a", "b"):
            victim = "daemon" if chance.random() < 0.3 else "client"
            s.sync_killed(home, chance.uniform(0, 2 * span), victim)
    for home in ("a", "b", "a"):
        s.run("sync", home=home, status=(0, 3))
    a, b = s.issues("a"), s.issues("b")
    s.check(len(a) == written and len(set(a)) == written, "every record once: %d" % written)
    s.check(a == b, "both devices hold the same")
    for home in ("a", "b"):
        report = json.loads(s.run("status", "--json", home=home, status=(0, 3)))
        s.check(report.get("waiting") == 0, "nothing waits on " + home)
        s.run("verify", home=home)
    s.check(True, "verify finds nothing")


def main():
    print("# KK_SEED=%d" % SEED)
    chance = random.Random(SEED)
    folder = tempfile.mkdtemp(prefix="kukyoku-kill.")
    s = Story(folder)
    try:
        s.found()
        s.enrol("a", "b")
        first_syncs(s, chance)
        records(s, chance)
    except RuntimeError as e:
        s.check(False, str(e).replace("\n", "\n# "))
    finally:
        s.end(signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)
    print("1..%d" % s.number)
    return 0 if s.good else 1


if __name__ == "__main__":
    sys.exit(main())
