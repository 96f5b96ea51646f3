"""A web server on loopback over an exported folder: honest until it is told otherwise.

    mirror = Mirror(folder)          # mirror.url
    mirror.act = lambda request: …   # True: it has answered the request itself
    mirror.seen                      # [(path, Range or None), …]
    mirror.close()
"""
import http.server
import os
import re
import select
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        mirror = self.server.mirror
        path = self.path.lstrip("/")
        mirror.seen.append((path, self.headers.get("Range")))
        try:
            if mirror.act and mirror.act(self):
                return
            self.honest(path)
        except OSError: # the client went away
            self.close_connection = True

    def honest(self, path):
        data = self.server.mirror.read(path)
        if data is None:
            self.whole(404, b"not here")
        else:
            self.give(data)

    def give(self, data):
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range") or "")
        if not wanted or not self.server.mirror.ranges:
            return self.whole(200, data)
        start, end = int(wanted[1]), min(int(wanted[2]), len(data) - 1)
        if start >= len(data):
            return self.whole(416, b"")
        self.piece(data, start, end)

    def piece(self, data, start, end):
        self.send_response(206)
        self.send_header("Content-Range", "bytes %d-%d/%d" % (start, end, len(data)))
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        self.wfile.write(data[start:end + 1])

    def whole(self, status, data, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    # --- lies; each gives True ---
    def hang_up(self):
        self.close_connection = True
        return True

    def endless(self, status=200):
        self.send_response(status)
        self.end_headers() # no length: until the connection ends
        self.close_connection = True
        while True:
            self.wfile.write(b"x" * 65536)

    def endless_head(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.wfile.write(b"X-More: %s\r\n" % (b"y" * 1000))

    def silence(self, drip=b""):
        """Holds the line, at most with a byte now and then, until the client goes or the mirror ends."""
        self.close_connection = True
        while not self.server.mirror.ended.wait(0.1):
            if drip:
                self.wfile.write(drip)
            elif not self.still_there():
                break
        return True

    def still_there(self):
        ready, _, _ = select.select([self.connection], [], [], 0)
        return not ready or bool(self.connection.recv(1))

    def cut(self, data, keep, stall=False):
        """Says the whole length and breaks off (or only stops) behind `keep` bytes, where there are more."""
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range"))
        start, end = int(wanted[1]), min(int(wanted[2]), len(data) - 1)
        if end - start < keep:
            return self.piece(data, start, end) or True
        self.send_response(206)
        self.send_header("Content-Range", "bytes %d-%d/%d" % (start, end, len(data)))
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        self.wfile.write(data[start:start + keep])
        self.close_connection = True
        return self.silence() if stall else True


class Files:
    """Those of a folder, and over them `files`: path -> bytes, or None for one that is missing."""
    def __init__(self, folder):
        self.folder, self.files = folder, {}

    def read(self, path):
        if path in self.files:
            return self.files[path]
        if ".." in path or any(part.startswith(".") for part in path.split("/")):
            return None
        try:
            with open(os.path.join(self.folder, path), "rb") as f:
                return f.read()
        except OSError:
            return None


class Mirror(Files):
    def __init__(self, folder, ranges=True):
        super().__init__(folder)
        self.ranges, self.act = ranges, None
        self.seen, self.ended = [], threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads, self.server.mirror = True, self
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def honest(self):
        self.files, self.act, self.seen = {}, None, []

    def close(self):
        self.ended.set()
        self.server.shutdown()
        self.server.server_close()
