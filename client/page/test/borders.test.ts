import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, outlinesOf } from "../src/borders.ts";
import type { Border } from "../src/model.ts";

/** A square of a tenth of a degree whose south-west corner is given. */
function square(code: string, x: number, y: number): Border {
  const ring = [
    [x, y],
    [x + 0.1, y],
    [x + 0.1, y + 0.1],
    [x, y + 0.1],
    [x, y],
  ];
  const geometry = { type: "Polygon" as const, coordinates: [ring] };
  return { code, geometry, source: "s", licence: "l", vintage: "2021" };
}

test("borders lie on paper as they lie in the land", () => {
  const { outlines, height } = outlinesOf(
    [square("west", 139, 35), square("north-east", 139.1, 35.1)],
    600,
  );
  const [west, other] = outlines;
  assert.ok(west && other);
  assert.ok(west.x < other.x && west.y > other.y, "east is right, north is up");
  // A degree to the east is shorter than one to the north: cos 35.1° of it.
  assert.ok(Math.abs(height - 600 / Math.cos((35.1 * Math.PI) / 180)) < 2, String(height));
  assert.match(west.path, /^M0\.0 \d+\.\dL300\.0 /);
  assert.ok(Math.abs(west.x - 150) < 0.5, "the name stands in the middle");
});

test("of several parts the largest carries the name, and a hole stays one", () => {
  const large = square("one", 139, 35);
  const small = [
    [139.5, 35],
    [139.51, 35],
    [139.51, 35.01],
    [139.5, 35],
  ];
  const parts = {
    ...large,
    geometry: {
      type: "MultiPolygon" as const,
      coordinates: [[small], large.geometry.coordinates as number[][][]],
    },
  };
  const [outline] = outlinesOf([parts], 510).outlines;
  assert.ok(outline && Math.abs(outline.x - 50) < 1, String(outline?.x));
  assert.equal(outline.path.match(/M/g)?.length, 2);
});

test("no border, no map", () => {
  assert.deepEqual(outlinesOf([], 600), { width: 600, height: 0, outlines: [] });
});

test("names that would lie on each other stand apart, the others where they were", () => {
  const places = [
    { x: 100, y: 100 },
    { x: 120, y: 106 },
    { x: 400, y: 100 },
  ];
  const [one, two, far] = apart(places, { width: 60, height: 30 });
  assert.ok(one && two && far);
  assert.ok(two.y - one.y >= 29.9, `${one.y} ${two.y}`);
  assert.deepEqual(far, { x: 400, y: 100 });
  assert.deepEqual(places[0], { x: 100, y: 100 }, "what was given is not changed");
});
