#!/usr/bin/env python3
"""The road between a ward and the bureau, act by act, as the people of either side type it: every
act of the tables of cases and programs once where it may be and once where it may not, proposals
declined and taken back, cases of two wards in one docket. [RL-10] [RL-12] [RL-15]

usage: road_processes.py KUKYOKU KUKYOKUD
"""
import sys

import record_processes as records
from city import City

USAGE, CONFLICT, DENIED = 2, 6, 8
ISSUE = ["--set", "title=買い物", "--set", "problem=坂が多い", "--set", "field=elderly", "--set",
         "tried=existing: 送迎を試行", "--set", "size_value=300", "--set", "size_unit=人", "--set",
         "size_method=推計", "--set", "ask=移動を支える仕組み"]
SCHEME = ["--set", "fund=support", "--set", "fiscal_year=2027"]


class Road:
    """One case, and what its state should be."""

    def __init__(self, city, ward, home):
        self.city, self.home = city, home
        self.issue = city.value("issue", "new", *ISSUE, "--set", "areas=%s-01" % ward, "--set",
                                "evidence=population %s 2020" % ward, home=home)["id"]
        self.case = city.value("issue", "submit", self.issue, home=home)["id"]
        self.meet()

    def meet(self):
        for home in (self.home, "staff", "officer", self.home):
            self.city.run("sync", home=home)

    def act(self, home, state, *words, proposed=None):
        verb, *more = words
        done = self.city.value("case", verb, self.case, *more, home=home)
        self.city.check((done["state"], done["proposed"]) == (state, proposed),
                        "%s: %s" % (home, " ".join(words)), (done["state"], done["proposed"]))
        for writer in (home, self.home, "staff", "officer"):
            self.city.run("sync", home=writer)
        for other in (self.home, "officer"):
            seen = self.city.value("case", "show", self.case, home=other)
            self.city.check((seen["state"], seen["proposed"], seen["pending"]) ==
                            (state, proposed, 0), "so it stands with " + other, seen)

    def refuse(self, home, status, code, what, *words):
        verb, *more = words
        self.city.refuse(status, code, what, "case", verb, self.case, *more, home=home)


def reviewed(r):
    r.refuse("officer", CONFLICT, "E5005", "reviewed before it is received", "review")
    r.act("officer", "received", "receive")
    r.refuse("officer", USAGE, "E5007", "declined without a day to look again", "decline", "--set",
             "reason=予算")
    r.act("officer", "in_review", "review")
    r.refuse("officer", USAGE, "E5007", "asked without a question", "ask")
    r.act("officer", "need_info", "ask", "--set", "reason=全体量の根拠は")
    r.refuse("officer", DENIED, "E5004", "the bureau does not answer itself", "reply", "--set",
             "reason=x")
    r.refuse("staff", USAGE, "E5007", "an answer is no proposal", "reply", "--set", "reason=x",
             "--set", "fund=support")
    r.act("staff", "in_review", "reply", "--set", "reason=調査による", "--set", "size_value=320")
    r.act("officer", "negotiating", "negotiate")
    comment = ("--set", "comment=x", "--set")
    for field in ("title=別", "fund=support", "reason=x"):
        r.refuse("staff", USAGE, "E5007", "a comment carries nothing else", "comment", *comment, field)
    done = r.city.call("case", "comment", r.case, *comment, "title=別", home="staff")
    r.city.check("submit, reply" in done.stderr, "the acts that may are named", done.stderr)


def proposed(r):
    """A proposal is one side's; the other confirms or declines it, its own side takes it back."""
    r.refuse("lead", USAGE, "E5007", "a scheme without its fund", "propose", "built")
    r.refuse("staff", DENIED, "E5004", "staff propose nothing", "propose", "built", *SCHEME)
    r.act("officer", "negotiating", "propose", "built", *SCHEME, proposed="built")
    r.refuse("officer", DENIED, "E5004", "nobody confirms an own proposal", "confirm")
    r.refuse("lead", DENIED, "E5004", "nor takes the other side's back", "retract")
    r.refuse("lead", CONFLICT, "E5005", "a second one meanwhile", "propose", "built", *SCHEME)
    r.refuse("lead", USAGE, "E5007", "declined without a reason", "decline-proposal")
    r.act("lead", "negotiating", "decline-proposal", "--set", "reason=財源が違う")
    r.act("lead", "negotiating", "propose", "built", *SCHEME, proposed="built")
    r.act("lead", "negotiating", "retract")
    r.act("lead", "negotiating", "propose", "built", *SCHEME, proposed="built")
    r.refuse("officer", USAGE, "E5007", "what is confirmed is what was proposed", "confirm",
             "--set", "fund=bureau")
    r.act("officer", "built", "confirm")
    r.refuse("officer", CONFLICT, "E5005", "a step left out", "propose", "evaluated")


def closed(r):
    for state, by, other in (("running", "officer", "lead"), ("evaluated", "lead", "officer")):
        before = r.city.value("case", "show", r.case, home=by)["state"]
        r.act(by, before, "propose", state, proposed=state)
        r.act(other, state, "confirm")
    r.refuse("lead", USAGE, "E5007", "closed without feedback to the area", "propose", "closed")
    feedback = r.city.value("record", "new", "feedback", "--set", "title=かわら版", "--set",
                            "areas=14133-01", "--set", "issue=" + r.issue, "--set", "channel=回覧",
                            "--set", "date=2026-11-23", "--set", "content=送迎が始まりました",
                            home="lead")["id"]
    r.act("lead", "evaluated", "propose", "closed", "--feedback", feedback, proposed="closed")
    r.act("officer", "closed", "confirm")
    r.refuse("officer", CONFLICT, "E5005", "what is closed is not declined", "decline", "--set",
             "reason=x", "--set", "review_date=2027-04-01")
    r.refuse("lead", USAGE, "E5007", "reopened without a reason", "propose", "reopened")
    r.act("lead", "closed", "propose", "reopened", "--set", "reason=再発", proposed="in_review")
    r.act("officer", "in_review", "confirm")


def ended(r):
    r.act("officer", "declined", "decline", "--set", "reason=予算", "--set",
          "review_date=2027-04-01")
    again = r.city.value("issue", "submit", r.issue, home="lead")
    r.city.check((again["id"], again["state"], again["attempt"]) == (r.case, "submitted", 2),
                 "submitted again, the same case", again)
    r.meet()
    r.act("officer", "refused", "refuse", "--set", "reason=件数の記載", "--set", "code=incomplete")
    r.city.run("issue", "submit", r.issue, home="lead")
    r.meet()
    r.refuse("officer", USAGE, "E5007", "the code of an earlier refusal is none for this one",
             "refuse", "--set", "reason=再度")
    r.act("lead", "withdrawn", "withdraw")
    r.refuse("officer", CONFLICT, "E5005", "nothing is received any more", "receive")
    r.act("officer", "withdrawn", "comment", "--set", "comment=了解")
    r.refuse("officer", USAGE, "E5007", "a comment says something of its own", "comment")


# --- programs ---
def drafted(city, road):
    draft = city.value("program", "new", "--set", "title=移動支援", "--set", "content=送迎", "--set",
                       "cases=" + road.case, *SCHEME, "--set", "indicator=利用者数",
                       home="officer")["id"]
    city.refuse(CONFLICT, "E5005", "not published before its case is built", "program", "publish",
                draft, home="officer")
    alone = city.value("program", "new", "--set", "title=案件なし", "--set", "content=送迎", *SCHEME,
                       "--set", "indicator=利用者数", home="officer")["id"]
    city.refuse(USAGE, "E5007", "a program without a case is not published", "program", "publish",
                alone, home="officer")
    return draft


def programs(city, draft):
    city.refuse(CONFLICT, "E5005", "a draft does not run", "program", "start", draft, home="officer")
    program = city.value("program", "publish", draft, home="officer")["id"]
    city.refuse(CONFLICT, "E5005", "one draft is published once", "program", "publish", draft,
                home="officer")
    for verb, more in (("evaluate", ["--set", "lessons=効果あり"]), ("resume", [])):
        city.refuse(CONFLICT, "E5005", "not yet: " + verb, "program", verb, program, *more,
                    home="officer")
    for home in ("officer", "lead"):
        city.run("sync", home=home)
    city.refuse(DENIED, "E5004", "a ward starts no program", "program", "start", program,
                home="lead")
    for verb, state in (("start", "running"), ("evaluate", "evaluated"), ("resume", "running")):
        lessons = ["--set", "lessons=効果あり"] if verb == "evaluate" else []
        now = city.value("program", verb, program, *lessons, home="officer")["state"]
        city.check(now == state, "a program: " + verb, now)
    edited = city.value("program", "edit", program, "--set", "title=移動の支援", home="officer")
    city.check((edited["fields"]["title"], edited["state"]) == ("移動の支援", "running"),
               "its fields change, its state does not", edited)
    now = city.value("program", "end", program, home="officer")["state"]
    city.check(now == "ended", "a program: end", now)
    city.refuse(CONFLICT, "E5005", "it is not edited after its end", "program", "edit", program,
                "--set", "title=x", home="officer")
    city.run("sync", home="officer")
    city.run("sync", home="lead")
    listed = city.value("program", "list", "--state", "ended", home="lead")["records"]
    city.check([p["id"] for p in listed] == [program], "every ward reads how it ended", listed)


# --- two wards ---
def dockets(city, near, far):
    made = city.value("docket", "new", "--set", "title=移動", "--set", "cases=" + near.case, "--set",
                      "cases=" + far.case, home="officer")["id"]
    city.check([d["id"] for d in city.value("docket", "list", home="officer")["records"]] == [made],
               "the bureau's dockets")
    shown = city.value("docket", "show", made, home="officer")
    city.check(shown["fields"]["cases"] == [near.case, far.case], "with both cases", shown)
    city.run("docket", "act", made, "receive", home="officer")
    for road in (near, far):
        road.meet()
        now = city.value("case", "list", home=road.home)["records"]
        city.check([(c["id"], c["state"]) for c in now] == [(road.case, "received")],
                   "one act in each case, and no ward sees the other's: " + road.home, now)
    city.refuse(1, "E1007", "nor the docket", "docket", "show", made, home="lead")


# --- what waits; help ---
def waits(city, road):
    city.run("case", "comment", road.case, "--set", "comment=追記です", home="lead")
    waiting = city.value("outbox", "list", home="lead")["operations"]
    shown = city.value("outbox", "show", waiting[0]["id"], home="lead")
    city.check(shown["fields"]["comment"] == "追記です" and shown["standing"] == "waiting",
               "what waits is shown whole", shown)
    text = city.expect(0, "for people", "outbox", "show", waiting[0]["id"][:8], home="lead",
                       lang="ja").stdout
    city.check("追記です" in text and "コメント" in text, "too", text)


def helps(city):
    for words, what in (((), "case"), (("case",), "decline-proposal"),
                        (("case", "propose"), "TARGET"), (("sync",), "in step")):
        done = city.expect(0, "help " + " ".join(words), "help", *words)
        city.check(what in done.stdout, "says so", done.stdout)
    for words, near in ((("isue",), "issue"), (("case", "recieve"), "receive")):
        done = city.refuse(USAGE, "E7001", "help on what is none", "help", *words)
        city.check("`%s`" % near in done.stderr, "names the nearest", done.stderr)


def main():
    with City(sys.argv[1], sys.argv[2]) as city:
        city.found()
        city.start()
        city.publish("初版", pub=records.write(city, "one.csv", records.FIGURES))
        city.enrol(records.PEOPLE)
        dockets(city, Road(city, "14133", "lead"), Road(city, "14136", "far"))
        road = Road(city, "14133", "lead")
        reviewed(road)
        draft = drafted(city, road)
        proposed(road)
        programs(city, draft)
        closed(road)
        ended(road)
        waits(city, road)
        helps(city)
        for home in records.PEOPLE:
            city.expect(0, "in step: " + home, "sync", home=home)
            city.expect(0, "all verifies: " + home, "verify", home=home)
    return city.done()


if __name__ == "__main__":
    sys.exit(main())
