#!/usr/bin/env python3
"""Begun, refused, mended: drafts that stay on one device; acts that the log refused or the daemon
did not take, which never hold up the rest [SY-8], and go again, back to a draft, or are given up.

usage: draft_processes.py KUKYOKU KUKYOKUD
"""
import json
import os
import shutil
import sqlite3
import sys

from city import City

FAILED, USAGE, WARNINGS, CONFLICT = 1, 2, 3, 6
VOICE = ("title=声", "field=elderly", "areas=14133-01", "content=坂が多い", "date=2026-11-02",
         "heard=voice")


def given(fields):
    return [part for field in fields for part in ("--set", field)]


def from_file(city, draft, fields):
    """As the page keeps a draft: the fields that differ, anew each time."""
    with open(city.path("fields.json"), "w", encoding="utf-8") as out:
        json.dump(fields, out)
    return city.value("draft", "edit", draft, "--file", city.path("fields.json"), home="staff")


def drafting(city):
    begun = city.value("draft", "new", "voice", *given(VOICE[:2]), home="staff")
    city.check(begun["lacks"] == "areas" and begun["fields"]["field"] == "elderly",
               "begun with what is known, and told what is missing", begun)
    city.refuse(USAGE, "E5007", "not finished before it is whole", "draft", "finish", begun["id"],
                home="staff")
    city.value("draft", "edit", begun["id"][:8], *given(VOICE[2:4]), home="staff")
    city.refuse(USAGE, "E5007", "an unknown code", "draft", "edit", begun["id"], "--set",
                "heard=voic", home="staff")
    kept = city.value("draft", "show", begun["id"], home="staff")
    city.check(kept["fields"]["content"] == "坂が多い" and "heard" not in kept["fields"],
               "a bad field changes nothing", kept)
    for areas in (["14133-01"], ["14133-01"], ["14133-01", "14133-02"], ["14133-01"]):
        again = from_file(city, begun["id"], {"areas": areas})
        city.check(again["fields"]["areas"] == areas, "a list sent again is that list", again)
    gone = from_file(city, begun["id"], {"areas": [], "content": "", "field": None})
    city.check(set(gone["fields"]) == {"title"} and gone["lacks"], "what is emptied is not kept", gone)
    from_file(city, begun["id"], {"areas": ["14133-01"], "content": "坂が多い", "field": "elderly"})
    city.value("draft", "edit", begun["id"], *given(VOICE[4:]), home="staff")
    city.check([d["lacks"] for d in city.value("draft", "list", home="staff")["drafts"]] == [""],
               "whole", "")
    text = city.expect(0, "for people", "draft", "list", home="staff", lang="ja").stdout
    city.check("声・観察" in text and "下書き" in
               city.expect(0, "one of them", "draft", "show", begun["id"], home="staff",
                           lang="ja").stdout, "in Japanese", text)
    city.expect(0, "a dry run", "draft", "finish", begun["id"], "--dry-run", home="staff")
    city.run("sync", home="staff")
    city.run("sync", home="lead")
    city.check(city.value("record", "list", "voice", home="lead")["records"] == [],
               "a draft leaves the device by no sync", "")
    made = city.value("draft", "finish", begun["id"], home="staff")
    city.check(made["id"] == begun["id"] and made["pending"] == 1, "finished", made)
    city.check(city.value("draft", "list", home="staff")["drafts"] == [], "and no draft any more", "")
    spare = city.value("draft", "new", "voice", *given(VOICE), home="staff")["id"]
    city.expect(0, "given up", "draft", "drop", spare, home="staff")
    city.refuse(FAILED, "E1007", "is gone", "draft", "show", spare, home="staff")
    city.refuse(USAGE, "E7001", "a case is no draft", "draft", "new", "case", home="staff")


def changing(city):
    """An edit that is begun: what is kept takes the place of what was; the record is another meanwhile."""
    voice = city.value("record", "new", "voice", *given(VOICE), home="staff")["id"]
    kept = city.value("draft", "change", voice[:8], "--set", "title=書き直し", "--set", "content=急な坂",
                      home="staff")
    city.check((kept["act"], kept["record"], kept["stale"], kept["title"]) ==
               ("edit", voice, False, "書き直し"), "an edit is begun", kept)
    again = city.value("draft", "change", voice, "--set", "content=坂", home="staff")
    city.check(again["id"] == kept["id"] and again["fields"] == {"content": "坂"} and
               again["title"] == "声", "and kept anew in its place, with the record's title", again)
    city.check(city.value("record", "show", voice, home="staff")["fields"]["content"] == "坂が多い",
               "the record is as it was", "")
    city.run("record", "edit", voice, "--set", "content=坂が急", home="staff")
    listed = city.value("draft", "list", home="staff")["drafts"]
    city.check([(d["id"], d["stale"]) for d in listed] == [(kept["id"], True)],
               "a draft that is older than its record says so", listed)
    text = city.expect(0, "in words, too", "draft", "show", kept["id"], home="staff", lang="ja").stdout
    city.check("書き始めた後に記録が変わりました" in text, "what to do", text)
    done = city.value("draft", "finish", kept["id"], home="staff")
    city.check(done["fields"]["content"] == "坂" and done["id"] == voice, "finished it is an edit", done)
    spare = city.value("draft", "change", voice, "--set", "content=x", home="staff")["id"]
    city.expect(0, "a trial keeps nothing", "draft", "change", voice, "--set", "content=y", "--dry-run",
                home="staff")
    city.check(city.value("draft", "show", spare, home="staff")["fields"]["content"] == "x", "of it", "")
    words = city.value("draft", "words", voice, "--set", "note=言いかけた", home="staff")
    city.check((words["act"], words["words"], words["record"], words["fields"]) ==
               ("comment", True, voice, {"note": "言いかけた"}) and words["id"] != spare,
               "what is written for an act stands beside the edit", words)
    again = city.value("draft", "words", voice, "--set", "content=別の言葉", home="staff")
    city.check(again["id"] == words["id"] and again["fields"] == {"content": "別の言葉"} and
               not again["stale"], "one a record, kept anew in its place", again)
    listed = city.value("draft", "list", home="staff")["drafts"]
    city.check(sorted((d["act"], d["words"]) for d in listed) == [("comment", True), ("edit", False)],
               "both are listed", listed)
    city.value("draft", "words", voice, home="staff")
    city.value("draft", "change", voice, home="staff")
    city.check(city.value("draft", "list", home="staff")["drafts"] == [], "given nothing they are gone",
               "")
    city.refuse(FAILED, "E1007", "of a record that is not there", "draft", "change", "ffffffff",
                home="staff")
    city.run("sync", home="staff")


def kinds(city, home, *more):
    found = city.value("outbox", "list", home=home, *more)["operations"]
    return [(o["standing"], o["code"]) for o in found]


def waiting(city):
    listed = city.value("outbox", "list", home="staff")["operations"]
    city.check([(o["standing"], o["kind"], o["act"], o["fields"]["title"]) for o in listed]
               == [("waiting", "voice", "create", "声")], "what waits is listed", listed)
    city.refuse(CONFLICT, "E5005", "what waits is not sent anew", "outbox", "resend",
                listed[0]["id"], home="staff")
    city.refuse(CONFLICT, "E5005", "nor given up", "outbox", "drop", listed[0]["id"],
                home="staff")
    city.check(kinds(city, "staff", "--sent") == [], "nothing was received yet", "")
    city.run("sync", home="staff")
    city.check(kinds(city, "staff") == [], "and gone with the sync", "")
    sent = city.value("outbox", "list", "--sent", home="staff")["operations"]
    city.check([(o["standing"], o["kind"], o["act"], o["id"]) for o in sent] ==
               [("sent", "voice", "create", listed[0]["id"])] and sent[0]["receipt"] > 0 and
               sent[0]["received"], "what was received, with its receipt", sent)
    city.check(kinds(city, "staff", "--sent", "--since", "2099-01-01") == [], "since a day", "")
    text = city.expect(0, "as a table", "outbox", "list", "--sent", home="staff", lang="ja").stdout
    city.check("受領 %d" % sent[0]["receipt"] in text and "声" in text, "with the number", text)
    city.refuse(USAGE, "E7001", "a day that is none", "outbox", "list", "--sent", "--since", "today",
                home="staff")
    city.check(kinds(city, "lead", "--sent") == [], "of this device alone", "")


def raced(city):
    """Ward and bureau act on one case, both offline: the second act is refused by the order."""
    issue = city.value("issue", "new", "--set", "title=移動", "--set", "problem=坂", "--set",
                       "field=elderly", "--set", "areas=14133-01", "--set", "rung=noticed",
                       "--set", "tried=existing: 巡回", "--set", "size_value=40", "--set",
                       "size_unit=世帯", "--set", "size_method=推計", "--set",
                       "evidence=population 14133-01 2020", "--set", "ask=仕組み",
                       home="lead")["id"]
    case = city.value("issue", "submit", issue, home="lead")["id"]
    city.run("sync", home="lead")
    city.run("sync", home="officer")
    city.run("case", "receive", case, home="officer")
    city.run("case", "withdraw", case, "--set", "reason=区で解決", home="lead")
    city.run("sync", home="lead")
    voice = city.value("draft", "new", "memo", "--set", "case=" + case, home="officer")["id"]
    city.value("draft", "finish", voice, home="officer")
    city.run("sync", home="officer", status=(0, WARNINGS))
    refused = city.value("outbox", "list", home="officer")["operations"]
    city.check([(o["standing"], o["code"], o["act"]) for o in refused] ==
               [("refused", "STATE", "receive")], "refused with its code; the rest went on", refused)
    sent = city.value("outbox", "list", "--sent", home="officer")["operations"]
    city.check([(o["act"], o["standing"]) for o in sent if o["act"] == "receive"] ==
               [("receive", "refused")] and any(o["kind"] == "memo" for o in sent),
               "among what was received it stands as refused", sent)
    text = city.expect(0, "why", "outbox", "list", home="officer", lang="ja").stdout
    city.check("否認" in text and "受け付けませんでした" in text, "in words", text)
    city.refuse(CONFLICT, "E5005", "again can't be while the state forbids it", "outbox",
                "resend", refused[0]["id"], home="officer")
    draft = city.value("outbox", "redraft", refused[0]["id"][:8], home="officer")["draft"]
    city.check(kinds(city, "officer") == [], "looked after", "")
    city.check(city.value("draft", "show", draft, home="officer")["act"] == "receive",
               "and a draft of the act", "")
    city.refuse(CONFLICT, "E5005", "which can't be finished either", "draft", "finish", draft,
                home="officer")
    city.run("draft", "drop", draft, home="officer")


def cloned(city):
    """A home put back from an older copy writes where the log goes on already: not taken, set
    aside, and what was written after it is not lost."""
    shutil.copytree(city.path("staff"), city.path("older"))
    first = city.value("record", "new", "voice", *given(VOICE), home="staff")["id"]
    city.run("sync", home="staff")
    shutil.rmtree(city.path("staff"))
    os.rename(city.path("older"), city.path("staff"))
    ours = [city.value("record", "new", "voice", *given(("title=復元後 %d" % n,) + VOICE[1:]),
                       home="staff")["id"] for n in range(3)]
    city.run("sync", home="staff", status=(0, WARNINGS))
    aside = city.value("outbox", "list", home="staff")["operations"]
    city.check([o["standing"] for o in aside] == ["set_aside"] * 3 and
               [o["record"] for o in aside] == ours and all(o["code"] for o in aside),
               "set aside with the reason, in order", aside)
    state = city.value("status", home="staff", status=(0, WARNINGS))
    city.check(state["set_aside"] == 3, "and status counts them", state)
    city.check(forks(city) == 0, "before the daemon had proof against this device [SY-14]",
               forks(city))
    later = city.value("record", "new", "voice", *given(("title=次の日",) + VOICE[1:]),
                       home="staff")["id"]
    city.run("sync", home="staff", status=(0, WARNINGS))
    city.run("sync", home="lead")
    seen = {r["id"] for r in city.value("record", "list", "voice", home="lead")["records"]}
    city.check(later in seen and first in seen and not seen & set(ours),
               "what is written later is not held up", (later, seen))
    draft = city.value("outbox", "redraft", aside[0]["id"], home="staff")["draft"]
    city.value("draft", "edit", draft, "--set", "content=直した", home="staff")
    city.value("draft", "finish", draft, home="staff")
    city.expect(0, "given up", "outbox", "drop", aside[1]["id"], home="staff")
    city.expect(0, "a dry run", "outbox", "resend", "--dry-run", home="staff")
    again = city.value("outbox", "resend", home="staff")
    city.check(again["resent"] == 1 and again["failed"] == 0, "the rest goes anew", again)
    city.run("sync", home="staff")
    city.run("sync", home="lead")
    seen = {r["id"]: r["fields"]["content"]
            for r in city.value("record", "list", "voice", home="lead")["records"]}
    city.check(seen.get(ours[0]) == "直した" and ours[1] not in seen and ours[2] in seen,
               "mended, given up, sent again: as it was decided", seen)
    city.check(kinds(city, "staff") == [], "nothing is left over", kinds(city, "staff"))
    city.expect(0, "and all verifies", "verify", home="staff")


def forks(city):
    with sqlite3.connect("file:%s?mode=ro" % city.path("store.db"), uri=True) as store:
        return store.execute("SELECT count(*) FROM forks").fetchone()[0]


def on_two_machines(city):
    """A home that was copied works on both: the slower one goes on in a chain of its own."""
    shutil.copytree(city.path("staff"), city.path("twin"))
    written = []
    for home in ("twin", "staff"):
        written.append(city.value("record", "new", "voice", *given(("title=" + home,) + VOICE[1:]),
                                  home=home)["id"])
        city.run("sync", home=home, status=(0, WARNINGS))
    aside = city.value("outbox", "list", home="staff")["operations"]
    city.check([o["record"] for o in aside] == [written[1]], "the second is set aside", aside)
    city.check(city.value("outbox", "resend", home="staff")["resent"] == 1, "and sent anew")
    for home in ("staff", "twin", "staff"):
        city.run("sync", home=home)
        written.append(city.value("record", "new", "voice", *given(("title=" + home,) + VOICE[1:]),
                                  home=home)["id"])
        city.expect(0, "then " + home + " is not held up", "sync", home=home)
    city.run("sync", home="lead")
    seen = {r["id"] for r in city.value("record", "list", "voice", home="lead")["records"]}
    city.check(set(written) <= seen,
               "all of it is there", (written, seen))
    city.check(forks(city) == 0, "and no proof against anybody", forks(city))
    for home in ("staff", "twin"):
        city.run("sync", home=home)
        city.expect(0, home + " verifies", "verify", home=home)


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        with open(city.path("one.csv"), "w", encoding="utf-8") as out:
            out.write("indicator,area,period,breakdown,value,missing,unit,status,method,source,"
                      "note\npopulation,14133-01,2020,,310,,人,,,,\n")
        city.publish("初版", pub=city.path("one.csv"))
        city.enrol({"lead": ("lead", "14133"), "staff": ("staff", "14133"),
                    "officer": ("officer", "")})
        drafting(city)
        waiting(city)
        changing(city)
        raced(city)
        cloned(city)
        on_two_machines(city)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
