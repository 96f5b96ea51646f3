// What an edition discloses, judged before it is frozen.
import type { SheetFigure } from "./model.ts";

/** A line left empty parts paragraphs. */
export const paragraphsOf = (text: string): string[] =>
  text
    .split(/\n\s*\n/)
    .map((one) => one.trim())
    .filter(Boolean);

export interface Disclosure {
  what: "public" | "closed" | "concealed" | "provisional" | "words";
  fine: boolean;
  figures: SheetFigure[];
}

/** Lines for what there is; that all is public, and the text checked, is always said. */
export function disclosureOf(figures: readonly SheetFigure[]): Disclosure[] {
  const closed = figures.filter((figure) => figure.scope !== "pub");
  const concealed = figures.filter((figure) => figure.missing === "x");
  const provisional = figures.filter((figure) => ["p", "t", "e"].includes(figure.status));
  const first: Disclosure =
    closed.length > 0
      ? { what: "closed", fine: false, figures: closed }
      : { what: "public", fine: true, figures: [] };
  const more: Disclosure[] = [
    { what: "concealed", fine: true, figures: concealed },
    { what: "provisional", fine: false, figures: provisional },
  ];
  return [
    first,
    ...more.filter((one) => one.figures.length > 0),
    { what: "words", fine: true, figures: [] },
  ];
}
