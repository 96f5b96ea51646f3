import assert from "node:assert/strict";
import { test } from "node:test";
import {
  actFor,
  actPath,
  actsNow,
  calmFirst,
  fieldsOfAct,
  lacking,
  proposerOf,
  rungNeeds,
  rungsFrom,
  steps,
} from "../src/acts.ts";
import type { Item, KkRecord, Kind, Machine, Rung, Transition } from "../src/model.ts";

const act = (
  name: string,
  who: Transition["who"],
  from: string[],
  more: Partial<Transition> = {},
): Transition => ({
  act: name,
  label: name,
  who,
  from,
  to: null,
  effect: "move",
  need: "none",
  ...more,
});
const machine: Machine = {
  states: [],
  acts: [
    act("submit", "lead", ["none", "refused"]),
    act("review", "officer", ["received"]),
    act("reply", "ward", ["need_info"], { need: "reply" }),
    act("propose-built", "side", ["negotiating"], { effect: "propose" }),
    act("confirm", "other", ["negotiating"], { effect: "confirm" }),
    act("retract", "proposer", ["negotiating"], { effect: "clear" }),
    act("comment", "member", ["negotiating", "received"], { effect: "keep" }),
  ],
};
const names = (state: string | null, role: string, proposer: "ward" | "bureau" | null = null) =>
  actsNow(machine, state, role, proposer).map((one) => one.act);

test("what each role may do where", () => {
  assert.deepEqual(names(null, "lead"), ["submit"]);
  assert.deepEqual(names(null, "staff"), []);
  assert.deepEqual(names("received", "officer"), ["review", "comment"]);
  assert.deepEqual(names("need_info", "staff"), ["reply"]);
  assert.deepEqual(names("need_info", "officer"), []);
});

test("a proposal waits for the other side, and only one may be pending", () => {
  assert.deepEqual(names("negotiating", "officer"), ["propose-built", "comment"]);
  assert.deepEqual(names("negotiating", "lead", "bureau"), ["confirm", "comment"]);
  assert.deepEqual(names("negotiating", "officer", "bureau"), ["retract", "comment"]);
  assert.deepEqual(names("negotiating", "staff", "bureau"), ["comment"]);
});

const record = (fields: KkRecord["fields"], proposed: string | null = null): KkRecord => ({
  id: "00",
  kind: "case",
  scope: "e:14133",
  state: "negotiating",
  proposed,
  attempt: 1,
  pending: 0,
  closed: false,
  fields,
  conflicts: {},
});

test("who proposed: the newest proposal that was taken", () => {
  const acts = [
    { act: "propose-built", role: "lead", verdict: "OK" },
    { act: "propose-built", role: "officer", verdict: "STATE" },
  ];
  assert.equal(proposerOf(record({}, "built"), acts), "ward");
  assert.equal(proposerOf(record({}), acts), null);
});

const item = (name: string, needed: string | null): Item => ({
  name,
  number: 1,
  type: "line",
  max: 100,
  needed_for: needed,
  shared: false,
  label: name,
  help: "",
  codes: [],
});
const kind: Kind = {
  kind: "case",
  label: "",
  home: "e",
  schema: 1,
  written_by: "",
  way: "none",
  roles: [],
  fields: [
    item("reason", null),
    item("fund", "propose-built"),
    item("answer", null),
    item("ask", "submit"),
  ],
};

test("an act asks for the fields of the tables", () => {
  const asked = act("ask", "officer", ["in_review"], { need: "reason" });
  assert.deepEqual(
    fieldsOfAct(kind, asked).map((one) => [one.item.name, one.must]),
    [["reason", true]],
  );
  const reply = act("reply", "ward", ["need_info"], { need: "reply" });
  assert.deepEqual(
    fieldsOfAct(kind, reply).map((one) => [one.item.name, one.must]),
    [["reason", true]],
  );
  const propose = machine.acts[3] as Transition;
  assert.deepEqual(
    fieldsOfAct(kind, propose).map((one) => [one.item.name, one.must]),
    [
      ["fund", true],
      ["answer", false],
      ["reason", false],
    ],
  );
});

test("what was written before stands with the act that it is for", () => {
  const acts = [act("review", "officer", []), act("ask", "officer", [], { need: "reason" })];
  assert.equal(actFor(kind, acts, [])?.act, "review");
  assert.equal(actFor(kind, acts, ["reason"])?.act, "ask");
  assert.equal(actFor(kind, acts, ["nothing"])?.act, "review");
  assert.equal(actFor(kind, [], ["reason"]), undefined);
});

test("the way of an act on the command line", () => {
  assert.equal(actPath(machine.acts[3] as Transition, "ab"), "case/propose/ab/built");
  assert.equal(actPath(machine.acts[1] as Transition, "ab"), "case/review/ab");
});

test("what an issue still lacks", () => {
  assert.deepEqual(
    lacking(kind, record({ ask: "" })).map((one) => one.name),
    ["ask"],
  );
  assert.deepEqual(lacking(kind, record({ ask: "x" })), []);
});

const rung = (name: string, more: Partial<Rung> = {}): Rung => ({
  rung: name,
  label: name,
  main: true,
  back: 0,
  need: "none",
  ...more,
});
const rungs = [
  rung("noticed"),
  rung("framed"),
  rung("residents"),
  rung("closed", { back: 2, need: "feedback" }),
  rung("shelved", { main: false, back: 1, need: "review" }),
  rung("withdrawn", { main: false, back: 3 }),
];

test("the road of an issue", () => {
  assert.deepEqual(
    steps(rungs, "framed").map((step) => step.state),
    ["done", "current", "ahead", "ahead"],
  );
  assert.deepEqual(
    steps(rungs, "shelved").map((step) => step.state),
    ["ahead", "ahead", "ahead", "ahead"],
  );
});

test("a skip, a return from the end and a shelving need their words", () => {
  assert.deepEqual(rungNeeds(rungs, "noticed", "framed"), []);
  assert.deepEqual(rungNeeds(rungs, "noticed", "residents"), ["reason"]);
  assert.deepEqual(rungNeeds(rungs, "residents", "framed"), []);
  assert.deepEqual(rungNeeds(rungs, "noticed", "shelved"), ["review"]);
  assert.deepEqual(rungNeeds(rungs, "residents", "closed"), ["feedback"]);
  assert.deepEqual(rungNeeds(rungs, "closed", "framed"), ["reason"]);
});

test("from where one may go where", () => {
  assert.deepEqual(
    rungsFrom(rungs, "closed").map((one) => one.rung),
    ["framed"],
  );
  assert.deepEqual(rungsFrom(rungs, "withdrawn"), []);
  assert.equal(rungsFrom(rungs, "shelved").length, 5);
});

test("what ends or takes back never stands chosen at first", () => {
  const acts = ["withdraw", "comment", "confirm"].map((name) => act(name, "member", []));
  assert.deepEqual(
    calmFirst(acts).map((one) => one.act),
    ["confirm", "comment", "withdraw"],
  );
});
