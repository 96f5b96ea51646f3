#!/usr/bin/env python3
"""A daemon in wrong hands, as a program of its own: the daemon's network, relay and keys, patched to lie in
one way at a time. Each lie is refused with its own code, nothing of it is kept, and the same device
is in step again with the honest daemon. docs/threat-model.md names them.

usage: hostile_processes.py KUKYOKU KUKYOKUD HOSTILE
"""
import json
import shutil
import subprocess
import sys

import record_processes as records
from city import City

OK, WARNINGS = 0, 3
LOG = "w:14133"
# What a device says of each; None: nothing is wrong that it could know, and nothing is taken back.
LIES = {"old_heads": None, "another_history": "E5010", "an_era_of_its_own": "E5016",
        "said_to_be_the_same": "E4002", "reordered": "E5001", "left_out": "E5001",
        "another_act": "E3003", "another_time": "E3004", "another_verdict": "E5008"}
# That key has signed two histories: it is read, and given nothing, for as long as it is the daemon's.
FOR_EVER = ("another_history",)


def held(city, home):
    status = city.value("status", home=home, status=range(11))
    log = next(s["entries"] for s in status["scopes"] if s["scope"] == LOG)
    ids = [r["id"] for r in city.value("record", "list", "voice", home=home,
                                       status=(OK, WARNINGS))["records"]]
    return log, sorted(ids), status["catalog"], status["waiting"]


def write(city, title, home):
    city.run("record", "new", "voice", "--set", "title=" + title, "--set", "field=health", "--set",
             "areas=14133-01", "--set", "content=本文", "--set", "date=2026-11-23", "--set",
             "heard=voice", home=home)


def lied_to(city, hostile, lie, code):
    home = "lied-to-" + lie
    shutil.copytree(city.path("victim"), city.path(home))
    shutil.copy(city.path("store.db"), city.path("lying.db"))
    before = held(city, home)
    daemon = subprocess.Popen([hostile, city.path("desks", "daemon"), city.path("lying.db"),
                               str(city.port), lie])
    try:
        city.wait(city.listens, "the hostile daemon does not listen")
        done = city.call("sync", "--json", home=home)
    finally:
        daemon.terminate()
        city.check(daemon.wait(20) == 0, lie + ": the liar ends in order")
    if code:
        told = {}
        try:
            told = json.loads(done.stderr.strip().splitlines()[-1])["error"]
        except (ValueError, KeyError, IndexError):
            pass
        city.check(told.get("code") == code and told.get("remedy"), "%s: %s" % (lie, code),
                   done.stdout + done.stderr)
    else:
        city.check(done.returncode in (OK, WARNINGS), lie + ": nothing that it could know",
                   done.stderr)
    after = held(city, home)
    city.check(after[:2] == before[:2] if code else after[0] >= before[0],
               "and nothing of it is kept", (before, after))
    done = city.call("verify", home=home)
    city.check(done.returncode == OK, "what was held is sound", done.stdout + done.stderr)
    return home


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES))
        city.enrol({"victim": ("lead", "14133"), "other": ("staff", "14133")})
        write(city, "初め", "other")
        city.run("sync", home="other")
        city.run("sync", home="victim")
        for title in ("二つ目", "三つ目", "四つ目"):
            write(city, title, "other")
        city.run("sync", home="other")
        city.enrol({"third": ("staff", "14133")}, sync=False) # a roster that the victim lacks
        city.end()
        homes = {lie: lied_to(city, sys.argv[3], lie, code) for lie, code in LIES.items()}
        city.start()
        for lie, home in homes.items():
            done = city.call("sync", home=home)
            if lie in FOR_EVER:
                city.check("[E5010]" in done.stderr, lie + ": a proof is no matter of the day",
                           done.stderr)
                continue
            city.check(done.returncode == OK and held(city, home)[0] == 4,
                       lie + ": in step with the honest one", done.stdout + done.stderr)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
