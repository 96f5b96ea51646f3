#!/usr/bin/env python3
"""Who may do what to a case, a program or an issue, and where it leads: a second reading of the rules
([RL-10] … [RL-13], [RL-15], [RL-20], [RL-28]) by hand, as people describe them and not as the lists have
them.
Every (state, pending proposal, role, act, named) of a case, every (state, role, act) of a program and
every (rung, rung, what is given) of an issue is held against what the table decides, and, from every
state that a record can be in, against what the daemon says to a signed operation and a client before
it signs (test_doors.c).

usage: transitions_model.py TRANSITIONS-PEER TEST-DOORS
"""
import os
import subprocess
import sys
import tempfile

STATES = ("none submitted refused received in_review need_info negotiating built running evaluated "
          "closed declined withdrawn").split()
ROLES = "staff lead officer publisher approver auditor".split()
WARD, BUREAU = "ward", "bureau"
# The road of a case, act by act: who, from where, to where.
MOVES = {
    "submit": ("lead", {"none", "refused", "declined", "withdrawn"}, "submitted"),
    "receive": ("officer", {"submitted"}, "received"),
    "refuse": ("officer", {"submitted"}, "refused"),
    "review": ("officer", {"received"}, "in_review"),
    "ask": ("officer", {"in_review"}, "need_info"),
    "reply": ("staff lead", {"need_info"}, "in_review"),
    "negotiate": ("officer", {"in_review"}, "negotiating"),
    "decline": ("officer", {"received", "in_review", "need_info", "negotiating"}, "declined"),
    "withdraw": ("lead", {"submitted", "received", "in_review", "need_info", "negotiating"},
                 "withdrawn"),
}
PROPOSALS = {"propose-built": ("negotiating", "built"), "propose-running": ("built", "running"),
             "propose-evaluated": ("running", "evaluated"),
             "propose-closed": ("evaluated", "closed"),
             "propose-reopened": ("closed", "in_review")}
ANSWERS = ("confirm", "decline-proposal", "retract")
OVER = {"refused", "closed", "declined", "withdrawn"}
NEEDS = {"case": {"refuse": "reason", "ask": "reason", "reply": "reason", "decline": "reason",
                  "decline-proposal": "reason", "propose-closed": "feedback",
                  "propose-reopened": "reason", "erase": "reason"},
         "program": {"erase": "reason"}}
PROGRAM = {"publish": ({"none"}, "published"), "start": ({"published"}, "running"),
           "evaluate": ({"running"}, "evaluated"), "resume": ({"evaluated"}, "running"),
           "end": ({"published", "running", "evaluated"}, "ended")}
ROAD = ("noticed framed residents existing partners ward_plan ward_scheme running evaluated "
        "closed").split()


def side_of(role):
    return {"staff": WARD, "lead": WARD, "officer": BUREAU}.get(role)


def case(state, pending, role, act, named):
    """(code, state, pending) afterwards; pending: None or (side, target)."""
    stays = lambda code: (code, state, pending)
    if act in MOVES:
        who, origin, target = MOVES[act]
        if role not in who.split():
            return stays("ROLE")
        return ("OK", target, None) if state in origin else stays("STATE")
    if act in PROPOSALS:
        if role not in ("lead", "officer"):
            return stays("ROLE")
        origin, target = PROPOSALS[act]
        if state != origin or pending: # one proposal at a time
            return stays("STATE")
        return "OK", state, (side_of(role), target)
    if act in ANSWERS:
        return answer(state, pending, role, act, named)
    if act == "comment":
        if not side_of(role):
            return stays("ROLE")
        return stays("OK" if state != "none" else "STATE")
    if act == "erase": # all of what is over; some of it, named, at any time
        if role not in ("lead", "officer"):
            return stays("ROLE")
        if state == "none" or not (named or state in OVER):
            return stays("STATE")
        return ("OK", state, pending if named else None)
    return stays("STATE") # acts of other records


def answer(state, pending, role, act, named):
    own = pending and pending[0] == side_of(role)
    if role not in ("lead", "officer") or (pending and own != (act == "retract")):
        return "ROLE", state, pending
    if not pending or not named or state == "none":
        return "STATE", state, pending
    return "OK", pending[1] if act == "confirm" else state, None


def program(state, role, act):
    if act == "edit": # its text, by those who built it, while it lives
        if role != "officer":
            return "ROLE", state
        return ("STATE" if state in ("none", "ended") else "OK"), state
    if act == "erase": # nothing named: all of it, once it has ended
        if role != "officer":
            return "ROLE", state
        return ("OK" if state == "ended" else "STATE"), state
    if act not in PROGRAM:
        return "STATE", state
    origin, target = PROGRAM[act]
    if role != "officer":
        return "ROLE", state
    return ("OK", target) if state in origin else ("STATE", state)


def issue(before, after, reason, review, feedback):
    if before == after:
        return "ok"
    if before == "withdrawn" or (before == "closed" and after != "framed"):
        return "way"
    if before == "closed" and not reason: # taken up again
        return "reason"
    if after in ROAD and not reason:
        at = ROAD.index(after)
        if before == "none" and at > 1: # begun further on than usual
            return "reason"
        if before in ROAD and at > ROAD.index(before) + 1:
            return "reason"
    if after == "closed":
        return "ok" if feedback else "feedback"
    if after in ("referred", "shelved") and not reason:
        return "reason"
    return "review" if after == "shelved" and not review else "ok"


def at_door(door, asked):
    """What a door says: it knows who may read the scope at all, and a client has no more to say."""
    kind, *words = asked.split()
    role = words[2] if kind == "case" else words[1]
    outside = ("publisher", "approver", "auditor") if kind == "case" else ("auditor",)
    code, *after = check(asked).split(" ")
    if role in outside: # holds no key of the scope
        code, after = "SCOPE", words[0:2] if kind == "case" else words[0:1]
    return " ".join([code, *after]) if door == "daemon" else code


def pending_of(word):
    return None if word == "none" else tuple(word.split(">"))


def check(asked):
    """What the model says to one line, as the line would say it."""
    kind, *words = asked.split()
    if kind == "case":
        state, pending, role, act, named = words
        code, state, pending = case(state, pending_of(pending), role, act, named == "1")
        return "%s %s %s" % (code, state, ">".join(pending) if pending else "none")
    if kind == "program":
        return "%s %s" % program(*words)
    if kind == "need":
        return NEEDS[words[0]].get(words[1], "none")
    return issue(words[0], words[1], *(word == "1" for word in words[2:]))


class Tally:
    def __init__(self):
        self.count, self.wrong, self.seen = {}, 0, {"state": set(), "role": set(), "act": set()}

    def hold(self, kind, asked, told, expected):
        self.count[kind] = self.count.get(kind, 0) + 1
        if asked.startswith("case"):
            _, state, _, role, act, _ = asked.split()
            for name, value in (("state", state), ("role", role), ("act", act)):
                self.seen[name].add(value)
        if expected != told:
            self.wrong += 1
            if self.wrong < 20:
                print("%s %s: told %s, the model says %s" % (kind, asked, told, expected))


def ask_table(tally, peer):
    lines = subprocess.run([peer], capture_output=True, text=True, check=True).stdout
    for line in lines.splitlines():
        asked, told = line.split(": ")
        tally.hold(asked.split()[0], asked, told, check(asked))


def ask_doors(tally, program):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "doors")
        subprocess.run([program], env=dict(os.environ, KK_DOORS=path), check=True)
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                asked, told = line.rstrip("\n").split(": ")
                door, asked = asked.split(" ", 1)
                tally.hold("%s %s" % (door, asked.split()[0]), asked, told, at_door(door, asked))


def main():
    tally = Tally()
    ask_table(tally, sys.argv[1])
    ask_doors(tally, sys.argv[2])
    acts = len(tally.seen["act"])
    places = len(STATES) + 2 * len(PROPOSALS) # where a case can be
    whole = {"case": 13 * 25 * len(ROLES) * acts * 2, "program": 5 * len(ROLES) * acts,
             "need": len(MOVES) + len(PROPOSALS) + len(ANSWERS) + 2 + len(PROGRAM) + 1,
             "issue": 14 * 13 * 8, "daemon case": places * len(ROLES) * acts * 2,
             "client case": places * 3 * acts * 2, "daemon program": 5 * len(ROLES) * acts,
             "client program": 5 * 3 * acts}
    known = set(MOVES) | set(PROPOSALS) | set(ANSWERS) | set(PROGRAM) | {"comment", "erase"}
    if (tally.count != whole or tally.seen["state"] != set(STATES)
            or tally.seen["role"] != set(ROLES) or not known <= tally.seen["act"]):
        print("not every decision was asked for: %s, %s expected; %s" % (
            tally.count, whole, known - tally.seen["act"]))
        tally.wrong += 1
    print("%d decisions, %d differ: %s" % (sum(tally.count.values()), tally.wrong, tally.count))
    return tally.wrong > 0


if __name__ == "__main__":
    sys.exit(main())
