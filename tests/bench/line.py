#!/usr/bin/env python3
"""A line of the benchmark's own: it delays, limits and cuts TCP, and counts what passes.

usage: line.py TARGET_PORT PORT [--mbit N] [--rtt MS] [--cut BYTES]

Every tool is measured through the same line, also on loopback, where it only counts. Both directions
have their own rate; all connections share it. Opening a connection costs a round trip, as it does on a
real line. What is counted is TCP payload; headers, slow start and loss are not modelled. Cut: after so
many bytes of payload to the client a connection is reset.
"""
import argparse
import collections
import socket
import struct
import sys
import threading
import time

PIECE = 16 * 1024
BUFFER = 256 * 1024  # what is under way before the sender feels that the line is full
CUT = bytearray()  # a piece of no bytes that stands for a cut


class Terms:
    """What a line does to those who use it."""

    def __init__(self, mbit=0, rtt_ms=0, cut=0):
        self.bytes_s = mbit * 1e6 / 8
        self.half = rtt_ms / 2000
        self.cut = cut


class Lane:
    """One direction: when a piece has left, by the rate that all connections share."""

    def __init__(self):
        self.free = 0.0
        self.lock = threading.Lock()
        self.bytes = 0

    def leaves(self, length, terms):
        with self.lock:
            self.bytes += length
            now = time.monotonic()
            self.free = max(now, self.free) + (length / terms.bytes_s if terms.bytes_s else 0)
            return self.free


class Queue:
    """Pieces under way from one socket to another, each with the time it arrives."""

    def __init__(self):
        self.items = collections.deque()
        self.held = 0
        self.change = threading.Condition()

    def put(self, at, piece):
        with self.change:
            while self.held >= BUFFER:
                self.change.wait()
            self.held += len(piece)
            self.items.append((at, piece))
            self.change.notify_all()

    def get(self):
        with self.change:
            while not self.items:
                self.change.wait()
            return self.items.popleft()

    def done(self, piece):
        with self.change:
            self.held -= len(piece)
            self.change.notify_all()


def reset(sock):
    """Closed without a goodbye: the peer sees a reset, and whoever still reads here wakes."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.shutdown(socket.SHUT_RD)
    except OSError:
        pass  # it is gone already
    sock.close()


class Line:
    """Listens on `port` (0: any) and leads to `target`; `terms` may change between connections."""

    def __init__(self, target, port=0):
        self.target, self.terms = target, Terms()
        self.up, self.down = Lane(), Lane()
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", port), backlog=1024)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def counted(self):
        """Bytes of payload so far: to the server, to the client."""
        return self.up.bytes, self.down.bytes

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return  # the line is closed
            threading.Thread(target=self.serve, args=(sock, self.terms), daemon=True).start()

    def serve(self, client, terms):
        time.sleep(2 * terms.half)  # SYN and its answer
        try:
            server = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            reset(client)
            return
        for sock in (client, server):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pumps = [self.pump(client, server, self.up, terms, 0),
                 self.pump(server, client, self.down, terms, terms.cut)]
        for thread in pumps:
            thread.join()
        client.close()
        server.close()

    def pump(self, source, sink, lane, terms, cut):
        queue = Queue()
        writer = threading.Thread(target=self.write, args=(queue, sink), daemon=True)
        reader = threading.Thread(target=self.read, args=(source, sink, lane, terms, cut, queue),
                                  daemon=True)
        writer.start()
        reader.start()
        return writer

    def read(self, source, sink, lane, terms, cut, queue):
        left = cut
        while True:
            try:
                piece = source.recv(min(PIECE, left) if cut else PIECE)
            except OSError:
                piece = b""
            at = lane.leaves(len(piece), terms) + terms.half
            queue.put(at, piece)
            left -= len(piece)
            if not piece:
                return
            if cut and left == 0:
                self.cuts += 1
                queue.put(at, CUT)
                reset(source)
                return

    def write(self, queue, sink):
        while True:
            at, piece = queue.get()
            wait = at - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            if piece is CUT:
                reset(sink)
                return
            try:
                if not piece:
                    sink.shutdown(socket.SHUT_WR)
                    return
                sink.sendall(piece)
            except OSError:
                piece_left(queue, piece)
                return
            queue.done(piece)

    def close(self):
        self.listener.close()


def piece_left(queue, piece):
    """The sink is gone: what still comes is taken and thrown away, so that the reader ends."""
    while piece:
        queue.done(piece)
        _, piece = queue.get()


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("target", type=int)
    p.add_argument("port", type=int)
    p.add_argument("--mbit", type=float, default=0)
    p.add_argument("--rtt", type=float, default=0)
    p.add_argument("--cut", type=int, default=0)
    a = p.parse_args()
    line = Line(a.target, a.port)
    line.terms = Terms(a.mbit, a.rtt, a.cut)
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        print("%d bytes up, %d down, %d cuts" % (*line.counted(), line.cuts))


if __name__ == "__main__":
    sys.exit(main())
