#!/usr/bin/env python3
"""`sync --watch` with a real daemon: what is new for a device is there without anybody's doing,
and what is not for it wakes nobody; the daemon's restart, news meanwhile, a signal; the program
and the numbers after each sync. [KS-2] [KS-3] [KS-4]

watch_processes.py KUKYOKU KUKYOKUD DATA
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import time

from city import City
from page import Page



class Watch:
    """One `sync --watch --json` that goes on; its lines are read from a file."""

    def __init__(self, city, home, *more, name=None, form="--json"):
        self.city, self.out = city, city.path((name or home) + ".watch")
        self.err = self.out + ".err"
        with open(self.out, "w", encoding="utf-8") as out, open(self.err, "w",
                                                                encoding="utf-8") as err:
            self.process = subprocess.Popen(
                [city.kukyoku, "--lang", "en", "--home", city.path(home), "sync", "--watch", form,
                 *more], stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=city.env)

    def syncs(self):
        with open(self.out, encoding="utf-8") as out:
            return [json.loads(line) for line in out if line.endswith("\n")]

    def errors(self):
        with open(self.err, encoding="utf-8") as err:
            return err.read()

    def wait(self, count):
        self.city.wait(lambda: len(self.syncs()) >= count,
                       "no sync number %d: %s" % (count, self.errors()))
        return self.syncs()[count - 1]

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def voice(city, home, text):
    city.run("record", "new", "voice", "--set", "title=" + text, "--set", "content=" + text,
             "--set", "field=other", "--set", "areas=14133-01", "--set", "date=2026-11-02", "--set",
             "heard=voice", home=home, status=(0, 3))


def voluntary(process):
    """How often it was woken since it began."""
    with open("/proc/%d/status" % process.pid, encoding="ascii") as status:
        return int(next(l for l in status if l.startswith("voluntary")).split()[1])


def program(city):
    path, told = city.path("after"), city.path("told")
    with open(path, "w", encoding="utf-8") as f:
        f.write("#!/bin/sh\n{ cat; echo; } >> %s\necho to-nobody\n" % told)
    os.chmod(path, 0o700)
    config = city.path("watch.ini")
    with open(config, "w", encoding="utf-8") as f:
        f.write("[sync]\ninterval = 1\nhook-after-sync = after\nmetrics = numbers.prom\n")
    return config, told


def hears(city, data):
    config, told = program(city)
    staff, other = Watch(city, "staff", "--config", config), Watch(city, "other")
    staff.wait(1)
    other.wait(1)
    city.wait(lambda: holding(city) >= 2, "nobody holds a line")
    voice(city, "lead", "坂が急だ")
    city.run("sync", home="lead", status=(0, 3))
    got = staff.wait(2)
    city.check(got["entries"] >= 1, "what a colleague wrote comes by itself", got)
    city.check(len(other.syncs()) == 1, "another ward is not woken by it", other.syncs())
    city.publish("二", pub=os.path.join(data, "public.csv"))
    releases = [w.wait(n) for w, n in ((staff, 3), (other, 2))]
    city.check([r["release"] for r in releases] == [1, 1], "a release comes to both", releases)
    with open(told, encoding="utf-8") as f:
        runs = [json.loads(line) for line in f]
    city.check(len(runs) >= 3 and all(r["ok"] and r["event"] == "sync" for r in runs)
               and runs[1]["entries"] == got["entries"], "the program after each sync has its counts",
               runs)
    with open(city.path("numbers.prom"), encoding="utf-8") as f:
        numbers = f.read()
    city.check("kukyoku_bundle_seq 1\n" in numbers and "kukyoku_sync_failed 0\n" in numbers,
               "and the numbers are written", numbers)
    if shutil.which("promtool"):
        said = subprocess.run(["promtool", "check", "metrics"], input=numbers, text=True,
                              capture_output=True, check=False)
        city.check(said.returncode == 0, "promtool finds nothing to complain of",
                   said.stdout + said.stderr)
    else:
        city.skip("promtool and the numbers of a device", "promtool (package prometheus) is missing")
    city.check("to-nobody" not in open(staff.out, encoding="utf-8").read(),
               "what the program prints is not our data")
    return staff, other


def sends(city, staff):
    """What another process writes while the line is held goes out by itself; nobody polls for it."""
    city.wait(lambda: holding(city) >= 2, "nobody holds a line")
    count, woken = len(staff.syncs()), voluntary(staff.process)
    time.sleep(2)
    idle = voluntary(staff.process) - woken
    print("# woken %d times in 2 s of holding its line" % idle)
    city.check(idle <= 2, "it sleeps while nothing happens", idle)
    city.check(len(staff.syncs()) == count, "and does not sync", staff.syncs())
    voice(city, "staff", "坂の途中に椅子を")
    got = staff.wait(count + 1)
    city.check(got["sent"] == 1, "what another process wrote is sent by itself", got)
    waits = city.value("status", home="staff", status=(0, 3))["waiting"]
    city.check(waits == 0, "and waits no more", waits)
    city.run("record", "list", "voice", home="staff", status=(0, 3))
    time.sleep(2)
    city.check(len(staff.syncs()) == count + 1, "once; and a reader stirs nobody", staff.syncs())


def holding(city):
    """Sessions of the daemon that are open now."""
    return sum(1 for line in open("/proc/net/tcp", encoding="ascii")
               if line.split()[1].endswith(":%04X" % city.port) and line.split()[3] == "01")


def restarted(city, staff):
    """The daemon goes and comes back; what happened meanwhile is there afterwards."""
    before = len(staff.syncs())
    city.check(city.end() == 0, "the daemon ends while lines are held")
    city.wait(lambda: '"E4' in staff.errors(), "no failure is told")
    seen = city.value("status", home="staff", status=(0, 3))
    city.check(seen["failure"] and seen["failure_remedy"], "`status` says why and what to do", seen)
    city.start()
    voice(city, "lead", "店がない")
    city.run("sync", home="lead", status=(0, 3))
    until = time.monotonic() + 120 # its own waits grow meanwhile: 5 s, 10 s, 20 s
    while not any(s["entries"] for s in staff.syncs()[before:]) and time.monotonic() < until:
        time.sleep(0.1)
    city.check(any(s["entries"] for s in staff.syncs()[before:]),
               "it finds its way back by itself", staff.errors())


def ends(city, staff, other):
    woken = voluntary(other.process)
    print("# woken %d times in all" % woken)
    city.wait(lambda: holding(city) >= 2, "nobody holds a line")
    city.check(woken < 5000, "a watch sleeps", woken)
    for name, w in (("staff", staff), ("other", other)):
        code = w.end()
        city.check(code == 0, "%s: ended by a signal is no failure" % name,
                   "%s %s" % (code, w.errors()))
    city.expect(0, "and the home is whole", "verify", home="staff")


def fails(city):
    """A program that fails, one that hangs, one that is not there: warned of, and nothing lost."""
    for name, text, want in (("bad", "#!/bin/sh\nexit 7\n", "status 7"),
                             ("hangs", "#!/bin/sh\nsleep 600\n", "ended after 1 s"),
                             ("none", None, "could not be started")):
        if text:
            with open(city.path(name), "w", encoding="utf-8") as f:
                f.write(text)
            os.chmod(city.path(name), 0o700)
        with open(city.path("hook.ini"), "w", encoding="utf-8") as f:
            f.write("[sync]\nhook-after-sync = %s\nhook-timeout = 1\n" % name)
        done = city.expect(3, "a program that fails: " + name, "sync", "--config",
                           city.path("hook.ini"), home="lead")
        city.check("[E1017]" in done.stderr and want in done.stderr, "is named, with why",
                   done.stderr)
    with open(city.path("hook.ini"), "w", encoding="utf-8") as f:
        f.write("[sync]\nmetrics = no/such/folder/x.prom\n")
    done = city.expect(3, "numbers that can't be written", "sync", "--config",
                       city.path("hook.ini"), home="lead")
    city.check("no/such/folder" in done.stderr, "are warned of, too", done.stderr)


def page(city):
    """`ui`: the same while the page is open; a failure is shown, and it ends at once."""
    with Page(city, "staff", keeps=True) as opened:
        def state():
            return opened.get("sync").json()["data"]

        city.wait(lambda: not state()["running"] and state()["last"], "no first sync")
        city.check(state()["keeps"], "the page syncs by itself", state())
        voice(city, "lead", "眺めがよい")
        city.run("sync", home="lead", status=(0, 3))
        city.wait(lambda: ((state()["last"] or {}).get("data") or {}).get("entries"),
                  "nothing came by itself")
        city.check(True, "and news come without a click")
        city.end()
        city.wait(lambda: (state()["last"] or {}).get("error"), "no failure is shown")
        city.check(state()["last"]["error"]["remedy"], "a failure is shown, with what to do", state())
        city.check(opened.get("status").json()["data"]["failure"], "also by its status")
        opened.post("quit")
        city.check(opened.process.wait(30) == 0, "it ends while it waits for its next try")
        city.start()
    with Page(city, "staff") as opened:
        city.check(not opened.get("sync").json()["data"]["keeps"], "settings can forbid it")


def crowd(city):
    """Two lines that are held leave room for a sync; a third is told BUSY, and polls. [LM-3]"""
    os.makedirs(city.path("conf.d"))
    with open(city.path("conf.d", "10-two.ini"), "w", encoding="ascii") as ini:
        ini.write("[limits]\nsessions_per_device = 2\n")
    city.end()
    city.start()
    watches = []
    try:
        for n in range(2):
            watches.append(Watch(city, "staff", name="staff%d" % n))
            watches[n].wait(1)
            city.wait(lambda: holding(city) == n + 1, "it does not hold its line")
        city.expect(0, "two held lines leave room for a sync", "sync", home="staff")
        third = Watch(city, "staff", name="third", form="--verbose")
        watches.append(third)
        city.wait(lambda: "The line was lost" in third.errors(), "a third one is held")
        city.check("E4" not in third.errors() and holding(city) == 2,
                   "a third one is told that there is no room", third.errors())
    finally:
        ended = [w.end() for w in watches]
    city.check(ended == [0] * 3, "and each ends well", ended)


def main():
    with City(*map(os.path.abspath, sys.argv[1:3])) as city:
        city.found()
        city.start()
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133"),
                    "other": ("staff", "14131")})
        watches = hears(city, sys.argv[3])
        try:
            sends(city, watches[0])
            restarted(city, watches[0])
            ends(city, *watches)
        finally:
            for w in watches:
                if w.process.poll() is None:
                    w.process.kill()
        fails(city)
        page(city)
        crowd(city)
        city.check(city.end() == 0, "the daemon ends well")
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
