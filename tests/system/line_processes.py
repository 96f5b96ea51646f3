#!/usr/bin/env python3
"""kukyoku and kukyokud as processes: what a person is told when the line is not as it should be.

usage: line_processes.py KUKYOKU KUKYOKUD

An authority is made, a device enrols; then the daemon is besieged by peers that mean harm, is away,
is replaced by something mute and by the daemon of another authority. Exit statuses are the ones of
docs; nothing is left running.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

KUKYOKU, KUKYOKUD = sys.argv[1], sys.argv[2]
WARNINGS, TEMPORARY, DENIED, INTERRUPTED = 3, 5, 8, 130
WAIT_S = 20


class Story:
    def __init__(self, folder):
        self.folder = folder
        self.daemon = None
        self.port = free_port()
        self.number = 0
        self.good = True

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def check(self, passed, what):
        self.number += 1
        self.good = self.good and passed
        print("%s %d - %s" % ("ok" if passed else "not ok", self.number, what), flush=True)

    def run(self, *arguments):
        return subprocess.run(
            [KUKYOKU, *arguments, "--lang", "en"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, text=True,
        )

    def expect(self, status, what, *arguments):
        done = self.run(*arguments)
        self.check(done.returncode == status, what)
        if done.returncode != status:
            print("# exit %d instead of %d\n# %s" % (
                done.returncode, status, done.stdout.replace("\n", "\n# ")))
        return done.stdout

    def authority(self, name):
        done = self.run("authority", "init", "--dir", self.path(name), "--demo",
                        "--endpoint", "127.0.0.1:%d" % self.port)
        if done.returncode not in (0, WARNINGS):
            raise RuntimeError(done.stdout)

    def start(self, name):
        os.makedirs(self.path(name, "spool"), exist_ok=True)
        with open(self.path(name, "kukyokud.ini"), "w") as ini:
            ini.write("[daemon]\ndesk = daemon\nstore = store.db\nspool = spool\n"
                      "listen = 127.0.0.1:%d\n" % self.port)
        with open(self.path(name, "log"), "a") as log:
            self.daemon = subprocess.Popen(
                [KUKYOKUD, "--config", self.path(name, "kukyokud.ini")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait(lambda: knock(self.port), "the daemon does not listen")

    def stop(self):
        if not self.daemon:
            return 0
        self.daemon.terminate()
        status = self.daemon.wait(WAIT_S)
        self.daemon = None
        return status

    def wait(self, ready, complaint):
        for _ in range(WAIT_S * 20):
            if ready():
                return
            time.sleep(0.05)
        raise RuntimeError(complaint)

    def invite(self, name, out):
        done = self.run("authority", "invite", "--dir", self.path(name, "registrar"),
                        "--role", "lead", "--ward", "14133", "--out", self.path(out),
                        "--spool", self.path(name, "spool"))
        if done.returncode != 0:
            raise RuntimeError(done.stdout)
        self.wait(lambda: not os.listdir(self.path(name, "spool", "in")), "the spool stands still")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def knock(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def besiege(port):
    """Peers from other addresses: silent, half said, nonsense, and frames past the limit."""
    chance = random.Random(20261123)
    openings = [b"", b"K", b"KKY1", b"KKY1\x01\x01\x01\x00", b"KKY1\x02\x09\x01\x00" + bytes(98),
                b"KKY1\x01\x01\x01\x00\x00\x60" + chance.randbytes(96), b"GET / HTTP/1.1\r\n\r\n",
                b"KKY1\x01\x01\x02\x00\x00\x70" + chance.randbytes(112) + b"\xff\xff" * 100]
    peers = []
    for i in range(300):
        peer = socket.socket()
        peer.bind(("127.0.%d.%d" % (1 + i % 50, 1 + i % 7), 0))
        try:
            peer.connect(("127.0.0.1", port))
            peer.sendall(openings[i % len(openings)])
        except OSError:
            pass
        peers.append(peer)
    return peers


def interrupt_at_a_mute_daemon(story):
    with socket.socket() as mute:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mute.bind(("127.0.0.1", story.port))
        mute.listen(1)
        client = subprocess.Popen(
            [KUKYOKU, "sync", "--home", story.path("home"), "--lang", "en"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        peer, _ = mute.accept()
        first = peer.recv(200)
        client.send_signal(signal.SIGINT)
        status = client.wait(WAIT_S)
        peer.close()
    return status, first[:4]


def tell(story):
    story.authority("city")
    story.authority("other")
    story.start("city")
    story.invite("city", "lead.invite")
    story.expect(0, "a device enrols", "enroll", story.path("lead.invite"),
                 "--home", story.path("home"))
    story.expect(DENIED, "the invitation is used up", "enroll", story.path("lead.invite"),
                 "--home", story.path("home2"))
    story.expect(WARNINGS, "a device that waits for approval", "sync",
                 "--home", story.path("home"))

    peers = besiege(story.port)
    for peer in peers[:150]:
        peer.close()
    # strangers may hold all places for those who have not proved themselves, for ten seconds
    done = story.run("sync", "--home", story.path("home"))
    story.check(done.returncode in (WARNINGS, TEMPORARY), "besieged, it serves or says busy")
    for peer in peers:
        peer.close()
    time.sleep(1)
    story.expect(WARNINGS, "the siege is over", "sync", "--home", story.path("home"))
    story.check(story.daemon.poll() is None, "the daemon lives")

    story.check(story.stop() == 0, "the daemon stops in order")
    out = story.expect(TEMPORARY, "nobody there", "sync", "--home", story.path("home"))
    story.check("E4001" in out, "and why: E4001")
    status, magic = interrupt_at_a_mute_daemon(story)
    story.check(status == INTERRUPTED and magic == b"KKY1", "Ctrl-C while the daemon is mute")

    story.start("other")
    out = story.expect(DENIED, "the daemon of another authority", "sync",
                       "--home", story.path("home"))
    story.check("E4005" in out, "and why: E4005")
    story.check(story.stop() == 0, "the other daemon stops")


def main():
    with tempfile.TemporaryDirectory(prefix="kukyoku-line-") as folder:
        story = Story(folder)
        try:
            tell(story)
        finally:
            if story.daemon:
                story.daemon.kill()
                story.daemon.wait()
        print("1..%d" % story.number)
    return 0 if story.good else 1


if __name__ == "__main__":
    sys.exit(main())
