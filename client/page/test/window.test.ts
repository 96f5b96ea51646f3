import assert from "node:assert/strict";
import { test } from "node:test";
import { chunkOf, drawnPart } from "../src/window.ts";

const none = new Map<number, number>();

test("of a hundred thousand rows a few chunks are drawn, and the rest keeps its room", () => {
  const rows = 100_000;
  const [usual, whole] = [2000, (rows / chunkOf) * 2000];
  for (const from of [-5000, 0, 1999, 2000, 1_234_567, whole - 900]) {
    const part = drawnPart(rows, none, usual, from, from + 900);
    const drawn = part.last - part.first;
    assert.ok(drawn >= chunkOf && drawn <= 2 * chunkOf, `${from}: ${drawn} rows`);
    assert.equal(part.above + part.below + (drawn / chunkOf) * usual, whole, String(from));
    assert.ok(part.above <= Math.max(from, 0) && part.first % chunkOf === 0);
  }
});

test("chunks that were measured take the room that they took", () => {
  const heights = new Map([
    [0, 3000],
    [1, 1000],
  ]);
  const part = drawnPart(200, heights, 2000, 3500, 3900);
  assert.deepEqual(part, { first: 50, last: 100, above: 3000, below: 4000 });
});

test("a list's last rows are drawn when one is past its end, and a short one whole", () => {
  assert.deepEqual(drawnPart(120, none, 2000, 99_999, 100_500), {
    first: 100,
    last: 120,
    above: 4000,
    below: 0,
  });
  assert.deepEqual(drawnPart(3, none, 2000, 0, 900), { first: 0, last: 3, above: 0, below: 0 });
  assert.deepEqual(drawnPart(0, none, 2000, 0, 900), { first: 0, last: 0, above: 0, below: 0 });
});
