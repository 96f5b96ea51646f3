#!/usr/bin/env python3
"""Figures from a table to a reader: kukyoku and kukyokud as processes.

usage: release_processes.py KUKYOKU KUKYOKUD DATA

An authority is made; two desks build, sign and publish the tables of DATA (tests/data); the daemon
takes them in; a device reads them as of any release, compares, exports. In between everything goes
wrong that can: bad tables, too few signatures, altered files, drafts of yesterday, keys that others
can read, a home in use. [DK-1] [DK-2] [DK-3] [DA-1]
"""

import csv
import fcntl
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from tap import Tap

KUKYOKU, KUKYOKUD, DATA = sys.argv[1:4]
FAILED, USAGE, WARNINGS, UNCHANGED, CONFLICT, VERIFY, DENIED, LOCKED = 1, 2, 3, 4, 6, 7, 8, 10
HEAD = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"


KEY = ("indicator", "area", "period", "breakdown")


def read_table(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


class Story(Tap):
    def __init__(self, folder):
        self.folder, self.daemon = folder, None
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def run(self, home, *arguments, language="en"):
        return subprocess.run([KUKYOKU, "--home", self.path(home), *arguments, "--lang", language],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, start_new_session=True)

    def expect(self, status, what, home, *arguments, code=None):
        done = self.run(home, *arguments)
        passed = done.returncode == status and (code is None or f"[{code}]" in done.stderr)
        self.check(passed, what, f"exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def value(self, home, *arguments):
        done = self.run(home, "data", "get", "--json", *arguments)
        return [(c["area"], c["value"], c["missing"], c["scope"])
                for c in json.loads(done.stdout)["cells"]]

    def write(self, name, text, encoding="utf-8"):
        with open(self.path(name), "w", encoding=encoding, newline="") as f:
            f.write(text)
        return self.path(name)

    def found(self, *more, indicators="* = open"):
        """An authority; how sensitive its indicators are stands at the publisher's desk."""
        done = self.run("", "authority", "init", "--dir", self.folder, "--demo", *more)
        if done.returncode not in (0, WARNINGS):
            raise RuntimeError(done.stderr)
        self.write("publisher/disclosure.ini", f"[indicator]\n{indicators}\n")

    def start(self):
        os.makedirs(self.path("spool"))
        ini = self.write("kukyokud.ini", "[daemon]\ndesk = daemon\nstore = store.db\n"
                         f"spool = spool\nlisten = 127.0.0.1:{self.port}\n")
        with open(self.path("log"), "w") as log:
            self.daemon = subprocess.Popen([KUKYOKUD, "--config", ini], stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log)

    def settle(self, count):
        """Until the daemon has taken this many releases."""
        for _ in range(400):
            done = self.path("spool", "done")
            taken = [n for n in os.listdir(done) if "release" in n] if os.path.isdir(done) else []
            if len(taken) >= count:
                return
            time.sleep(0.05)
        raise RuntimeError("the spool stands still")


def table(*names):
    return [part for n, scope in names for part in ("--scope", f"{scope}={os.path.join(DATA, n)}")]


ALL = table(("public.csv", "pub"), ("internal.csv", "int"), ("restricted-14133.csv", "r:14133"))


def bad_tables(s):
    bad = s.write("bad.csv", HEAD + "a,中原区,2020,,１２３人,,人,,,,\na,14133,2020,,\"1,23\",,,,,,\n"
                  "a,14133,2020,,2,,,,,,\na,14133,2020,,3,,,,,,\n")
    s.expect(FAILED, "no release, no template", "publisher", "release", "template",
             s.path("no.csv"), code="E6008")
    s.expect(0, "the tables of the story are sound", "publisher", "release", "check",
             *(os.path.join(DATA, n) for n in ("public.csv", "internal.csv")))
    s.expect(FAILED, "a bad table is refused", "publisher", "release", "check", bad, code="E2001")
    done = s.run("publisher", "--json", "release", "check", bad)
    told = [(i["line"], i["column"], i["value"]) for i in json.loads(done.stdout)[0]["issues"]]
    text = s.run("publisher", "release", "check", bad).stderr
    s.check("preliminary and final figures side by side need an indicator each" in text,
            "a double is told with what may have been meant", text)
    s.check(told == [(2, "area", "中原区"), (2, "value", "１２３人"), (3, "value", "1,23"),
                     (5, "", "a")], "with line, column and value", told)
    wide = s.path("cp932.csv")
    with open(wide, "w", encoding="cp932", newline="\r\n") as f:
        f.write((HEAD + "a\t14133\t令和元年５月\t\t△１，２３４\t\t人\t\t\t\t\n").replace(",", "\t"))
    told = json.loads(s.run("publisher", "--json", "release", "check", wide).stdout)[0]
    s.check((told["encoding"], told["separator"], told["rows"], told["issue_count"],
             told["rewritten"]) == ("CP932", "\t", 1, 0, 2), "a table from a spreadsheet", told)
    s.expect(FAILED, "UTF-16 is named", "publisher", "release", "check",
             s.write("utf16.csv", "\ufeffa", "utf-16"), code="E2003")
    for name, text, encoding, code, words in (
            ("euc.csv", HEAD + "a,川崎市,2020\n", "euc_jp", "E2003", "it is EUC-JP"),
            ("jis.csv", HEAD + "a,川崎市,2020\n", "iso2022_jp", "E2003", "it is ISO-2022-JP"),
            ("page.csv", "<html><body>404</body></html>", "utf-8", "E2019", "a web page (HTML)")):
        told = s.run("publisher", "release", "check", s.write(name, text, encoding))
        s.check(told.returncode == FAILED and f"[{code}]" in told.stderr and words in told.stderr,
                words + " is told", told.stderr)
    s.check(json.loads(done.stdout)[0]["issues"][3]["other_line"] == 4, "both lines of a double")
    s.expect(FAILED, "nothing is built from it", "publisher", "release", "build", "--scope",
             f"pub={bad}", "--title", "t", "--out", s.path("no.kkyb"), code="E2001")
    s.check(not os.path.exists(s.path("no.kkyb")), "and no draft is left")
    s.expect(FAILED, "a table that is not there", "publisher", "release", "check",
             s.path("nope.csv"), code="E1007")
    s.expect(DENIED, "a scope that carries no figures", "publisher", "release", "build",
             *table(("public.csv", "w:14133")), "--title", "t", "--out", s.path("no.kkyb"),
             code="E5006")
    s.expect(USAGE, "a scope without a file", "publisher", "release", "build", "--scope", "pub",
             "--title", "t", "--out", s.path("no.kkyb"), code="E7001")


def first_release(s):
    build = ["release", "build", *ALL, "--title", "統計"]
    s.expect(0, "a rehearsal", "publisher", *build, "--out", s.path("dry.kkyb"), "--dry-run")
    s.check(not os.path.exists(s.path("dry.kkyb")), "writes nothing")
    s.expect(0, "a draft", "publisher", *build, "--out", s.path("d1.kkyb"))
    s.expect(0, "the same once more", "publisher", *build, "--out", s.path("d1b.kkyb"))
    one, two = (open(s.path(n), "rb").read() for n in ("d1.kkyb", "d1b.kkyb"))
    same = os.path.commonprefix([one[-33::-1], two[-33::-1]])
    s.check(len(same) > len(one) - 1200, "gives the same blobs; catalogs differ by time",
            len(same))
    s.expect(VERIFY, "one signature is not enough", "publisher", "release", "publish",
             s.path("d1.kkyb"), "--out", s.path("x.kkyb"), code="E3003")
    with open(s.path("bent.kkyb"), "wb") as f:
        f.write(one[:3000] + bytes([one[3000] ^ 1]) + one[3001:])
    s.expect(VERIFY, "an altered draft is not signed", "approver", "release", "approve",
             s.path("bent.kkyb"))
    with open(s.path("cut.kkyb"), "wb") as f:
        f.write(one[:3000])
    s.expect(VERIFY, "nor one that was cut", "approver", "release", "approve", s.path("cut.kkyb"),
             code="E6004")
    s.expect(0, "the second signature", "approver", "release", "approve", s.path("d1.kkyb"),
             "--out", s.path("s1.kkyb"))
    s.expect(USAGE, "publishing needs a place", "publisher", "release", "publish",
             s.path("s1.kkyb"), code="E7001")
    s.expect(0, "published", "publisher", "release", "publish", s.path("s1.kkyb"), "--spool",
             s.path("spool"))
    s.expect(CONFLICT, "the other draft is of yesterday", "publisher", "release", "publish",
             s.path("d1b.kkyb"), "--out", s.path("x.kkyb"), code="E2002")


def second_release(s):
    s.expect(UNCHANGED, "nothing new, nothing built", "publisher", "release", "build", *ALL,
             "--title", "t", "--out", s.path("no.kkyb"), "--exit-code-unchanged")
    text = open(os.path.join(DATA, "public.csv"), encoding="utf-8").read()
    revised = text.replace("area,14131,2010-10-01,,39.21", "area,14131,2010-10-01,,39.22")
    table_2 = s.write("public2.csv", revised)
    s.expect(0, "a correction", "publisher", "release", "build", "--scope", f"pub={table_2}",
             "--title", "訂正", "--note", "面積", "--out", s.path("d2.kkyb"))
    s.check(os.path.getsize(s.path("d2.kkyb")) < os.path.getsize(s.path("d1.kkyb")) / 2,
            "travels as a delta")
    s.expect(DENIED, "the publisher is not the second person", "publisher", "release", "approve",
             s.path("d2.kkyb"), code="E5004")
    s.expect(0, "signed in place", "approver", "release", "approve", s.path("d2.kkyb"))
    s.expect(0, "published", "publisher", "release", "publish", s.path("d2.kkyb"), "--spool",
             s.path("spool"))
    done = json.loads(s.run("publisher", "--json", "release", "list").stdout)
    s.check([(r["release"], r["title"], r["signatures"]) for r in done] ==
            [(1, "統計", 2), (2, "訂正", 2)], "the desk knows its releases", done)
    s.expect(FAILED, "and no others", "publisher", "release", "show", "3", code="E6008")
    s.check("面積" in s.run("publisher", "release", "list").stdout, "and what was corrected")


def next_table(s):
    """A template, filled in with the figures of the release, is that release. [DK-6]"""
    made, area = s.path("next.csv"), ("--indicator", "area", "--scope", "pub")
    s.expect(0, "a rehearsal of next year's table", "publisher", "release", "template", made,
             "--dry-run")
    s.check(not os.path.exists(made), "writes nothing")
    s.expect(0, "next year's table", "publisher", "release", "template", made, *area)
    s.expect(FAILED, "never written over another", "publisher", "release", "template", made, *area,
             code="E1008")
    later = read_table(made)
    with open(s.path("public2.csv"), encoding="utf-8", newline="") as f:
        before = {tuple(r[k] for k in KEY): r for r in csv.DictReader(f)}
    newest = max(k[2] for k in before if k[0] == "area")
    s.check({r["period"] for r in later} == {str(int(newest[:4]) + 1) + newest[4:]} and
            len(later) == sum(k[0] == "area" and k[2] == newest for k in before) and
            {r["value"] for r in later} == {""} and {r["unit"] for r in later} == {"km2"},
            "asks for each cell a year later", later[:2])
    done = s.run("publisher", "release", "check", made, "--mapping", s.path("next.ini"))
    s.check(done.returncode == FAILED and "L1-09" in done.stderr, "an empty cell is no figure",
            done.stderr)
    same = s.path("same.csv")
    s.expect(0, "the table of a period", "publisher", "release", "template", same, *area,
             "--period", newest)
    rows = read_table(same)
    for r in rows:
        was = before[tuple(r[k] for k in KEY)]
        r.update(value=was["value"], mark=was["missing"], status=was["status"], note=was["note"])
    with open(same, "w", encoding="utf-8-sig", newline="") as f:
        out = csv.DictWriter(f, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
    done = s.run("publisher", "--json", "release", "check", same, "--mapping", s.path("same.ini"),
                 "--keep-mapping")
    told = json.loads(done.stdout)[0]
    s.check(told["counts"]["same"] == len(rows) and told["counts"]["new"] == 0 and
            told["counts"]["changed"] == 0 and not [i for i in told["issues"] if i["refuses"]],
            "filled in with its own figures it is the release", told)
    done = s.run("publisher", "--json", "release", "check", same)
    s.check(json.loads(done.stdout)[0]["mapping"] == "table to fill in", "found again", done.stdout)
    every = json.loads(s.run("publisher", "--json", "release", "template", s.path("all.csv")).stdout)
    rows = read_table(s.path("all.csv"))
    keys = {tuple(r[k] for k in KEY) for r in rows}
    s.check(every["rows"] == len(rows) == len(keys) and len({r["indicator"] for r in rows}) > 20,
            "all scopes, each cell once", every)
    s.expect(USAGE, "a period that is none", "publisher", "release", "template", s.path("no.csv"),
             "--period", "R8", code="E7001")
    s.expect(FAILED, "an indicator that is none", "publisher", "release", "template",
             s.path("no.csv"), "--indicator", "nope", code="E1007")
    s.expect(FAILED, "a scope that is none", "publisher", "release", "template", s.path("no.csv"),
             "--scope", "r:14136", code="E1007")
    s.check(not os.path.exists(s.path("no.csv")), "and no file is left")


def keys_and_locks(s):
    key = s.path("publisher", "desk.key")
    os.chmod(key, 0o644)
    s.expect(DENIED, "a key that others can read", "publisher", "release", "build",
             *table(("internal.csv", "pub")), "--title", "t", "--out", s.path("no.kkyb"),
             code="E1009")
    os.chmod(key, 0o600)
    with open(s.path("approver", "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        s.expect(LOCKED, "a home in use", "approver", "release", "approve", s.path("d2.kkyb"),
                 code="E1006")


def one_area(s):
    """An area over all indicators is what each indicator says of it, in every view. [DA-1]"""
    names = sorted({i["indicator"] for i in
                    json.loads(s.run("approver", "data", "list", "--json").stdout)["indicators"]})
    for area in ("14133-03", "14131", "14130"):
        for more in ((), ("--public",), ("--as-of", "1"), ("--breakdown", "")):
            whole = s.value("approver", "--area", area, *more)
            parts = [cell for name in names
                     for cell in s.value("approver", "--indicator", name, "--area", area, *more)]
            s.check(whole == parts and whole, " ".join((area, *more)), (len(whole), len(parts)))
    text = s.run("approver", "data", "get", "--area", "14133-03").stdout
    s.check("population_census" in text, "the table names the indicators", text[:400])


def reading(s):
    s.settle(2)
    s.expect(0, "a device syncs", "approver", "sync")
    area = ("--indicator", "area", "--area", "14131")
    s.check(s.value("approver", *area) == [("14131", 39.22, "", "pub")], "the newest value")
    s.expect(FAILED, "a release that is not held", "approver", "data", "get", *area, "--as-of",
             "9", code="E6008")
    older = ("--indicator", "population_census", "--area", "14133-03", "--breakdown", "age=65-")
    s.check(s.value("approver", *older) == [("14133-03", 5895, "", "r:14133")],
            "the most restricted scope that is held gives the value",
            s.value("approver", *older))
    s.check(s.value("approver", *older, "--public") == [("14133-03", None, "x", "pub")],
            "the public view opens pub alone")
    cells = s.value("approver", "--indicator", "population_census", "--area", "14133-01",
                    "--period", "2010-10-01", "--breakdown", "", "--compare")
    s.check(sorted(c[:2] for c in cells) ==
            [("14130", 1425512), ("14133", 233925), ("14133-01", 56143)],
            "area, ward and city side by side", cells)
    one_area(s)
    s.expect(WARNINGS, "no such figure", "approver", "data", "get", "--indicator", "nope")
    s.expect(USAGE, "neither indicator nor area", "approver", "data", "get", code="E7001")
    s.expect(USAGE, "a comparison of everything", "approver", "data", "get", "--area", "14133-01",
             "--compare", code="E7001")
    s.expect(USAGE, "a comparison needs an area", "approver", "data", "get", "--indicator", "area",
             "--compare", code="E7001")
    listed = json.loads(s.run("approver", "data", "list", "--json").stdout)["indicators"]
    s.check({i["scope"] for i in listed} == {"pub", "int", "r:14133"} and
            sum(i["rows"] for i in listed) == 549, "all indicators are listed")


def exports(s):
    csv, db = s.path("out.csv"), s.path("out.db")
    s.expect(0, "a table of all figures", "approver", "data", "export", "--format", "csv", csv)
    s.expect(FAILED, "never written over another", "approver", "data", "export", "--format", "csv",
             csv, code="E1008")
    s.expect(UNCHANGED, "reads as what was released", "publisher", "release", "build", "--scope",
             f"pub={csv}", "--title", "t", "--out", s.path("no.kkyb"), "--exit-code-unchanged")
    s.expect(0, "a database of all figures", "approver", "data", "export", "--format", "sqlite",
             "--scope", "int", db)
    rows = sqlite3.connect(db).execute("SELECT count(*), max(scaled) FROM observations")
    s.check(rows.fetchone()[0] == 93, "with every row of its scope")
    s.expect(FAILED, "a scope that is not held", "approver", "data", "export", "--format", "csv",
             "--scope", "r:14136", s.path("no.csv"), code="E1007")
    s.expect(USAGE, "an unknown format", "approver", "data", "export", "--format", "xls", csv,
             code="E7001")


def play(s):
    s.found("--endpoint", f"127.0.0.1:{s.port}")
    s.start()
    for part in (bad_tables, first_release, second_release, next_table, keys_and_locks, reading, exports):
        part(s)


def main():
    with tempfile.TemporaryDirectory(prefix="kukyoku-release-") as folder:
        os.mkdir(os.path.join(folder, "a"))
        s = Story(os.path.join(folder, "a"))
        try:
            play(s)
        finally:
            if s.daemon:
                s.daemon.terminate()
                s.daemon.wait(20)
    return s.done()


if __name__ == "__main__":
    sys.exit(main())
