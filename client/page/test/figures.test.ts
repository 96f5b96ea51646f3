import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterBreaks,
  beyondBreaks,
  breaksOf,
  chainOf,
  changeText,
  csvOf,
  evidenceOf,
  levelOf,
  numberText,
  periodsOf,
  pyramidOf,
  ranked,
  scoresOf,
  seriesOf,
  valueText,
} from "../src/figures.ts";
import { ageText, breakdownText, indicatorName, unitBehind, unitText } from "../src/indicators.ts";
import { setLang } from "../src/lang.ts";
import type { Break, Cell } from "../src/model.ts";
import { labelled, slotsOf, tickText, trendOption } from "../src/options.ts";

function cell(area: string, period: string, value: number | null, more: Partial<Cell> = {}): Cell {
  return {
    indicator: "population",
    area,
    period,
    breakdown: "",
    value,
    missing: value === null ? "x" : "",
    unit: "人",
    status: "",
    method: "",
    source: "",
    note: "",
    scope: "pub",
    ...more,
  };
}

test("numbers keep their decimals and group their thousands", () => {
  assert.equal(numberText(1234567), "1,234,567");
  assert.equal(numberText(-1234.5), "−1,234.5");
  assert.equal(numberText(0), "0");
  assert.equal(numberText(999), "999");
});

test("blank is not zero: what is missing shows its symbol", () => {
  assert.equal(valueText({ value: 0, missing: "" }), "0");
  assert.equal(valueText({ value: null, missing: "x" }), "x");
  assert.equal(valueText({ value: null, missing: "u" }), "…");
  assert.equal(valueText({ value: null, missing: "n" }), "−");
});

test("a change needs both values and does not show rounding dust", () => {
  assert.equal(changeText(0.3, 0.1), "+0.2");
  assert.equal(changeText(10, 12), "−2");
  assert.equal(changeText(null, 12), "");
  assert.equal(changeText(12, null), "");
});

test("levels and chains of areas", () => {
  assert.equal(levelOf("14130"), "city");
  assert.equal(levelOf("14133"), "ward");
  assert.equal(levelOf("14133-01"), "area");
  assert.equal(levelOf("14133-0012001"), "town");
  assert.equal(levelOf("M1404"), "other");
  assert.deepEqual(chainOf("14133-01"), ["14133-01", "14133", "14130"]);
  assert.deepEqual(chainOf("14130"), ["14130"]);
});

test("series by area and breakdown, in the order of time", () => {
  const cells = [
    cell("14133", "2020", 2),
    cell("14133", "2010", 1),
    cell("14133", "2020", 9, { breakdown: "sex=f" }),
    cell("14130", "FY2015", 5),
  ];
  const series = seriesOf(cells, ["14133", "14130"]);
  assert.deepEqual(
    series[0]?.points.map((point) => point.cell.value),
    [1, 2],
  );
  assert.deepEqual(periodsOf(series), ["2010", "FY2015", "2020"]);
});

test("ranking puts what is concealed last, and never at zero", () => {
  const order = ranked([
    cell("14131", "2020", 1),
    cell("14132", "2020", null),
    cell("14133", "2020", 3),
  ]);
  assert.deepEqual(
    order.map((one) => one.area),
    ["14133", "14131", "14132"],
  );
});

const ages = (groups: readonly string[], period = "2020"): Cell[] =>
  groups.flatMap((age) =>
    ["m", "f"].map((sex) => cell("14133", period, 10, { breakdown: `age=${age};sex=${sex}` })),
  );

test("a pyramid takes the finest ages that do not overlap, from the young to the old", () => {
  const pyramid = pyramidOf(ages(["0-14", "5-9", "0-4", "10-14", "15-64", "65-"]), "14133");
  assert.deepEqual(
    pyramid?.rows.map((row) => row.age),
    ["0-4", "5-9", "10-14", "15-64", "65-"],
  );
});

test("a pyramid of the newest period that has both sexes, or none", () => {
  const older = ages(["0-64", "65-"], "2010");
  const half = cell("14133", "2020", 3, { breakdown: "age=0-64;sex=m" });
  assert.equal(pyramidOf([...older, half], "14133")?.period, "2010");
  assert.equal(pyramidOf([half], "14133"), null);
  assert.equal(pyramidOf(older, "14131"), null);
});

test("evidence in the words of the command line", () => {
  assert.equal(evidenceOf(cell("14133", "2020", 1)), "population 14133 2020");
  assert.equal(
    evidenceOf(cell("14133", "2020", 1, { breakdown: "age=65-" })),
    "population 14133 2020 age=65-",
  );
});

test("scores of the rubric: 1 to 5, anything else is left out", () => {
  assert.deepEqual(scoresOf(["住民の意識の醸成: 4", "協議会等の設置：3", "多世代: 6", "なし"]), [
    { item: "住民の意識の醸成", score: 4 },
    { item: "協議会等の設置", score: 3 },
  ]);
});

test("a table to save quotes what needs it and defuses formulas", () => {
  assert.equal(
    csvOf([
      ["a,b", 1, null],
      ['say "x"', "=1+1", "-5"],
    ]),
    '\ufeff"a,b",1,\r\n"say ""x""",\'=1+1,\'-5\r\n',
  );
});

test("names of indicators and breakdowns", () => {
  setLang("ja");
  assert.equal(indicatorName("population_census"), "人口（国勢調査）");
  assert.equal(indicatorName("made_up_by_a_release"), "made_up_by_a_release");
  assert.equal(ageText("65-"), "65歳以上");
  assert.equal(ageText("0-14"), "0〜14歳");
  assert.equal(breakdownText(""), "総数");
  assert.equal(breakdownText("age=65-;sex=f"), "65歳以上・女");
  setLang("en");
  assert.equal(breakdownText("age=65-;sex=f"), "age 65+, women");
});

test("a year without a figure has its place on the axis, too", () => {
  assert.deepEqual(slotsOf(["2016-10", "FY2019", "FY2020"]), [
    "2016-10",
    "",
    "",
    "FY2019",
    "FY2020",
  ]);
  assert.deepEqual(slotsOf(["2020", "2020-10", "2021"]), ["2020", "2020-10", "2021"]);
  assert.deepEqual(slotsOf(["1920", "2020"]), ["1920", "2020"]);
});

test("the newest period is labelled, others where there is room", () => {
  const slots = ["2016", "", "", "", "", "", "2022", "2023", "2024"];
  assert.deepEqual([...labelled(slots)], [8, 6, 0]);
  assert.deepEqual([...labelled(["2022", "2023", "2024"])], [2, 1, 0]);
});

const changes: Break[] = [
  { area: "14131-01", last: "2019-12-31", successors: ["14131-02", "14131-03"] },
  { area: "14136-09", last: "", successors: ["14136-10"] },
];

test("a series breaks where borders changed, on either side of it", () => {
  assert.deepEqual(breaksOf(changes, "14131-03"), [changes[0]]);
  assert.deepEqual(breaksOf(changes, "14131"), []);
  assert.deepEqual(beyondBreaks(changes, "14131-01"), ["14131-02", "14131-03"]);
  assert.deepEqual(beyondBreaks(changes, "14131-02"), ["14131-01"]);
  assert.deepEqual(beyondBreaks(changes, "14130"), []);
});

test("the first period after a break is marked, where somebody says when it was", () => {
  const periods = ["2015-10-01", "FY2019", "2020-10-01", "2025"];
  assert.deepEqual(afterBreaks(changes, periods), ["2020-10-01"]);
  assert.deepEqual(afterBreaks(changes, ["2010", "2015"]), []);
  assert.deepEqual(afterBreaks([], periods), []);
});

test("what is beyond a break is a line of its own, with a mark between", () => {
  const cells = [
    cell("14131-01", "2015", 5),
    cell("14131-01", "2019", 6),
    cell("14131-02", "2020", 3),
    cell("14131-02", "2021", 4),
  ];
  const series = seriesOf(cells, ["14131-01", "14131-02"]).map((one) => ({
    ...one,
    name: one.area,
  }));
  const drawn = trendOption(series, periodsOf(series), "人", { marks: ["2020"] }) as {
    series: { data: (number | null)[]; markLine?: { data: { xAxis: number }[] } }[];
  };
  assert.deepEqual(
    drawn.series.map((one) => one.data),
    [
      [5, null, null, null, 6, null, null],
      [null, null, null, null, null, 3, 4],
    ],
  );
  assert.deepEqual(drawn.series[0]?.markLine?.data, [{ xAxis: 5 }]);
  assert.equal(drawn.series[1]?.markLine, undefined);
});

test("units in the reader's language, and the ticks of one axis alike", () => {
  setLang("ja");
  assert.deepEqual([unitText("人"), unitBehind("%"), unitBehind("か所")], ["人", "%", "か所"]);
  assert.deepEqual([0, 900000, 1500000].map(tickText(1.6e6)), ["0", "90万", "150万"]);
  assert.deepEqual([0, 900000].map(tickText(9.5e5)), ["0", "900,000"]);
  setLang("en");
  assert.deepEqual([unitText("人"), unitBehind("か所")], ["persons", " places"]);
  assert.deepEqual([unitText("kWh"), unitBehind("%"), unitBehind("")], ["kWh", "%", ""]);
  assert.deepEqual([900000, 1500000].map(tickText(1.6e6)), ["0.9M", "1.5M"]);
  setLang("ja");
});
