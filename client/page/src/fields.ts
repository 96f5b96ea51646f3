// What a form holds and what it sends: only what the person changed, in the form that --file takes.
import type { Fields, Item, Value } from "./model.ts";

/** Text as typed; lists one a line. */
export type Typed = Record<string, string>;

const isList = (item: Item): boolean => ["list", "figures", "records"].includes(item.type);

/**
 * A released figure as a record holds it ("pub 1 INDICATOR AREA PERIOD BREAKDOWN|- VALUE UNIT") in
 * the words in which it is given ("INDICATOR AREA PERIOD [BREAKDOWN]").
 */
export function figureGiven(stored: string): string {
  const [scope = "", release = "", ...rest] = stored.split(" ");
  if (!/^(pub|int|r:\d+)$/.test(scope) || !/^\d+$/.test(release) || rest.length < 4) return stored;
  const [indicator, area, period, breakdown] = rest;
  return [indicator, area, period, breakdown === "-" ? "" : breakdown].filter(Boolean).join(" ");
}

export function typedOf(item: Item, value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  if (!Array.isArray(value)) return String(value);
  return (item.type === "figures" ? value.map(figureGiven) : value).join("\n");
}

export const typedAll = (items: readonly Item[], fields: Fields): Typed =>
  Object.fromEntries(items.map((item) => [item.name, typedOf(item, fields[item.name])]));

/** Full-width digits and their commas are what people type. */
export const plainDigits = (text: string): string =>
  text.normalize("NFKC").replaceAll(",", "").trim();

function valueOf(item: Item, typed: string): Value {
  if (isList(item))
    return typed
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  if (item.type === "number" || item.type === "year") {
    const digits = plainDigits(typed);
    return /^\d+$/.test(digits) ? Number(digits) : typed.trim();
  }
  return item.type === "text" ? typed.replaceAll("\r\n", "\n").trimEnd() : typed.trim();
}

/** What differs from before. What was emptied is sent as empty, and the program says whether it may be. */
export function changedFields(items: readonly Item[], before: Typed, now: Typed): Fields {
  return Object.fromEntries(
    items
      .filter((item) => (now[item.name] ?? "") !== (before[item.name] ?? ""))
      .map((item) => [item.name, valueOf(item, now[item.name] ?? "")]),
  );
}

/** What a draft is sent: it keeps what it was sent before, so what was emptied since is named too. */
export const draftFields = (kept: readonly string[], fields: Fields): Fields => ({
  ...Object.fromEntries(kept.map((name) => [name, null])),
  ...fields,
});

/** What is written for one record in several forms: of the fields of this one, what it holds now. */
export const written = (all: Fields, items: readonly Item[], now: Fields): Fields => ({
  ...Object.fromEntries(
    Object.entries(all).filter(([name]) => !items.some((item) => item.name === name)),
  ),
  ...Object.fromEntries(
    Object.entries(now).filter(
      ([, value]) => value !== "" && !(Array.isArray(value) && value.length === 0),
    ),
  ),
});

export type Wrong = { name: string; why: "missing" | "long" | "number" | "date" };

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function wrongOf(item: Item, typed: string, must: boolean): Wrong["why"] | null {
  const text = typed.trim();
  if (!text) return must ? "missing" : null;
  if (item.type === "number" || item.type === "year")
    return /^\d+$/.test(plainDigits(text)) && Number(plainDigits(text)) <= item.max
      ? null
      : "number";
  if (item.type === "date") return /^\d{4}-\d\d-\d\d$/.test(text) ? null : "date";
  if (item.type === "line" || item.type === "text") return bytes(text) > item.max ? "long" : null;
  if (isList(item))
    return text.split("\n").filter((line) => line.trim()).length > item.max ? "long" : null;
  return null;
}

/** What the page can see before it asks the program; the program's word counts. */
export function wrongFields(
  items: readonly Item[],
  typed: Typed,
  must: (item: Item) => boolean,
): Wrong[] {
  return items.flatMap((item) => {
    const why = wrongOf(item, typed[item.name] ?? "", must(item));
    return why ? [{ name: item.name, why }] : [];
  });
}

/**
 * The record changed while it was being written: what was not touched follows it; what was touched stays
 * as it was typed, and where the record says something new there, too, both are to be shown.
 */
export function rebased(
  items: readonly Item[],
  before: Typed,
  typed: Typed,
  now: Typed,
): { typed: Typed; clashes: string[] } {
  const at = (all: Typed, item: Item): string => all[item.name] ?? "";
  const touched = items.filter((item) => at(typed, item) !== at(before, item));
  const mine = Object.fromEntries(touched.map((item) => [item.name, at(typed, item)]));
  const clashes = touched.filter(
    (item) => at(now, item) !== at(before, item) && at(now, item) !== at(typed, item),
  );
  return { typed: { ...now, ...mine }, clashes: clashes.map((item) => item.name) };
}

/** Does what is about to be sent go over something that was written meanwhile and not shown yet? */
export const goesOver = (
  items: readonly Item[],
  shown: Fields,
  now: Fields,
  sent: Fields,
): boolean =>
  items.some((item) => {
    const [before, after] = [typedOf(item, shown[item.name]), typedOf(item, now[item.name])];
    return item.name in sent && after !== before && after !== typedOf(item, sent[item.name]);
  });
