#!/usr/bin/env python3
"""What waiting costs: wake-ups and memory of a daemon and of `sync --watch` while nothing happens.

usage: idle.py BUILD_DIR [SECONDS]

One device is in step and holds its line. Counted are the voluntary context switches of all threads
in /proc, once a minute; memory is the resident set. Prints a Markdown table; docs/benchmarks.md
quotes it.
"""
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from city import City  # noqa: E402


def field(path, name):
    for line in path.read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise RuntimeError("%s has no %s" % (path, name))


def wakes(pid):
    tasks = pathlib.Path("/proc/%d/task" % pid).glob("*/status")
    return sum(field(t, "voluntary_ctxt_switches") for t in tasks)


def rss_mib(pid):
    return field(pathlib.Path("/proc/%d/status" % pid), "VmRSS") / 1024


def held(city):
    """One session is open, and stays so."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if words[1].endswith(":%04X" % city.port) and words[3] == "01":
            return True
    return False


def idle(pids, seconds):
    before = {name: wakes(pid) for name, pid in pids.items()}
    time.sleep(seconds) # what is measured is that nothing happens in it
    return {name: (wakes(pid) - before[name]) * 60 / seconds for name, pid in pids.items()}


def show(name, a_minute, mib):
    print("| %s | %.1f | %.1f MiB |" % (name, a_minute, mib), flush=True)


def main():
    build = pathlib.Path(sys.argv[1])
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 120
    with City(str(build / "client/kukyoku"), str(build / "daemon/kukyokud")) as city:
        city.found()
        city.start()
        city.enrol({"lead": ("lead", "14133")})
        daemon = city.daemon.pid
        city.wait(lambda: not held(city), "a session stays open")
        alone = idle({"daemon": daemon}, seconds)
        with subprocess.Popen([city.kukyoku, "--home", city.path("lead"), "sync", "--watch"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env=city.env) as watch:
            city.wait(lambda: held(city), "no line is held")
            time.sleep(2) # the sync before it is over
            both = idle({"daemon": daemon, "watch": watch.pid}, seconds)
            print("| what | wake-ups a minute | resident |\n|---|---|---|")
            show("kukyokud, nobody there", alone["daemon"], rss_mib(daemon))
            show("kukyokud, one device that waits", both["daemon"], rss_mib(daemon))
            show("`kukyoku sync --watch`", both["watch"], rss_mib(watch.pid))
            watch.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
