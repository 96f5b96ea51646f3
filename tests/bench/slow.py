#!/usr/bin/env python3
"""What devices on slow lines cost the daemon: real daemon, real clients, a line of 10 KB/s for each.

usage: slow.py BUILD_DIR [--devices N] [--seconds S]

All are copies of one device that takes its first copy of the large workload, 1.3 MB, which they would do in
two minutes; they are watched for --seconds, then ended. Prints a Markdown row: what the daemon holds more for
each than before they came, in the second half of that time and at most, its processor, and how evenly they
got on. What the kernel holds in its buffers of sockets is not the daemon's.
"""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import line  # noqa: E402
from meters import make_measure, tree_cpu  # noqa: E402
from town import Town  # noqa: E402

BYTES_S = 10000
line.BUFFER = line.PIECE  # a slow line holds little by itself


class Lines(line.Line):
    """Each connection has a line of its own."""

    def pump(self, source, sink, lane, terms, cut):
        return super().pump(source, sink, line.Lane(), terms, cut)


def resident(town):
    """KiB right now."""
    text = pathlib.Path("/proc/%d/status" % town.daemon.pid).read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text)[1])


def staged(home):
    """Bytes of the release that this one has so far."""
    return sum(f.stat().st_size for f in home.rglob("*") if f.is_file() and "stage" in f.parts)


def watch(town, homes, seconds):
    before, cpu, seen = resident(town), tree_cpu(town.daemon.pid), []
    clients = [subprocess.Popen([town.client, "--home", home, "sync"], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for home in homes]
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.2)
            seen.append(resident(town) - before)
        for client in clients:
            if client.poll() is not None:
                raise RuntimeError("a client has ended before its time: %s" % client.stderr.read())
        return seen, tree_cpu(town.daemon.pid) - cpu, sorted(map(staged, homes))
    finally:
        for client in clients:
            client.kill()
            client.wait()


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("--devices", type=int, default=32)
    options.add_argument("--seconds", type=float, default=50)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root, data, lines = pathlib.Path(place) / "town", pathlib.Path(place) / "data", []
        root.mkdir()
        make_measure(place)
        subprocess.run([sys.executable, HERE / "workload.py", data], check=True)

        def endpoint(port):
            lines.append(Lines(port))
            return lines[0].port

        town = Town(given.build.resolve(), root, endpoint=endpoint,
                    limits="handshakes_per_source = 1000\nsessions_per_device = 64\n")
        try:
            first = town.enroll("device")
            lines[0].terms = line.Terms(mbit=BYTES_S * 8 / 1e6)
            town.publish(data / "W.csv", "first")
            homes = [pathlib.Path(shutil.copytree(first, root / ("copy%d" % i)))
                     for i in range(given.devices)]
            seen, cpu, got = watch(town, homes, given.seconds)
        finally:
            town.stop()
    late = seen[len(seen) // 2:]
    print("| devices at 10 KB/s | the daemon holds for each | at most | its processor, %.0f s | each has got |\n"
          "|---|---|---|---|---|" % given.seconds)
    print("| %d | %.0f KiB | %.0f KiB | %.0f ms | %d to %d KB |" % (
        len(homes), sum(late) / len(late) / len(homes), max(seen) / len(homes), cpu * 1e3,
        got[0] / 1e3, got[-1] / 1e3))


if __name__ == "__main__":
    main()
