#!/usr/bin/env python3
"""kukyoku.ini: the machine's way of files, `config check` and `config show`, and every command
that refuses a file with a mistake. [CF-1]

config_processes.py KUKYOKU KUKYOKUD
"""
import json
import os
import sys

from city import City


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def person(city):
    """A person with settings of their own; nothing of whoever runs this test."""
    return dict(city.env, XDG_CONFIG_HOME=city.path("xdg"), XDG_DATA_HOME=city.path("data"))


def usual_files(city, env):
    own = city.path("xdg", "kukyoku", "kukyoku.ini")
    shown = city.expect(0, "nothing is needed", "config", "check", env=env)
    city.check("every setting is the default" in shown.stderr, "and that is said", shown.stderr)
    write(own, "[sync]\ninterval = 20\nhook-after-sync = after\n")
    write(city.path("xdg", "kukyoku", "kukyoku.d", "10-office.ini"), "[sync]\n\ninterval = 45\n")
    shown = city.expect(0, "where each value stands", "config", "show", "--origin", env=env)
    folder = os.path.dirname(own)
    for line in ("interval = 45  ; %s/kukyoku.d/10-office.ini:3" % folder,
                 "hook-after-sync = %s/after  ; %s:3" % (folder, own),
                 "wait = 30  ; default"):
        city.check(line in shown.stdout, line.split(";")[0], shown.stdout)
    js = json.loads(city.expect(0, "as JSON", "config", "show", "--json", env=env).stdout)
    found = {s["key"]: s for s in js["settings"]}
    city.check(found["interval"]["value"] == "45" and found["interval"]["origin"].endswith(":3")
               and found["wait"]["origin"] is None, "values with their origin", js)


def named_file(city, env):
    one = city.path("one.ini")
    write(one, "[client]\nhome = elsewhere\n")
    shown = city.expect(0, "one file instead of all", "config", "show", "--config", one, env=env)
    city.check("interval = 30" in shown.stdout, "and no other is read", shown.stdout)
    again = city.expect(0, "it may be named by the environment", "config", "check",
                        env=dict(env, KUKYOKU_CONFIG=one))
    city.check(one in again.stdout, "which one is said", again.stdout)
    done = city.call("status", "--json", env=dict(env, KUKYOKU_CONFIG=one))
    city.check(city.path("elsewhere") in done.stderr, "the home stands where it says", done.stderr)
    city.refuse(1, "E1007", "a file that is named is there", "config", "check", "--config",
                city.path("nowhere.ini"), env=env)


def mistakes(city, env):
    bad = city.path("bad.ini")
    write(bad, "[sync]\nintervall = 5\n")
    told = city.refuse(2, "E7002", "a key with a typing error", "status", "--config", bad, env=env)
    city.check("bad.ini:2" in told.stderr and 'did you mean "interval"' in told.stderr,
               "file, line and the nearest name", told.stderr)
    city.refuse(2, "E7002", "`config check` names it, too", "config", "check", "--config", bad,
                env=env)
    city.expect(0, "help is there all the same", "help", "--config", bad, env=env)
    write(bad, "[sync]\npassword = hello\n")
    told = city.refuse(2, "E7002", "a secret is refused", "config", "check", "--config", bad,
                       env=env)
    city.check("a secret never stands" in told.stderr, "as one", told.stderr)
    city.check("hello" not in told.stderr, "and is not repeated", told.stderr)
    write(bad, "[sync]\ninterval = 0\n")
    city.refuse(2, "E7002", "a number out of its range", "sync", "--config", bad, env=env)


def main():
    with City(*sys.argv[1:3]) as city:
        env = person(city)
        usual_files(city, env)
        named_file(city, env)
        mistakes(city, env)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
