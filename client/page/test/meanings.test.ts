import assert from "node:assert/strict";
import { test } from "node:test";
import { indicatorName } from "../src/indicators.ts";
import { setLang } from "../src/lang.ts";
import { definitionOf, levelText, setMeanings } from "../src/meanings.ts";
import type { Tables } from "../src/model.ts";
import { areaName } from "../src/names.ts";

const tables = { wards: [{ code: "14133", label: "中原区" }] } as Tables;
const area = (code: string, name: string, valid_from?: string) => ({
  code,
  name,
  name_en: name + " (en)",
  kind: "district",
  ...(valid_from ? { valid_from } : {}),
});

setMeanings(
  {
    areas: [
      area("14133-01", "古い名前", "2000-04-01"),
      area("14133-01", "今の名前", "2024-04-01"),
      area("14133-01", "来年の名前", "2030-04-01"),
      area("M1404", "川崎北部"),
    ],
    indicators: [
      {
        code: "population",
        name: "総人口",
        name_en: "inhabitants",
        definition: "住んでいる人。",
        definition_en: "Who lives there.",
        source_section: "統計情報課",
      },
    ],
    rubrics: [
      { code: "g/1", name: "多世代の広がり具合（妊婦と子育て世代）", level_1: "同世代のみ" },
    ],
  },
  "2026-11-29",
);

test("a release names areas and indicators, as they are called today", () => {
  setLang("ja");
  assert.equal(areaName(tables, "14133-01"), "中原区 今の名前");
  assert.equal(areaName(tables, "14133-02"), "中原区 02");
  assert.equal(areaName(tables, "14133"), "中原区");
  assert.equal(areaName(tables, "M1404"), "川崎北部");
  assert.equal(indicatorName("population"), "総人口");
  setLang("en");
  assert.equal(areaName(tables, "M1404"), "川崎北部 (en)");
  assert.equal(indicatorName("population"), "inhabitants");
});

test("a definition is in the language of the page, and of the release that is looked at", () => {
  setLang("ja");
  assert.deepEqual(definitionOf("population"), {
    text: "住んでいる人。",
    section: "統計情報課",
    note: "",
  });
  setLang("en");
  assert.equal(definitionOf("population")?.text, "Who lives there.");
  const own = { code: "population", name: "x", definition: "以前の定義。" };
  assert.equal(definitionOf("population", own)?.text, "以前の定義。");
  assert.equal(definitionOf("nothing"), null);
  setLang("ja");
});

test("a score says what it means, also where the item is written short", () => {
  assert.equal(levelText("多世代の広がり具合", 1), "同世代のみ");
  assert.equal(levelText("ほかの項目", 1), "");
});
