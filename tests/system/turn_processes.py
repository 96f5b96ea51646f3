#!/usr/bin/env python3
"""Two syncs of one home: the second waits, or says who is at it; a process that is killed holds
nothing; a home that waits loses nothing. [KS-1]

turn_processes.py KUKYOKU KUKYOKUD
"""
import fcntl
import os
import signal
import subprocess
import sys

from city import City


def settings(city, wait):
    path = city.path("wait-%d.ini" % wait)
    with open(path, "w", encoding="utf-8") as f:
        f.write("[sync]\nwait = %d\n" % wait)
    return path


def begin(city, *words):
    return subprocess.Popen([city.kukyoku, "--lang", "en", "--home", city.path("lead"), *words],
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=city.env)


def refused(city):
    """This process holds the lock as a sync would."""
    with open(city.path("lead", "sync.lock"), "a", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        told = city.refuse(10, "E1016", "who does not wait is refused", "sync", "--config",
                           settings(city, 0), home="lead")
        city.check("process %d" % os.getpid() in told.stderr, "and told by whom", told.stderr)
        city.refuse(10, "E1016", "so is a medium", "media", "import", city.path("none.kkyb"),
                    "--config", settings(city, 0), home="lead")
        seen = city.value("status", home="lead", status=(0, 3))
        city.check(seen["failure"] is None, "that is no failed sync", seen["failure"])
        city.expect(0, "reading and writing go on meanwhile", "draft", "new", "issue",
                    "--set", "title=坂道", home="lead")


def waits(city):
    with open(city.path("lead", "sync.lock"), "a", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = begin(city, "sync", "--config", settings(city, 60))
        said = waiting.stderr.readline()
        city.check("Waiting for the sync that is under way (process %d" % os.getpid() in said,
                   "who waits says for whom", said)
        fcntl.flock(held, fcntl.LOCK_UN)
    out = waiting.communicate(timeout=60)
    city.check(waiting.returncode == 0, "and goes on when it may", out)


def killed(city):
    """A stopped process holds it, and is named; killed, it holds nothing."""
    halted = subprocess.Popen([sys.executable, "-c",
                               "import fcntl,sys,time;f=open(sys.argv[1],'a');"
                               "fcntl.flock(f,fcntl.LOCK_EX);print(1,flush=True);time.sleep(600)",
                               city.path("lead", "sync.lock")], stdout=subprocess.PIPE)
    halted.stdout.readline()
    halted.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, halted.pid, os.WSTOPPED)
    told = city.refuse(10, "E1016", "a process that hangs is told of", "sync", "--config",
                       settings(city, 0), home="lead")
    city.check("process %d, which is stopped" % halted.pid in told.stderr, "as what it is",
               told.stderr)
    halted.kill()
    halted.wait()
    city.expect(0, "with the process goes its hold", "sync", "--config", settings(city, 0),
                home="lead")


def together(city):
    both = [begin(city, "sync") for _ in range(4)]
    ended = [(p.communicate(timeout=60), p.returncode) for p in both]
    city.check([code for _, code in ended] == [0] * 4, "four at once end well, one by one", ended)
    city.expect(0, "and what they stored is whole", "verify", home="lead")


def main():
    with City(*sys.argv[1:3]) as city:
        city.found()
        city.start()
        city.enrol({"lead": ("lead", "14133")})
        refused(city)
        waits(city)
        killed(city)
        together(city)
        city.check(city.end() == 0, "the daemon ends well")
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
