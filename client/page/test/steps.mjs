// Steps of the walk through the page that look at one screen closely. on: what browser.mjs lends them.

/** Everything that a figure needs stands with it: what it counts, its table, source and release. */
export async function areaFigures(on, one) {
  const { page } = one;
  await on.go(one, "#/area/14133");
  const figures = await page.locator(".charts figure").evaluateAll((all) =>
    all.map((figure) => ({
      title: figure.querySelector("figcaption")?.textContent ?? "",
      table: figure.querySelectorAll("table tbody tr").length,
      about: figure.querySelector(":scope > .source")?.textContent ?? "",
    })),
  );
  const lacking = figures.filter(
    ({ table, about }) =>
      !table || !["定義: ", "出典: ", "第1版"].every((word) => about.includes(word)),
  );
  on.check(
    figures.length >= 3 && lacking.length === 0,
    "every chart has definition, table, source and release",
    JSON.stringify(lacking),
  );
  const rows = await page.locator("main .table-frame tr details").allTextContents();
  on.check(
    rows.length > 10 && rows.every((text) => text.includes("定義: ") && text.includes("出典: ")),
    "and so has every figure of the table",
    rows.find((text) => !text.includes("定義: ")),
  );
  const marks = await page.locator("main").textContent();
  on.check(
    /速報/.test(marks) && /推計/.test(marks),
    "preliminary and estimated figures are marked",
  );
  const places = page.locator(".map a.place");
  const own = await page.locator(".map a[aria-current]").getAttribute("aria-label");
  on.check(
    (await places.count()) === 7 && /^中原区 [\d,]+人$/.test(own ?? ""),
    "the map has the release's seven wards, with their values",
    own,
  );
  await page.locator('.map a[href="#/area/14136"]').focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: /宮前区/ }).waitFor();
  on.check(true, "and leads to their sheets, by keyboard, too");
  await on.go(one, "#/area/14133-01");
  const tiles = await page.locator("a.tile").count();
  on.check(
    tiles === 44 && (await page.locator("svg.map").count()) === 0,
    "areas without a border are tiles",
    tiles,
  );
  const title = await page.locator("main h1").textContent();
  on.check(/模擬 中原 1/.test(title ?? ""), "and called what the release calls them", title);
  await page.getByRole("combobox", { name: /^版/ }).selectOption("1");
  await on.settle(page);
  await on.seen(page.getByText(/^第1版 川崎市/), "the sheet as of a release says of which");
}

/** As many indicators as one can read beside each other; beyond that it says what to do. */
export async function manyIndicators(on, one) {
  const { page } = one;
  await on.go(one, "#/compare?level=ward");
  const codes = await page
    .getByLabel("指標を加える")
    .locator("option")
    .evaluateAll((all) => all.map((at) => at.value).filter(Boolean));
  await on.go(one, `#/compare?level=ward&from=2020&to=2026&i=${codes.slice(0, 14).join(",")}`);
  const shown = await page.locator(".multiples figure").count();
  on.check(
    codes.length >= 14 && shown === 12,
    "twelve indicators stand beside each other, of more that were asked for",
    `${shown} of ${codes.length}`,
  );
  await on.seen(page.getByText("一度に並べられる指標は12までです"), "and it says what to do");
  await page.locator(".chip").first().getByRole("button", { name: /^外す/ }).click();
  await page.getByLabel("指標を加える").waitFor();
  await on.settle(page);
  on.check(
    (await page.locator(".multiples figure").count()) === 11,
    "one that is taken out makes room for another",
  );
}

/**
 * What the page itself takes to show an area's sheet, beside what the program takes to answer: from the
 * address to charts and tables drawn. Told, never judged.
 */
export async function sheetTimes(on, one) {
  const { page } = one;
  const took = [];
  for (const area of ["14133-02", "14133-03", "14133-04", "14133-05", "14133-06"]) {
    await on.go(one, "#/");
    const shown = await page.evaluate(async (to) => {
      const frame = () => new Promise((go) => requestAnimationFrame(go));
      performance.clearResourceTimings();
      const began = performance.now();
      location.hash = to;
      do await frame();
      while (!document.querySelector(".charts svg path"));
      const all = performance.now() - began;
      const asked = performance
        .getEntriesByType("resource")
        .filter((entry) => entry.name.includes("/api/"))
        .map((entry) => entry.responseEnd);
      return { all, own: performance.now() - Math.max(...asked) };
    }, `#/area/${area}`);
    took.push(shown);
  }
  const list = (name) =>
    took
      .map((one) => Math.round(one[name]))
      .sort((a, b) => a - b)
      .join(", ");
  console.log(
    `# an area's sheet stands in ${list("all")} ms, after the last answer in ${list("own")}`,
  );
}

/** From a chart of the sheet, and inside an issue: pressed in the chart, seen in the table. */
export async function evidenceFromCharts(on, lead, issue) {
  const { page } = lead;
  await on.go(lead, "#/area/14133-01");
  await page.getByRole("link", { name: "この数値を根拠に課題を書く" }).click();
  await on.settle(page);
  const given = await page.locator("textarea[name=evidence]").inputValue();
  on.check(
    given === "population_jukidaicho 14133-01 FY2024",
    "an issue begun at a chart rests on its figure",
    given,
  );
  await on.go(lead, `#/issue/${issue}`);
  await page.getByRole("button", { name: "統計から根拠を選ぶ" }).click();
  const dialog = page.locator("dialog[open]");
  await dialog.getByLabel("指標").selectOption("population_jukidaicho");
  const points = dialog.locator('.drawing svg path[d^="M1 0A1 1"]');
  await points.nth(2).waitFor();
  const before = Number(/(\d+)件/.exec(await dialog.getByText(/^選んだ数値/).textContent())[1]);
  const counted = (more) => dialog.getByText(`選んだ数値: ${before + more}件`).waitFor();
  // what the pointer is on is drawn last: the order is that of their places
  const places = () =>
    points.evaluateAll((all) =>
      all
        .map((one) => one.getBoundingClientRect())
        .map(({ x, y, width, height }) => [x + width / 2, y + height / 2])
        .sort((one, other) => one[0] - other[0]),
    );
  const press = async (at) => {
    // the drawing follows what was pressed before: its points have to stand still
    let [before, now] = [null, await places()];
    while (JSON.stringify(before) !== JSON.stringify(now)) {
      await page.waitForTimeout(100);
      [before, now] = [now, await places()];
    }
    await page.mouse.move(...now[at]);
    await page.mouse.click(...now[at]);
  };
  await press(1);
  await counted(1);
  const ticked = await dialog.locator("tr.chosen", { hasText: "2023年度" }).textContent();
  on.check(/2023年度/.test(ticked ?? ""), "a point that is pressed is ticked in the table", ticked);
  await press(2);
  await counted(2);
  await press(1);
  await counted(1);
  on.check(true, "and taken off by pressing it again");
  const bad = await on.violations(page);
  on.check(bad.length === 0, "picking evidence has no violation", bad.join("\n"));
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  const again = async (more) => {
    await page.getByRole("button", { name: "統計から根拠を選ぶ" }).click();
    await counted(more);
  };
  await again(1);
  await on.seen(
    dialog.getByText("まだ保存していません"),
    "what was picked is there after Escape, and said not to be saved",
  );
  await dialog.getByRole("button", { name: "保存せずに戻る" }).click();
  await dialog.waitFor({ state: "detached" });
  await again(0);
  on.check(true, "and let go by whoever goes back without saving");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
}

/** An act that another program signed with something missing; the real client signs none. */
export async function lacksShown(on, one, issue) {
  const { page } = one;
  const lack = { operation: "0".repeat(64), act: "edit", field: "reason", why: "missing" };
  await page.route("**/api/issue/show/*", async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    json.data.incomplete = [lack];
    await route.fulfill({ response, json });
  });
  await on.go(one, "#/issues");
  await on.go(one, `#/issue/${issue}`);
  await on.seen(page.getByText("記載不備があります。"), "an act that lacks something is marked");
  const said = await page.locator(".notice.warning").first().textContent();
  on.check(
    /編集: .*理由.*記入がありません/.test(said ?? "") && /書き足す/.test(said ?? ""),
    "with the field, and what to do",
    said,
  );
  const bad = await on.violations(page);
  on.check(bad.length === 0, "which has no violation", bad.join("\n"));
  await page.unroute("**/api/issue/show/*");
}

/** An issue that two people wrote apart: both sides on its own screen, and one of them taken. */
export async function issueOfTwo(on, lead, issue) {
  const { page } = lead;
  await on.go(lead, `#/issue/${issue}`);
  const sides = await page.locator("fieldset.sides").textContent();
  on.check(
    ["街灯が足りない", "木が茂りすぎ", "lead", "staff"].every((text) => sides?.includes(text)),
    "both sides of an issue are shown with who wrote them",
    sides,
  );
  const bad = await on.violations(page);
  on.check(bad.length === 0, "which has no violation", bad.join("\n"));
  await page.getByRole("radio", { name: /街灯/ }).check();
  await page.getByRole("button", { name: "選んだ値に決める" }).click();
  await page.getByText("決めました。").waitFor();
  await page.locator("fieldset.sides").waitFor({ state: "detached" });
  await page.locator("dl.fields", { hasText: "街灯" }).first().waitFor();
  const left = await page.locator("dl.fields").first().textContent();
  on.check(/街灯/.test(left ?? "") && !/茂りすぎ/.test(left ?? ""), "and one of them stands", left);
}

/** Age and deadline, and the queue by what its cases have in common. */
export async function queueFilters(on, officer) {
  const { page } = officer;
  await on.go(officer, "#/queue");
  const read = () =>
    page.locator("main tbody tr").evaluateAll((rows) =>
      rows.map((row) => ({
        title: row.querySelector("th a")?.textContent ?? "",
        left: /あと(\d+)日/.exec(row.textContent ?? "")?.[1] ?? null,
        over: row.classList.contains("overdue"),
      })),
    );
  const all = await read();
  const dated = all.filter(({ left }) => left !== null);
  on.check(all.length >= 3 && dated.length > 0, "the queue has cases with and without a date");
  const soonest = Math.min(...dated.map(({ left }) => Number(left)));
  const limit = [7, 14, 30, 60].find((days) => days >= soonest) ?? 60;
  await page.getByRole("combobox", { name: /^期限/ }).selectOption(String(limit));
  await on.settle(page);
  const due = await read();
  const wanted = all.filter(({ left, over }) => over || (left !== null && Number(left) <= limit));
  on.check(
    due.map(({ title }) => title).join() === wanted.map(({ title }) => title).join(),
    `those due within ${limit} days`,
    JSON.stringify([due, wanted]),
  );
  await page.getByRole("combobox", { name: /^期限/ }).selectOption("");
  await page.getByLabel("状態になってから").selectOption("30");
  await on.seen(
    page.getByText("条件に合う案件はありません。"),
    "none has stood in its state for a month",
  );
  await page.getByLabel("状態になってから").selectOption("");
  await page.getByRole("combobox", { name: /^表示/ }).selectOption("fields");
  await on.settle(page);
  await page.getByRole("row", { name: /^高齢者/ }).waitFor();
  const totals = await page
    .locator("main tbody tr")
    .evaluateAll((rows) => rows.map(({ cells }) => Number(cells[cells.length - 2].textContent)));
  on.check(
    totals.reduce((sum, one) => sum + one, 0) === all.length,
    "all of them under their field",
    totals.join(),
  );
  await page.getByRole("combobox", { name: /^表示/ }).selectOption("funds");
  await on.settle(page);
  const funds = await page.getByRole("row", { name: /^介護保険|^保険/ }).count();
  on.check(funds > 0, "and by fund", await page.locator("main table").textContent());
  await page.getByRole("combobox", { name: /^表示/ }).selectOption("");
}

/** What an edition discloses is looked at before it is frozen. */
export async function checkEdition(on, lead) {
  const { page } = lead;
  const button = page.getByRole("button", { name: "公開前の確認をする" });
  await page.getByLabel("掲載する文章").fill("山田さん（電話 090-1234-5678）の声です。");
  await button.click();
  await on.seen(
    page.getByText("住民個人の情報と思われる記載があります"),
    "a text with a resident's own data does not pass the check",
  );
  await page.getByLabel("掲載する文章").fill("坂の上でも出かけやすい町にしていきます。");
  await button.click();
  const dialog = page.locator("dialog[open]");
  await dialog.getByText("確認の結果").waitFor();
  const told = (await dialog.textContent()) ?? "";
  on.check(
    ["公表された数値だけです", "確定していない数値", "坂の上でも出かけやすい町"].every((text) =>
      told.includes(text),
    ),
    "what is disclosed is told, beside what residents will read",
    told,
  );
  const bad = await on.violations(page);
  on.check(bad.length === 0, "the check has no violation", bad.join("\n"));
  await dialog.getByRole("button", { name: "確定せずに戻る" }).click();
  await dialog.waitFor({ state: "detached" });
  on.check(
    (await page.getByLabel("掲載する文章").inputValue()) ===
      "坂の上でも出かけやすい町にしていきます。",
    "going back keeps what was typed",
  );
  await button.click();
  await dialog.getByRole("button", { name: "この内容で確定する" }).click();
}

/** Text that is nowhere else: every way off the screen asks, and staying loses nothing. */
export async function leavingAsks(on, lead) {
  const { page } = lead;
  await on.go(lead, "#/records");
  await on.go(lead, "#/handover");
  const text = page.getByLabel("伝えること");
  await text.fill("まだ送っていない考え");
  const dialog = page.locator("dialog[open]");
  const asked = async (what) => {
    await dialog.getByText("入力した内容が保存されていません").waitFor();
    const bad = what === "a link" ? await on.violations(page) : [];
    await dialog.getByRole("button", { name: "入力を続ける" }).click();
    await dialog.waitFor({ state: "detached" });
    const kept = await text.inputValue();
    on.check(
      kept === "まだ送っていない考え" && page.url().endsWith("#/handover") && !bad.length,
      `${what} asks before unsaved text is left, and staying loses nothing`,
      [kept, page.url(), ...bad].join("\n"),
    );
  };
  await page.getByRole("link", { name: "記録", exact: true }).click();
  await asked("a link");
  await page.evaluate(() => history.go(-2)); // the link that was not followed left an entry here
  await asked("the way back");
  await page.getByRole("button", { name: "English" }).click();
  await asked("the other language");
  await page.getByRole("link", { name: "記録", exact: true }).click();
  await dialog.getByText("入力した内容が保存されていません").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  on.check((await text.inputValue()) === "まだ送っていない考え", "Escape stays, too");
  const closing = page.waitForEvent("dialog");
  await page.evaluate(() => setTimeout(() => location.reload()));
  const box = await closing;
  on.check(box.type() === "beforeunload", "and closing the page asks");
  await box.dismiss();
  await page.getByRole("link", { name: "記録", exact: true }).click();
  await dialog.getByRole("button", { name: "保存せずに移る" }).click();
  await page.getByRole("heading", { level: 1, name: "記録" }).waitFor();
  await on.go(lead, "#/handover");
  on.check((await text.inputValue()) === "", "whoever leaves all the same has let it go");
}

/** What is typed for one act is there when another is chosen. */
export async function anotherAct(on, officer) {
  const { page } = officer;
  const acts = page.locator("input[type=radio][name=act]");
  const texts = page.locator("textarea[name=reason]");
  const found = [];
  for (let at = 0; at < (await acts.count()); at++) {
    await acts.nth(at).check();
    if ((await texts.count()) === 0) continue;
    found.push(await texts.inputValue());
    if (found.length === 1) await texts.fill("一度書いた理由");
  }
  on.check(
    found.length > 1 && found.slice(1).every((text) => text === "一度書いた理由"),
    "a reason that was typed stays when another act is chosen",
    JSON.stringify(found),
  );
}

const longAs = 100_000;
const fewRows = 400;

/** A list of 100,000 records: the rows near the eye alone are drawn, wherever one scrolls to. */
export async function longList(on, one) {
  const { page } = one;
  const record = (n) => ({
    id: n.toString(16).padStart(32, "0"),
    kind: "resource",
    scope: "w:14133",
    state: null,
    proposed: null,
    attempt: 0,
    pending: 0,
    closed: false,
    fields: {
      title: `資源 ${n}`,
      field: "elderly",
      areas: ["14133-01"],
      place: "会館".repeat(n % 9),
    },
    conflicts: {},
    incomplete: [],
  });
  await page.route("**/api/record/list/resource?*", (route) => {
    const query = new URL(route.request().url()).searchParams;
    const [from, limit] = ["from", "limit"].map((name) => Number(query.get(name) ?? 0));
    const count = Math.min(limit, longAs - from);
    const next = from + count < longAs ? from + count : null;
    const records = Array.from({ length: count }, (_, at) => record(from + at + 1));
    return route.fulfill({
      json: { exit: 0, data: { records, more: next !== null, next }, warnings: [] },
    });
  });
  await on.go(one, "#/records/resource");
  const rows = () => page.locator("main tbody:not(.room) tr").count();
  const table = page.locator("main table");
  let most = await rows();
  on.check(most > 20 && most <= fewRows, `of the first page ${most} rows are drawn`);
  const more = page.getByRole("button", { name: /^さらに読み込む/ });
  for (let round = 0; round < 60 && (await more.count()) > 0; round++) {
    const before = await table.getAttribute("aria-rowcount");
    // up and down again: at an end that has not moved yet nothing scrolls
    await page.waitForFunction(
      (was) => {
        scrollBy(0, -400);
        scrollTo(0, document.documentElement.scrollHeight);
        return document.querySelector("main table").getAttribute("aria-rowcount") !== was;
      },
      before,
      { timeout: 120000 },
    );
    most = Math.max(most, await rows());
  }
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.getByRole("link", { name: `資源 ${longAs}`, exact: true }).waitFor();
  on.check(
    (await table.getAttribute("aria-rowcount")) === String(longAs + 1) && most <= fewRows,
    `scrolled to the end of ${longAs}, never more than ${most} rows were drawn`,
    await table.getAttribute("aria-rowcount"),
  );
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
  await page.waitForFunction(() => {
    const at = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest("tr");
    const row = Number(at?.getAttribute("aria-rowindex") ?? 0);
    return row > 40_000 && row < 60_000;
  });
  on.check((await rows()) <= fewRows, "in its middle stand the rows of its middle", await rows());
  // told, never judged: how long rows that were never drawn take to stand after a jump
  const jumps = await page.evaluate(async () => {
    const frame = () => new Promise((go) => requestAnimationFrame(go));
    const took = [];
    for (const share of [0.1, 0.9, 0.3, 0.7, 0.2]) {
      const began = performance.now();
      scrollTo(0, document.documentElement.scrollHeight * share);
      do await frame();
      while (
        !document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest("tr[aria-rowindex]")
      );
      took.push(performance.now() - began);
    }
    return took.sort((a, b) => a - b).map(Math.round);
  });
  console.log(`# rows of ${longAs} stand after a jump of the scroll bar in ${jumps.join(", ")} ms`);
  const bad = await on.violations(page);
  on.check(bad.length === 0, "a long list has no violation", bad.join("\n"));
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const printed = await rows();
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  on.check(
    printed === 2000 && (await rows()) <= fewRows,
    "on paper are the first 2,000, and it says so",
    printed,
  );
  await page.getByLabel("語句で絞る").fill("99999");
  await page.getByRole("link", { name: "資源 99999", exact: true }).waitFor();
  on.check((await rows()) === 1, "and words find one of them");
  await page.unroute("**/api/record/list/resource?*");
}

/** For the manual: windows that are only seen while something is done. Nothing is written. */
export async function pictures(on, lead, issue) {
  const { page } = lead;
  const words = {
    ja: [
      "統計から根拠を選ぶ",
      "指標",
      "保存せずに戻る",
      "新しい版を作る",
      "掲載する文章",
      "公開前の確認をする",
    ],
    en: [
      "Pick evidence from the figures",
      "Indicator",
      "Back without saving",
      "Make a new edition",
      "Text",
      "Check it before it is frozen",
    ],
  };
  const texts = { ja: "坂の上でも出かけやすい町に。", en: "Going out is easy, on the hill, too." };
  for (const [lang, [pick, indicator, back, make, text, check]] of Object.entries(words)) {
    const now = await page.evaluate(() => document.documentElement.lang);
    if (now !== lang) await page.getByRole("button", { name: /^(English|日本語)$/ }).click();
    await on.go(lead, `#/issue/${issue}`);
    await page.getByRole("button", { name: pick }).click();
    const dialog = page.locator("dialog[open]");
    await dialog.getByLabel(indicator).selectOption("population_jukidaicho");
    await dialog.locator(".drawing svg").waitFor();
    await dialog.locator("tbody input").first().check();
    await on.settle(page);
    await on.shot(lead, `lead-${lang}-evidence`);
    await dialog.getByRole("button", { name: back }).click();
    await dialog.waitFor({ state: "detached" });
    await on.go(lead, "#/editions?area=14133-01");
    await page.getByRole("button", { name: make }).click();
    await page.getByLabel(text).last().fill(texts[lang]);
    await page.getByRole("button", { name: check }).click();
    await dialog.locator("table").first().waitFor();
    await on.shot(lead, `lead-${lang}-disclosure`);
    await page.keyboard.press("Escape");
    page.once("dialog", (box) => box.accept());
    await page.reload();
    await page.waitForSelector("main h1");
  }
  const now = await page.evaluate(() => document.documentElement.lang);
  if (now !== "ja") await page.getByRole("button", { name: "日本語" }).click();
}

/** A session that is not this one's any more: a refusal that says what to do, and the text stays. */
export async function foreignSession(on, lead, issue) {
  const { page } = lead;
  await on.go(lead, `#/record/${issue}/edit`);
  const text = page.locator("textarea[name=problem]").first();
  await text.fill("別の人の画面ではない");
  const key = await page.evaluate(() => {
    const held = localStorage.getItem("kukyoku-key");
    localStorage.setItem("kukyoku-key", "0".repeat(64));
    return held;
  });
  await page.getByRole("button", { name: "保存する" }).click();
  await page.getByText("[E8002]").waitFor();
  const told = await page.locator(".notice.error").last().textContent();
  on.check(
    /対処/.test(told ?? "") && (await text.inputValue()) === "別の人の画面ではない",
    "a session that is over says what to do, and what was typed stays",
    told,
  );
  await page.evaluate((held) => localStorage.setItem("kukyoku-key", held), key);
  await page.getByRole("button", { name: "保存する" }).click();
  await page.waitForURL(/#\/issue\//);
  await on.settle(page);
  await on.seen(page.getByText("別の人の画面ではない"), "with the session back it is saved");
}

/** Submitted in one window while another still shows the preview: told, and nothing is sent twice. */
export async function submittedTwice(on, lead, issue, submit) {
  const tab = await lead.context.newPage();
  await tab.goto(`${lead.own}/#/issue/${issue}`);
  await tab.getByRole("button", { name: "上申の内容を確認する" }).click();
  await tab.locator("dialog[open]").waitFor();
  await submit();
  await tab.getByRole("button", { name: "局へ上申する", exact: true }).click();
  const notice = tab.locator("dialog[open] .notice.error");
  await notice.waitFor();
  const told = await notice.textContent();
  on.check(
    /E5005/.test(told ?? "") && /対処/.test(told ?? ""),
    "what was submitted already is not submitted again, and it says so",
    told,
  );
  await tab.close();
}
