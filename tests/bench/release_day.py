#!/usr/bin/env python3
"""Release day: many devices take the same update at the same moment. Real daemon, real clients, loopback.

usage: release_day.py BUILD_DIR [--devices N] [--small] [--perf FILE] [--stall SECONDS]

All are copies of one device that holds the first release of the workload, so that the daemon lets as many in
as one device may have sessions (here 64); the others are told how long to wait, and come again. Prints a
Markdown row: who failed, when half and all had ended, what the daemon took. --perf
keeps what the daemon did, for `perf report`. --stall: a second after all have begun the daemon gets no processor
for so long, as on a machine that has other things to do.
"""
import argparse
import json
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from meters import make_measure, tree_cpu  # noqa: E402
from town import Town  # noqa: E402


class Device(threading.Thread):
    def __init__(self, client, home, began):
        super().__init__()
        self.line, self.began = [client, "--home", home, "sync", "--json"], began

    def run(self):
        done = subprocess.run(self.line, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        self.ended, self.status = time.monotonic() - self.began, done.returncode
        self.said = json.loads(done.stdout) if done.returncode == 0 else {"why": done.stderr}


def stall(town, seconds):
    time.sleep(1)
    town.daemon.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    town.daemon.send_signal(signal.SIGCONT)


def rush(town, homes, stalled):
    began = time.monotonic()
    devices = [Device(town.client, home, began) for home in homes]
    for device in devices:
        device.start()
    if stalled:
        stall(town, stalled)
    for device in devices:
        device.join()
    return devices


def tell(town, devices, cpu):
    ends = sorted(d.ended for d in devices)
    failed = [d for d in devices if d.status]
    for d in failed[:3]:
        print(d.status, d.said["why"][-200:], file=sys.stderr)
    moved = sum(d.said["bytes_sent"] + d.said["bytes_received"] for d in devices if not d.status)
    print("| devices at once | failed | bytes of each | half had ended | all had ended | daemon's processor "
          "| daemon's peak |\n|---|---|---|---|---|---|---|")
    print("| %d | %d | %s | %.1f s | %.1f s | %.0f ms | %.1f MiB |" % (
        len(devices), len(failed), format(moved // max(1, len(devices) - len(failed)), ","),
        statistics.median(ends), ends[-1], cpu * 1e3, town.daemon_peak() / 1024))


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("--devices", type=int, default=200)
    options.add_argument("--small", action="store_true")
    options.add_argument("--perf")
    options.add_argument("--stall", type=float, default=0)
    given = options.parse_args()
    name = "Ws" if given.small else "W"
    with tempfile.TemporaryDirectory() as place:
        root, data = pathlib.Path(place) / "town", pathlib.Path(place) / "data"
        root.mkdir()
        make_measure(place)
        subprocess.run([sys.executable, HERE / "workload.py", data], check=True)
        town = Town(given.build.resolve(), root,
                    limits="handshakes_per_source = 1000\nsessions_per_device = 64\n")
        try:
            first = town.enroll("device")
            town.sync(first)
            town.publish(data / (name + ".csv"), "first")
            town.sync(first)
            town.publish(data / (name + "2.csv"), "second")
            homes = [shutil.copytree(first, root / ("copy%d" % i)) for i in range(given.devices)]
            watch = given.perf and subprocess.Popen(
                ["perf", "record", "-q", "-e", "cpu-clock", "-F", "4000", "-o", given.perf, "-p",
                 str(town.daemon.pid)])
            before = tree_cpu(town.daemon.pid)
            devices = rush(town, homes, given.stall)
            tell(town, devices, tree_cpu(town.daemon.pid) - before)
            if watch:
                watch.terminate()
                watch.wait()
        finally:
            town.stop()


if __name__ == "__main__":
    main()
