#!/usr/bin/env python3
"""kukyoku and kukyokud as processes: what a person is told when the line is not as it should be.

usage: line_processes.py KUKYOKU KUKYOKUD

An authority is made, a device enrols; then the daemon is besieged by peers that mean harm, is away,
is replaced by something mute and by the daemon of another authority. Exit statuses are the ones of
docs; nothing is left running. At last a line that is cut every 30,000 bytes: a release comes through
it, a little with each session. [SY-17]
"""

import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from city import City, free_port

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))
from line import Line, Terms  # noqa: E402

WARNINGS, TEMPORARY, DENIED, INTERRUPTED = 3, 5, 8, 130
WAIT_S = 20
CUT = 30_000  # bytes to the client, then the line is gone


def figures(path):
    """One pack of more than twice what comes through before a cut."""
    chance = random.Random(20261130)
    with open(path, "w", encoding="utf-8") as out:
        out.write("indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n")
        for number in range(4):
            for area in range(99):
                for year in range(1970, 2020):
                    out.write("IND%d,14133-%02d,%d,,%d,,人,,,,\n" % (
                        number, area, year, chance.randrange(500_000, 10 ** 6)))


def through_cuts(city):
    city.start()
    city.approve("home")
    figures(city.path("figures.csv"))
    city.publish("第1版", pub=city.path("figures.csv"))
    city.end()
    front, city.port = city.port, free_port()
    city.start()
    line = Line(city.port, front)
    line.terms = Terms(cut=CUT)
    done = city.call("sync", home="home")
    city.check(done.returncode == 0 and line.cuts > 1, "a release comes through a line that is cut",
               "exit %d, %d cuts\n%s" % (done.returncode, line.cuts, done.stderr))
    line.terms = Terms()
    city.expect(0, "what came through is whole", "verify", home="home")
    line.close()
    city.end()


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


def interrupt_at_a_mute_daemon(city):
    with socket.socket() as mute:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mute.bind(("127.0.0.1", city.port))
        mute.listen(1)
        client = subprocess.Popen(
            [city.kukyoku, "sync", "--home", city.path("home"), "--lang", "en"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        peer, _ = mute.accept()
        first = peer.recv(200)
        client.send_signal(signal.SIGINT)
        status = client.wait(WAIT_S)
        peer.close()
    return status, first[:4]


def tell(city, other):
    city.found()
    city.start()
    city.invite("home", "lead", "14133")
    city.expect(0, "a device enrols", "enroll", city.path("home.invite"), home="home")
    city.expect(DENIED, "the invitation is used up", "enroll", city.path("home.invite"),
                home="home2")
    city.expect(WARNINGS, "a device that waits for approval", "sync", home="home")

    peers = besiege(city.port)
    for peer in peers[:150]:
        peer.close()
    # strangers may hold all places for those who have not proved themselves, for ten seconds
    done = city.call("sync", home="home")
    city.check(done.returncode in (WARNINGS, TEMPORARY), "besieged, it serves or says busy")
    for peer in peers:
        peer.close()
    time.sleep(1)
    city.expect(WARNINGS, "the siege is over", "sync", home="home")
    city.check(city.daemon.poll() is None, "the daemon lives")

    city.check(city.end() == 0, "the daemon stops in order")
    city.refuse(TEMPORARY, "E4001", "nobody there", "sync", home="home")
    status, magic = interrupt_at_a_mute_daemon(city)
    city.check(status == INTERRUPTED and magic == b"KKY1", "Ctrl-C while the daemon is mute")

    other.found()
    other.start()
    city.refuse(DENIED, "E4005", "the daemon of another authority", "sync", home="home")
    city.check(other.end() == 0, "the other daemon stops")
    through_cuts(city)


def main():
    with City(sys.argv[1], sys.argv[2]) as city, City(sys.argv[1], sys.argv[2]) as other:
        other.port = city.port
        tell(city, other)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
