#!/usr/bin/env python3
"""The line counts every byte both ways, cuts where it is told to, and passes bytes as they are."""
import hashlib
import socket
import sys
import threading

sys.path.insert(0, __file__.rsplit("/", 1)[0])
from line import Line, Terms  # noqa: E402

SENT = bytes(range(256)) * 1200


def serve(listener):
    """Answers each connection's first byte with SENT, then closes."""
    while True:
        sock, _ = listener.accept()
        with sock:
            if sock.recv(1):
                sock.sendall(SENT)


def fetch(port):
    """What came, and whether the end was orderly."""
    got = b""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"?")
        try:
            while piece := sock.recv(65536):
                got += piece
        except ConnectionResetError:
            return got, False
    return got, True


def expect(what, got, want):
    if got != want:
        sys.exit("%s: %r, not %r" % (what, got, want))


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    line = Line(listener.getsockname()[1])
    for terms in Terms(), Terms(mbit=80, rtt_ms=2):
        before = line.counted()
        line.terms = terms
        got, orderly = fetch(line.port)
        expect("bytes", hashlib.sha256(got).digest(), hashlib.sha256(SENT).digest())
        expect("end", orderly, True)
        counted = line.counted()
        expect("to the server", counted[0] - before[0], 1)
        expect("to the client", counted[1] - before[1], len(SENT))
    line.terms = Terms(cut=100_000)
    got, orderly = fetch(line.port)
    expect("cut", (orderly, line.cuts), (False, 1))
    expect("what came is a beginning", SENT[: len(got)], got)
    expect("no more than was let through", len(got) <= 100_000, True)
    expect("counted up to the cut", line.down.bytes, 2 * len(SENT) + 100_000)


main()
