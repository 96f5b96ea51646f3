#!/usr/bin/env python3
"""How old is what is shown, told with its date in every view of figures and records, in words and as
JSON: a device on the line and one served by sticks, days to years later, a clock set back, over the New
Year holidays and from stick to stick. Never silently current, and no alarm where there is none. [TR-11]

usage: fresh_processes.py KUKYOKU KUKYOKUD
"""
import json
import shutil
import sys

import record_processes as records
from city import CLOCK_CAN_MOVE, City

OK, WARNINGS, UNCHANGED = 0, 3, 4
CELL = ("population", "14133-01", "2020")
VOICE = ("title=坂道", "field=elderly", "areas=14133-01", "content=坂が多い", "date=2026-11-01",
         "heard=voice")
# Days behind what is held, and how that is graded: by line 10 and 31 days, by media 31 and 92.
LINE = (("+0d", "fresh"), ("+1d", "fresh"), ("+8d", "fresh"), ("+11d", "aging"), ("+32d", "stale"),
        ("+40d", "stale"), ("+400d", "stale"), ("-8d", "fresh"), ("-400d", "fresh"))
MEDIA = (("+1d", "fresh"), ("+8d", "fresh"), ("+14d", "fresh"), ("+32d", "aging"), ("+40d", "aging"),
         ("+93d", "stale"), ("+400d", "stale"), ("-40d", "fresh"))


def at(when):
    return ("faketime", "-f", when)


def ask(city, home, when, *arguments, lang="en"):
    done = city.call(*arguments, home=home, lang=lang, wrap=at(when))
    if done.returncode not in (OK, WARNINGS):
        raise RuntimeError("%s at %s: exit %d\n%s" % (arguments, when, done.returncode, done.stderr))
    return done


def record_views(voice):
    return (("record", "list", "voice"), ("record", "show", voice), ("timeline", voice),
            ("issue", "list"), ("case", "list"), ("search", "坂道"), ("sheet", CELL[1]),
            ("digest", "--since", "2026-01-01"))


def grades(city, home, when, voice):
    """What each view says as JSON: {view: (grade, date)}."""
    value = lambda *what: json.loads(ask(city, home, when, *what, "--json").stdout)
    status = value("status")
    told = {"status": (status["freshness"], status["as_of"])}
    for name, what in (("get", ("data", "get", "--indicator", CELL[0], "--area", CELL[1])),
                       ("list", ("data", "list")), ("sheet", ("sheet", CELL[1]))):
        origin = value(*what)["origin"]
        told[name] = (origin["grade"], origin["checked"])
    for what in record_views(voice):
        view = value(*what)
        told[" ".join(what)] = (view["freshness"], view["as_of"])
    return told


def doctor(city, home, when):
    done = city.call("doctor", "--json", home=home, wrap=at(when))
    return next(c["result"] for c in json.loads(done.stdout)["checks"] if c["name"] == "age")


def words(city, home, when, want, voice):
    """The same in words at the end of each view of records, in both languages."""
    for lang, label in (("en", {"stale": "STALE"}.get(want, want)),
                        ("ja", {"fresh": "新しい", "aging": "やや古い", "stale": "要同期"}[want])):
        for what in record_views(voice):
            text = ask(city, home, when, *what, lang=lang).stdout.strip().splitlines()[-1]
            city.check(label in text and ("as of 20" in text or "時点: 20" in text),
                       "%s %s: the last line says how old: %s" % (home, " ".join(what[:2]), label), text)


def graded(city, home, ages, voice):
    dates = set()
    words(city, home, *ages[-3], voice)
    for when, want in ages:
        told = grades(city, home, when, voice)
        dates |= {date for _, date in told.values()}
        city.check({grade for grade, _ in told.values()} == {want},
                   "%s at %s: %s in every view" % (home, when, want), told)
        text = ask(city, home, when, "status").stdout
        date = next(iter(told.values()))[1][:10]
        city.check(date[:4] in text and date[:4] in ask(city, home, when, "sheet", CELL[1]).stdout,
                   "with its date, in words, too", text)
        well = doctor(city, home, when)
        city.check((well == "ok") == (want == "fresh"), "the doctor agrees: " + well, when)
    city.check(len(dates) == 1 and None not in dates, "and the date stays the same", dates)


def holidays(city):
    """The office closes on 28 December, and opens on 5 January: eight days, nobody is alarmed."""
    status = json.loads(ask(city, "lead", "+8d", "status", "--json").stdout)
    city.check(status["freshness"] == "fresh" and status["well"], "after the holidays all is well",
               status)
    done = city.call("status", home="lead", wrap=at("+8d"))
    city.check(done.returncode == OK, "and status says so", done.stdout + done.stderr)


def weekly(city):
    """A stick each week, one of them forgotten."""
    for when in ("+7d", "+14d"):
        done = city.call("status", home="island", wrap=at(when))
        city.check(done.returncode == OK, "on a weekly stick nothing is wrong at " + when,
                   done.stdout + done.stderr)


def wrong_clock(city):
    """A sync under a clock set back renews nothing that was not renewed."""
    before = city.value("status", home="lead", status=(0, 3))["as_of"]
    done = city.call("sync", home="lead", wrap=at("-40d"))
    city.check(done.returncode in (OK, WARNINGS, UNCHANGED), "it syncs", done.stderr)
    told = json.loads(city.call("status", "--json", home="lead", wrap=at("+40d")).stdout)
    city.check(told["freshness"] == "stale" and told["as_of"] >= before,
               "and is stale forty days later", told)


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        if not CLOCK_CAN_MOVE or not shutil.which("faketime"):
            city.skip("the clock can't be moved", "sanitizer, or no faketime")
            return city.done()
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES))
        city.enrol({"lead": ("lead", "14133"), "island": ("staff", "14133")})
        given = [part for field in VOICE for part in ("--set", field)]
        voice = city.value("record", "new", "voice", *given, home="lead")["id"]
        city.run("sync", home="lead")
        stick = city.path("stick.kkyb")
        city.daemon_says("--export", "media", "--ward", "14133", stick)
        city.run("media", "import", stick, home="island", status=(OK, UNCHANGED))
        graded(city, "lead", LINE, voice)
        graded(city, "island", MEDIA, voice)
        holidays(city)
        weekly(city)
        wrong_clock(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
