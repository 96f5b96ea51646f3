#!/usr/bin/env python3
"""The packages, from their recipes to a purge: built twice alike, lintian finds nothing, and in a fresh
Debian root, with its own systemd, they are installed, set up as the manual says, upgraded under a
daemon that a device syncs with, removed, installed again, purged; and the quickstart's story is played.

KK_FRESH_ROOT names a root of debootstrap to copy, so that none is fetched.

usage: package_processes.py MANUAL_DIR VERSION
"""
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile

from fresh_root import PACKAGES, Root, build, impossible
from tap import Tap

BLOCK = re.compile(r"^<!-- (server|desk|ward)(?:: (\w+))? -->\n```\n(.*?)^```$", re.M | re.S)
PRINT = re.compile(r"\b[a-z2-7]{4}-[a-z2-7]{4}-[a-z2-7]{4}\b")
HOME = "~hanako/.local/share/kukyoku"
LONG = 900


def debs(folder):
    return sorted(p for p in pathlib.Path(folder).glob("*.deb"))


def made(tap, one, two, version):
    """Both builds, of one day or another, in one time zone or another."""
    first = [(p.name, p.read_bytes()) for p in debs(one)]
    names = {name.split("_")[0]: name for name, _ in first}
    tap.check(all(p in names and f"_{version}_" in names[p] for p in PACKAGES),
              "one command makes the three packages, of the version that the programs tell", names)
    tap.check(first and first == [(p.name, p.read_bytes()) for p in debs(two)],
              "made again elsewhere they are the same, byte by byte")
    (changes,) = pathlib.Path(one).glob("*.changes")
    done = subprocess.run(["lintian", "--allow-root", "--pedantic", "--display-experimental",
                           "--fail-on", "error,warning,info,pedantic,experimental", changes],
                          capture_output=True, text=True, check=False)
    tap.check(done.returncode == 0 and not done.stdout.strip(), "lintian finds nothing to say",
              done.stdout + done.stderr)


def older(root, version):
    """What the stick holds becomes the version before; the packages that were built wait aside."""
    root.run("mv packages newer && mkdir packages", cwd="/media/stick")
    for path in debs(root.path / "media/stick/newer"):
        root.run(f"""dpkg-deb -R {path.name} old
            sed -i 's/^Version: .*/Version: {version}~before/; s/(= {version})/(= {version}~before)/' \\
                old/DEBIAN/control
            dpkg-deb --root-owner-group -b old /media/stick/packages/{path.name} && rm -r old""",
                 cwd="/media/stick/newer")


def installed(tap, root):
    done = root.call("apt-get install /media/stick/packages/*.deb", timeout=LONG)
    tap.check(done.returncode == 0, "the packages are installed, with what they need", done.stdout)
    done = root.call("set +e; getent passwd kukyokud; stat -c '%U %a' /etc/kukyoku/desk /var/lib/kukyoku; "
                     "systemctl is-enabled kukyokud.service kukyokud-backup.timer "
                     "kukyokud-verify.timer; ls /etc/systemd/user/timers.target.wants")
    tap.check("nologin" in done.stdout and done.stdout.count("kukyokud 700") == 2
              and done.stdout.count("enabled") == 3 and "kukyoku-sync.timer" in done.stdout,
              "user, folders and units are there, and enabled", done.stdout)
    done = root.call("set +e; systemctl is-active kukyokud; systemctl is-failed kukyokud; "
                     "systemctl is-active kukyokud-backup.timer kukyokud-verify.timer")
    tap.check(done.stdout.split() == ["inactive", "inactive", "active", "active"],
              "the daemon waits for its desk, and has not failed; the timers run", done.stdout)
    done = root.call("kukyoku --version; kukyokud --version; "
                     "kukyokud --config /etc/kukyoku/kukyokud.ini --check; "
                     "ls /usr/share/kukyoku/reference/areas.csv")
    tap.check(done.returncode == 0, "both programs run, and the shipped settings are right",
              done.stdout)


def first_day(tap, root, manual):
    """Each command of the manual's first day, as whoever it says, in a root of its own."""
    person(root, "hanako")
    texts = [(manual / ("0-first-day" + end)).read_text(encoding="utf-8") for end in (".ja.md", ".md")]
    blocks = [BLOCK.findall(text) for text in texts]
    tap.check(blocks[0] == blocks[1] and len(blocks[0]) > 5, "both languages have the same commands")
    kept = {}
    for who, name, text in blocks[1]:
        for word, value in kept.items():
            text = re.sub(r"\b%s\b" % word, value, text)
        for line in text.strip().splitlines():
            user = "hanako" if who == "ward" and not line.startswith("apt ") else None
            cwd = "/media/stick/packages" if line.startswith("apt ") else "/root/work"
            done = root.call(line, user=user, cwd=cwd, timeout=LONG)
            tap.check(done.returncode == 0, f"first day, {who}: {line[:70]}", line + "\n" + done.stdout)
            if done.returncode != 0:
                raise RuntimeError(root.call("journalctl -n 40 --no-pager").stdout)
            root.run("chmod -R a+rX /media/stick") # a stick knows no owners
            if name:
                kept[name] = PRINT.findall(done.stdout)[-1]
            if line.startswith("mv "):
                settle(root)


def settle(root):
    root.run("for i in $(seq 200); do [ -n \"$(ls -A /var/lib/kukyoku/spool/in)\" ] || break; "
             "sleep 0.1; done; [ -z \"$(ls -A /var/lib/kukyoku/spool/in /var/lib/kukyoku/spool/bad "
             "| grep -v :)\" ]")


def person(root, name):
    """Somebody who has logged in."""
    root.run(f"useradd -m -s /bin/bash {name} && loginctl enable-linger {name}; "
             f"until [ -S /run/user/$(id -u {name})/bus ]; do sleep 0.1; done", timeout=60)


def by_units(tap, root):
    """What systemd does with the units by itself."""
    user = "systemctl --user "
    done = root.call(user + "is-active kukyoku-sync.timer; " + user + "start kukyoku-sync.service; "
                     + user + "show -p Result -p ExecMainStatus kukyoku-sync.service", user="hanako")
    tap.check(done.stdout.split() == ["active", "Result=success", "ExecMainStatus=0"],
              "the timer of each person runs, and its unit syncs", done.stdout)
    person(root, "taro")
    done = root.call(user + "start kukyoku-sync.service; " + user + "is-failed kukyoku-sync.service "
                     "|| true", user="taro")
    tap.check(done.stdout.split() == ["inactive"], "who has no home is not bothered", done.stdout)
    done = root.call("systemctl reload kukyokud; systemctl show -p ReloadResult kukyokud")
    tap.check("ReloadResult=success" in done.stdout, "it reads its settings again", done.stdout)
    done = root.call("systemctl kill -s KILL kukyokud; "
                     "until [ $(systemctl show -p NRestarts --value kukyokud) = 1 ]; do sleep 0.1; "
                     "done; until systemctl is-active kukyokud; do sleep 0.1; done", timeout=120)
    tap.check(done.returncode == 0, "a daemon that was killed comes back by itself", done.stdout)


def write(root, title):
    root.run(f"kukyoku record new voice --set title={title} --set field=health --set areas=14133-01 "
             "--set content=本文 --set date=2026-11-23 --set heard=voice", user="hanako")


def upgraded(tap, root):
    """Under a daemon that runs, with a device that writes and syncs all the while."""
    before = root.run("systemctl show -p MainPID kukyokud")
    looping = ("for i in 1 2 3 4 5 6; do kukyoku record new voice --set title=間$i --set field=health "
               "--set areas=14133-01 --set content=本文 --set date=2026-11-23 --set heard=voice; "
               "kukyoku sync || true; done")
    write(root, "前")
    done = root.call(f"(runuser -u hanako -- bash -ec {shlex.quote('cd; ' + looping)}) >loop 2>&1 "
                     "& apt-get install /media/stick/newer/*.deb; r=$?; wait; cat loop; exit $r",
                     timeout=LONG)
    tap.check(done.returncode == 0, "an upgrade while a device writes and syncs ends well", done.stdout)
    after = root.run("systemctl show -p MainPID kukyokud")
    active = root.call("systemctl is-active kukyokud && dpkg-query -W kukyokud")
    tap.check(before != after and active.returncode == 0 and "~before" not in active.stdout,
              "the new daemon runs in the old one's place", active.stdout)
    write(root, "後")
    done = root.call("kukyoku sync && kukyoku record list voice && kukyoku outbox list --json && "
                     "kukyoku verify && kukyoku audit verify", user="hanako")
    titles = ["前", "後", *("間%d" % n for n in range(1, 7))]
    tap.check(done.returncode == 0 and all(t in done.stdout for t in titles)
              and '"operations": []' in done.stdout.replace('":[', '": ['),
              "nothing that was written is lost, nothing is left over, and all verifies", done.stdout)


def removed(tap, root):
    root.run("apt-get remove kukyokud kukyoku")
    tap.check("kukyokud" not in " ".join(map(root.command, root.processes())),
              "removal ends the daemon")
    done = root.call(f"ls /var/lib/kukyoku/store.db /etc/kukyoku/desk/daemon.key "
                     f"/etc/kukyoku/kukyokud.ini {HOME}/state.db; ls -d /var/lib/kukyoku/backups/*")
    tap.check(done.returncode == 0, "and leaves store, desk, settings, backups and homes", done.stdout)
    root.run("apt-get install /media/stick/newer/*.deb")
    write(root, "再")
    done = root.call("kukyoku sync && kukyoku record list voice", user="hanako")
    tap.check(done.returncode == 0 and "前" in done.stdout and "再" in done.stdout,
              "installed again, daemon and device go on", done.stdout)


def purged(tap, root):
    root.run("apt-get purge kukyokud kukyoku kukyoku-desk")
    done = root.call("ls -d /var/lib/kukyoku /etc/kukyoku /etc/systemd/system/*/kukyokud* "
                     "/etc/systemd/user/*/kukyoku* /var/lib/systemd/deb-systemd-helper-enabled/*kukyoku* "
                     "2>/dev/null")
    tap.check(done.stdout.strip() == "",
              "a purge takes away all that was the daemon's", done.stdout)
    done = root.call(f"ls {HOME}/state.db")
    tap.check(done.returncode == 0, "a person's home is that person's", done.stdout)


def story(tap, root, lang):
    root.run("apt-get install /media/stick/newer/*.deb", timeout=LONG)
    play = f"/usr/share/doc/kukyoku-desk/examples/quickstart --installed --lang {lang} --dir /root/story"
    done = root.call(play, timeout=LONG)
    steps = len(re.findall(r"^ ?\d+\. ", done.stdout, re.M))
    tap.check(done.returncode == 0 and steps == 19, "the quickstart's story, by the units' commands",
              f"{steps} steps\n{done.stdout}")
    done = root.call(play)
    tap.check(done.returncode == 2 and "left alone" in done.stdout,
              "where a daemon has its desk no story is told", done.stdout)


def life(tap, root, manual, version):
    older(root, version)
    why = root.boot()
    if why:
        tap.skip("the packages' life", why)
        return
    installed(tap, root)
    first_day(tap, root, manual)
    by_units(tap, root)
    upgraded(tap, root)
    removed(tap, root)
    purged(tap, root)
    story(tap, root, "en")


def main():
    why = impossible()
    if why:
        print("1..0 # SKIP " + why)
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1)) # the root ends with its test
    manual, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    tap = Tap()
    with Root() as root, tempfile.TemporaryDirectory(prefix="kukyoku-packages-") as place:
        one, two = f"{place}/one", f"{place}/two"
        fetching = root.begin()
        builds = [build(one), build(two, TZ="Asia/Tokyo", LANG="ja_JP.UTF-8", TMPDIR=place)]
        for job in builds:
            said = job.communicate()[0]
            tap.check(job.returncode == 0, "the packages are built", said)
        if tap.good:
            made(tap, one, two, version)
        said = fetching.communicate()[0]
        if fetching.returncode != 0:
            tap.skip("the packages' life", f"Debian is not to be had: {said[-200:]!r}")
        elif tap.good:
            root.fill(p for p in debs(one) if "dbgsym" not in p.name)
            life(tap, root, manual, version)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
