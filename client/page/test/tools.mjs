// What every step of the walk uses: what the test that started it has told, one person's browser,
// and how something found is said (TAP).
import AxeBuilderSource from "axe-core";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { small } from "./picture.mjs";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
export const next = async () => JSON.parse((await lines.next()).value);
export const told = await next();
let number = 0;
export const counted = () => number;

export function check(passed, what, detail = "") {
  number += 1;
  console.log(`${passed ? "ok" : "not ok"} ${number} - ${what}`);
  if (!passed && detail) console.log("# " + String(detail).replaceAll("\n", "\n# "));
}
/** The test that started this one does it and answers. */
export async function please(what) {
  console.log("please " + what);
  await next();
}

export const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  // a Japanese browser, as in an office: its own parts (days, files) speak Japanese
  env: { ...process.env, LANGUAGE: "ja_JP" },
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--lang=ja",
  ],
});

/** Requests that are under way, of each page. */
const under = new WeakMap();
function count(page) {
  const now = new Set();
  under.set(page, now);
  page.on("request", (request) => now.add(request));
  for (const end of ["requestfinished", "requestfailed"])
    page.on(end, (request) => now.delete(request));
}

/** One person's browser: everything it says, and everywhere it goes, is kept. */
export async function open(person, size = { width: 1366, height: 768 }) {
  const context = await browser.newContext({
    viewport: size,
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    acceptDownloads: true,
  });
  context.on("page", count);
  const page = await context.newPage();
  const said = [];
  const own = new URL(told.pages[person]).origin;
  page.on("console", (message) =>
    said.push(`${message.type()}: ${message.text()} (${message.location().url})`),
  );
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const to = request.url();
    if (!/^(blob|data):/.test(to) && new URL(to).origin !== own) said.push("went to " + to);
  });
  const began = performance.now();
  await page.goto(told.pages[person]);
  await page.waitForSelector("main h1");
  console.log(
    `# ${person}: the first view stands after ${Math.round(performance.now() - began)} ms`,
  );
  return { person, context, page, said, own };
}

const quietMs = 60;
/**
 * Nothing is asked for, nothing is on its way, every chart is drawn, and that for a moment: what an answer
 * brings about is asked for in the frame after it.
 */
export async function settle(page) {
  const drawn = () =>
    page.waitForFunction(
      () =>
        new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(
          () =>
            !document.querySelector(".loading") &&
            [...document.querySelectorAll(".drawing")].every(
              (at) => at.querySelector("svg") || !at.checkVisibility(),
            ),
        ),
      undefined,
      { polling: quietMs },
    );
  for (let quiet = 0; quiet < 2;) {
    await drawn();
    quiet = under.get(page)?.size ? 0 : quiet + 1;
    if (quiet < 2) await new Promise((go) => setTimeout(go, quietMs));
  }
}
export async function go(one, hash) {
  await one.page.evaluate((to) => (location.hash = to), hash);
  await one.page.waitForSelector("main h1");
  await settle(one.page);
}
/** For the manual: as wide as the window, and no taller than a page can show. */
export async function shot(one, name) {
  if (!told.shots) return;
  const tall = await one.page.evaluate(() => document.documentElement.scrollHeight);
  const { width } = one.page.viewportSize();
  const clip = { x: 0, y: 0, width, height: Math.min(tall, 1500) };
  // a window over the page belongs to what is seen, not to the whole of it
  const part = (await one.page.locator("dialog[open]").count()) ? {} : { fullPage: true, clip };
  writeFileSync(join(told.shots, name + ".png"), small(await one.page.screenshot(part)));
}

/** Passes when it comes to be seen; else the walk breaks off and says so. */
export async function seen(locator, what) {
  await locator.first().waitFor();
  check(true, what);
}

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
export async function violations(page) {
  // it stays while one goes from screen to screen; what passed is not told one by one
  if (!(await page.evaluate(() => Boolean(globalThis.axe))))
    await page.evaluate(AxeBuilderSource.source);
  const { violations: found } = await page.evaluate(
    (only) =>
      globalThis.axe.run({ runOnly: { type: "tag", values: only }, resultTypes: ["violations"] }),
    tags,
  );
  return found.map(
    (one) =>
      `${one.id}: ${one.help}\n  ${one.nodes
        .map((node) => node.html)
        .slice(0, 3)
        .join("\n  ")}`,
  );
}
export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
export function fill(page, label, text) {
  return page.getByLabel(label, { exact: false }).first().fill(text);
}

/** For steps that stand in files of their own. */
export const on = { shots: told.shots, check, seen, go, settle, violations, shot, please, fill };
