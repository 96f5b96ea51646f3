#!/usr/bin/env python3
"""Bad input, from the tables themselves: each field of each kind at its limits and past them, text
that is none, names that are nearly right, acts that may not be, and records that are closed, frozen
or somebody else's to change. Nothing is written by a refusal. [RL-14] [RL-21] [RL-22]

usage: input_processes.py KUKYOKU KUKYOKUD
"""
import json
import sys

import record_processes as records
from city import City

USAGE, WARNINGS, CONFLICT, DENIED = 2, 3, 6, 8
LINE_MAX = 400  # bytes of a line of a list
GAIJI = "外字\ue000の町"
RESTRICTED = records.HEAD + "care,14133,2020,,5,,人,,,,\n"
VOICE = {"title": "声", "field": "health", "areas": ["14133-01"], "content": "本文",
         "date": "2026-11-23", "heard": "voice"}
ISSUE = ["--set", "title=買い物", "--set", "problem=坂が多い", "--set", "field=elderly", "--set",
         "areas=14133-01"]
WHOLE = ["--set", "tried=existing: 送迎を試行", "--set", "size_value=300", "--set", "size_unit=人",
         "--set", "size_method=推計", "--set", "ask=移動を支える仕組み", "--set",
         "evidence=population 14133 2020"]


class Kind:
    """A kind with a body that is sound but for what a test changes."""

    def __init__(self, city, kind, written):
        self.city, self.name = city, kind["kind"]
        self.home = records.writer_of(kind)
        self.body = records.body_of(kind, written, True)

    def new(self, field, value, *more):
        body = json.dumps(dict(self.body, **{field: value}), ensure_ascii=False)
        return self.city.call("record", "new", self.name, "--file",
                              records.write(self.city, "body.json", body), *more, "--json",
                              home=self.home)

    def refuse(self, field, value, what, word=""):
        done = self.new(field, value)
        told = json.loads(done.stderr.strip().splitlines()[-1])["error"]
        self.city.check(done.returncode == USAGE and told["code"] == "E5007"
                        and told["where"] == field and word in told["detail"],
                        "%s.%s: %s" % (self.name, field, what), done.stderr)

    def take(self, field, value, what):
        done = self.new(field, value, "--confirm-personal", "--dry-run")
        self.city.check(done.returncode == 0, "%s.%s: %s" % (self.name, field, what), done.stderr)


# --- values: one function a type ---
def text(kind, field):
    name, most = field["name"], field["max"]
    whole = "あ" * (most // 3) + "x" * (most % 3)
    kind.take(name, whole, "as long as it may be")
    kind.refuse(name, whole + "x", "longer", str(most))
    kind.refuse(name, "a\u202eb", "turned around", "U+202E")
    if field["type"] == "line":
        kind.refuse(name, "a\nb", "two lines", "U+000A")
    else:
        kind.refuse(name, "区\u0085", "a control character", "U+0085")


def listed(kind, field):
    name, most = field["name"], field["max"]
    line = "14133-01" if name == "areas" else "一行"
    kind.take(name, [line] * most, "as many as there may be")
    kind.refuse(name, [line] * (most + 1), "more", str(most))
    if name == "areas":
        kind.refuse(name, ["14138-01"], "of no ward", "14137")
        kind.refuse(name, ["中原区"], "no code", "14133")
        return
    kind.refuse(name, [line, "x" * (LINE_MAX + 1)], "a line too long", str(LINE_MAX))
    kind.refuse(name, [line, "a\x1bb"], "a control character", "U+001B")


def number(kind, field):
    kind.take(field["name"], field["max"], "the largest")
    kind.refuse(field["name"], field["max"] + 1, "larger", str(field["max"]))
    kind.refuse(field["name"], -1, "below nothing", str(field["max"]))
    kind.refuse(field["name"], "多数", "no number", "多数")


def code(kind, field):
    first = field["codes"][0]["code"]
    kind.refuse(field["name"], first + "x", "nearly a code", "did you mean %s?" % first)
    kind.refuse(field["name"], "まったく別のもの" * 9, "no code", field["codes"][-1]["code"])


def date(kind, field):
    kind.refuse(field["name"], "2026-02-30", "no day")


TYPES = {"line": text, "text": text, "list": listed, "number": number, "year": number,
         "code": code, "date": date}


def each_field(city, kinds, written):
    before = written_so_far(city)
    for name, row in kinds.items():
        if name == "case":  # its fields come from the issue
            continue
        kind = Kind(city, row, written)
        for field in row["fields"]:
            if field["type"] in TYPES:
                TYPES[field["type"]](kind, field)
            kind.refuse(field["name"], {"a": 1}, "of another type")
        near = row["fields"][0]["name"]
        kind.refuse(near + "s", "x", "nearly a field", "did you mean %s?" % near)
    city.check(written_so_far(city) == before, "nothing was written by any of it")


def written_so_far(city):
    return [len(city.value("outbox", "list", home=home)["operations"])
            for home in ("lead", "officer")]


# --- text that is kept and flagged ---
def gaiji(city):
    body = records.write(city, "gaiji.json", json.dumps(dict(VOICE, content=GAIJI)))
    for lang, word in (("ja", "外字"), ("en", "gaiji")):
        done = city.expect(WARNINGS, "characters of one office are kept: " + lang, "record", "new",
                           "voice", "--file", body, home="staff", lang=lang)
        city.check(word in done.stderr, "and flagged", done.stderr)
    made = city.value("record", "new", "voice", "--file", body, home="staff", status=(WARNINGS,))
    city.check(made["fields"]["content"] == GAIJI, "as they were typed", made)
    done = city.expect(0, "whoever reads it", "record", "show", made["id"], home="staff")
    city.check("gaiji" in done.stderr, "is told as well", done.stderr)
    table = records.write(city, "gaiji.csv", "title,field,areas,content,date,heard\n"
                          "%s,health,14133-01,本文,2026-11-23,voice\n" % GAIJI)
    done = city.expect(WARNINGS, "in a table", "record", "import", "voice", table, home="staff")
    city.check("gaiji" in done.stderr, "too", done.stderr)


# --- names ---
def names(city, case, docket):
    for what, home, *words in (
            ("submitted", "lead", "case", "list", "--state", "submited"),
            ("14133 Nakahara-ku", "lead", "case", "list", "--ward", "14138"),
            ("health", "lead", "case", "list", "--field", "helth"),
            ("bureau", "lead", "case", "list", "--waits", "bureaux"),
            ("noticed", "lead", "issue", "list", "--rung", "notced"),
            ("published", "lead", "program", "list", "--state", "publshed"),
            ("14133", "lead", "record", "list", "voice", "--area", "1413"),
            ("Nakahara-ku", "lead", "sheet", "14138-01"),
            ("14133-01", "lead", "karte", "14133-1"),
            ("built", "lead", "case", "propose", case, "bilt"),
            ("receive", "officer", "docket", "act", docket, "recieve")):
        done = city.refuse(USAGE, "E7001", "nearly a name: " + words[-1], *words, home=home)
        city.check(what in done.stderr, "what was meant is named", done.stderr)


# --- acts ---
def acts(city, case):
    city.refuse(DENIED, "E5004", "staff do not submit", "issue", "submit", case["issue"],
                home="staff")
    told = city.call("case", "receive", case["id"], home="lead")
    city.check("officer may" in told.stderr, "who may is named", told.stderr)
    told = city.call("case", "receive", case["id"], home="lead", lang="ja")
    city.check("局担当" in told.stderr, "in Japanese too", told.stderr)
    city.refuse(DENIED, "E5004", "a dry run is refused as well", "case", "receive", case["id"],
                "--dry-run", home="lead")
    done = city.refuse(CONFLICT, "E5005", "nothing to confirm", "case", "confirm", case["id"],
                       home="lead")
    city.check("withdraw, comment" in done.stderr and "receive" not in done.stderr,
               "what this person may do is named, and nothing else", done.stderr)
    city.run("sync", home="officer")
    city.refuse(USAGE, "E5007", "a refusal without its code", "case", "refuse", case["id"], "--set",
                "reason=不明", home="officer")
    done = city.refuse(USAGE, "E5007", "nearly a code of refusal", "case", "refuse", case["id"],
                       "--set", "reason=不明", "--set", "code=incomplet", home="officer")
    city.check("did you mean incomplete?" in done.stderr, "is told", done.stderr)


# --- what is not written any more ---
def closed(city, issue):
    feedback = city.value("record", "list", "feedback", home="lead")["records"][0]["id"]
    for rung in ("framed", "residents", "existing", "partners", "ward_plan", "ward_scheme",
                 "running", "evaluated"):
        city.run("issue", "rung", issue, rung, home="lead")
    voice = city.value("record", "new", "voice", "--set", "title=声", "--set", "field=elderly", "--set",
                       "areas=14133-01", "--set", "content=本文", "--set", "date=2026-11-23", "--set",
                       "heard=voice", home="lead")["id"]
    done = city.refuse(USAGE, "E5007", "a voice is no feedback", "issue", "rung", issue, "closed",
                       "--set", "feedback=" + voice, home="lead")
    city.check("voice" in done.stderr and "feedback is expected" in done.stderr, "is told", done.stderr)
    city.run("issue", "rung", issue, "closed", "--set", "feedback=" + feedback, home="lead")
    done = city.refuse(CONFLICT, "E5005", "a closed issue", "issue", "edit", issue, "--set",
                       "title=別", home="lead")
    city.check("issue rung" in done.stderr, "how to take it up again is named", done.stderr)
    city.refuse(CONFLICT, "E5005", "nor with the rung that it has", "issue", "edit", issue, "--set",
                "title=別", "--set", "rung=closed", home="lead")
    city.expect(0, "taken up again", "issue", "rung", issue, "framed", "--set", "reason=再発",
                home="lead")
    city.expect(0, "it is edited", "issue", "edit", issue, "--set", "title=別", home="lead")
    city.refuse(USAGE, "E5007", "the reason of an earlier step is none for another skip", "issue",
                "rung", issue, "running", home="lead")
    city.run("issue", "rung", issue, "evaluated", "--set", "reason=再度", home="lead")
    city.refuse(USAGE, "E5007", "what the area was told the first time is none for closing again",
                "issue", "rung", issue, "closed", home="lead")
    city.run("issue", "rung", issue, "withdrawn", home="lead")
    city.refuse(CONFLICT, "E5005", "a withdrawn issue", "issue", "edit", issue, "--set", "title=x",
                home="lead")


def copies(city, resource):
    copy = city.value("record", "share", resource, home="lead")["id"]
    city.run("sync", home="lead")
    city.run("sync", home="far")
    edit = ("record", "edit", copy, "--set", "title=別")
    city.refuse(CONFLICT, "E5005", "another ward's copy", *edit, home="far")
    city.refuse(CONFLICT, "E5005", "nor is the own ward's edited", *edit, home="lead")
    city.run("record", "edit", resource, "--set", "title=直した", home="lead")
    shared = city.value("record", "share", resource, home="lead")
    city.check(shared["fields"]["title"] == "直した", "it is shared again instead", shared)
    city.run("record", "unshare", resource, home="lead")
    city.refuse(CONFLICT, "E5005", "one that was taken back", *edit, home="lead")


# --- evidence ---
def readers(city, issue):
    """A ward's restricted figure: for its own people and the bureau, not for all wards."""
    city.expect(0, "in the ward's own issue", "issue", "edit", issue, "--set",
                "evidence=care 14133 2020", home="lead")
    city.refuse(USAGE, "E5007", "a figure of another ward", "issue", "edit", issue, "--set",
                "evidence=care 14136 2020", home="lead")
    city.refuse(USAGE, "E5007", "it is not for an edition", "karte", "14133", "--extract",
                "--title", "版", "--year", "2026", "--figure", "care 2020", home="lead")
    line = "r:14133 1 care 14133 2020 - 5 人"
    edition = ["--set", "title=版", "--set", "areas=14133", "--set", "fiscal_year=2026", "--set",
               "release=1", "--set", "figures=" + line]
    done = city.refuse(DENIED, "E5006", "not even as a whole line", "record", "new", "edition",
                       *edition, home="lead")
    city.check("care 14133" in done.stderr, "the figure is named", done.stderr)


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES),
                     r_14133=records.write(city, "r.csv", RESTRICTED))
        city.enrol(records.PEOPLE)
        kinds = {k["kind"]: city.value("record", "fields", k["kind"])
                 for k in city.value("record", "fields")["kinds"]}
        written = {}
        records.each_kind(city, kinds, written)
        each_field(city, kinds, written)
        gaiji(city)
        issue = city.value("issue", "new", *ISSUE, *WHOLE, home="lead")["id"]
        case = city.value("issue", "submit", issue, home="lead")["id"]
        for home in ("lead", "staff"):
            city.run("sync", home=home)
        names(city, case, written["docket"])
        acts(city, {"id": case, "issue": issue})
        readers(city, issue)
        closed(city, issue)
        copies(city, written["resource"])
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
