// What is on paper, page by page: a reader of the PDF that Chromium prints (sizes and texts), and the walk
// that looks at every kind of sheet, in grey, too.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";

// --- a PDF, as far as Chromium writes it: no object streams, text as glyphs with a /ToUnicode each ---

function objectsOf(pdf) {
  const text = pdf.toString("latin1");
  const found = new Map();
  for (const match of text.matchAll(/(?:^|\n)(\d+) 0 obj\s/g)) {
    const from = match.index + match[0].length;
    found.set(Number(match[1]), text.slice(from, text.indexOf("endobj", from)));
  }
  return found;
}
function streamOf(object) {
  const from = object.indexOf("stream\n") + "stream\n".length;
  const length = Number(/\/Length (\d+)/.exec(object)[1]);
  const bytes = Buffer.from(object.slice(from, from + length), "latin1");
  return (/FlateDecode/.test(object) ? inflateSync(bytes) : bytes).toString("latin1");
}
const textOf = (hex) =>
  Buffer.from(hex.padStart(Math.ceil(hex.length / 4) * 4, "0"), "hex")
    .swap16()
    .toString("utf16le");

/** Glyph, as four digits, to text. */
function glyphsOf(map) {
  const glyphs = new Map();
  for (const [, body] of map.matchAll(/beginbfchar([\s\S]*?)endbfchar/g))
    for (const [, glyph, text] of body.matchAll(/<(\w{4})>\s*<(\w+)>/g))
      glyphs.set(glyph.toUpperCase(), textOf(text));
  for (const [, body] of map.matchAll(/beginbfrange([\s\S]*?)endbfrange/g))
    for (const [, from, to, text] of body.matchAll(/<(\w{4})>\s*<(\w{4})>\s*<(\w{4})>/g))
      for (let at = parseInt(from, 16); at <= parseInt(to, 16); at++) {
        const code = parseInt(text, 16) + at - parseInt(from, 16);
        glyphs.set(at.toString(16).toUpperCase().padStart(4, "0"), String.fromCharCode(code));
      }
  return glyphs;
}

export function pagesOf(pdf) {
  const objects = objectsOf(pdf);
  const at = (reference) => objects.get(Number(reference));
  const pages = [...objects.values()].filter((one) => /\/Type \/Page\b/.test(one));
  return pages.map((page) => {
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(page);
    const fonts = new Map();
    for (const [, name, font] of page.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const map = /\/ToUnicode (\d+) 0 R/.exec(at(font) ?? "");
      if (map) fonts.set(name, glyphsOf(streamOf(at(map[1]))));
    }
    let [text, glyphs] = ["", new Map()];
    const contents = streamOf(at(/\/Contents (\d+) 0 R/.exec(page)[1]));
    for (const [, font, hex] of contents.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>/g)) {
      if (font) glyphs = fonts.get(font) ?? new Map();
      else
        text += (hex.match(/.{4}/g) ?? [])
          .map((one) => glyphs.get(one.toUpperCase()) ?? "")
          .join("");
    }
    return { width: Math.round(Number(width)), height: Math.round(Number(height)), text };
  });
}

// --- sheets ---

const sizes = {
  "A4 portrait": [595, 842],
  "A4 landscape": [842, 595],
  "A3 landscape": [1191, 842],
};
/** What the margins leave of its width, in pixels of a browser. */
const inside = { "A4 portrait": 703, "A4 landscape": 1032, "A3 landscape": 1497 };
const near = (a, b) => Math.abs(a - b) <= 2;
const bare = (text) => text.normalize("NFKC").replace(/\s+/g, "");

export async function sheet(on, one, [name, hash, size, most, isPublic]) {
  const { page } = one;
  await on.go(one, hash);
  await page.waitForFunction(() =>
    [...document.querySelectorAll(".drawing")].every((at) => at.querySelector("svg")),
  );
  const shown = await page
    .locator("main h1, main h2, main caption:not(.unseen), main figcaption")
    .evaluateAll((all) =>
      all
        .filter((at) => at.checkVisibility() && !at.closest(".no-print, details:not([open])"))
        .map((at) => at.textContent),
    );
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: inside[size], height: 900 });
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll("main table")]
      .map((at) => Math.round(at.getBoundingClientRect().right - innerWidth))
      .filter((over) => over > 1),
  );
  on.check(wide.length === 0, `${name}: no table is wider than the paper`, wide.join(" px, "));
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.emulateMedia({ media: null });
  const printed = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  if (on.shots) writeFileSync(join(on.shots, `paper-${name.replaceAll(" ", "-")}.pdf`), printed);
  const pages = pagesOf(printed);
  const whole = bare(pages.map((one) => one.text).join(""));
  const [width, height] = sizes[size];
  on.check(
    pages.length > 0 &&
      pages.length <= most &&
      pages.every((one) => near(one.width, width) && near(one.height, height)),
    `${name} prints on ${pages.length} pages of ${size}`,
    JSON.stringify(pages.map(({ width: w, height: h }) => [w, h])),
  );
  const lost = shown.filter((text) => !whole.includes(bare(text)));
  on.check(
    shown.length > 0 && lost.length === 0,
    `${name}: every heading, table and chart of the screen is on paper`,
    lost.join("\n") + "\n" + whole.slice(0, 500),
  );
  const wrong = pages.flatMap((one, at) => {
    const text = bare(one.text);
    const number = text.includes(`${at + 1}/${pages.length}`);
    const internal = text.includes("庁内限り");
    const faults = [
      ...(text.length < 60 ? ["is nearly empty"] : []),
      ...(number ? [] : ["has no number"]),
      ...(internal === !isPublic ? [] : [isPublic ? "says 庁内限り" : "lacks 庁内限り"]),
    ];
    return faults.map((fault) => `page ${at + 1} ${fault}`);
  });
  on.check(
    wrong.length === 0,
    `${name}: every page is numbered, marked, and has something on it`,
    wrong.join("\n"),
  );
  const first = bare(pages[0]?.text ?? "");
  on.check(
    ["出典", "データの時点", "作成日"].every((word) => first.includes(word)),
    `${name}: source, data date and day of printing stand on the first page`,
    first.slice(0, 300),
  );
  return pages;
}

/** Relative luminance of "rgb(…)": what is left of a colour in grey. */
function luminance(colour) {
  const [r, g, b] = colour.match(/[\d.]+/g).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** A printer without colours: shades stand apart by their grey, lines by dash and symbol. */
export async function inGrey(on, one) {
  const { page } = one;
  await on.go(one, "#/area/14133-01");
  await page.locator(".drawing svg").first().waitFor();
  await page.emulateMedia({ media: "print" });
  const greys = (
    await page
      .locator(".legend .swatch")
      .evaluateAll((all) => all.map((at) => getComputedStyle(at).backgroundColor))
  ).map(luminance);
  on.check(
    greys.length >= 4 && greys.every((grey, at) => at === 0 || greys[at - 1] - grey > 0.04),
    "in grey each shade of the map is darker than the one before",
    greys.join(" "),
  );
  const lines = await page
    .locator(".charts figure")
    .first()
    .locator("svg path")
    .evaluateAll((all) =>
      all
        .filter(
          (at) =>
            Number(at.getAttribute("stroke-width")) === 2 && at.getAttribute("fill") === "none",
        )
        .map((at) => at.getAttribute("stroke-dasharray") ?? "solid"),
    );
  on.check(
    lines.length === 3 && new Set(lines).size === 3,
    "lines differ by their dashes",
    JSON.stringify(lines),
  );
  const sides = await page
    .locator(".charts figure", { hasText: "人口ピラミッド" })
    .locator('svg path[fill="#7096f8"], svg path[fill="#ffa66d"]')
    .evaluateAll((all) => [...new Set(all.map((at) => at.getAttribute("fill")))]);
  const both = sides.map((hex) =>
    luminance(
      hex
        .match(/\w\w/g)
        .map((two) => parseInt(two, 16))
        .join(),
    ),
  );
  on.check(
    both.length === 2 && Math.abs(both[0] - both[1]) > 0.1,
    "the pyramid's sides differ in grey, and stand left and right",
    both.join(" "),
  );
  await page.emulateMedia({ media: null });
}

export async function onPaper(on, lead, officer, told) {
  await inGrey(on, lead);
  await sheet(on, lead, ["the sheet of an area", "#/area/14133-01", "A4 portrait", 6, false]);
  await sheet(on, lead, ["the sheet of a ward", "#/area/14133", "A4 portrait", 6, false]);
  await sheet(on, lead, ["an issue", `#/issue/${told.issue}`, "A4 portrait", 2, false]);
  await sheet(on, officer, ["a case", `#/case/${told.cases[0]}`, "A4 portrait", 2, false]);
  await sheet(on, officer, ["the queue", "#/queue", "A4 portrait", 2, false]);
  const all = await sheet(on, lead, [
    "the comparison",
    "#/compare?level=area",
    "A3 landscape",
    3,
    false,
  ]);
  const areas = (page) => new Set(page.text.match(/模擬 ?[^ \d]+ ?\d/g)).size;
  on.check(
    all.some((page) => areas(page) >= 41),
    "all areas of the city stand on one page of it",
    all.map(areas).join(" "),
  );
}
