#!/usr/bin/env python3
"""Every address of the page's API, from its own table (`page`): asked in every wrong way, with the
session of another person of the same machine, and by whoever its command is not for. A new row of
routes.def is tried without a line here.

usage: route_processes.py KUKYOKU KUKYOKUD
"""
import json
import sys

from city import City
from page import Page
from page_processes import FIGURES, needed, sync
from record_processes import body_of, value_of, write as write_text

PEOPLE = {"lead": ("lead", "14133"), "staff": ("staff", "14133"), "officer": ("officer", ""),
          "neighbour": ("lead", "14136")}
JSON_MAX, FILE_MAX = 1024 * 1024, 64 * 1024 * 1024
JSON = {"Content_Type": "application/json"}
BODIES = {"GET": None, "POST": "{}", "PUT": "id\n"}
TAKES_NOTHING = ("sync", "lock", "quit")


class Wrong:
    """What was answered otherwise than it should be; told once, at the end."""

    def __init__(self, city, what):
        self.city, self.what, self.asked, self.found = city, what, 0, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.city.check(self.asked > 0 and not self.found, "%s (%d times)" % (
            self.what, self.asked), json.dumps(self.found, ensure_ascii=False, indent=1)[:3000])

    def expect(self, how, route, reply, answers):
        """answers: pairs of status and code, one of which it must be. No data, and a remedy."""
        self.asked += 1
        told = reply.json()
        if (reply.status, reply.code()) not in answers or told["data"] is not None \
                or not told["error"]["remedy"] or reply.headers["cache-control"] != "no-store":
            self.found["%s %s %s" % (how, route["method"], route["path"])] = "%d %s" % (
                reply.status, reply.body[:200].decode("utf-8", "replace"))


def table(page):
    return page.get("page").json()["data"]["routes"]


# --- the door ---
def door(city, page, other):
    """other: the page of somebody else on this machine, with a good session of its own."""
    ways = {
        "no cookie": (401, "E8002", {"Cookie": None}),
        "no key": (401, "E8002", {"X_Kukyoku": None}),
        "a made up key": (401, "E8002", {"X_Kukyoku": "0" * 64}),
        "another's cookie": (401, "E8002", {"Cookie": other.cookie}),
        "another's cookie under this name": (401, "E8002", {"Cookie": other.cookie.replace(
            "-%d=" % other.port, "-%d=" % page.port)}),
        "another's key": (401, "E8002", {"X_Kukyoku": other.key}),
        "another's session": (401, "E8002", {"Cookie": other.cookie, "X_Kukyoku": other.key}),
        "another's page as origin": (403, "E8003", {"Origin": "http://127.0.0.1:%d" % other.port}),
        "a foreign origin": (403, "E8003", {"Origin": "http://evil.example"}),
        "a foreign site": (403, "E8003", {"Sec_Fetch_Site": "cross-site"}),
        "a foreign host": (421, "E8001", {"Host": "evil.example"}),
        "another's host": (421, "E8001", {"Host": "127.0.0.1:%d" % other.port}),
    }
    with Wrong(city, "no address lets anybody in who does not come from its own page") as wrong:
        for route in table(page):
            method, path = route["method"], route["path"]
            for how, (status, code, headers) in ways.items():
                wrong.expect(how, route, page.send(method, path, BODIES[method], **{
                    **JSON, **headers}), {(status, code)})


# --- what is sent ---
def methods(city, page):
    known = {}
    for route in table(page):
        known.setdefault(route["path"], set()).add(route["method"])
    with Wrong(city, "no address answers to another method") as wrong:
        for path, allowed in known.items():
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - allowed:
                reply = page.send(method, path, BODIES.get(method), **JSON)
                wrong.expect("method", {"method": method, "path": path}, reply, {(405, "E8005")})
                if set(reply.headers.get("allow", "").split(", ")) != allowed:
                    wrong.found["Allow " + path] = reply.headers.get("allow")


def bodies(city, page):
    long = {"GET": b"x", "POST": b"x" * (JSON_MAX + 1), "PUT": b"x" * (FILE_MAX + 1)}
    with Wrong(city, "no address takes a body that is too long or of another kind") as wrong:
        for route in table(page):
            method, path = route["method"], route["path"]
            wrong.expect("length", route, page.send(method, path, long[method], **JSON),
                         {(413, "E8007")})
            if method == "POST":
                wrong.expect("type", route, page.send(method, path, "{}", Content_Type="text/plain"),
                             {(415, "E8008")})


def malformed(city, page):
    unknown = json.dumps({"options": {"nothing-known": "x"}})
    file = json.dumps({"options": {"file": "/etc/passwd"}})
    with Wrong(city, "no address takes what is not well formed") as wrong:
        for route in table(page):
            method, path = route["method"], route["path"]
            for how, tail in (("bytes of the path", "/%ff"), ("a zero", "/a%00b"),
                              ("bytes of the query", "?area=%c0%80")):
                nowhere = {(404, "E8004")} | ({(405, "E8005")} if tail[0] == "/" else set())
                wrong.expect(how, route, page.ask(method, "/api/" + path + tail, BODIES[method],
                                                  page.headers(**JSON)), nowhere)
            own = path in ("page", "news", "unlock", *TAKES_NOTHING)
            if method == "POST" and path not in TAKES_NOTHING:
                for text in ("{", "[]", '{"a":1,"a":2}', "\xff"):
                    wrong.expect("body %s" % text, route, page.send(
                        method, path, text.encode("latin-1"), **JSON), {(400, "E8006")})
            if own:
                continue
            for option, body in (("nothing-known", unknown), ("file", file), ("home", file)):
                query = None if method == "POST" else {option: "/etc/passwd"}
                reply = page.send(method, path, body if method == "POST" else BODIES[method], query,
                                  **JSON)
                wrong.expect("option " + option, route, reply, {(400, "E7001")})


# --- whom a command is not for ---
WORDS = {"KIND": "initiative", "[KIND]": "initiative", "AREA": "14133-01", "WORD...": "第", "RUNG": "residents",
         "TARGET": "built", "ACT": "review"}
NOT_FOR = {"WARD": ("officer", "neighbour"), "LEAD": ("staff", "officer", "neighbour"),
           "OFFICER": ("lead", "staff", "neighbour"), "MEMBER": ("neighbour",)}
REFUSED = {(403, "E5004"), (404, "E1007")}


def made(page, path, fields):
    return page.post(path, fields=fields).json()["data"]["id"]


def waiting(lead):
    """An act that is not sent yet; each time another, as it may be given up."""
    made(lead, "record/new/initiative", needed(lead, "initiative"))
    return lead.get("outbox/list").json()["data"]["operations"][-1]["id"]


def furnish(city, pages):
    """One of each noun, written by who may: what the addresses are asked for below."""
    lead, officer = pages["lead"], pages["officer"]
    whole = body_of(lead.get("record/fields/issue").json()["data"], {}, False)
    have = {"record": made(lead, "record/new/initiative", needed(lead, "initiative")),
            "issue": made(lead, "issue/new", whole)}
    lead.post("issue/rung/%s/framed" % have["issue"])
    have["case"] = lead.post("issue/submit/" + have["issue"]).json()["data"]["id"]
    sync(lead), sync(officer)
    officer.post("case/receive/" + have["case"])
    have["docket"] = made(officer, "docket/new", dict(needed(officer, "docket"),
                                                      cases=[have["case"]]))
    have["program"] = made(officer, "program/new", dict(needed(officer, "program"),
                                                        cases=[have["case"]]))
    sync(officer)
    for home in ("lead", "staff", "neighbour"):
        sync(pages[home])
    own = pages["staff"].get("record/show/" + have["record"])
    city.check(own.status == 200, "staff of the ward hold the lead's records", own.body[:300])
    return have


def renew(lead, have):
    have["draft"] = made(lead, "draft/new/initiative", needed(lead, "initiative"))
    have["outbox"] = waiting(lead)


def place_of(route, have):
    """The address with what its arguments need; a file is the body or the answer."""
    noun = route["path"].split("/")[0]
    words = [WORDS.get(word) or have.get(noun if word != "RECORD" else "record", have["record"])
             for word in route["arguments"].split() if "FILE" not in word]
    return "/".join([route["path"], *words])


def fields_of(page, noun, verb):
    """What the command must be given, from the table of records."""
    kind = noun if noun in ("issue", "case", "docket", "program") else WORDS["KIND"]
    if verb == "new":
        return needed(page, kind)
    items = page.get("record/fields/" + kind).json()["data"]["fields"]
    given = {item["name"]: value_of(item, {}) for item in items if item["needed_for"] == verb}
    if noun == "case" and verb != "comment":
        given["reason"] = "検討のため"
    return given


def text_of(page, route):
    """A body with which who may would be served."""
    noun, _, verb = route["path"].partition("/")
    if route["method"] != "POST":
        return BODIES[route["method"]]
    if verb == "handover":
        return json.dumps({"options": {"from": "lead", "to": "staff"}})
    fields = fields_of(page, noun, verb)
    return json.dumps({"fields": fields} if fields else {})


def empty(reply):
    """A list may be asked for; what is another's is not in it."""
    return reply.status == 200 and reply.json()["data"].get("records") == []


def asks_for_one(route):
    return "ID" in route["arguments"].split()


def intruders(city, pages, have):
    with Wrong(city, "nobody is served what is not theirs") as wrong:
        for route in table(pages["lead"]):
            for home in NOT_FOR.get(route["who"], ()):
                if route["who"] == "MEMBER" and not asks_for_one(route):
                    continue # the neighbour's own
                if home == "neighbour" and not asks_for_one(route) and route["who"] != "OFFICER":
                    continue
                reply = pages[home].send(route["method"], place_of(route, have),
                                         text_of(pages["lead"], route), **JSON)
                if route["method"] != "GET" or not empty(reply):
                    wrong.expect("by the " + home, route, reply, REFUSED)


def rightful(city, pages, have):
    """The same requests by who may: whatever else may stand against them, it is not that."""
    whose = {"OFFICER": "officer"}
    asked, wrong = 0, {}
    for route in table(pages["lead"]):
        if route["who"] not in NOT_FOR or not asks_for_one(route):
            continue
        renew(pages["lead"], have)
        page = pages[whose.get(route["who"], "lead")]
        reply = page.send(route["method"], place_of(route, have), text_of(page, route), **JSON)
        asked += 1
        if reply.status in (403, 404):
            wrong[route["method"], route["path"]] = (reply.status, reply.body[:200])
    city.check(asked > 20 and not wrong, "and who may is (%d times)" % asked, wrong)


def without_a_home(city, page, lead):
    """A device that is not enrolled: nothing of anybody, and a way out."""
    have = dict.fromkeys(("record", "issue", "case", "docket", "program", "draft", "outbox"), "0" * 32)
    open_to_all = ("media/list", "verify") # what this machine did by itself: nothing yet
    with Wrong(city, "a machine without a home is told so everywhere") as wrong:
        for route in table(page):
            if route["who"] == "ANYONE" or route["path"] in open_to_all:
                continue
            reply = page.send(route["method"], place_of(route, have), text_of(lead, route),
                              {"since": "2026-01-01"} if route["path"] == "digest" else None, **JSON)
            wrong.expect("without a home", route, reply, {(404, "E1011"), (404, "E1007")})


def main(kukyoku, kukyokud):
    with City(kukyoku, kukyokud) as city:
        city.found()
        city.start()
        city.enrol(PEOPLE)
        city.publish("第1版", pub=write_text(city, "figures.csv", FIGURES))
        pages = {home: Page(city, home) for home in (*PEOPLE, "nowhere")}
        for page in pages.values():
            page.open()
        for home in PEOPLE:
            sync(pages[home])
        lead = pages["lead"]
        have = furnish(city, pages)
        renew(lead, have)
        door(city, lead, pages["officer"])
        methods(city, lead)
        bodies(city, lead)
        malformed(city, lead)
        intruders(city, pages, have)
        rightful(city, pages, have)
        without_a_home(city, pages["nowhere"], lead)
        city.check(all(page.get("page").status == 200 and page.end() == 0
                       for page in pages.values()), "and every page stands to the end")
    return city.done()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
