// The queue in the shapes in which it is shown: filtered by hand, by state, wards or fields side by side.
import type { QueueRow } from "./model.ts";
import { today } from "./when.ts";

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

/** "due before this day" for those that are due within so many days, today among them. */
export function dueBefore(days: string, now: Date): string {
  const count = Number(days);
  if (!Number.isInteger(count) || count <= 0) return "";
  return today(new Date(now.getFullYear(), now.getMonth(), now.getDate() + count + 1));
}

export interface Crossing {
  key: string;
  counts: Record<string, number>;
  total: number;
  overdue: number;
}

/** Wards, fields or funds side by side: how many cases stand in each state. */
export function crossing(
  rows: readonly QueueRow[],
  keys: readonly string[],
  keyOf: (row: QueueRow) => string,
): Crossing[] {
  return keys.map((key) => {
    const own = rows.filter((row) => keyOf(row) === key);
    const counts: Record<string, number> = {};
    for (const row of own) counts[row.state ?? ""] = (counts[row.state ?? ""] ?? 0) + 1;
    return {
      key,
      counts,
      total: own.length,
      overdue: own.filter((row) => row.overdue).length,
    };
  });
}
