import assert from "node:assert/strict";
import { test } from "node:test";
import type { Scope, Status } from "../src/model.ts";
import { came } from "../src/news.ts";

const scope = (more: Partial<Scope> = {}): Scope => ({
  scope: "w:14133",
  in_step: true,
  release: 1,
  entries: 10,
  waiting: 0,
  set_aside: 0,
  conflicts: 0,
  ...more,
});
const status = (one: Scope, release = 1): Status =>
  ({ catalog: [0, release], scopes: [one] }) as unknown as Status;

test("what this device wrote is no news when it is sent", () => {
  const before = status(scope({ waiting: 2 }));
  assert.equal(came(before, before), false);
  assert.equal(came(before, status(scope({ entries: 12 }))), false);
  assert.equal(came(before, status(scope({ entries: 11, set_aside: 1 }))), false);
});

test("what others wrote is, also in the same sync, and so are figures and conflicts", () => {
  const before = status(scope({ waiting: 2 }));
  assert.equal(came(before, status(scope({ entries: 13 }))), true);
  assert.equal(came(before, status(scope({ waiting: 2, release: 2 }))), true);
  assert.equal(came(before, status(scope({ waiting: 2, conflicts: 1 }))), true);
  assert.equal(came(before, status(scope({ waiting: 2 }), 2)), true);
  const another = status(scope({ waiting: 2 }));
  another.scopes = [...another.scopes, scope({ scope: "e:14133" })];
  assert.equal(came(before, another), true);
});
