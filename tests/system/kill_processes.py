#!/usr/bin/env python3
"""kukyoku and kukyokud killed with SIGKILL at many points of a sync.

usage: kill_processes.py KUKYOKU KUKYOKUD ROWS.CSV

Whatever was killed, it can be read at once, and the next sync succeeds; in the end both devices hold
every record once and the release whole, and `verify` finds nothing. The moments come from a seed, which is printed; KK_SEED
repeats a run, KK_KILLS says how many kills of a kind there are.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

from city import City

KUKYOKU, KUKYOKUD, ROWS = sys.argv[1:4]
KILLS = int(os.environ.get("KK_KILLS", "12"))
SEED = int(os.environ.get("KK_SEED", "8"))
WAIT_S = 20


class Killed(City):
    def sync_killed(self, home, after_s, victim):
        """Starts a sync and kills the client or the daemon after so long."""
        client = subprocess.Popen([self.kukyoku, "--home", self.path(home), "sync"],
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
        listed = self.value("issue", "list", home=home, status=(0, 3))
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
            s.run("status", home=home, status=(0, 3))  # who only reads need not wait for a writer
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
        report = s.value("status", home=home, status=(0, 3))
        s.check(report.get("waiting") == 0, "nothing waits on " + home)
        s.run("verify", home=home)
    s.check(True, "verify finds nothing")


def main():
    print("# KK_SEED=%d" % SEED)
    chance = random.Random(SEED)
    with Killed(KUKYOKU, KUKYOKUD) as s:
        s.found()
        s.start()
        s.publish("first", pub=ROWS)
        s.enrol({"a": ("lead", "14133"), "b": ("lead", "14133")}, sync=False)
        first_syncs(s, chance)
        records(s, chance)
    return s.done()


if __name__ == "__main__":
    sys.exit(main())
