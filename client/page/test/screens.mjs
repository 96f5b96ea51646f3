// Every screen: no violation, nothing said aside, nothing lost at the sides; by the keyboard alone, small,
// enlarged, in other colours, on paper.
import { check, go, overflow, settle, shot, told, violations } from "./tools.mjs";

export async function screens(one, hashes, lang) {
  const chosen = await one.page.evaluate(() => document.documentElement.lang);
  if (chosen !== lang) await one.page.getByRole("button", { name: /^(English|日本語)$/ }).click();
  for (const [name, hash] of hashes) {
    const before = one.said.length;
    await go(one, hash);
    const bad = await violations(one.page);
    check(
      bad.length === 0,
      `${one.person} ${lang} ${name}: no WCAG 2.2 A or AA violation`,
      bad.join("\n"),
    );
    const wide = await overflow(one.page);
    const said = one.said.slice(before);
    const title = await one.page.locator("main h1").textContent();
    check(
      wide <= 0 && said.length === 0 && title,
      `${one.person} ${lang} ${name}: fits, and says nothing aside`,
      `${wide} px too wide; ${said.join("\n")}`,
    );
    await shot(one, `${one.person}-${lang}-${name}`);
  }
}

export const common = [
  ["home", "#/"],
  ["city", "#/area/14130"],
  ["area", "#/area/14133-01"],
  ["ward", "#/area/14133"],
  ["compare", "#/compare"],
  ["compare-chosen", "#/compare?level=chosen&areas=14133,14136&i=population_jukidaicho"],
  ["compare-nothing", "#/compare?level=chosen"],
  ["queue", "#/queue"],
  ["board", "#/queue?view=board"],
  ["queue-empty", "#/queue?state=built&age=90"],
  ["case", `#/case/${told.cases[0]}`],
  ["records", "#/records"],
  ["editions", "#/editions"],
  ["proof", "#/proof"],
  ["search", "#/search?q=%E5%9D%82"],
  ["nowhere", "#/no-such-screen"],
];
export const wardOnly = [
  ["issues", "#/issues"],
  ["issues-board", "#/issues?view=board"],
  ["issue", `#/issue/${told.issue}`],
  ["issue-of-two", `#/issue/${told.two_sided}`],
  ["issue-edit", `#/record/${told.issue}/edit`],
  ["issue-new", "#/records/issue/new?area=14133-01"],
  ["case-asked", `#/case/${told.cases[1]}`],
  ["voices", "#/records/voice"],
  ["write", "#/records/voice/new"],
  ["evaluation", "#/records/evaluation/new"],
  ["import", "#/records/voice/import"],
  ["conflict", `#/record/${told.conflict}`],
  ["handover", "#/handover"],
];
export const officerOnly = [
  ["wards", "#/queue?view=wards"],
  ["fields", "#/queue?view=fields"],
  ["dockets", "#/records/docket"],
  ["docket", `#/record/${told.docket}`],
  ["docket-new", `#/records/docket/new?cases=${told.cases[0]}`],
  ["programs", "#/records/program"],
  ["program-new", "#/records/program/new"],
];

// --- by the keyboard alone ---

async function focused(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    return {
      text: (at.textContent || at.getAttribute("aria-label") || "").trim(),
      outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
  });
}
export async function keyboard(one) {
  const { page } = one;
  await go(one, "#/");
  await page.reload();
  await page.waitForSelector("main h1");
  await settle(page);
  await page.keyboard.press("Tab");
  const skip = await focused(page);
  check(
    skip.text === "本文へ移動" && skip.outline,
    "the first stop skips to the content",
    JSON.stringify(skip),
  );
  await page.keyboard.press("Enter");
  check((await focused(page)).text === "ホーム", "and goes there");
  const seen = [];
  for (let at = 0; at < 40 && seen.at(-1)?.text !== "今すぐ同期"; at++) {
    await page.keyboard.press("Tab");
    seen.push(await focused(page));
  }
  check(
    seen.at(-1)?.text === "今すぐ同期" && seen.every((stop) => stop.outline),
    "the sync button can be reached, and every stop is seen",
    JSON.stringify(seen),
  );
  await page.keyboard.press("Enter");
  await page.getByText("同期が終わりました。").waitFor();
  check(true, "and pressed");
}

// --- on paper, small, enlarged, in other colours ---

export async function paper(one) {
  await go(one, "#/area/14133-01");
  const pdf = await one.page.pdf({ preferCSSPageSize: true, printBackground: true });
  check(pdf.length > 20_000, "a sheet prints", pdf.length);
  await one.page.emulateMedia({ media: "print" });
  const head = await one.page.locator(".print-head").innerText();
  check(
    ["出典", "データの時点", "作成日", "庁内限り"].every((text) => head.includes(text)),
    "with source, data date, day of printing and 庁内限り on top",
    head,
  );
  check(!(await one.page.locator("header").isVisible()), "and without the screen's own parts");
  await one.page.emulateMedia({ media: null });
}

/** Every screen of a lead as small as a telephone and enlarged to 200 %; in forced colours, unmoving. */
export async function sizes(one) {
  for (const [name, size] of [
    ["390×844", { width: 390, height: 844 }],
    ["200 % of 1366×768", { width: 683, height: 384 }],
  ]) {
    await one.page.setViewportSize(size);
    await one.page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
    for (const [screen, hash] of [...common, ...wardOnly]) {
      const before = one.said.length;
      await go(one, hash);
      const wide = await overflow(one.page);
      const cut = await one.page.evaluate(cutOff);
      const moving = await one.page.evaluate(
        () => document.getAnimations().filter((one) => one.playState === "running").length,
      );
      const said = one.said.slice(before);
      check(
        wide <= 0 && cut.length === 0 && moving === 0 && said.length === 0,
        `${name}: ${screen} loses nothing, moves nothing, says nothing aside`,
        [`${wide} px too wide`, ...cut, `${moving} moving`, ...said].join("\n"),
      );
      await shot(one, `${size.width}-${screen}`);
    }
    const bad = await violations(one.page);
    check(bad.length === 0, `${name}: no violation in forced colours`, bad.join("\n"));
  }
}

/** Texts and controls that reach over the window where nothing scrolls to them. In the page itself. */
function cutOff() {
  const scrolls = (at) =>
    at && at !== document.documentElement
      ? ["auto", "scroll"].includes(getComputedStyle(at).overflowX) || scrolls(at.parentElement)
      : false;
  return [...document.querySelectorAll("main *, header *")]
    .filter((at) => at.children.length === 0 && at.textContent.trim() && at.checkVisibility())
    .filter((at) => !at.closest(".unseen, .skip, svg, dialog:not([open])"))
    .filter((at) => {
      const box = at.getBoundingClientRect();
      return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && !scrolls(at);
    })
    .slice(0, 3)
    .map((at) => at.outerHTML.slice(0, 120));
}
