#!/usr/bin/env python3
"""What deploy/ installs for systemd: unit_files.py KUKYOKU KUKYOKUD DEPLOY_OF_THE_BUILD

The units are sound and closed up, the calendar means what the page says, the user and the folders are
made in a root of their own, and the commands of the units are run as they stand there.
"""
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys

from city import City

EXPOSURE = 2.0 # of systemd-analyze security; 10 is a unit that closes nothing
TOP = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ("systemd-analyze", "systemd-sysusers", "systemd-tmpfiles")


def told(*arguments, **how):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, check=False,
                          **how)
    return done.returncode, done.stdout + done.stderr


def unit(city, built, name, program):
    """The unit of the build with this build's own program in it."""
    text = re.sub(r"=\S*/(kukyokud?)\b(?= )", f"={program}", (built / name).read_text())
    path = pathlib.Path(city.folder) / name
    path.write_text(text)
    return path


def commands(path, key):
    return [line.split("=", 1)[1].split() for line in path.read_text().splitlines()
            if line.startswith(key + "=")]


def closed_up(city, service):
    status, said = told("systemd-analyze", "security", "--offline=true",
                        f"--threshold={int(EXPOSURE * 10)}", service)
    city.check(status == 0, "%s is exposed less than %.1f" % (service.name, EXPOSURE), said[-400:])


def sound(city, *paths):
    for path in paths:
        status, said = told("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", path)
        city.check(status == 0 and path.name not in said, f"{path.name} is sound", said)


def office_hours(city):
    timer = TOP / "deploy/systemd/user/kukyoku-sync.timer"
    when = re.search(r"^OnCalendar=(.*)$", timer.read_text(), re.MULTILINE).group(1)
    status, said = told("systemd-analyze", "calendar", "--base-time=2026-11-27 18:40:00", when)
    city.check(status == 0 and "Mon 2026-11-30 08:00:00" in said,
               "after Friday evening comes Monday morning", said)


def nightly(city):
    """Each night a backup; each week, after it, a restore; on working days a person's own."""
    for name, base, then in (
            ("kukyokud-backup.timer", "2026-11-27 18:40:00", "Sat 2026-11-28 01:30:00"),
            ("kukyokud-verify.timer", "2026-11-27 18:40:00", "Sun 2026-11-29 03:00:00"),
            ("kukyoku-backup.timer", "2026-11-27 18:40:00", "Mon 2026-11-30 12:15:00")):
        (path,) = (TOP / "deploy/systemd").glob("*/" + name)
        text = path.read_text()
        when = re.search(r"^OnCalendar=(.*)$", text, re.MULTILINE).group(1)
        status, said = told("systemd-analyze", "calendar", "--base-time=" + base, when)
        city.check(status == 0 and then in said and "Persistent=true" in text
                   and "RandomizedDelaySec=" in text, name + " comes when it should", said)


def backed_up(city, backup, verify):
    """The commands of both units, with this city's settings and folder."""
    def own(command):
        return [{"/etc/kukyoku/kukyokud.ini": city.path("kukyokud.ini"),
                 "/var/lib/kukyoku/backups": city.path("backups")}.get(w, w) for w in command]

    (make,), (test,) = commands(backup, "ExecStart"), commands(verify, "ExecStart")
    status, said = told(*own(test))
    city.check(status != 0 and "E1007" in said, "without a backup the test says so", said)
    status, said = told(*own(make))
    city.check(status == 0 and "documents" in said, "the backup unit's command makes one", said)
    status, said = told(*own(test))
    city.check(status == 0 and said.startswith("tested"), "the other restores and compares it", said)


def own_backup(city, service):
    """The commands of a person's unit, in the order of the unit."""
    env = dict(os.environ, KUKYOKU_HOME=city.path("lead"))
    steps = [*commands(service, "ExecStartPre"), *commands(service, "ExecStart")]
    steps = [[w.replace("%h/.local/share", city.folder) for w in step] for step in steps]
    done = [told(*step, env=env, stdin=subprocess.DEVNULL) for step in steps]
    city.check(len(done) == 3 and all(status == 0 for status, _ in done),
               "a person's backup is made and tested", done)
    state = city.value("status", home="lead", status=(0, 3))
    city.check(state["backup"] and state["restore_test"], "status tells of both", state)


def condition(city, service):
    """Who has no home is passed over: systemd takes 1 … 254 of ExecCondition for no failure."""
    (line,) = [x for x in service.read_text().splitlines() if x.startswith("ExecCondition=")]
    words = shlex.split(line.split("=", 1)[1].replace("$$", "$"))
    bare = {k: v for k, v in os.environ.items() if k not in ("KUKYOKU_HOME", "XDG_DATA_HOME")}
    city.check(told(*words, env=dict(bare, HOME=city.folder))[0] == 1
               and told(*words, env=dict(bare, KUKYOKU_HOME=city.path("lead")))[0] == 0,
               service.name + " is for who has a home")


def user_and_folders(city):
    root = pathlib.Path(city.folder) / "root"
    (root / "etc").mkdir(parents=True)
    status, said = told("systemd-sysusers", f"--root={root}", TOP / "deploy/sysusers.d/kukyokud.conf")
    users = (root / "etc/passwd").read_text() if status == 0 else ""
    city.check("kukyokud:" in users and "nologin" in users, "the daemon's user has no shell", said)
    if os.geteuid() == 0:
        status, said = told("systemd-tmpfiles", f"--root={root}", "--create",
                            TOP / "deploy/tmpfiles.d/kukyokud.conf")
        desk = root / "etc/kukyoku/desk"
        city.check(status == 0 and desk.is_dir() and desk.stat().st_mode & 0o77 == 0,
                   "the desk's folder is the daemon's alone", said)


def runs_as_it_stands(city, service, sync):
    """The settings that are shipped, and the commands of the units."""
    ini = pathlib.Path(city.folder) / "kukyokud.ini"
    ini.write_text((TOP / "deploy/kukyokud.ini").read_text())
    (before,) = commands(service, "ExecStartPre")
    before[before.index("/etc/kukyoku/kukyokud.ini")] = str(ini)
    status, said = told(*before)
    city.check(status == 0, "the shipped settings are without a mistake", said)
    ini.write_text("[daemon]\ndeks = /nowhere\n")
    status, said = told(*before)
    city.check(status != 0 and "kukyokud.ini:2" in said, "a mistake stops the unit before its start",
               said)

    (command,) = commands(sync, "ExecStart")
    home = dict(os.environ, KUKYOKU_HOME=city.path("lead"))
    status, said = told(*command, env=home, stdin=subprocess.DEVNULL)
    city.check(status == 0, "the sync unit's command brings a home in step", said)
    city.end(signal.SIGTERM)
    status, said = told(*command, env=home, stdin=subprocess.DEVNULL)
    city.check(status not in (0, 3) and "E" in said, "without a daemon it fails, and says why", said)


def main():
    missing = [t for t in TOOLS if not shutil.which(t)]
    if missing:
        print("1..0 # SKIP no " + ", ".join(missing))
        return 0
    built = pathlib.Path(sys.argv[3])
    with City(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])) as city:
        city.found()
        city.start()
        city.enrol({"lead": ("lead", "14133")})
        service = unit(city, built, "kukyokud.service", city.kukyokud)
        sync = unit(city, built, "kukyoku-sync.service", city.kukyoku)
        backup = unit(city, built, "kukyokud-backup.service", city.kukyokud)
        verify = unit(city, built, "kukyokud-verify.service", city.kukyokud)
        own = unit(city, built, "kukyoku-backup.service", city.kukyoku)
        sound(city, service, sync, backup, verify, own, *sorted(TOP.glob("deploy/systemd/*/*.timer")))
        for one in (service, backup, verify, sync, own):
            closed_up(city, one)
        office_hours(city)
        nightly(city)
        backed_up(city, backup, verify)
        own_backup(city, own)
        condition(city, sync)
        condition(city, own)
        user_and_folders(city)
        runs_as_it_stands(city, service, sync)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
