#!/usr/bin/env python3
"""The whole product on one machine: an authority, the daemon, one device; real processes, loopback.

usage: town.py BUILD_DIR [SEED] [--small]

Makes the workload (workload.py), publishes it, and measures on the device's side what a sync moves
and takes: first copy, update, nothing new. Bytes are TCP payload, both ways, connect to close. Prints
a Markdown table; docs/benchmarks.md quotes it.
"""
import json
import pathlib
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from meters import make_measure, must_run

HERE = pathlib.Path(__file__).resolve().parent
RUNS = 3
WARNINGS = 3  # a release may be built with words to look at


class Town:
    """
    What deploy/quickstart sets up, as small as it can be. endpoint: gives the port that devices are
    told, for a line between them and the daemon's.
    """

    def __init__(self, build, root, endpoint=None,
                 limits="handshakes_per_source = 1000\n"):
        self.client = str(build / "client" / "kukyoku")
        self.server = str(build / "daemon" / "kukyokud")
        self.root = root
        self.desks = root / "desks"
        self.spool = root / "daemon" / "spool"
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        (root / "daemon").mkdir()
        self.config = root / "kukyokud.ini"
        self.config.write_text(
            "[daemon]\ndesk = desks/daemon\nstore = daemon/store.db\nspool = daemon/spool\n"
            f"listen = 127.0.0.1:{self.port}\n[limits]\n{limits}"
        )
        self.run("authority", "init", "--dir", self.desks, "--demo", "--endpoint",
                 f"127.0.0.1:{endpoint(self.port) if endpoint else self.port}")
        (self.desks / "publisher" / "disclosure.ini").write_text("[indicator]\n* = open\n")
        self.daemon = subprocess.Popen([self.server, "--config", str(self.config)],
                                       stderr=(root / "log").open("w"))
        self.wait(lambda: self.listens())

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    @staticmethod
    def wait(done, seconds=30):
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                sys.exit("town.py: waited in vain")
            time.sleep(0.05)

    def settle(self):
        self.wait(lambda: not any((self.spool / "in").iterdir()))
        bad = [p.read_text() for p in (self.spool / "bad").glob("*.reason")]
        if bad:
            sys.exit("".join(bad))

    def run(self, *args, home=None):
        line = [self.client, "--lang", "en"] + (["--home", str(home)] if home else [])
        out = subprocess.run(line + [str(a) for a in args], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if out.returncode not in (0, WARNINGS):
            sys.exit(f"{' '.join(map(str, args))}: {out.returncode}\n{out.stderr}")
        return out.stdout

    def publish(self, csv, title):
        draft, signed = self.root / "draft.kkyb", self.root / "signed.kkyb"
        self.run("release", "build", "--scope", f"pub={csv}", "--title", title, "--out", draft,
                 home=self.desks / "publisher")
        self.run("release", "approve", draft, "--out", signed, home=self.desks / "approver")
        self.run("release", "publish", signed, "--spool", self.spool, home=self.desks / "publisher")
        self.settle()

    def enroll(self, name):
        invite = self.root / f"{name}.invite"
        self.run("authority", "invite", "--dir", self.desks, "--role", "officer", "--holder", name,
                 "--out", invite, "--spool", self.spool)
        self.settle()
        home = self.root / name
        print_ = json.loads(self.run("enroll", invite, "--label", name, "--json", home=home))
        requests = self.root / "requests.kkyb"
        subprocess.run([self.server, "--config", str(self.config), "--export", "requests",
                        str(requests)], check=True, stdout=subprocess.DEVNULL)
        self.run("authority", "approve", "--dir", self.desks, "--fingerprint",
                 print_["fingerprint"], "--spool", self.spool, requests)
        self.settle()
        return home

    def sync(self, home):
        """Wall seconds, peak KiB of the client, and what it says of the sync."""
        line = [self.client, "--home", str(home), "sync", "--json"]
        cost = must_run(line)
        return cost["wall"], cost["rss"], json.loads(cost["out"])

    def daemon_peak(self):
        for line in pathlib.Path(f"/proc/{self.daemon.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
        return 0

    def stop(self):
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait(30)


def row(what, runs):
    total = statistics.median(said["bytes_sent"] + said["bytes_received"] for _, _, said in runs)
    wall = statistics.median(r[0] for r in runs)
    peak = statistics.median(r[1] for r in runs)
    print(f"| {what} | {total:,.0f} | {wall:.3f} s | {peak / 1024:.1f} MiB |")


def measure(build, data, name, root):
    town = Town(build, root)
    try:
        homes = [town.enroll(f"device{i}") for i in range(RUNS)]
        late = [town.enroll(f"late{i}") for i in range(RUNS)]
        for home in homes + late:
            town.sync(home)
        town.publish(data / f"{name}.csv", "first")
        row(f"{name}: first copy", [town.sync(h) for h in homes])
        row(f"{name}: nothing new", [town.sync(h) for h in homes])
        town.publish(data / f"{name}2.csv", "second")
        row(f"{name}: update", [town.sync(h) for h in homes])
        row(f"{name}: first copy at the second release", [town.sync(h) for h in late])
        print(f"| {name}: the daemon, peak of all this | | | {town.daemon_peak() / 1024:.1f} MiB |")
    finally:
        town.stop()


def main():
    args = [a for a in sys.argv[1:] if not a.startswith("--")]
    build, seed = pathlib.Path(args[0]).resolve(), args[1] if len(args) > 1 else "20240401"
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as place:
        make_measure(place)
        data = pathlib.Path(place) / "data"
        subprocess.run([sys.executable, HERE / "workload.py", data, seed], check=True)
        print("| what | bytes | wall | peak memory |\n|---|---|---|---|")
        for name in ["Ws"] if "--small" in sys.argv else ["Ws", "W"]:
            root = pathlib.Path(place) / name
            root.mkdir()
            measure(build, data, name, root)


if __name__ == "__main__":
    main()
