#!/usr/bin/env python3
"""The page's server as real processes: the very objects of --json behind its addresses, a sync that
two windows share, a passphrase that is kept, and everything that somebody else on the machine or on
the network may try against it.

usage: page_processes.py KUKYOKU KUKYOKUD
"""
import fcntl
import json
import os
import re
import signal
import socket
import sys
import threading
import time

from city import City
from page import Page
from page_users import two_users
from record_processes import body_of, write as write_text

HEAD = "indicator,area,period,breakdown,value,missing,unit,status,method,source,note\n"
FIGURES = HEAD + "".join("population,%s,%d,,%d,,人,,,,\n" % (area, year, value + year)
                         for area, value in (("14130", 9000), ("14133", 1000), ("14133-01", 300))
                         for year in (2019, 2020))
PEOPLE = {"lead": ("lead", "14133"), "second": ("lead", "14133"), "officer": ("officer", "")}
API = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/page-api.md")
STRANGE = {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"}


def needed(page, kind):
    """What a record of the kind must have, from the table itself."""
    return body_of(page.get("record/fields/" + kind).json()["data"], {}, True)


def settle(page):
    until = time.monotonic() + 60
    while True:
        state = page.get("sync").json()["data"]
        if not state["running"]:
            return state
        if time.monotonic() > until:
            raise RuntimeError("the sync does not end")
        time.sleep(0.05)


# --- the same objects as on the command line ---
def same_objects(city, page):
    made = page.post("issue/new", fields=needed(page, "issue")).json()["data"]
    reads = [("status",), ("record/fields", "record", "fields"),
             ("record/fields/voice", "record", "fields", "voice"),
             ("issue/list", "issue", "list"), ("issue/show/" + made["id"], "issue", "show", made["id"]),
             ("timeline/" + made["id"], "timeline", made["id"]), ("data/list", "data", "list"),
             ("data/get?indicator=population", "data", "get", "--indicator", "population"),
             ("sheet/14133-01", "sheet", "14133-01"), ("case/list", "case", "list"),
             ("program/list", "program", "list"), ("record/list/voice", "record", "list", "voice"),
             ("karte/14133-01?list", "karte", "14133-01", "--list"),
             ("search/%E7%AC%AC", "search", "第"), ("record/tables", "record", "tables"),
             ("digest?since=2026-01-01", "digest", "--since", "2026-01-01"),
             ("media/list", "media", "list"), ("device/list", "device", "list"),
             ("device/list?ward=all", "device", "list", "--ward", "all")]
    for path, *line in reads:
        reply = page.ask("GET", "/api/" + path, headers=page.headers())
        told = json.loads(city.call(*(line or [path]), "--json", home="lead").stdout)
        same = reply.json()["data"]
        for instant in ("as_of",): # what moves with the clock
            for one in (told, same, told.get("origin", {}), same.get("origin", {})):
                one.pop(instant, None)
        city.check(reply.status == 200 and same == told, "/api/%s is what --json prints" % path,
                   reply.body[:400])
    return made


def languages(city, page):
    ja = page.send("GET", "issue/show/ffff", lang="ja")
    en = page.send("GET", "issue/show/ffff", lang="en-GB,en;q=0.9")
    city.check(ja.status == en.status == 404 and ja.code() == en.code() == "E1007"
               and ja.json()["error"]["message"] != en.json()["error"]["message"]
               and ja.json()["error"]["remedy"], "a refusal in both languages", ja.body + en.body)


def command_faults(city, page):
    for path, status, code, what in (
            ("data/get", 400, "E7001", "an option that must be given"),
            ("data/get?indicator=p&indicator=q", 400, "E7001", "an option given twice"),
            ("data/get?indicator=p&home=/etc", 400, "E7001", "a global option"),
            ("data/get?indicator=p&format=csv", 400, "E7001", "an option this address does not take"),
            ("karte/14133-01?extract", 400, "E7001", "reading that would write"),
            ("karte/14133-01?out=/tmp/x", 400, "E7001", "a file of the machine"),
            ("issue/show", 400, "E7001", "too few arguments"),
            ("issue/show/a/b", 400, "E7001", "too many arguments"),
            ("record/list/nothing", 400, "E7001", "an unknown kind"),
            ("status?dry-run", 400, "E7001", "a trial of what only reads")):
        reply = page.ask("GET", "/api/" + path, headers=page.headers())
        city.check(reply.status == status and reply.code() == code, what + " is refused",
                   "%d %s" % (reply.status, reply.body))


# --- sync ---
def sync_shared(city, page):
    first = page.send("POST", "sync", "{}", Content_Type="application/json")
    second = page.send("POST", "sync", "{}", Content_Type="application/json")
    state = settle(page)
    city.check(first.status == second.status == 202 and state["last"]["exit"] == 0
               and "release" in state["last"]["data"], "two windows share one sync", state)
    city.end()
    page.send("POST", "sync", "{}", Content_Type="application/json")
    state = settle(page)
    city.check(state["last"]["exit"] == 5 and state["last"]["error"]["code"] == "E4001"
               and state["last"]["error"]["remedy"], "a sync without a line says why", state)
    status = page.get("status").json()
    city.check(status["data"]["failure"] == "E4001", "status goes on without the daemon", status)
    city.start()


# --- the road of a case, through two pages ---
def step(city, page, what, path, fields=None, **options):
    reply = page.post(path, fields, **options)
    city.check(reply.status == 200, what, "%d %s" % (reply.status, reply.body[:400]))
    return reply.json()["data"] if reply.status == 200 else {"id": "", "records": []}


def sync(page):
    page.send("POST", "sync", "{}", Content_Type="application/json")
    return settle(page)


def road(city, lead):
    whole = body_of(lead.get("record/fields/issue").json()["data"], {}, False)
    with Page(city, "officer", lang="ja") as officer:
        cases = []
        for number in range(2):
            issue = step(city, lead, "an issue is written", "issue/new", dict(
                whole, title="課題 %d" % number))
            step(city, lead, "it climbs a rung", "issue/rung/%s/framed" % issue["id"])
            trial = lead.post("issue/submit/" + issue["id"], dry_run=True)
            city.check(trial.status == 200 and trial.json()["data"] is None,
                       "submitting it is tried", trial.body)
            cases.append(step(city, lead, "it is submitted", "issue/submit/" + issue["id"])["id"])
        sync(lead), sync(officer)
        queue = officer.get("case/list", waits="bureau").json()["data"]["records"]
        city.check({c["id"] for c in queue} >= set(cases), "both stand in the queue", queue)
        wrong = officer.post("case/negotiate/" + cases[0])
        city.check(wrong.status == 409 and wrong.code() == "E5005", "an act out of its order",
                   wrong.body)
        city.check(lead.post("case/receive/" + cases[0]).status == 403, "an act of the other side")
        for case in cases:
            step(city, officer, "it is received", "case/receive/" + case)
        docket = step(city, officer, "a docket is made", "docket/new", dict(
            body_of(officer.get("record/fields/docket").json()["data"], {}, True), cases=cases))
        done = step(city, officer, "one act for both", "docket/act/%s/review" % docket["id"])
        city.check([r["state"] for r in done["records"]] == ["in_review"] * 2, "is told as one object",
                   done)
        step(city, officer, "the bureau asks", "case/ask/" + cases[0], {"reason": "対象は何人ですか"})
        sync(officer), sync(lead)
        step(city, lead, "the ward replies", "case/reply/" + cases[0], {"reason": "約三十人です"})
        acts = lead.get("timeline/" + cases[0]).json()["data"]["acts"]
        city.check([a["act"] for a in acts] == ["submit", "receive", "review", "ask", "reply"]
                   and all(a["receipt"] for a in acts[:-1]), "the road is told with receipts", acts)
        city.check([a["said"] for a in acts[2:]] == [[], ["対象は何人ですか"], ["約三十人です"]],
                   "and with what was said at each", acts)
        officer.end()


def conflict(city, page):
    one = step(city, page, "a voice", "record/new/voice", needed(page, "voice"))["id"]
    sync(page)
    city.run("sync", home="officer")
    for home in ("lead", "second"):
        city.run("sync", home=home)
    city.run("record", "edit", one, "--set", "title=乙", home="second")
    step(city, page, "is edited", "record/edit/" + one, {"title": "甲"})
    city.run("sync", home="second")
    sync(page)
    shown = page.get("record/conflicts/" + one).json()
    city.check(shown["exit"] == 6 and set(shown["data"]["conflicts"]["title"]) == {"甲", "乙"}
               and {w["holder"] for w in shown["data"]["writers"]["title"]} == {"lead", "second"},
               "both sides are shown, with their writers", shown)
    both = shown["data"]["conflicts"]["title"]
    settled = step(city, page, "one is taken", "record/resolve/" + one, take=[
        "title=%d" % (both.index("乙") + 1)])
    city.check(settled["fields"]["title"] == "乙" and not settled["conflicts"], "and stands", settled)


def news(city, page):
    """A mark that costs nothing to ask for, and is another when a sync or another program wrote."""
    mark = lambda: page.get("news").json()["data"]["mark"]
    first = mark()
    city.check(first == mark() and len(first) == 16, "a home at rest has one mark", first)
    city.run("record", "new", "voice", *set_of(needed(page, "voice")), home="second")
    city.run("sync", home="second")
    city.run("sync", home="lead")
    second = mark()
    city.check(second != first and second == mark(), "another one when another program synced", second)


def set_of(fields):
    return [word for name, value in fields.items()
            for one in (value if isinstance(value, list) else [value])
            for word in ("--set", "%s=%s" % (name, one))]


def emptied(city, page):
    one = step(city, page, "a voice", "record/new/voice",
               dict(needed(page, "voice"), note="個人のこと"))["id"]
    left = step(city, page, "a note is taken out", "record/edit/" + one, {"note": ""})
    city.check("note" not in left["fields"] and "note" not in
               page.get("record/show/" + one).json()["data"]["fields"], "and is gone", left)
    refused(city, "what must be there", page.post("record/edit/" + one, {"areas": []}), 400, "E5007")


def hand_over(city, page):
    initiative = step(city, page, "an initiative", "record/new/initiative", dict(
        body_of(page.get("record/fields/initiative").json()["data"], {}, True), holder="lead"))
    told = page.post("record/handover", to="second", note="よろしく", **{"from": "lead"})
    city.check(told.status == 200 and initiative["id"] in [
        r["id"] for r in told.json()["data"]["records"]], "is handed over", told.body[:400])


def edition(city, page):
    made = step(city, page, "an edition is extracted", "karte/14133-01", title="地区カルテ", year=2026,
                figure=["population 2020"], paragraph=["坂の多い地区です。"])
    listed = page.get("karte/14133-01", list="").json()["data"]
    city.check(made and listed, "and listed", listed)
    paper = page.get("karte.html/14133-01")
    city.check(paper.status == 200 and "坂の多い地区です。" in paper.body.decode(), "and printed",
               paper.body[:300])


# --- the door ---
def refused(city, what, reply, status, code):
    city.check(reply.status == status and (code is None or reply.code() == code),
               what + ": %d %s" % (status, code or ""), "%d %s" % (reply.status, reply.body[:300]))
    kept = reply.headers.get("cache-control") == "no-store"
    policy = reply.headers.get("content-security-policy", "")
    city.check(kept and all(part in policy for part in STRANGE), what + ": headers", reply.headers)


def door(city, page):
    good, api = page.headers(), "/api/status"
    for host in ("evil.example:%d" % page.port, "127.0.0.1", "127.0.0.1:%d" % (page.port + 1),
                 "127.0.0.1.evil.example:%d" % page.port, "[::1]:%d" % page.port, ""):
        refused(city, "Host %r" % host, page.ask("GET", api, headers=dict(good, Host=host)), 421,
                "E8001")
        refused(city, "a file for Host %r" % host, page.ask("GET", "/", headers={"Host": host}),
                421, "E8001")
    local = dict(good, Host="localhost:%d" % page.port, Origin="http://localhost:%d" % page.port)
    city.check(page.ask("GET", api, headers=local).status == 200, "localhost is ours too")
    for name, changed in (("Cookie", None), ("Cookie", "kukyoku-%d=%s" % (page.port, "0" * 64)),
                          ("Cookie", page.cookie.replace("kukyoku-", "other-")),
                          ("X-Kukyoku", None), ("X-Kukyoku", "1"),
                          ("X-Kukyoku", page.key[:-1]), ("X-Kukyoku", page.key + "0")):
        refused(city, "%s: %s" % (name, changed), page.ask(
            "GET", api, headers=page.headers(**{name.replace("-", "_"): changed})), 401, "E8002")
    for name, changed in (("Origin", "http://evil.example"), ("Origin", "null"),
                          ("Origin", "https://127.0.0.1:%d" % page.port),
                          ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
                          ("Sec-Fetch-Site", "none")):
        refused(city, "%s: %s" % (name, changed), page.ask(
            "GET", api, headers=page.headers(**{name.replace("-", "_"): changed})), 403, "E8003")
    refused(city, "a write without Origin", page.ask(
        "POST", "/api/sync", "{}", page.headers(Origin=None, Content_Type="application/json")),
            403, "E8003")


def every_route(city, page):
    """None has a door of its own: each is asked as nobody may ask it, and none does what it is for."""
    with open(API, encoding="utf-8") as file:
        routes = re.findall(r"^\| (GET|POST|PUT) \| `([^`]+)` \|", file.read(), re.M)
    far = "http://evil.example"
    wrong = {  # what is sent besides, and what is answered
        "another method": ({"method": "DELETE"}, {}, 405, "E8005"),
        "no session": ({}, {"Cookie": None}, 401, "E8002"),
        "no key": ({}, {"X_Kukyoku": None}, 401, "E8002"),
        "another Host": ({}, {"Host": "evil.example"}, 421, "E8001"),
        "another Origin": ({}, {"Origin": far, "Sec_Fetch_Site": "cross-site"}, 403, "E8003"),
        "no JSON": ({"only": "POST", "body": "{"}, {}, 400, "E8006"),
        "no type": ({"only": "POST", "body": "{}"}, {"Content_Type": "text/plain"}, 415, "E8008"),
        "too long a body": ({"only": "POST", "body": "x" * (1 << 20 | 1)}, {}, 413, "E8007"),
        "a body to read": ({"only": "GET", "body": "{}"}, {}, 413, "E8007"),
    }
    for what, (how, headers, status, code) in wrong.items():
        other, asked = [], 0
        for method, path in routes:
            if how.get("only", method) != method:
                continue
            kind = "application/octet-stream" if method == "PUT" else "application/json"
            reply = page.send(how.get("method", method), re.sub(r"[A-Z][A-Z.]*", "x", path),
                              how.get("body"), **{"Content_Type": kind, **headers})
            asked += 1
            if (reply.status, reply.code()) != (status, code):
                other.append("%s %s: %d %s" % (method, path, reply.status, reply.body[:90]))
        city.check(asked and not other, "%s: %d of %d routes, %d" % (what, asked, len(routes), status),
                   "\n".join(other))


def entitled(city):
    """What a device may not read is not there for its page either."""
    with Page(city, "officer") as officer, Page(city, "lead") as lead:
        made = lead.post("record/new/voice", fields=needed(lead, "voice")).json()["data"]
        lead.post("sync"), settle(lead), officer.post("sync"), settle(officer)
        for path, status in (("record/show/" + made["id"], 404), ("timeline/" + made["id"], 404),
                             ("record/print.html/" + made["id"], 404)):
            reply = officer.get(path)
            city.check(reply.status == status and reply.json()["data"] is None,
                       "another scope: " + path.split("/")[1], reply.body[:200])
        listed = officer.get("record/list/voice").json()
        city.check(made["id"] not in json.dumps(listed), "nor in a list", listed)
        for path, who in (("record/new/memo", lead), ("record/new/voice", officer),
                          ("issue/new", officer), ("docket/new", lead), ("program/new", lead)):
            kind = path.split("/")[-1] if "record" in path else path.split("/")[0]
            reply = who.post(path, fields=needed(who, kind))
            city.check(reply.status == 403 and reply.json()["error"]["remedy"],
                       "writing what is another's: " + path, reply.body[:300])
        scope = officer.get("data/export.csv", scope="r:14133")
        city.check(scope.status >= 400, "figures of a closed scope", scope.body[:200])


def page_files(city, page):
    first = page.ask("GET", "/")
    again = page.ask("GET", "/", headers={"If-None-Match": first.headers.get("etag", "")})
    head = page.ask("HEAD", "/")
    city.check(first.status == 200 and first.headers["content-type"].startswith("text/html")
               and first.headers["cache-control"] == "no-cache", "the page is inside the program",
               first.headers)
    city.check(again.status == 304 and not again.body and head.status == 200 and not head.body,
               "and is not sent twice", (again.status, head.status))
    named = re.findall(r'(?:src|href)="([^"#]+)"', first.body.decode())
    kinds = {path: page.ask("GET", "/" + path.lstrip("./")).headers["content-type"]
             for path in named}
    city.check(named and all(kind.split(";")[0] in (
        "text/javascript", "text/css", "image/svg+xml") for kind in kinds.values()),
               "with all that it names", kinds)


def token(city, page):
    again = page.ask("GET", page.place.path + "?" + page.place.query)
    city.check(again.status == 303 and "set-cookie" not in again.headers
               and again.headers["location"] == "/", "a token used again gives nothing",
               again.headers)
    wrong = page.ask("GET", "/open?token=" + "0" * 64)
    city.check("set-cookie" not in wrong.headers and "key" not in wrong.headers["location"],
               "a wrong token gives nothing", wrong.headers)
    with Page(city, "lead") as other:
        stolen = other.ask("GET", "/api/status", headers=dict(
            other.headers(), Cookie=other.cookie.replace(str(other.port), str(page.port))))
        refused(city, "the session of another page", page.ask(
            "GET", "/api/status", headers=dict(page.headers(), Cookie=other.cookie)), 401, "E8002")
        city.check(stolen.status == 401, "a cookie under another name", stolen.body)
        unused = Page(city, "lead")
        taken = page.ask("GET", "/open?token=" + unused.place.query.split("=")[1])
        city.check("set-cookie" not in taken.headers, "the token of another page gives nothing")
        city.check("HttpOnly" in unused.open().headers["set-cookie"]
                   and unused.cookie and unused.key not in unused.cookie,
                   "the cookie is out of reach of scripts, and not the key")
        city.check(unused.end(signal.SIGINT) == 0, "Ctrl-C ends it")


# --- what is sent ---
def methods(city, page):
    for method, path in (("DELETE", "status"), ("POST", "status"), ("PUT", "issue/new"),
                         ("GET", "issue/new"), ("PATCH", "record/edit/x"), ("HEAD", "status"),
                         ("OPTIONS", "status")):
        reply = page.send(method, path, Content_Type="application/json")
        city.check(reply.status == 405 and reply.headers.get("allow")
                   and (method == "HEAD" or reply.code() == "E8005"), "%s %s: 405, Allow: %s" % (
            method, path, reply.headers.get("allow")), reply.body)
    refused(city, "no such address", page.get("nothing"), 404, "E8004")
    for path in ("statusx", "..", "", "../status", "record"):
        refused(city, "no address %r" % path, page.ask("GET", "/api/" + path,
                                                       headers=page.headers()), 404, "E8004")


def paths(city, page):
    for path in ("/../../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
                 "//etc/passwd", "/index.html/..", "/dist/", "/\\..\\secret", "/etc/passwd%00.html"):
        reply = page.ask("GET", path)
        city.check(reply.status == 404 and reply.code() == "E8004", "no file %r" % path,
                   "%d %s" % (reply.status, reply.body[:200]))
    for path in ("issue/show/%ff", "issue/show/%", "issue/show/a%00b", "issue/list?area=%c0%80",
                 "issue/list?" + "&".join("area=1" for _ in range(80))):
        refused(city, "ill-formed %.30s" % path, page.ask("GET", "/api/" + path,
                                                          headers=page.headers()), 404, "E8004")


def bodies(city, page):
    for body, status, code in (
            ("", 400, "E5007"), ("{", 400, "E8006"), ("[]", 400, "E8006"), ("nul", 400, "E8006"),
            ('{"fields":1}', 400, "E8006"), ('{"more":{}}', 400, "E8006"),
            ('{"options":{"home":"/"}}', 400, "E7001"), ('{"options":{"file":"/etc/passwd"}}', 400, "E7001"),
            ('{"options":{"set":{"a":1}}}', 400, "E8006"), ('{"fields":{"nothing":"x"}}', 400, "E5007"),
            ('{"fields":{"title":{}}}', 400, "E5007"), ('{"fields":{},"fields":{}}', 400, "E8006"),
            ('{"fields":{"title":"a\\u0000b"}}', 400, "E8006"),
            ('{"options":{"set":[%s]}}' % ",".join(['"title=x"'] * 400), 400, "E8006"),
            ("[" * 100000, 400, "E8006")):
        reply = page.send("POST", "issue/new", body, Content_Type="application/json")
        city.check(reply.status == status and reply.code() == code, "a body %.40s: %s" % (
            body, code), "%d %s" % (reply.status, reply.body[:300]))
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                 "application/jsonx", None):
        refused(city, "Content-Type %s" % kind, page.send(
            "POST", "issue/new", "{}", Content_Type=kind), 415, "E8008")
    refused(city, "too long a body", page.send("POST", "issue/new", "x" * (1024 * 1024 + 1),
                                               Content_Type="application/json"), 413, "E8007")
    refused(city, "a body for what reads", page.send("GET", "status", "{}"), 413, "E8007")
    chunked = page.headers(Transfer_Encoding="chunked", Content_Type="application/json")
    refused(city, "a body of no length", page.ask("POST", "/api/issue/new", "0\r\n\r\n", chunked),
            413, "E8007")


def raw(page, text):
    line = socket.create_connection(("127.0.0.1", page.port), timeout=10)
    line.sendall(text)
    return line


def slow(city, page):
    host = b"Host: 127.0.0.1:%d\r\n" % page.port
    held = [raw(page, b"GET /api/status HTTP/1.1\r\n" + host) for _ in range(20)]
    held += [raw(page, b"POST /api/issue/new HTTP/1.1\r\n" + host +
                 "".join("%s: %s\r\n" % h for h in page.headers(
                     Content_Type="application/json").items()).encode() +
                 b"Content-Length: 1000\r\n\r\n{") for _ in range(10)]
    city.check(page.get("status").status == 200, "who sends nothing holds up nobody")
    for line in held:
        line.close()
    big = raw(page, b"GET / HTTP/1.1\r\n" + host + b"X-Long: " + b"x" * 100000 + b"\r\n\r\n")
    told = big.recv(100)
    big.close()
    city.check(b" 4" in told[:13], "headers without end are refused", told)
    for nonsense in (b"\0\0\0\0\r\n\r\n", b"GET\r\n\r\n", b"\xff" * 5000, b"GET / HTTP/9.9\r\n\r\n"):
        line = raw(page, nonsense)
        line.close()
    city.check(page.get("status").status == 200, "nonsense ends nothing")


def windows(city, page):
    """Two windows at once: each writes, none is lost."""
    replies = []

    def window(number):
        for i in range(5):
            replies.append(page.post("record/new/voice", fields=dict(
                voice, title="声 %d-%d" % (number, i))))
    voice = needed(page, "voice")
    before = len(page.get("record/list/voice").json()["data"]["records"])
    threads = [threading.Thread(target=window, args=(n,)) for n in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    after = len(page.get("record/list/voice").json()["data"]["records"])
    city.check(all(r.status == 200 for r in replies) and after == before + 10,
               "two windows write at once", [r.body[:300] for r in replies if r.status != 200])


def pages_of_a_list(city, page):
    whole = page.get("record/list/voice").json()["data"]
    seen, at, rounds = [], 0, 0
    while at is not None and rounds < 100:
        part = page.get("record/list/voice", limit=3, **{"from": at}).json()["data"]
        seen += [r["id"] for r in part["records"]]
        at, rounds = part["next"], rounds + 1
    city.check(len(seen) > 9 and seen == [r["id"] for r in whole["records"]]
               and whole["next"] is None, "a list page by page is the whole list",
               (len(seen), len(whole["records"])))
    past = page.get("record/list/voice", **{"from": 100000}).json()["data"]
    city.check(past["records"] == [] and past["more"] is False and past["next"] is None,
               "and past its end nothing", past)
    refused(city, "a page before the first", page.get("record/list/voice", **{"from": -1}), 400,
            "E7001")


def proofs(city, page):
    """Receipts and logs: shown, kept as files, checked again from the file."""
    case = page.get("case/list", all="").json()["data"]["records"][0]["id"]
    own = page.get("receipt/verify/" + case).json()["data"]
    file = page.get("receipt/export.kkyb/" + case)
    checked = page.send("PUT", "receipt/verify", file.body).json()["data"]
    city.check(file.status == 200 and file.body.startswith(b"KKYB") and own["failed"] == 0
               and own["held"] == checked["held"] > 0, "receipts, shown and kept", (own, checked))
    broken = page.send("PUT", "receipt/verify", file.body[:-40])
    city.check(broken.status == 422 and broken.json()["error"]["remedy"], "half a proof",
               broken.body[:300])
    entries = page.get("audit/list", scope="e:14133").json()["data"]["entries"]
    logs = page.get("audit/export.kkyb", scope="e:14133")
    told = page.send("PUT", "audit/verify", logs.body).json()["data"]
    city.check(entries and logs.status == 200 and told["failed"] == 0, "logs, shown and kept", told)
    city.check(page.get("audit/verify").json()["data"]["failed"] == 0, "and those that are held")
    inside = city.path("inside.kkyb")
    with open(inside, "wb") as out:
        out.write(file.body)
    refused(city, "a proof that lies on the machine", page.send(
        "GET", "receipt/verify/inside.kkyb"), 404, "E1007")
    refused(city, "no proof of two histories", page.get("audit/proof.kkyb"), 404, "E1007")


def crowd(city, page):
    """Writers wait for whoever holds the home; more of them than there is room for are turned away,
    and who reads is served all the while."""
    voice, replies = needed(page, "voice"), []

    def ask():
        replies.append(page.post("record/new/voice", fields=voice))
    with open(city.path("lead", "lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        few = [threading.Thread(target=ask) for _ in range(6)]
        for t in few:
            t.start()
        city.check(page.get("status").status == 200, "who reads does not wait behind who writes")
        many = [threading.Thread(target=ask) for _ in range(34)]
        for t in many:
            t.start()
        city.wait(lambda: len(replies) >= 8, "nobody is turned away")
    for t in few + many:
        t.join()
    told = [(r.status, r.code()) for r in replies]
    city.check(told.count((503, "E8009")) >= 7 and (200, None) in told and set(told) <= {
        (503, "E8009"), (423, "E1006"), (200, None)}, "a crowd is turned away, not lost", told)
    city.check(page.post("record/new/voice", fields=voice).status == 200, "and served afterwards")


# --- files out and in ---
def files(city, page):
    table = page.get("record/export.csv/voice")
    city.run("record", "export", "voice", city.path("voices.csv"), home="lead")
    with open(city.path("voices.csv"), "rb") as file:
        city.check(table.body == file.read() and table.headers["content-type"].startswith("text/csv")
                   and "attachment" in table.headers["content-disposition"]
                   and table.headers["cache-control"] == "no-store", "a table as a file",
                   table.headers)
    figures = page.get("data/get.csv", indicator="population", area="14133-01")
    city.check(figures.body.decode().count("\n") == 3 and b"population" in figures.body,
               "figures as a file", figures.body)
    all_of_pub = page.get("data/export.csv", scope="pub")
    city.check(all_of_pub.body.decode("utf-8-sig").startswith(HEAD.strip()), "all figures as a file",
               all_of_pub.body[:200])
    made = page.get("issue/list").json()["data"]["records"][0]["id"]
    paper = page.get("record/print.html/" + made)
    city.check(paper.status == 200 and paper.headers["content-type"].startswith("text/html")
               and "attachment" in paper.headers["content-disposition"] and b"<html" in paper.body,
               "a record to be printed", paper.body[:300])
    pdf = page.get("record/print.pdf/" + made)
    city.check((pdf.status, pdf.code() if pdf.status != 200 else None) in ((200, None), (422, "E8011"))
               and (pdf.status == 422 or pdf.body.startswith(b"%PDF-")), "or kept as PDF",
               (pdf.status, pdf.body[:200]))
    trial = page.post("sheet.html/14133-01", dry_run=True, title="資料", tick=[made], **{"for": ["包括"]})
    given = page.post("sheet.html/14133-01", title="資料", figure=["population 2020"],
                      **{"for": ["地域包括支援センター"]})
    city.check(trial.headers["content-type"] == "application/json" and given.status == 200
               and b"<html" in given.body, "a part of a sheet for partners", given.body[:300])
    refused(city, "a file of an unknown kind", page.get("record/export.csv/nothing"), 400, "E7001")


    handout = page.post("record/new/handout", fields=dict(needed(page, "handout"),
                                                          digest="1234567890123456" * 4))
    city.check(handout.status == 200, "the digits of a digest are nobody's number",
               handout.body[:300])


def imports(city, page):
    voice = needed(page, "voice")
    row = [";".join(v) if isinstance(v, list) else str(v).split("\n")[0] for v in voice.values()]
    bad = "%s\n,%s\n,%s\n" % (",".join(["id", *voice]), ",".join(row), "," * (len(row) - 1))
    trial = page.send("PUT", "record/import/voice", bad.encode(), query={"dry-run": ""})
    city.check(trial.status == 422 and trial.code() == "E2001"
               and [r["outcome"] for r in trial.json()["data"]["rows"]] == ["new", "rejected"],
               "an import refused row by row", trial.body)
    before = len(page.get("record/list/voice").json()["data"]["records"])
    part = page.send("PUT", "record/import/voice", bad.encode(), query={"accept-valid-rows": ""})
    city.check(part.status == 200 and part.json()["exit"] == 3 and part.json()["data"]["new"] == 1,
               "the sound rows of it", part.body)
    after = len(page.get("record/list/voice").json()["data"]["records"])
    city.check(after == before + 1, "are written, once")
    refused(city, "an import that is no table", page.send("PUT", "record/import/voice",
                                                          b"\x00\xff\xfe\x00"), 422, None)


def media(city, page):
    """Without a line: what waits goes out as a file, what the bureau wrote comes in."""
    page.post("record/new/voice", fields=needed(page, "voice"))
    out = page.post("media/export.kkyb", approver="課長")
    city.check(out.status == 200 and out.body.startswith(b"KKYB")
               and out.headers["content-type"] == "application/octet-stream", "what waits, as a file",
               out.body[:200])
    with open(city.path("spool", "in", "ward.kkyb"), "wb") as spool:
        spool.write(out.body)
    city.settle()
    city.daemon_says("--export", "media", "--ward", "14133", city.path("to-ward.kkyb"))
    with open(city.path("to-ward.kkyb"), "rb") as file:
        whole = file.read()
    broken = page.send("PUT", "media/import", whole[:-10])
    city.check(broken.status == 422 and broken.json()["error"]["remedy"], "half a file", broken.body)
    before = page.get("status").json()["data"]["waiting"]
    brought = page.send("PUT", "media/import", whole)
    after = page.get("status").json()["data"]["waiting"]
    city.check(brought.status == 200 and brought.json()["data"]["entries"] >= 1 and before > after == 0,
               "brings the device in step", brought.body)
    listed = page.get("media/list").json()["data"]["media"]
    city.check([(m["way"], m["approver"]) for m in listed] == [("out", "課長"), ("in", "")],
               "and both stand in the register", listed)


# --- a key with a passphrase ---
def passphrase(city):
    write_text(city, "secret", "ひみつの長い言葉\n")
    os.chmod(city.path("secret"), 0o600)
    city.invite("guarded", "lead", "14136")
    city.run("enroll", city.path("guarded.invite"), "--passphrase-file", city.path("secret"),
             home="guarded")
    city.approve("guarded")
    city.run("sync", home="guarded", status=(0, 3))
    with Page(city, "guarded") as page:
        about = page.get("page").json()["data"]
        city.check(about["passphrase"] and not about["unlocked"], "a passphrase is wanted", about)
        voice = needed(page, "voice")
        refused(city, "writing without it", page.post("record/new/voice", fields=voice), 403, "E1010")
        for body, status, code in (('{"passphrase":"no"}', 403, "E1010"), ("{}", 400, "E8006"),
                                   ('{"passphrase":1}', 400, "E8006")):
            refused(city, "unlock %s" % body, page.send("POST", "unlock", body,
                                                        Content_Type="application/json"), status, code)
        page.send("POST", "unlock", json.dumps({"passphrase": "ひみつの長い言葉"}),
                  Content_Type="application/json")
        city.check(page.get("page").json()["data"]["unlocked"], "it is kept")
        city.check(page.post("record/new/voice", fields=voice).status == 200, "writing with it")
        page.send("POST", "lock", "{}", Content_Type="application/json")
        city.check(page.post("record/new/voice", fields=voice).status == 403, "and not after")


# --- beginning and end ---
def start_and_end(city):
    city.refuse(2, "E7001", "a port that is none", "ui", "--no-open", "--port", "0", home="lead")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        city.refuse(1, "E8010", "a port that is taken", "ui", "--no-open", "--port",
                    taken.getsockname()[1], home="lead")
    with Page(city, "nowhere") as page:
        empty = page.get("status")
        city.check(empty.status == 404 and empty.json()["error"]["remedy"],
                   "a home that is not there yet", empty.body)
    page = Page(city, "lead")
    page.open()
    ended = page.send("POST", "quit", "{}", Content_Type="application/json")
    city.check(ended.status == 200 and page.process.wait(20) == 0, "the page ends the program",
               ended.body)
    page.end()


def main(kukyoku, kukyokud):
    with City(kukyoku, kukyokud) as city:
        city.found()
        city.start()
        city.enrol(PEOPLE)
        city.publish("第1版", pub=write_text(city, "figures.csv", FIGURES))
        with Page(city, "lead") as page:
            sync_shared(city, page)
            same_objects(city, page)
            road(city, page)
            conflict(city, page)
            news(city, page)
            emptied(city, page)
            hand_over(city, page)
            edition(city, page)
            languages(city, page)
            command_faults(city, page)
            door(city, page)
            every_route(city, page)
            page_files(city, page)
            token(city, page)
            methods(city, page)
            paths(city, page)
            bodies(city, page)
            slow(city, page)
            windows(city, page)
            crowd(city, page)
            pages_of_a_list(city, page)
            proofs(city, page)
            files(city, page)
            imports(city, page)
            media(city, page)
            city.check(page.end() == 0, "it ends when it is told to")
        entitled(city)
        passphrase(city)
        two_users(city)
        start_and_end(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
