// The two languages of the page. Every text stands where it is used, as a pair, so that none can be
// missing in one of them: L("日本語", "English").
export type Lang = "ja" | "en";

let current: Lang = "ja";

export const lang = (): Lang => current;
export const L = (ja: string, en: string): string => (current === "ja" ? ja : en);

/** What a person chose before, else what the browser says. */
export function firstLang(stored: string | null, browser: readonly string[]): Lang {
  if (stored === "ja" || stored === "en") return stored;
  const known = browser.map((tag) => tag.slice(0, 2)).find((tag) => tag === "ja" || tag === "en");
  return known === "en" ? "en" : "ja";
}

export function setLang(to: Lang): void {
  current = to;
}
