// What the codes of figures mean: names, definitions and rubrics as the newest release gives them. One
// copy for the whole page, like the language; without reference data codes stand for themselves.
import { lang } from "./lang.ts";
import type { AreaMeaning, IndicatorMeaning, Reference, RubricMeaning } from "./model.ts";

interface Dated {
  code: string;
  valid_from?: string;
}

/** Of several entries of a code, the newest that has begun; the first where none has. */
function newest<T extends Dated>(entries: readonly T[], day: string): Map<string, T> {
  const found = new Map<string, T>();
  for (const entry of entries) {
    const held = found.get(entry.code);
    const [from, before] = [entry.valid_from ?? "", held?.valid_from ?? ""];
    if (!held || (from <= day && (from >= before || before > day))) found.set(entry.code, entry);
  }
  return found;
}

let areas = new Map<string, AreaMeaning>();
let indicators = new Map<string, IndicatorMeaning>();
let rubrics: readonly RubricMeaning[] = [];

export function setMeanings(reference: Reference, day: string): void {
  areas = newest(reference.areas ?? [], day);
  indicators = newest(reference.indicators ?? [], day);
  rubrics = reference.rubrics ?? [];
}

const named = (entry: { name: string; name_en?: string } | undefined): string =>
  (lang() === "en" && entry?.name_en) || (entry?.name ?? "");

/** "": the release does not name it. */
export const areaMeaning = (code: string): string => named(areas.get(code));
export const indicatorMeaning = (code: string): string => named(indicators.get(code));
export const knownAreas = (): string[] => [...areas.keys()];

export interface Definition {
  text: string;
  section: string;
  note: string;
}

/** own: the entry as of the release that is looked at, where it was sent along. */
export function definitionOf(code: string, own?: IndicatorMeaning): Definition | null {
  const entry = own ?? indicators.get(code);
  if (!entry) return null;
  return {
    text: (lang() === "en" && entry.definition_en) || entry.definition,
    section: entry.source_section ?? "",
    note: entry.note ?? "",
  };
}

/** What a score of the rubric's item says in words; "": the release has no such item. */
export function levelText(item: string, score: number): string {
  const fold = (text: string): string =>
    text
      .normalize("NFKC")
      .replace(/[（(].*$/, "")
      .trim();
  const entry =
    rubrics.find((one) => one.name === item) ??
    rubrics.find((one) => fold(one.name) === fold(item));
  return entry?.[`level_${score}` as "level_1"] ?? "";
}
