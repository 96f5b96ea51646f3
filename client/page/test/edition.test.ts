import assert from "node:assert/strict";
import { test } from "node:test";
import { disclosureOf, paragraphsOf } from "../src/edition.ts";
import type { SheetFigure } from "../src/model.ts";

const figure = (more: Partial<SheetFigure>): SheetFigure =>
  ({ indicator: "population", scope: "pub", missing: "", status: "", ...more }) as SheetFigure;
const told = (figures: SheetFigure[]) =>
  disclosureOf(figures).map(({ what, fine, figures: of }) => [what, fine, of.length]);

test("public figures alone are fine", () => {
  assert.deepEqual(told([figure({})]), [
    ["public", true, 0],
    ["words", true, 0],
  ]);
});

test("what is not public, concealed or not final is named", () => {
  const figures = [
    figure({ scope: "r:14133" }),
    figure({ missing: "x" }),
    figure({ status: "p" }),
    figure({ status: "t" }),
    figure({ status: "r" }),
  ];
  assert.deepEqual(told(figures), [
    ["closed", false, 1],
    ["concealed", true, 1],
    ["provisional", false, 2],
    ["words", true, 0],
  ]);
});

test("paragraphs stand between empty lines", () => {
  assert.deepEqual(paragraphsOf(" 一つ目\nの続き\n\n  \n二つ目 \n"), ["一つ目\nの続き", "二つ目"]);
  assert.deepEqual(paragraphsOf("\n\n"), []);
});
