#!/usr/bin/env python3
"""What deploy/ installs for systemd: unit_files.py KUKYOKU KUKYOKUD DEPLOY_OF_THE_BUILD

The units are sound and closed up, the calendar means what the page says, the user and the folders are
made in a root of their own, and the commands of the units are run as they stand there.
"""
import http.client
import os
import pathlib
import pty
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys

from city import City, free_port

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


def mirrored(city, mirror):
    """What the unit writes is what the nginx example shows, and each hour."""
    (export,) = commands(mirror, "ExecStart")
    folder = pathlib.Path(city.path("srv"))
    status, said = told(*[{"/etc/kukyoku/kukyokud.ini": city.path("kukyokud.ini"),
                           "/srv/kukyoku-mirror": str(folder)}.get(w, w) for w in export])
    city.check(status == 0 and (folder / "now").is_file(), "the mirror unit's command makes one", said)
    example = (TOP / "deploy/nginx/kukyoku-mirror.conf").read_text()
    shown = re.compile(re.search(r'location ~ "(.*)" {', example).group(1))
    files = ["/" + str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()]
    hidden = sorted(f for f in files if f != "/now" and not shown.match(f))
    city.check("location = /now" in example and len(files) > 3 and hidden == ["/.lock"],
               "the example shows all that readers ask for, and nothing else", files)
    served(city, example)
    text = (TOP / "deploy/systemd/system/kukyokud-mirror.timer").read_text()
    when = re.search(r"^OnCalendar=(.*)$", text, re.MULTILINE).group(1)
    status, said = told("systemd-analyze", "calendar", "--base-time=2026-11-27 18:40:00", when)
    city.check(status == 0 and "Fri 2026-11-27 19:00:00" in said, "each hour", said)


def served(city, example):
    """nginx itself reads the example, and shows what it should; certificate, folder and port are the test's."""
    nginx, openssl = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin"), shutil.which("openssl")
    if not nginx or not openssl:
        city.check(True, "nginx or openssl is not here: the example is not run # SKIP")
        return
    port = free_port()
    told(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=mirror", "-keyout",
         city.path("key.pem"), "-out", city.path("cert.pem"))
    text = re.sub(r"^.*listen \[::\].*\n", "", example, flags=re.MULTILINE)
    for old, new in (("listen 443", "listen 127.0.0.1:%d" % port), ("/srv/kukyoku-mirror", city.path("srv")),
                     ("/etc/ssl/certs/mirror.example.jp.pem", city.path("cert.pem")),
                     ("/etc/ssl/private/mirror.example.jp.key", city.path("key.pem"))):
        city.check(text.count(old) == 1, "the example has " + old, text)
        text = text.replace(old, new)
    with open(city.path("nginx.conf"), "w", encoding="utf-8") as out:
        out.write("daemon off; master_process off; pid %s; error_log %s;\nevents { }\nhttp { access_log off;\n"
                  % (city.path("nginx.pid"), city.path("nginx.log")))
        out.writelines("%s_temp_path %s;\n" % (kind, city.path("tmp-" + kind))
                       for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        out.write(text + "}\n")
    command = [nginx, "-c", city.path("nginx.conf"), "-p", city.folder, "-e", city.path("nginx.log")]
    status, said = told(*command, "-t")
    city.check(status == 0 and "successful" in said, "nginx -t finds no mistake in it", said)
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        city.wait(lambda: ask(port, "GET", "/now") != 0, "nginx does not answer")
        blob = next(pathlib.Path(city.path("srv", "blob")).iterdir()).name
        city.check([ask(port, *what) for what in (("GET", "/now"), ("HEAD", "/root/1"), ("GET", "/blob/" + blob),
                                                  ("GET", "/.lock"), ("GET", "/"), ("GET", "/blob/"),
                                                  ("PUT", "/now"), ("GET", "/../key.pem"))] ==
                   [200, 200, 200, 404, 404, 404, 405, 400],
                   "and shows what readers ask for, nothing else, and takes nothing")
    finally:
        server.terminate()
        server.wait(10)


def ask(port, method, path):
    """The status of an answer; 0: nobody answers."""
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.check_hostname, bare.verify_mode = False, ssl.CERT_NONE
    line = http.client.HTTPSConnection("127.0.0.1", port, context=bare, timeout=10)
    try:
        line.request(method, path)
        return line.getresponse().status
    except OSError:
        return 0
    finally:
        line.close()


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


def at_a_terminal(command, env):
    """What a command prints where standard output is a terminal."""
    master, slave = pty.openpty()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, check=False,
                   env=env)
    os.close(slave)
    said = b""
    try:
        while piece := os.read(master, 65536):
            said += piece
    except OSError: # the other end is closed
        pass
    os.close(master)
    return said.decode()


def next_log_in(city):
    """The sync before this has failed: whoever logs in hears of it, once all is well no more."""
    there = pathlib.Path(city.folder) / "bin"
    there.mkdir()
    (there / "kukyoku").symlink_to(city.kukyoku)
    env = dict(os.environ, KUKYOKU_HOME=city.path("lead"), LC_ALL="C.UTF-8", LANG="C.UTF-8",
               PATH="%s:%s" % (there, os.environ["PATH"]))
    script = ["sh", TOP / "deploy/notice/kukyoku-notice.sh"]
    said = at_a_terminal(script, env)
    city.check("直前の同期" in said and "[E40" in said and "対処" in said,
               "the next log-in says why, and what to do", said)
    city.check(told(*script, env=env) == (0, ""), "a log-in that nobody sees says nothing")
    entry = (TOP / "deploy/notice/kukyoku-notice.desktop").read_text()
    (there / "notify-send").write_text("#!/bin/sh\nfor word; do echo \"$word\"; done\n")
    (there / "notify-send").chmod(0o700)
    run = re.search(r"^Exec=sh -c '(.*)'$", entry, re.MULTILINE).group(1)
    status, said = told("sh", "-c", run, env=env)
    city.check(status == 0 and "直前の同期" in said and "対処" in said, "so does the desktop", said)
    city.start()
    city.run("sync", home="lead", status=(0, 3))
    city.check(at_a_terminal(script, env) == "", "when all is well it is silent")
    status, said = told("sh", "-c", run, env=env)
    city.check(said == "", "and so is the desktop", said)
    env["KUKYOKU_HOME"] = city.path("nobody")
    city.check(at_a_terminal(script, env) == "", "whoever has no home is left in peace")
    city.end(signal.SIGTERM)


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
        watch = unit(city, built, "kukyoku-watch.service", city.kukyoku)
        mirror = unit(city, built, "kukyokud-mirror.service", city.kukyokud)
        own = unit(city, built, "kukyoku-backup.service", city.kukyoku)
        sound(city, service, sync, watch, backup, verify, mirror, own,
              *sorted(TOP.glob("deploy/systemd/*/*.timer")))
        for one in (service, backup, verify, mirror, sync, own):
            closed_up(city, one)
        office_hours(city)
        nightly(city)
        backed_up(city, backup, verify)
        mirrored(city, mirror)
        own_backup(city, own)
        condition(city, sync)
        condition(city, own)
        user_and_folders(city)
        runs_as_it_stands(city, service, sync)
        next_log_in(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
