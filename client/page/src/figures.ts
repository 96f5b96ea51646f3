// Figures for people and for charts: texts, marks, order, the shapes that charts need. A value is
// never made up: what is missing stays missing and shows its symbol.
import { L } from "./lang.ts";
import type { Break, Cell } from "./model.ts";
import { periodStart } from "./when.ts";

export type Missing = "" | "n" | "u" | "x";

export const missingSymbol = (missing: string): string =>
  ({ n: "−", u: "…", x: "x" })[missing] ?? "";

export function missingText(missing: string): string {
  const texts: Record<string, string> = {
    n: L("該当なし", "none"),
    u: L("不詳", "unknown"),
    x: L("秘匿", "concealed"),
  };
  return texts[missing] ?? "";
}

export function statusText(status: string): string {
  const texts: Record<string, string> = {
    "": "",
    p: L("速報", "preliminary"),
    t: L("調整中", "under adjustment"),
    e: L("推計", "estimate"),
    r: L("改定", "revised"),
  };
  return texts[status] ?? status;
}

/** Thousands apart, decimals as they came. */
export function numberText(value: number): string {
  const [whole = "0", decimals] = String(Math.abs(value)).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return (value < 0 ? "−" : "") + grouped + (decimals === undefined ? "" : "." + decimals);
}

export function valueText(cell: { value: number | null; missing: string }): string {
  return cell.value === null ? missingSymbol(cell.missing) : numberText(cell.value);
}

/** Rounded so that 0.1 + 0.2 does not show; figures carry at most six decimals. */
const tidy = (value: number): number => Math.round(value * 1e6) / 1e6;

export function changeText(value: number | null, before: number | null): string {
  if (value === null || before === null) return "";
  const change = tidy(value - before);
  return (change > 0 ? "+" : "") + numberText(change);
}

// --- areas ---

export type Level = "city" | "ward" | "area" | "town" | "other";

export function levelOf(area: string): Level {
  if (/^\d{5}-\d{7}$/.test(area)) return "town";
  if (/^\d{5}-\d+$/.test(area)) return "area";
  if (!/^\d{5}$/.test(area)) return "other";
  return area.endsWith("0") ? "city" : "ward";
}

export const wardOf = (area: string): string => area.slice(0, 5);
export const cityOf = (area: string): string => area.slice(0, 4) + "0";

/** The area, its ward and its city, from small to large. */
export function chainOf(area: string): string[] {
  const chain = [area, wardOf(area), cityOf(area)];
  return chain.filter((code, at) => chain.indexOf(code) === at);
}

// --- series ---

export interface Series {
  area: string;
  points: { period: string; cell: Cell }[];
}

export const byPeriod = (a: string, b: string): number =>
  periodStart(a).localeCompare(periodStart(b)) || a.localeCompare(b);

/** One series an area, of one breakdown, in the order of the areas asked for. */
export function seriesOf(
  cells: readonly Cell[],
  areas: readonly string[],
  breakdown = "",
): Series[] {
  return areas.map((area) => ({
    area,
    points: cells
      .filter((cell) => cell.area === area && cell.breakdown === breakdown)
      .map((cell) => ({ period: cell.period, cell }))
      .sort((a, b) => byPeriod(a.period, b.period)),
  }));
}

export function periodsOf(series: readonly Series[]): string[] {
  return [...new Set(series.flatMap((one) => one.points.map((point) => point.period)))].sort(
    byPeriod,
  );
}

/** Breaks in which the area ends or begins. */
export const breaksOf = (breaks: readonly Break[], area: string): Break[] =>
  breaks.filter((one) => one.area === area || one.successors.includes(area));

/** The areas on the other side of its breaks, each once. */
export function beyondBreaks(breaks: readonly Break[], area: string): string[] {
  const areas = breaksOf(breaks, area).flatMap((one) =>
    one.area === area ? one.successors : [one.area],
  );
  return [...new Set(areas)];
}

/** Which periods are the first after a break: a mark stands there. */
export function afterBreaks(breaks: readonly Break[], periods: readonly string[]): string[] {
  const first = breaks.flatMap((one) => {
    const period = one.last && periods.find((each) => periodStart(each) > one.last);
    return period ? [period] : [];
  });
  return [...new Set(first)];
}

/** Areas by value, the largest first; those without a value stand at the end, in order of code. */
export function ranked(cells: readonly Cell[]): Cell[] {
  return [...cells].sort((a, b) => {
    if (a.value === null || b.value === null)
      return Number(a.value === null) - Number(b.value === null) || a.area.localeCompare(b.area);
    return b.value - a.value || a.area.localeCompare(b.area);
  });
}

// --- population pyramid ---

export interface Pyramid {
  indicator: string;
  period: string;
  unit: string;
  rows: { age: string; m: Cell; f: Cell }[];
}

const part = (breakdown: string, name: string): string | undefined =>
  breakdown
    .split(";")
    .find((one) => one.startsWith(name + "="))
    ?.slice(name.length + 1);
const ageStart = (age: string): number => Number(/^\d+/.exec(age)?.[0] ?? 0);
const ageEnd = (age: string): number =>
  age.endsWith("-") ? Infinity : Number(/\d+$/.exec(age)?.[0] ?? Infinity);

/** Of groups that overlap (0-14 beside 0-4, 5-9 …) as many as do not, so that nobody counts twice. */
function finest(ages: readonly string[]): string[] {
  const byEnd = [...ages].sort((a, b) => ageEnd(a) - ageEnd(b) || ageStart(b) - ageStart(a));
  const taken: string[] = [];
  for (const age of byEnd) {
    const last = taken.at(-1);
    if (last === undefined || ageStart(age) > ageEnd(last)) taken.push(age);
  }
  return taken;
}

/** Ages by sex of one area in the newest period that has both. */
export function pyramidOf(cells: readonly Cell[], area: string): Pyramid | null {
  const own = cells.filter((cell) => cell.area === area && /age=/.test(cell.breakdown));
  const periods = [...new Set(own.map((cell) => cell.period))].sort(byPeriod).reverse();
  for (const period of periods) {
    const now = own.filter((cell) => cell.period === period);
    const find = (age: string, sex: string): Cell | undefined =>
      now.find(
        (cell) => part(cell.breakdown, "age") === age && part(cell.breakdown, "sex") === sex,
      );
    const ages = [...new Set(now.map((cell) => part(cell.breakdown, "age") ?? ""))];
    const both = finest(ages.filter((age) => find(age, "m") && find(age, "f")));
    const rows = both.flatMap((age) => {
      const [m, f] = [find(age, "m"), find(age, "f")];
      return m && f ? [{ age, m, f }] : [];
    });
    const one = rows[0];
    if (one && rows.length >= 2)
      return { indicator: one.m.indicator, period, unit: one.m.unit, rows };
  }
  return null;
}

// --- evidence, as a record carries it ---

/** What `--set evidence=` takes. */
export const evidenceOf = (
  cell: Pick<Cell, "indicator" | "area" | "period" | "breakdown">,
): string =>
  [cell.indicator, cell.area, cell.period, cell.breakdown].filter((word) => word !== "").join(" ");

// --- rubric ---

export interface Score {
  item: string;
  score: number;
}

/** "住民の意識の醸成: 3" … ; lines that are not of this form are left out. */
export function scoresOf(lines: readonly string[]): Score[] {
  return lines.flatMap((line) => {
    const parts = /^(.*\S)\s*[:：]\s*([1-5])\s*$/.exec(line);
    return parts ? [{ item: parts[1] ?? "", score: Number(parts[2]) }] : [];
  });
}

// --- export ---

/** RFC 4180 with a byte order mark; a text that a spreadsheet would compute gets a quote in front. */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  const field = (value: string | number | null): string => {
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    const safe = /^[=+\-@\t]/.test(value) ? "'" + value : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return "\ufeff" + rows.map((row) => row.map(field).join(",") + "\r\n").join("");
}
