// What ECharts is told: plain objects made from figures, so that they can be tested without a
// browser. No animation; lines differ by symbol and dash, bars by pattern, never by colour alone.
import { missingSymbol, numberText, type Pyramid, type Score, type Series } from "./figures.ts";
import { ageText, unitText, unitBehind } from "./indicators.ts";
import { L } from "./lang.ts";
import type { Cell } from "./model.ts";
import { periodShort, periodStart } from "./when.ts";

const ink = "#1a1a1a";
const grey = "#949494";
const lines = [
  { color: "#0017c1", symbol: "circle", type: "solid" },
  { color: "#c74700", symbol: "rect", type: "dashed" },
  { color: "#197a4b", symbol: "triangle", type: "dotted" },
  { color: "#6c006c", symbol: "diamond", type: [8, 3, 2, 3] },
  { color: "#4d4d4d", symbol: "emptyCircle", type: [2, 2] },
  { color: "#006173", symbol: "emptyRect", type: [12, 4] },
] as const;
const font = '"BIZ UDPGothic","Noto Sans JP","Noto Sans CJK JP","Yu Gothic UI",Meiryo,sans-serif';
const text = { color: ink, fontFamily: font, fontSize: 13 };
const base = {
  animation: false,
  aria: { enabled: false },
  textStyle: { fontFamily: font },
};
/** Drawn, not HTML: that would bring styles of its own, which the page's policy forbids. */
const hint = { renderMode: "richText", confine: true, textStyle: text };
const axisText = { axisLabel: text, axisLine: { lineStyle: { color: grey } } };
const number = (value: unknown): string =>
  typeof value === "number" ? numberText(value) : missingSymbol("u");
/** Ticks of an axis that reaches to most; large ones short, and all of them alike: 150万 / 1.5M. */
export const tickText =
  (most: number) =>
  (value: number): string => {
    if (most < 1e6 || value === 0) return numberText(Math.round(value * 100) / 100);
    return L(numberText(value / 1e4) + "万", `${numberText(value / 1e6)}M`);
  };
const valueAxis = (most: number) => ({
  type: "value",
  axisLabel: { ...text, formatter: tickText(most), hideOverlap: true },
  splitLine: { lineStyle: { color: "#e6e6e6" } },
  scale: true,
});
/** Room for the name of a line at its end. */
const endWidth = 110;
const cellsOf = (series: Series): Cell[] => series.points.map((point) => point.cell);
const mostOf = (cells: readonly { value: number | null }[]): number =>
  Math.max(0, ...cells.map((cell) => Math.abs(cell.value ?? 0)));

export interface Named extends Series {
  name: string;
}

/** Sums of an area, its ward and its city differ by tens: beyond this each gets an axis of its own. */
const ownAxisBeyond = 6;

function spread(series: readonly Named[]): number {
  const tops = series.map((one) => Math.max(...one.points.map((point) => point.cell.value ?? 0)));
  return Math.max(...tops) / Math.max(Math.min(...tops), 1e-9);
}
export const panelsOf = (series: readonly Named[]): number =>
  series.length > 1 && spread(series) > ownAxisBeyond ? series.length : 1;
const panelHeight = 130;
export const trendHeight = (panels: number): number =>
  panels === 1 ? 300 : panels * panelHeight + 20;

const slotsAtMost = 60;
/**
 * Places along the axis: a year without a figure has an empty one, so that a slope means what it seems to.
 * Too long a past stands period beside period.
 */
export function slotsOf(periods: readonly string[]): string[] {
  const year = (period: string): number => Number(periodStart(period).slice(0, 4));
  const slots = periods.flatMap((period, at) => {
    const before = periods[at - 1];
    const gap = before === undefined ? 0 : Math.max(0, year(period) - year(before) - 1);
    return [...Array.from({ length: Math.min(gap, slotsAtMost) }, () => ""), period];
  });
  return slots.length <= slotsAtMost ? slots : [...periods];
}

const labelsAtMost = 6;
/** Which places are labelled: the newest always, others as far as they do not stand too close. */
export function labelled(slots: readonly string[]): Set<number> {
  const apart = Math.ceil(slots.length / labelsAtMost);
  const shown = new Set<number>();
  let last = Infinity;
  for (let at = slots.length - 1; at >= 0; at--) {
    if (!slots[at] || last - at < apart) continue;
    shown.add(at);
    last = at;
  }
  return shown;
}

type Chosen = (cell: Cell) => boolean;
const large = { symbolSize: 18, itemStyle: { borderColor: ink, borderWidth: 3 } };

/** Where borders changed: upright, grey, with its word, and no line goes over it. */
const breakMarks = (marks: readonly number[]): object =>
  marks.length === 0
    ? {}
    : {
        markLine: {
          silent: true,
          symbol: "none",
          lineStyle: { color: ink, type: "dotted", width: 2 },
          label: { ...text, formatter: L("区域の変更", "borders changed") },
          data: marks.map((at) => ({ xAxis: at })),
        },
      };

/** Lines over the periods that any of them has; below each other where one axis would hide one. */
export function trendOption(
  series: readonly Named[],
  periods: readonly string[],
  unit: string,
  more: { chosen?: Chosen; marks?: readonly string[] } = {},
): object {
  const { chosen = () => false, marks = [] } = more;
  const panels = panelsOf(series);
  const many = panels > 1;
  const axes = Array.from({ length: panels }, (_, at) => at);
  const slots = slotsOf(periods);
  const labels = labelled(slots);
  const places = marks.map((period) => slots.indexOf(period)).filter((at) => at >= 0);
  return {
    ...base,
    grid: axes.map((at) =>
      many
        ? {
            left: 8,
            right: 16,
            top: at * panelHeight + 30,
            height: panelHeight - 52,
            containLabel: true,
          }
        : { left: 8, right: endWidth, top: 36, bottom: 8, containLabel: true },
    ),
    tooltip: {
      ...hint,
      trigger: "axis",
      valueFormatter: (value: unknown) => number(value) + unitBehind(unit),
    },
    xAxis: axes.map((at) => ({
      type: "category",
      gridIndex: at,
      data: slots.map((period) => period && periodShort(period)),
      boundaryGap: false,
      ...axisText,
      // an empty place has no tick; the first and last stand inside, away from the other axis
      axisTick: { interval: (at: number) => Boolean(slots[at]) },
      axisLabel: {
        ...text,
        interval: (at: number) => labels.has(at),
        alignMinLabel: "left",
        alignMaxLabel: "right",
      },
    })),
    yAxis: axes.map((at) => ({
      ...valueAxis(mostOf((many ? series.slice(at, at + 1) : series).flatMap(cellsOf))),
      gridIndex: at,
      splitNumber: many ? 2 : 5,
      name: many ? `${series[at]?.name ?? ""} (${unitText(unit)})` : unitText(unit),
      nameTextStyle: { ...text, align: "left" },
      nameGap: 10,
      min: (range: { min: number; max: number }) =>
        !many && range.min >= 0 && range.min < range.max / 2 ? 0 : null,
    })),
    series: series.map((one, at) => {
      const line = lines[at % lines.length] ?? lines[0];
      return {
        type: "line",
        name: one.name,
        xAxisIndex: many ? at : 0,
        yAxisIndex: many ? at : 0,
        data: slots.map((period) => {
          const cell = one.points.find((point) => point.period === period)?.cell;
          const value = cell?.value ?? null;
          return cell && chosen(cell) ? { value, ...large } : value;
        }),
        connectNulls: true,
        symbol: line.symbol,
        symbolSize: 8,
        color: line.color,
        lineStyle: { type: line.type, width: 2 },
        // alone in its panel, a line is named above it
        endLabel: {
          ...text,
          show: !many,
          formatter: "{a}",
          color: line.color,
          width: endWidth - 12,
          overflow: "break",
        },
        labelLayout: { moveOverlap: "shiftY" },
        ...(at === 0 ? breakMarks(places) : {}),
      };
    }),
  };
}

/** Areas by value, one of them, or those chosen, standing out. cells: as ranked, the largest first. */
export function rankOption(
  cells: readonly Cell[],
  own: string | Chosen,
  nameOf: (area: string) => string,
): object {
  const standsOut = typeof own === "string" ? (cell: Cell) => cell.area === own : own;
  const upward = [...cells].reverse();
  return {
    ...base,
    grid: { left: 8, right: 64, top: 8, bottom: 8, containLabel: true },
    xAxis: { ...valueAxis(mostOf(cells)), scale: false, min: 0 },
    yAxis: {
      type: "category",
      data: upward.map((cell) => nameOf(cell.area)),
      ...axisText,
      axisTick: { show: false },
    },
    series: [
      {
        type: "bar",
        barMaxWidth: 20,
        data: upward.map((cell) => ({
          value: cell.value ?? 0,
          itemStyle: {
            color: standsOut(cell) ? "#0017c1" : "#cccccc",
            borderColor: standsOut(cell) ? "#000060" : grey,
            borderWidth: 1,
          },
        })),
        label: {
          ...text,
          show: true,
          position: "right",
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const cell = upward[dataIndex];
            return cell
              ? cell.value === null
                ? missingSymbol(cell.missing)
                : numberText(cell.value)
              : "";
          },
        },
      },
    ],
  };
}

/** The rubric's 1 to 5, always beside its table. */
export function radarOption(scores: readonly Score[], name: string): object {
  return {
    ...base,
    radar: {
      indicator: scores.map((score) => ({ name: score.item, max: 5, min: 0 })),
      radius: "62%",
      splitNumber: 5,
      axisName: { ...text, width: 130, overflow: "break", lineHeight: 17 },
      splitArea: { show: false },
      splitLine: { lineStyle: { color: "#cccccc" } },
      axisLine: { lineStyle: { color: grey } },
    },
    series: [
      {
        type: "radar",
        data: [
          {
            name,
            value: scores.map((score) => score.score),
            symbol: "circle",
            symbolSize: 8,
            lineStyle: { color: "#0017c1", width: 2 },
            itemStyle: { color: "#0017c1" },
            areaStyle: { color: "#0017c1", opacity: 0.12 },
            label: { ...text, show: true, formatter: "{c}" },
          },
        ],
      },
    ],
  };
}

/** Men to the left, women to the right, the youngest at the bottom. */
export function pyramidOption(pyramid: Pyramid): object {
  const largest = Math.max(...pyramid.rows.flatMap((row) => [row.m.value ?? 0, row.f.value ?? 0]));
  const ticks = tickText(largest);
  const absolute = (value: number): string => ticks(Math.abs(value));
  const side = (sex: "m" | "f", name: string, color: string, pattern: string) => ({
    type: "bar",
    name,
    stack: "age",
    color,
    barCategoryGap: "12%",
    itemStyle: { borderColor: ink, borderWidth: 0.5, decal: { symbol: pattern } },
    data: pyramid.rows.map((row) => (sex === "m" ? -(row.m.value ?? 0) : (row.f.value ?? 0))),
    tooltip: {
      valueFormatter: (value: number) => numberText(Math.abs(value)) + unitBehind(pyramid.unit),
    },
  });
  return {
    ...base,
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    legend: { top: 0, textStyle: text, data: [L("男", "men"), L("女", "women")] },
    tooltip: { ...hint, trigger: "axis", axisPointer: { type: "none" } },
    xAxis: {
      ...valueAxis(largest),
      min: -largest,
      max: largest,
      axisLabel: { ...text, formatter: absolute, hideOverlap: true },
    },
    yAxis: {
      type: "category",
      data: pyramid.rows.map((row) => ageText(row.age)),
      ...axisText,
      axisTick: { show: false },
    },
    series: [
      side("m", L("男", "men"), "#7096f8", "none"),
      side("f", L("女", "women"), "#ffa66d", "none"),
    ],
  };
}
