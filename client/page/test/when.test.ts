import assert from "node:assert/strict";
import { test } from "node:test";
import { setLang } from "../src/lang.ts";
import {
  dayText,
  daysText,
  daysUntil,
  eraOfYear,
  instantText,
  periodShort,
  periodStart,
  periodText,
  today,
} from "../src/when.ts";

test("a day carries both calendars in Japanese, never 和暦 alone", () => {
  setLang("ja");
  assert.equal(dayText("2026-11-24"), "2026年（令和8年）11月24日");
  assert.equal(dayText("2019-04-30"), "2019年（平成31年）4月30日");
  assert.equal(dayText("2019-05-01"), "2019年（令和元年）5月1日");
  assert.equal(dayText("1989-01-07"), "1989年（昭和64年）1月7日");
  setLang("en");
  assert.equal(dayText("2026-11-24"), "24 Nov 2026");
});

test("what is no day stays as it is", () => {
  setLang("ja");
  assert.equal(dayText("soon"), "soon");
});

test("a whole year in which an era begins has both names", () => {
  assert.equal(eraOfYear(2019), "平成31年・令和元年");
  assert.equal(eraOfYear(2020), "令和2年");
  assert.equal(eraOfYear(1989), "昭和64年・平成元年");
});

test("periods of every form", () => {
  setLang("ja");
  assert.equal(periodText("2020"), "2020年（令和2年）");
  assert.equal(periodText("FY2020"), "2020年度（令和2年度）");
  assert.equal(periodText("FY2019"), "2019年度（令和元年度）");
  assert.equal(periodText("FY2018"), "2018年度（平成30年度）");
  assert.equal(periodText("2020-10"), "2020年（令和2年）10月");
  assert.equal(periodText("2020-10-01"), "2020年（令和2年）10月1日");
  assert.equal(periodText("2015/2020"), "2015年（平成27年）〜2020年（令和2年）");
  setLang("en");
  assert.equal(periodText("FY2020"), "FY2020");
  assert.equal(periodText("2020-10"), "Oct 2020");
});

test("periods sort by where they begin: a fiscal year in April", () => {
  assert.deepEqual(
    ["FY2020", "2020-10-01", "2020", "2020-03"].sort((a, b) =>
      periodStart(a) < periodStart(b) ? -1 : 1,
    ),
    ["2020", "2020-03", "FY2020", "2020-10-01"],
  );
});

test("short forms for an axis", () => {
  setLang("ja");
  assert.equal(periodShort("FY2024"), "2024年度");
  assert.equal(periodShort("2020-10-01"), "2020/10");
  assert.equal(periodShort("2020"), "2020");
});

test("instants and deadlines", () => {
  setLang("ja");
  assert.equal(instantText("2026-11-24T10:58:58+09:00"), "2026年（令和8年）11月24日 10:58");
  assert.equal(instantText(null), "なし");
  const now = new Date("2026-11-24T00:00:00Z");
  assert.equal(daysUntil("2026-11-27T00:00:00Z", now), 3);
  assert.equal(daysUntil("2026-11-22T23:00:00Z", now), -2);
  assert.equal(daysText(3), "あと3日");
  assert.equal(daysText(-2), "2日超過");
  assert.equal(daysText(0), "今日まで");
  setLang("en");
  assert.equal(daysText(1), "1 day left");
  assert.equal(daysText(-1), "1 day overdue");
  assert.equal(today(new Date(2026, 0, 5)), "2026-01-05");
});
