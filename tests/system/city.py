"""A city in a folder: desks, a daemon, devices, all as real processes, and TAP.

    with City(kukyoku, kukyokud) as city:
        city.found()
        city.start()
        city.enrol({"a": ("staff", "14133")})
        city.expect(0, "it is in step", "sync", home="a")
    sys.exit(city.done())

Homes and desks are names of folders below the city's. Nothing is left running.
"""
import base64
import json
import os
import signal
import socket
import subprocess
import tempfile
import time

from tap import Tap

WAIT_S = 20
# A preloaded clock and a sanitizer's run-time do not get on: the program would hang.
CLOCK_CAN_MOVE = "ASAN_OPTIONS" not in os.environ and "TSAN_OPTIONS" not in os.environ


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class City(Tap):
    def __init__(self, kukyoku, kukyokud):
        self.kukyoku, self.kukyokud = kukyoku, kukyokud
        self.port = free_port()
        self.daemon = None
        self.env = dict(os.environ, LC_ALL="C.UTF-8")

    def __enter__(self):
        self.place = tempfile.TemporaryDirectory(prefix="kukyoku-city-")
        self.folder = self.place.name
        return self

    def __exit__(self, *_):
        self.end(signal.SIGKILL)
        self.place.cleanup()

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    # --- the client ---
    def call(self, *arguments, home=None, lang="en", wrap=(), env=None):
        """Runs the client; gives the process with both outputs."""
        where = ["--home", self.path(home)] if home else []
        return subprocess.run(
            [*wrap, self.kukyoku, "--lang", lang, *where, *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
            text=True, env=env or self.env)

    def run(self, *arguments, home=None, status=(0,)):
        """For what is not what is tested: raises unless it ends as it should; gives its data."""
        done = self.call(*arguments, home=home)
        if done.returncode not in status:
            raise RuntimeError("%s: exit %d\n%s%s" % (" ".join(map(str, arguments)),
                                                      done.returncode, done.stdout, done.stderr))
        return done.stdout

    def value(self, *arguments, home=None, status=(0,)):
        return json.loads(self.run(*arguments, "--json", home=home, status=status))

    def expect(self, status, what, *arguments, home=None, **how):
        done = self.call(*arguments, home=home, **how)
        self.check(done.returncode == status, what, "exit %d instead of %d\n%s%s" % (
            done.returncode, status, done.stdout, done.stderr))
        return done

    def refuse(self, status, code, what, *arguments, home=None, **how):
        """A refusal with its code, in Japanese, in English and as JSON, each with a remedy."""
        ja = self.call(*arguments, home=home, lang="ja", **how)
        en = self.call(*arguments, home=home, **how)
        js = self.call(*arguments, "--json", home=home, **how)
        told = {}
        try:
            told = json.loads(js.stderr.strip().splitlines()[-1])["error"]
        except (ValueError, KeyError, IndexError):
            pass
        right = (ja.returncode == en.returncode == js.returncode == status
                 and "[%s]" % code in ja.stderr and "対処" in ja.stderr
                 and "[%s]" % code in en.stderr and told.get("code") == code
                 and told.get("exit") == status and told.get("remedy") and told.get("message"))
        self.check(right, what, "exits %d %d %d, expected %d %s\n%s%s%s%s" % (
            ja.returncode, en.returncode, js.returncode, status, code, ja.stderr, en.stderr,
            js.stdout, js.stderr))
        return en

    # --- the desks ---
    def found(self, desks="desks"):
        self.run("authority", "init", "--dir", self.path(desks), "--demo", "--city", "川崎市",
                 "--endpoint", "127.0.0.1:%d" % self.port, status=(0, 3))
        self.declare("* = open", desks)

    def declare(self, lines, desks="desks"):
        """How sensitive indicators are, at the publisher's desk."""
        with open(self.path(desks, "publisher", "disclosure.ini"), "w", encoding="utf-8") as out:
            out.write("[indicator]\n%s\n" % lines)

    def publish(self, title, desks="desks", reference=(), **tables):
        """tables: pub="figures.csv" …; scopes with a colon as r_14133. reference: folders."""
        draft, signed = self.path("draft.kkyb"), self.path("signed.kkyb")
        for old in (draft, signed):
            if os.path.exists(old):
                os.unlink(old)
        scopes = []
        for scope, table in tables.items():
            scopes += ["--scope", "%s=%s" % (scope.replace("_", ":"), table)]
        for folder in reference:
            scopes += ["--reference", folder]
        self.run("release", "build", *scopes, "--title", title, "--out", draft,
                 home=desks + "/publisher")
        self.run("release", "approve", draft, "--out", signed, home=desks + "/approver")
        self.run("release", "publish", signed, "--spool", self.path("spool"),
                 home=desks + "/publisher")
        self.settle()

    def invite(self, home, role, ward, *more, desks="desks"):
        at = ["--ward", ward] if ward else []
        self.run("authority", "invite", "--dir", self.path(desks, "registrar"), "--role", role,
                 *at, "--holder", home, "--out", self.path(home + ".invite"), "--spool",
                 self.path("spool"), *more)
        self.settle()

    def fingerprint(self, home):
        device = self.value("status", home=home, status=range(11))["device"]
        text = base64.b32encode(bytes.fromhex(device)).decode().lower()
        return "-".join((text[0:4], text[4:8], text[8:12]))

    def approve(self, *homes, desks="desks"):
        requests, prints = self.path("requests.kkyb"), []
        for home in homes:
            prints += ["--fingerprint", self.fingerprint(home)]
        self.daemon_says("--export", "requests", requests)
        self.run("authority", "approve", "--dir", self.path(desks, "registrar"), *prints,
                 "--spool", self.path("spool"), requests)
        self.settle()

    def enrol(self, people, desks="desks", sync=True):
        """people: {home: (role, ward, option…)}; they are in step then, unless sync is False."""
        for home, (role, ward, *more) in people.items():
            self.invite(home, role, ward, *more, desks=desks)
            self.run("enroll", self.path(home + ".invite"), home=home)
        self.approve(*people, desks=desks)
        for home in people if sync else ():
            self.run("sync", home=home, status=(0, 3))

    # --- the daemon ---
    def daemon_says(self, *arguments, config="kukyokud.ini", status=0):
        done = subprocess.run([self.kukyokud, "--config", self.path(config), *arguments],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60, text=True)
        if status is not None and done.returncode != status:
            raise RuntimeError("kukyokud: exit %d\n%s" % (done.returncode, done.stderr))
        return done

    def begin_era(self, desks="desks"):
        """The registrar lets a restored daemon's logs go on. [ER-9]"""
        self.daemon_says("--export", "recovery", self.path("recovery.kkyb"))
        self.run("authority", "era", self.path("recovery.kkyb"), "--dir",
                 self.path(desks, "registrar"), "--spool", self.path("spool"))
        self.settle()

    def write_settings(self, desks="desks", more="", config="kukyokud.ini"):
        with open(self.path(config), "w") as ini:
            ini.write("[daemon]\ndesk = %s/daemon\nstore = store.db\nspool = spool\n"
                      "listen = 127.0.0.1:%d\n[limits]\nhandshakes_per_source = 1000\n"
                      "preauth_per_source = 64\nsessions_per_device = 8\n%s" %
                      (desks, self.port, more))

    def start(self, desks="desks", wrap=(), more=""):
        """more: lines of [limits]."""
        self.write_settings(desks, more)
        with open(self.path("log"), "a") as log:
            self.daemon = subprocess.Popen(
                [*wrap, self.kukyokud, "--config", self.path("kukyokud.ini")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait(self.listens, "the daemon does not listen")

    def log(self):
        with open(self.path("log"), encoding="utf-8") as log:
            return log.read()

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self, how=signal.SIGTERM):
        """Ends the daemon; gives its status."""
        if not self.daemon:
            return 0
        self.daemon.send_signal(how)
        status = self.daemon.wait(WAIT_S)
        self.daemon = None
        return status

    def wait(self, ready, complaint):
        until = time.monotonic() + WAIT_S
        while not ready():
            if time.monotonic() > until:
                raise RuntimeError(complaint + "\n" + self.log()[-2000:])
            time.sleep(0.02)

    def spool_empty(self):
        bad = self.path("spool", "bad")
        if os.path.isdir(bad) and os.listdir(bad):
            raise RuntimeError("the daemon refused %s" % os.listdir(bad))
        return not os.listdir(self.path("spool", "in"))

    def settle(self):
        self.wait(self.spool_empty, "the spool stands still")
