// Indicators × areas × years, as a comparison shows them.
import { byPeriod, levelOf, type Level } from "./figures.ts";
import type { Cell } from "./model.ts";
import { periodStart } from "./when.ts";

export interface Part {
  indicator: string;
  breakdown: string;
  breakdowns: string[];
  unit: string;
  cells: Cell[];
}

/** The total where there is one, else the first; only periods from one year to another. */
export function partOf(
  indicator: string,
  cells: readonly Cell[],
  wanted: string | null,
  years: { from: string; to: string },
): Part {
  const breakdowns = [...new Set(cells.map((cell) => cell.breakdown))].sort();
  const breakdown = wanted !== null && breakdowns.includes(wanted) ? wanted : (breakdowns[0] ?? "");
  const inside = (cell: Cell): boolean => {
    const year = periodStart(cell.period).slice(0, 4);
    return (!years.from || year >= years.from) && (!years.to || year <= years.to);
  };
  const own = cells.filter((cell) => cell.breakdown === breakdown && inside(cell));
  return { indicator, breakdown, breakdowns, unit: own[0]?.unit ?? "", cells: own };
}

export const areasOfLevel = (cells: readonly Cell[], level: Level): string[] =>
  [...new Set(cells.map((cell) => cell.area))].filter((area) => levelOf(area) === level).sort();

/** The newest cell of an area; nothing is carried over from another. */
export const newestOf = (part: Part, area: string): Cell | undefined =>
  part.cells
    .filter((cell) => cell.area === area)
    .sort((a, b) => byPeriod(a.period, b.period))
    .at(-1);

/** The period that most areas have newest: what a column of newest values can be headed with. */
export function commonPeriod(part: Part, areas: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const area of areas) {
    const period = newestOf(part, area)?.period;
    if (period) counts.set(period, (counts.get(period) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || byPeriod(b[0], a[0]))[0]?.[0] ?? "";
}
