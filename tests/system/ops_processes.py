#!/usr/bin/env python3
"""What the machine's own tools ask of a running daemon: /healthz, /readyz, /metrics on a port of
127.0.0.1, and its log as JSON.

usage: ops_processes.py KUKYOKU KUKYOKUD
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

from city import City, free_port

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "deploy/prometheus"
FIGURES = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n" \
          "population,14133,2020,,1000,,人,,,,\n"


class Ops:
    def __init__(self, city):
        self.city, self.port = city, free_port()

    def ask(self, path, method="GET", **headers):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request(method, path, headers=headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            line.close()

    def value(self, name):
        for line in self.ask("/metrics")[1].splitlines():
            if line.startswith("kukyokud_%s " % name):
                return int(line.split()[-1])
        raise RuntimeError("no " + name)

    def ready(self):
        return self.ask("/readyz")[0] == 200


def start(city, ops):
    with open(city.path("kukyokud.ini"), "w", encoding="utf-8") as ini:
        ini.write("[daemon]\ndesk = desks/daemon\nstore = store.db\nspool = spool\n"
                  "listen = 127.0.0.1:%d\nops = 127.0.0.1:%d\n" % (city.port, ops.port))
    with open(city.path("log"), "a", encoding="utf-8") as log:
        city.daemon = subprocess.Popen([city.kukyokud, "--config", city.path("kukyokud.ini"),
                                        "--log-format", "json"],
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    city.wait(city.listens, "the daemon does not listen")
    city.wait(ops.ready, "the daemon does not become ready")


def answers(city, ops):
    status, text, headers = ops.ask("/healthz")
    city.check(status == 200 and text == "ok\n" and headers["Cache-Control"] == "no-store",
               "/healthz", (status, text))
    city.check(ops.ask("/readyz")[:2] == (200, "ok\n"), "/readyz")
    status, text, _ = ops.ask("/metrics", "HEAD")
    city.check(status == 200 and not text, "HEAD", (status, text))
    city.check(ops.ask("/")[0] == 404 and ops.ask("/metrics/x")[0] == 404, "no such page")
    city.check(ops.ask("/metrics", "POST")[0] == 405, "only to be read")
    for host in ("evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example"):
        city.check(ops.ask("/metrics", Host=host)[0] == 421, "by another name: " + host)
    city.check(ops.ask("/metrics", Host="localhost:%d" % ops.port)[0] == 200, "by its own name")


def numbers(city, ops):
    before = ops.value('spool_files_total{result="adopted"}')
    city.publish("初版", pub=city.path("one.csv"))
    city.wait(lambda: ops.value('spool_files_total{result="adopted"}') > before,
              "the adopted file is not counted")
    city.check(ops.value('bundle_seq{state="published"}') == 1, "which release is published")
    city.check(all(ops.value('expiry_timestamp_seconds{document="%s"}' % d) > 1e9
                   for d in ("root", "roster", "catalog")), "when documents expire")
    city.check(ops.value("db_size_bytes") > 0 and ops.value("disk_free_bytes") > 0, "the disk")
    city.enrol({"lead": ("lead", "14133")})
    city.wait(lambda: ops.value("sessions_ended_total") > 0, "sessions are not counted")
    city.check(ops.value("received_bytes_total") > 0 and ops.value("sent_bytes_total") > 0,
               "bytes of sessions")
    with open(city.path("spool", "in", "bad.kkyb"), "w", encoding="utf-8") as bad:
        bad.write("no file of ours")
    city.wait(lambda: ops.value('spool_files_total{result="rejected"}') == 1,
              "a file that was refused is not counted")
    shutil.rmtree(city.path("spool", "bad"))
    city.daemon.send_signal(signal.SIGHUP)
    city.wait(lambda: ops.value('reloads_total{result="done"}') == 1, "a reload is not counted")


def backups(city, ops):
    """Made and tested by other processes; told by the one that runs."""
    made, tested = "backup_last_success", "backup_last_restore_test"
    age = [ops.value(name + "_timestamp_seconds") for name in (made, tested)]
    city.check(age == [0, 0], "no backup yet, and none restored", age)
    city.daemon_says("--backup", city.path("copies"))
    age = [ops.value(name + "_timestamp_seconds") for name in (made, tested)]
    city.check(age[0] > 1.7e9 and age[1] == 0, "one was made, none restored", age)
    city.daemon_says("--restore", city.path("copies"), "--test")
    age = [ops.value(name + "_timestamp_seconds") for name in (made, tested)]
    city.check(age[1] >= age[0] > 1.7e9, "and it was restored for a test", age)


def through_promtool(city, ops):
    promtool = shutil.which("promtool")
    if not promtool:
        city.skip("promtool finds nothing to complain of", "promtool (package prometheus) is not installed")
        return
    done = subprocess.run([promtool, "check", "metrics"], input=ops.ask("/metrics")[1], text=True,
                          capture_output=True, check=False)
    city.check(done.returncode == 0, "promtool finds nothing to complain of",
               done.stdout + done.stderr)


def examples(city, ops):
    """The alerts and the dashboard ask for numbers that there are."""
    known = set(re.findall(r"^(kukyokud_\w+)", ops.ask("/metrics")[1], re.MULTILINE))
    for name in ("kukyoku.rules.yml", "kukyoku.dashboard.json"):
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        asked = set(re.findall(r"\bkukyokud_\w+", text))
        city.check(len(asked) > 5 and asked <= known, name + " asks for what there is", asked - known)
    board = json.loads((EXAMPLES / "kukyoku.dashboard.json").read_text(encoding="utf-8"))
    ids = [panel["id"] for panel in board["panels"]]
    city.check(len(set(ids)) == len(ids) > 5, "the dashboard is one", ids)
    if not shutil.which("promtool"):
        city.skip("promtool takes the alerts", "promtool (package prometheus) is not installed")
        return
    rules = EXAMPLES / "kukyoku.rules.yml"
    done = subprocess.run(["promtool", "check", "rules", rules], text=True, capture_output=True,
                          check=False)
    city.check(done.returncode == 0, "promtool takes the alerts", done.stdout + done.stderr)
    cases = (pathlib.Path(__file__).parent / "alerts.yml").read_text(encoding="utf-8")
    with open(city.path("alerts.yml"), "w", encoding="utf-8") as f:
        f.write(cases.replace("RULES]", "%s]" % rules))
    done = subprocess.run(["promtool", "test", "rules", city.path("alerts.yml")], text=True,
                          capture_output=True, check=False)
    city.check(done.returncode == 0, "they wake somebody when they should, and not before",
               done.stdout + done.stderr)


def not_ready(city, ops):
    os.rename(city.path("spool", "in"), city.path("spool", "away"))
    with open(city.path("spool", "in"), "w", encoding="utf-8"):
        pass
    city.wait(lambda: not ops.ready(), "it is ready with a spool that can't be worked on")
    status, text, _ = ops.ask("/readyz")
    city.check(status == 503 and "spool" in text and ops.ask("/healthz")[0] == 200,
               "not ready, and why; alive all the same", (status, text))
    city.check(ops.value("ready") == 0 and ops.value("spool_failures_total") > 0, "and counted")
    os.unlink(city.path("spool", "in"))
    os.rename(city.path("spool", "away"), city.path("spool", "in"))
    city.wait(ops.ready, "it does not become ready again")
    city.check(True, "ready again when the spool is there")


def taken(city, ops):
    with open(city.path("other.ini"), "w", encoding="utf-8") as ini:
        ini.write("[daemon]\ndesk = desks/daemon\nstore = other.db\nspool = other-spool\n"
                  "listen = 127.0.0.1:0\nops = 127.0.0.1:%d\n" % ops.port)
    done = city.daemon_says(config="other.ini", status=None)
    city.check(done.returncode != 0 and "/metrics" in done.stderr and str(ops.port) in done.stderr,
               "a port that is taken", done.stderr)


def lines(city):
    events = [json.loads(line) for line in city.log().splitlines()]
    city.check({"start", "adopted", "session", "rejected", "reload", "spool-failed", "stop"}
               <= {e["event"] for e in events}, "every line of the log is an object", events[:3])
    first = next(e for e in events if e["event"] == "start")
    city.check(first["level"] == 5 and isinstance(first["port"], int) and first["time"].endswith("Z"),
               "with its level, time and values", first)


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        ops = Ops(city)
        with open(city.path("one.csv"), "w", encoding="utf-8") as table:
            table.write(FIGURES)
        city.found()
        start(city, ops)
        answers(city, ops)
        numbers(city, ops)
        backups(city, ops)
        through_promtool(city, ops)
        examples(city, ops)
        not_ready(city, ops)
        taken(city, ops)
        city.check(city.end(signal.SIGTERM) == 0, "SIGTERM ends it in order")
        lines(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
