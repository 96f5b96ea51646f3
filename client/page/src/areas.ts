// Which areas there are: data, not a list of ours; the wards come from the tables of the program.
import { levelOf } from "./figures.ts";
import type { Cell, Indicator } from "./model.ts";
import { cityCode } from "./names.ts";
import { useGet, useStore } from "./store.ts";

/** The city, its wards, and the areas that the figures know: those of the indicator that has most. */
export function useAreas(): string[] {
  const { tables } = useStore();
  const list = useGet<{ indicators: Indicator[] }>("data/list");
  const widest = [...(list.data?.indicators ?? [])].sort((a, b) => b.areas - a.areas)[0];
  const got = useGet<{ cells: Cell[] }>(widest ? "data/get" : null, {
    indicator: widest?.indicator,
    period: widest?.last,
  });
  const known = (got.data?.cells ?? []).map((cell) => cell.area);
  const all = [cityCode(tables), ...tables.wards.map((ward) => ward.code), ...known];
  return [...new Set(all)].filter((code) => levelOf(code) !== "other").sort();
}
