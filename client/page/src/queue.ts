// The queue in the shapes in which it is shown: filtered by hand, by state, wards side by side.
import type { QueueRow } from "./model.ts";

export const titleOf = (row: QueueRow): string => String(row.fields.title ?? row.id.slice(0, 8));
export const wardOfCase = (row: QueueRow): string => row.scope.slice(2);

/** Words of a search: each must stand somewhere in the case; width and case of letters do not count. */
export function matches(row: QueueRow, search: string): boolean {
  const fold = (text: string): string => text.normalize("NFKC").toLowerCase();
  const all = fold(Object.values(row.fields).flat().join("\n"));
  return fold(search)
    .split(/\s+/)
    .every((word) => all.includes(word));
}

export interface Crossing {
  ward: string;
  counts: Record<string, number>;
  total: number;
  overdue: number;
}

/** Wards side by side: how many cases stand in each state. */
export function crossing(rows: readonly QueueRow[], wards: readonly string[]): Crossing[] {
  return wards.map((ward) => {
    const own = rows.filter((row) => wardOfCase(row) === ward);
    const counts: Record<string, number> = {};
    for (const row of own) counts[row.state ?? ""] = (counts[row.state ?? ""] ?? 0) + 1;
    return {
      ward,
      counts,
      total: own.length,
      overdue: own.filter((row) => row.overdue).length,
    };
  });
}
