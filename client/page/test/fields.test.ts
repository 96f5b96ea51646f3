import assert from "node:assert/strict";
import { test } from "node:test";
import { address } from "../src/api.ts";
import {
  changedFields,
  draftFields,
  figureGiven,
  goesOver,
  rebased,
  typedAll,
  written,
  wrongFields,
} from "../src/fields.ts";
import { begunOf, draftHash, wordsOf, type Draft } from "../src/drafts.ts";
import { firstLang } from "../src/lang.ts";
import { fingerprint } from "../src/names.ts";
import type { Item } from "../src/model.ts";
import { crossing, dueBefore, matches, wardOfCase } from "../src/queue.ts";
import { parseRoute, routeTo } from "../src/route.ts";
import type { QueueRow } from "../src/model.ts";

const item = (name: string, type: Item["type"], max = 100): Item => ({
  name,
  number: 1,
  type,
  max,
  needed_for: null,
  shared: false,
  label: name,
  help: "",
  codes: [],
});
const items = [
  item("title", "line", 12),
  item("size", "number", 5000),
  item("areas", "list", 2),
  item("evidence", "figures"),
  item("day", "date"),
];

test("only what was changed is sent, in the form that is taken", () => {
  const before = typedAll(items, { title: "坂", size: 10, areas: ["14133-01"] });
  assert.deepEqual(changedFields(items, before, before), {});
  const now = { ...before, size: "１，２００", areas: "14133-01\n\n 14133-02 " };
  assert.deepEqual(changedFields(items, before, now), {
    size: 1200,
    areas: ["14133-01", "14133-02"],
  });
});

test("what was emptied is named", () => {
  const before = typedAll(items, { title: "坂", areas: ["14133-01"] });
  assert.deepEqual(changedFields(items, before, { ...before, title: "", areas: "" }), {
    title: "",
    areas: [],
  });
  assert.deepEqual(draftFields(["title", "day"], { title: "坂道" }), { title: "坂道", day: null });
  assert.deepEqual(draftFields(["title"], {}), { title: null });
});

test("evidence goes back in the words in which it is given", () => {
  assert.equal(
    figureGiven("pub 1 population_census 14133 2010-10-01 - 233925 人"),
    "population_census 14133 2010-10-01",
  );
  assert.equal(
    figureGiven("r:14133 2 households 14133-01 2020 age=65- 5 世帯"),
    "households 14133-01 2020 age=65-",
  );
  assert.equal(figureGiven("population 14133 2020"), "population 14133 2020");
  const kept = typedAll(items, { evidence: ["pub 1 p 14133 2020 - 5 人"] });
  assert.equal(kept.evidence, "p 14133 2020");
});

test("what the page can see is wrong", () => {
  const must = (one: Item): boolean => one.name === "title";
  const typed = { size: "9999", day: "24.11.2026", areas: "a\nb\nc" };
  assert.deepEqual(wrongFields(items, typed, must), [
    { name: "title", why: "missing" },
    { name: "size", why: "number" },
    { name: "areas", why: "long" },
    { name: "day", why: "date" },
  ]);
  // the bound is in bytes, as the program counts
  assert.deepEqual(wrongFields(items, { title: "五文字です" }, must), [
    { name: "title", why: "long" },
  ]);
  assert.deepEqual(wrongFields(items, { title: "四文字だ" }, must), []);
});

test("addresses: flags without a value, nothing for what is not set", () => {
  assert.equal(
    address("case/list", {
      all: true,
      overdue: false,
      ward: "",
      state: undefined,
      field: "a b",
    }),
    "/api/case/list?all&field=a%20b",
  );
});

test("routes there and back", () => {
  const route = parseRoute(routeTo(["area", "14133-01"], { "as-of": "2", view: "" }));
  assert.deepEqual(route.parts, ["area", "14133-01"]);
  assert.equal(route.query.get("as-of"), "2");
  assert.equal(route.query.get("view"), null);
  assert.deepEqual(parseRoute("").parts, []);
});

test("the language: what was chosen, else the browser's, else Japanese", () => {
  assert.equal(firstLang("en", ["ja"]), "en");
  assert.equal(firstLang(null, ["fr", "en-GB", "ja"]), "en");
  assert.equal(firstLang("xx", ["fr"]), "ja");
});

const row = (ward: string, state: string, title: string, overdue = false): QueueRow => ({
  id: title,
  kind: "case",
  scope: "e:" + ward,
  state,
  proposed: null,
  attempt: 1,
  pending: 0,
  closed: false,
  fields: { title, areas: [ward + "-01"] },
  conflicts: {},
  since: null,
  due: null,
  overdue,
  waits: null,
  priority: null,
});

test("a search finds every word anywhere, in either width", () => {
  const one = row("14133", "submitted", "坂の移動 ABC");
  assert.ok(matches(one, ""));
  assert.ok(matches(one, "移動 ａｂｃ"));
  assert.ok(matches(one, "14133-01"));
  assert.ok(!matches(one, "移動 買い物"));
});

test("wards side by side", () => {
  const rows = [
    row("14133", "submitted", "a"),
    row("14133", "built", "b", true),
    row("14136", "built", "c"),
  ];
  assert.deepEqual(crossing(rows, ["14131", "14133"], wardOfCase), [
    { key: "14131", counts: {}, total: 0, overdue: 0 },
    { key: "14133", counts: { submitted: 1, built: 1 }, total: 2, overdue: 1 },
  ]);
});

test("a device's fingerprint as the command line shows it", () => {
  assert.equal(fingerprint("cc58f79d5f0dd079b833dd0a9dd89a7b"), "zrmp-phk7-bxih");
});

test("within seven days is before the eighth day from today, over the end of a year, too", () => {
  assert.equal(dueBefore("7", new Date(2026, 11, 28, 23, 59)), "2027-01-05");
  assert.equal(dueBefore("1", new Date(2026, 1, 28)), "2026-03-02");
  for (const nothing of ["", "0", "-3", "x", "1.5"])
    assert.equal(dueBefore(nothing, new Date()), "");
});

test("a record that changes while it is written: untouched fields follow, typed ones stay", () => {
  const before = typedAll(items, { title: "坂", size: 10, areas: ["14133-01"] });
  const typed = { ...before, title: "坂の上", size: "12" };
  const now = typedAll(items, { title: "坂道", size: 10, areas: ["14133-02"] });
  const { typed: next, clashes } = rebased(items, before, typed, now);
  assert.deepEqual([next.title, next.size, next.areas], ["坂の上", "12", "14133-02"]);
  assert.deepEqual(clashes, ["title"]);
  assert.deepEqual(rebased(items, before, { ...before, title: "坂道" }, now).clashes, []);
  assert.deepEqual(rebased(items, before, typed, before), { typed, clashes: [] });
});

test("only what goes over a field that changed unseen is held back", () => {
  const [shown, now] = [
    { title: "坂", size: 10 },
    { title: "坂道", size: 10 },
  ];
  assert.equal(goesOver(items, shown, now, { title: "坂の上" }), true);
  assert.equal(goesOver(items, shown, now, { title: "坂道" }), false);
  assert.equal(goesOver(items, shown, now, { size: 12 }), false);
  assert.equal(goesOver(items, now, now, { title: "坂の上" }), false);
});

test("what is written in one form stands beside what is written in others", () => {
  const all = { title: "坂", size: 10 };
  assert.deepEqual(written(all, [item("size", "number")], { size: 12 }), { title: "坂", size: 12 });
  assert.deepEqual(written(all, [item("size", "number")], {}), { title: "坂" });
  assert.deepEqual(written(all, [item("title", "line")], { title: "" }), { size: 10 });
  assert.deepEqual(written({}, [item("areas", "list")], { areas: [] }), {});
});

test("a draft is gone on with where its form is", () => {
  const draft: Draft = {
    id: "d1",
    kind: "case",
    act: "comment",
    scope: "e:14133",
    record: "r1",
    changed: "",
    lacks: "",
    title: "",
    stale: false,
    words: true,
    fields: {},
  };
  const create = { ...draft, act: "create", words: false };
  assert.equal(draftHash(draft), "#/case/r1");
  assert.equal(draftHash({ ...draft, kind: "docket" }), "#/record/r1");
  assert.equal(draftHash({ ...draft, act: "edit", words: false }), "#/record/r1/edit");
  assert.equal(draftHash({ ...create, kind: "voice" }), "#/draft/d1");
  const memo = { ...create, kind: "memo", fields: { case: ["c1"] } };
  const edition = { ...create, kind: "edition", fields: { areas: ["14133-01"] } };
  assert.equal(draftHash(memo), "#/case/c1");
  assert.equal(draftHash(edition), "#/editions?area=14133-01&make=1");
  // one that was refused, to be mended, is no words for an act
  const refused = { ...draft, words: false };
  assert.equal(draftHash(refused), "#/draft/d1");
  assert.equal(wordsOf([refused, memo, draft], "r1"), draft);
  assert.equal(wordsOf([refused], "r1"), null);
  assert.equal(begunOf([draft, edition, memo], "memo", "case", "c1"), memo);
  assert.equal(begunOf([memo], "memo", "case", "c2"), null);
});
