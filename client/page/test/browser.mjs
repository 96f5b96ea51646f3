// The page in Chromium, against the real program. Told by one JSON line what to open; asks the test
// that started it to stop and start the daemon; prints TAP.
//
//   {"pages": {"lead": ADDRESS, …}, "cases": […], "conflict": ID, "shots": DIR or ""}
import AxeBuilderSource from "axe-core";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { storyByKeys } from "./keyboard.mjs";
import { onPaper, sheet } from "./paper.mjs";
import { small } from "./picture.mjs";
import { changeComesBack, locked, newerStore, recalled, sessionUsed } from "./trouble.mjs";
import {
  anotherAct,
  areaFigures,
  checkEdition,
  evidenceFromCharts,
  foreignSession,
  issueOfTwo,
  lacksShown,
  leavingAsks,
  longList,
  pictures,
  queueFilters,
  sheetTimes,
  submittedTwice,
} from "./steps.mjs";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value);
const told = await next();
let number = 0;

function check(passed, what, detail = "") {
  number += 1;
  console.log(`${passed ? "ok" : "not ok"} ${number} - ${what}`);
  if (!passed && detail) console.log("# " + String(detail).replaceAll("\n", "\n# "));
}
/** The test that started this one does it and answers. */
async function please(what) {
  console.log("please " + what);
  await next();
}

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
});

/** One person's browser: everything it says, and everywhere it goes, is kept. */
async function open(person, size = { width: 1366, height: 768 }) {
  const context = await browser.newContext({
    viewport: size,
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const said = [];
  const own = new URL(told.pages[person]).origin;
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
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

async function settle(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => !document.querySelector(".loading"));
}
async function go(one, hash) {
  await one.page.evaluate((to) => (location.hash = to), hash);
  await one.page.waitForSelector("main h1");
  await settle(one.page);
}
/** For the manual: as wide as the window, and no taller than a page can show. */
async function shot(one, name) {
  if (!told.shots) return;
  const tall = await one.page.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y: 0, width: 1366, height: Math.min(tall, 1500) };
  // a window over the page belongs to what is seen, not to the whole of it
  const part = (await one.page.locator("dialog[open]").count()) ? {} : { fullPage: true, clip };
  writeFileSync(join(told.shots, name + ".png"), small(await one.page.screenshot(part)));
}

/** Passes when it comes to be seen; else the walk breaks off and says so. */
async function seen(locator, what) {
  await locator.first().waitFor();
  check(true, what);
}

// --- every screen: no violation, nothing said, nothing lost at the sides ---

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
async function violations(page) {
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
const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function screens(one, hashes, lang) {
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

const common = [
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
const wardOnly = [
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
const officerOnly = [
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
async function keyboard(one) {
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

const on = { check, seen, go, settle, violations, shot, please, fill };

// --- the story: staff, lead and officer, offline in the middle ---

async function sync(one) {
  await go(one, "#/records"); // so that the home screen says nothing of a sync before
  await go(one, "#/");
  await one.page.getByRole("button", { name: "今すぐ同期" }).click();
  await one.page.getByText("同期が終わりました。").waitFor();
  await settle(one.page);
}

async function syncIsFoundAgain(one) {
  const { page } = one;
  const running = { exit: 0, data: { running: true, done: 1, total: 2, last: null } };
  await go(one, "#/records");
  await page.route("**/api/sync", (route) => route.fulfill({ json: running }));
  await go(one, "#/");
  await seen(
    page.getByRole("button", { name: "同期しています…" }),
    "a sync that runs is seen by whoever comes back to the screen",
  );
  await page.unroute("**/api/sync");
  await seen(page.getByText("同期が終わりました。"), "and its end");
}
function fill(page, label, text) {
  return page.getByLabel(label, { exact: false }).first().fill(text);
}

async function draftComesBack(staff) {
  const { page } = staff;
  await go(staff, "#/records/voice/new");
  await fill(page, "件名", "広場の使い方の相談");
  await page.getByText("書きかけをこの端末に残しました").waitFor();
  page.once("dialog", (dialog) => dialog.accept());
  await page.reload();
  await page.waitForSelector("main h1");
  await go(staff, "#/records");
  await page.getByRole("link", { name: "広場の使い方の相談" }).click();
  await settle(page);
  const kept = await page.getByLabel("件名", { exact: false }).first().inputValue();
  check(kept === "広場の使い方の相談", "a draft comes back after the page was gone", kept);
  await page.getByRole("button", { name: "保存する" }).click();
  const wrong = await page.getByText("か所を直してください").textContent();
  check(/か所/.test(wrong ?? ""), "what is missing is told before it is sent", wrong);
  await page.getByLabel("分野", { exact: false }).first().selectOption("people");
  await page
    .getByLabel(/^エリア/)
    .first()
    .selectOption("14133-01");
  await fill(page, "内容", "夜も使えないかと電話 090-1234-5678 の方から");
  await fill(page, "実施日", "2026-11-20");
  await page.getByLabel("把握の方法", { exact: false }).first().selectOption("voice");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByText("住民個人の情報と思われる記載があります").waitFor();
  check(true, "a telephone number in a text is stopped");
  await fill(page, "内容", "夜も使えないかという声が三件あった");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.waitForURL(/#\/record\//);
  await settle(page);
  await seen(page.getByText("夜も使えないかという声が三件あった"), "and the record is saved");
}

/** Left before the moment in which a draft is kept: by a link, and by the other language. */
async function draftIsLeft(staff) {
  const { page } = staff;
  const line = page.locator("main form input").first();
  await go(staff, "#/records/voice/new");
  await fill(page, "件名", "すぐに離れた");
  await go(staff, "#/records");
  await page.getByRole("link", { name: "すぐに離れた" }).click();
  await settle(page);
  check((await line.inputValue()) === "すぐに離れた", "what was typed last is kept on leaving");
  await line.fill("言葉を変えた");
  await page.getByRole("button", { name: "English" }).click();
  await settle(page);
  check((await line.inputValue()) === "言葉を変えた", "and when the language changes");
  await page.getByRole("button", { name: "日本語" }).click();
  await settle(page);
}

/** The program is killed under a page, and started again: what was begun is there. */
async function crash(staff) {
  const { page } = staff;
  await go(staff, "#/records/voice/new");
  await fill(page, "件名", "途中で止まった");
  await fill(page, "内容", "ここまで書いたところで落ちた");
  await page.getByText("書きかけをこの端末に残しました").waitFor();
  await please("kill staff");
  await staff.context.close();
  told.pages.staff = (await next()).address;
  const again = await open("staff");
  await again.page.getByRole("link", { name: "途中で止まった" }).click();
  await settle(again.page);
  const kept = await again.page.getByLabel("内容", { exact: false }).first().inputValue();
  check(kept === "ここまで書いたところで落ちた", "after a crash a draft comes back", kept);
  again.said.push(...staff.said);
  return again;
}

async function offline(lead) {
  const { page } = lead;
  await please("stop the daemon");
  await go(lead, `#/issue/${told.issue}`);
  const expected = lead.said.length;
  await page.getByRole("button", { name: "この段階にする" }).click();
  await page.getByText("段階を変えました。").waitFor();
  await page.locator(".steps [aria-current=step]", { hasText: "住民主体" }).waitFor();
  check(true, "without a network an issue still moves on");
  await go(lead, "#/");
  await page.getByRole("button", { name: "今すぐ同期" }).click();
  await page.getByText("局のサーバーに接続できません").first().waitFor();
  await seen(
    page.getByText("作業内容は保存されています。次の同期で送信します。"),
    "a sync says why it failed and what to do",
  );
  lead.said.splice(expected);
  await please("start the daemon");
  await sync(lead);
}

async function submit(lead) {
  const { page } = lead;
  await go(lead, `#/record/${told.issue}/edit`);
  await fill(page, "実施済みの対応", "既存事業の工夫: 見回りを頼んだが朝の人手が足りない");
  await page.getByLabel(/^全体量 /).fill("１２０");
  await fill(page, "全体量の単位", "人");
  await fill(page, "推定の方法", "登校時の見守りの実数");
  await fill(page, "局への依頼", "担い手を増やす仕組みを検討してほしい");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.waitForURL(/#\/issue\//);
  await settle(page);
  await page.getByRole("button", { name: "統計から根拠を選ぶ" }).click();
  await page.locator("dialog[open] input[type=checkbox]").first().check();
  await page.getByRole("button", { name: "根拠として保存する" }).click();
  await page.getByText("根拠を保存しました。").waitFor();
  await settle(page);
  await page.getByRole("button", { name: "上申の内容を確認する" }).click();
  const shown = await page.locator("dialog[open]").textContent();
  check(
    /見回りを頼んだ/.test(shown ?? "") && /120/.test(shown ?? ""),
    "what the bureau will see is shown before it is sent",
  );
  const bad = await violations(page);
  check(bad.length === 0, "the preview has no violation", bad.join("\n"));
  await submittedTwice(on, lead, told.issue, async () => {
    await page.getByRole("button", { name: "局へ上申する" }).click();
    await page.getByText("上申を記録しました").waitFor();
  });
  await sync(lead);
  await go(lead, `#/issue/${told.issue}`);
  const receipt = await page.locator(".timeline").textContent();
  check(/上申/.test(receipt ?? "") && /受領 \d+/.test(receipt ?? ""), "with a receipt", receipt);
}

async function answer(officer, lead) {
  const { page } = officer;
  await sync(officer);
  await go(officer, "#/queue");
  await page.getByRole("link", { name: "朝の見守りの担い手" }).click();
  await settle(page);
  for (const [act, reason] of [["受付"], ["局検討"], ["差戻し", "担い手の内訳を教えてください"]]) {
    if (reason) await anotherAct(on, officer);
    await page.getByRole("radio", { name: act, exact: false }).first().check();
    if (reason) await fill(page, "理由", reason);
    await page.getByRole("button", { name: `「${act}」を記録する` }).click();
    await page.getByText(`「${act}」を記録しました`).waitFor();
    await settle(page);
  }
  await sync(officer);
  await sync(lead);
  await go(lead, "#/queue");
  await lead.page.getByRole("link", { name: "朝の見守りの担い手" }).click();
  await settle(lead.page);
  await seen(
    lead.page.getByText("担い手の内訳を教えてください"),
    "the officer's question reaches the ward",
  );
  await fill(lead.page, "理由", "保護者が八人、町内会が四人です");
  await lead.page.getByRole("button", { name: "「回答」を記録する" }).click();
  await lead.page.getByText("「回答」を記録しました").waitFor();
  await sync(lead);
  await sync(officer);
  await go(officer, "#/queue");
  await page.getByRole("link", { name: "朝の見守りの担い手" }).click();
  await settle(page);
  await seen(page.getByText("保護者が八人、町内会が四人です"), "and the answer comes back");
}

async function settleConflict(lead) {
  const { page } = lead;
  await go(lead, `#/record/${told.conflict}`);
  const sides = await page.locator("fieldset.sides").textContent();
  check(
    ["北会館", "南集会所", "lead", "staff"].every((text) => sides?.includes(text)),
    "both sides of a conflict are shown with who wrote them",
    sides,
  );
  await page.getByRole("radio", { name: /北会館/ }).check();
  await page.getByRole("button", { name: "選んだ値に決める" }).click();
  await page.getByText("決めました。").waitFor();
  await settle(page);
  await page.locator("fieldset.sides").waitFor({ state: "detached" });
  check(true, "and settled by choosing one");
}

async function takeIn(lead) {
  const { page } = lead;
  await go(lead, "#/records/voice/import");
  const table = (rows) => ({
    name: "voices.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("title,field,areas,content,date,heard\n" + rows.join("\n") + "\n"),
  });
  const good = "表からの声,people,14133-01,朝の集まりが楽しい,2026-11-01,voice";
  await page
    .getByLabel("ファイル")
    .setInputFiles(table([good, "誤り,nosuch,14133-01,x,2026-11-01,voice"]));
  await page.getByRole("button", { name: "書かずに確かめる" }).click();
  await page.getByText("行ごとの結果").waitFor();
  const report = await page.locator("main").textContent();
  check(
    /誤り/.test(report ?? "") && /分野|field/.test(report ?? ""),
    "a table's report says which row and why",
  );
  await page.getByLabel("ファイル").setInputFiles(table([good]));
  await page.getByRole("button", { name: "書かずに確かめる" }).click();
  await page.getByRole("button", { name: "取り込む", exact: true }).click();
  await page.getByText("取り込みました。").waitFor();
  check(true, "and a sound one is taken in");
}

/** A download that begins when the button is pressed. */
async function download(page, button, what) {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  const bytes = await (await file.createReadStream()).toArray();
  check(Buffer.concat(bytes).length > 50, what, file.suggestedFilename());
}

async function secondTab(lead) {
  const tab = await lead.context.newPage();
  await tab.goto(lead.own + "/#/queue");
  await seen(
    tab.getByRole("link", { name: "坂の多い地区の移動手段" }),
    "a second tab opens where a link leads",
  );
  await tab.close();
}

async function byFile(staff) {
  const { page } = staff;
  await go(staff, "#/proof");
  await download(page, /局へ渡すファイルを作る/, "what waits is made a file for the bureau");
  await seen(page.getByText("局へ渡すファイルを保存しました。"), "and the register has it");
}

async function edition(lead) {
  const { page } = lead;
  await go(lead, "#/editions?area=14133-01");
  await page.getByRole("button", { name: "新しい版を作る" }).click();
  await page.getByLabel("掲載する文章").fill("坂の上でも出かけやすい町にしていきます。");
  await checkEdition(on, lead);
  await page.getByText("版を作りました。").waitFor();
  await seen(page.getByText("坂の上でも出かけやすい町にしていきます。"), "an area profile is made");
  await settle(page);
  await page.emulateMedia({ media: "print" });
  const internal = await page.locator(".print-head .internal").isVisible();
  check(!internal, "and prints without 庁内限り, being public");
  await page.emulateMedia({ media: null });
  await sheet(on, lead, ["an area profile", "#/editions?area=14133-01", "A4 landscape", 2, true]);
  await download(page, "ページとして保存する", "and is saved as a page for residents");
}

async function proof(lead) {
  const { page } = lead;
  await go(lead, `#/case/${told.cases[0]}`);
  await download(page, "受領証を保存する", "the receipts of a case are saved");
  await go(lead, "#/proof");
  await page.getByRole("button", { name: "すべて検証する" }).click();
  await seen(page.getByText("異常はありません。"), "everything stored is checked");
  await page.getByRole("button", { name: "記録の鎖を検証する" }).click();
  await seen(page.getByText(/件すべて成り立ちます/), "and so is the log");
}

async function together(officer) {
  const { page } = officer;
  await go(officer, `#/record/${told.docket}`);
  await page.locator("section.card select").first().selectOption("comment");
  await page.locator("textarea[name=comment]").fill("似た相談をまとめて検討します");
  await page.getByRole("button", { name: "「コメント」をそれぞれに記録する" }).click();
  await seen(
    page.getByText("「コメント」を2件に記録しました"),
    "one act is written into each case of a docket",
  );
  await go(officer, "#/queue");
  for (const name of ["坂の多い地区の移動手段", "団地の空き店舗を居場所にする"])
    await page.getByRole("checkbox", { name }).check();
  await page.getByRole("link", { name: "事業を書く" }).click();
  await settle(page);
  await fill(page, "件名", "移動と居場所を支える事業");
  await fill(page, "内容", "送迎と空き店舗の活用を支える");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.waitForURL(/#\/record\//);
  await settle(page);
  await seen(
    page.getByRole("link", { name: "団地の空き店舗を居場所にする" }),
    "a program is drafted for picked cases",
  );
}

// --- on paper, small, enlarged, in other colours ---

async function paper(one) {
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
async function sizes(person) {
  for (const [name, size] of [
    ["390×844", { width: 390, height: 844 }],
    ["200 % of 1366×768", { width: 683, height: 384 }],
  ]) {
    await please("open " + person);
    told.pages[person] = (await next()).address;
    const one = await open(person, size);
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
    }
    const bad = await violations(one.page);
    check(bad.length === 0, `${name}: no violation in forced colours`, bad.join("\n"));
    await one.context.close();
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

async function goneServer(one) {
  const { page } = one;
  await go(one, "#/records/voice/new");
  await fill(page, "件名", "つながらないうちに書いた");
  await please("end " + one.person);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await seen(
    page.getByRole("alert").getByText("この画面のプログラムに接続できません"),
    "a program that is gone is told before anything is pressed",
  );
  await page.getByLabel("分野", { exact: false }).first().selectOption("people");
  await page
    .getByLabel(/^エリア/)
    .first()
    .selectOption("14133-01");
  await fill(page, "内容", "この行は残る");
  await fill(page, "実施日", "2026-11-20");
  await page.getByLabel("把握の方法", { exact: false }).first().selectOption("voice");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByText("この画面のプログラムに接続できません").first().waitFor();
  const kept = await page.getByLabel("内容", { exact: false }).first().inputValue();
  check(kept === "この行は残る", "with its program gone a form keeps what was typed", kept);
  await one.page.getByRole("link", { name: "案件", exact: true }).click();
  await one.page.getByText("この画面のプログラムに接続できません").first().waitFor();
  await seen(
    one.page.getByText("もう一度起動してください"),
    "with its program gone the page says so, and what to do",
  );
}

// --- the walk: every step by its name, so that a few of them can be walked alone ---

function saidAside(people) {
  for (const one of people) {
    // a refusal that the story asks for is noted by the browser itself, and shown by the page
    const aside = one.said.filter(
      (line) => !/responded with a status of (401|404|409|422|423) /.test(line),
    );
    check(
      aside.length === 0,
      `${one.person}: nothing was said aside in the whole story`,
      aside.join("\n"),
    );
  }
}

const all = {
  lead: await open("lead"),
  officer: await open("officer"),
  staff: await open("staff"),
};
const { lead, officer } = all;
const inJapanese = async () => {
  for (const one of [lead, officer])
    if ((await one.page.evaluate(() => document.documentElement.lang)) !== "ja")
      await one.page.getByRole("button", { name: "日本語" }).click();
};
const officerAgain = common.filter(([name]) => ["queue", "case"].includes(name));
const walk = {
  leadJa: () => screens(lead, [...common, ...wardOnly], "ja"),
  leadEn: () => screens(lead, [...common, ...wardOnly], "en"),
  officerJa: () => screens(officer, [...common, ...officerOnly], "ja"),
  officerEn: () => screens(officer, [...officerAgain, ...officerOnly], "en"),
  inJapanese,
  pictures: () => told.shots && pictures(on, lead, told.issue),
  keyboard: () => keyboard(lead),
  syncIsFoundAgain: () => syncIsFoundAgain(lead),
  draftComesBack: () => draftComesBack(all.staff),
  draftIsLeft: () => draftIsLeft(all.staff),
  crash: async () => (all.staff = await crash(all.staff)),
  offline: () => offline(lead),
  submit: () => submit(lead),
  answer: () => answer(officer, lead),
  settleConflict: () => settleConflict(lead),
  issueOfTwo: () => issueOfTwo(on, lead, told.two_sided),
  areaFigures: () => areaFigures(on, lead),
  sheetTimes: () => sheetTimes(on, lead),
  evidenceFromCharts: () => evidenceFromCharts(on, lead, told.issue),
  lacksShown: () => lacksShown(on, lead, told.issue),
  leavingAsks: () => leavingAsks(on, lead, told.cases[0]),
  foreignSession: () => foreignSession(on, lead, told.two_sided),
  sessionUsed: () => sessionUsed(on, browser, told.pages.lead),
  changeComesBack: () => changeComesBack(on, lead, told.two_sided),
  locked: () => locked(on, lead, told.two_sided),
  newerStore: () => newerStore(on, lead, told.two_sided),
  longList: () => longList(on, lead),
  takeIn: () => takeIn(lead),
  edition: () => edition(lead),
  proof: () => proof(lead),
  byFile: () => byFile(all.staff),
  secondTab: () => secondTab(lead),
  storyByKeys: () => storyByKeys(on, lead, officer),
  queueFilters: () => queueFilters(on, officer),
  together: () => together(officer),
  paper: () => paper(lead),
  onPaper: () => onPaper(on, lead, officer, told),
  recalled: () => recalled(on, lead),
  saidAside: () => saidAside(Object.values(all)),
  sizes: () => sizes("lead"),
  goneServer: () => goneServer(all.staff),
};
try {
  for (const [name, step] of Object.entries(walk)) {
    if (told.only.length > 0 && !told.only.includes(name)) continue;
    const began = performance.now();
    await step();
    console.log(`# ${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
} catch (error) {
  check(false, "the walk through the page broke off", error.stack);
} finally {
  await browser.close();
  console.log(`1..${number}`);
  process.exit(0);
}
