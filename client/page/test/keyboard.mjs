// The whole story of a case by the keyboard alone: nothing here presses a mouse, or fills a field but
// by typing into what the focus is on.

const stopsAtMost = 250;

/** What stands under the focus, as one would name it, and whether one sees that it does. */
const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const label = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label");
    return {
      name: (label ?? at.textContent ?? "").trim(),
      tag: at.tagName,
      seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
  });

export function keysOf(on, one) {
  const { page } = one;
  const unseen = new Set();
  /** Tab (or back) until the focus is on what is called so. */
  const to = async (name, { back = false, tag = "" } = {}) => {
    const passed = [];
    for (let stop = 0; stop < stopsAtMost; stop++) {
      await page.keyboard.press(back ? "Shift+Tab" : "Tab");
      const at = await focused(page);
      passed.push(at.name.slice(0, 20));
      if (!at.seen && at.tag !== "BODY" && at.tag !== "H1") unseen.add(`${at.tag} ${at.name}`);
      if (name.test(at.name) && (!tag || at.tag === tag)) return;
    }
    throw new Error(`no stop called ${name}: ${passed.join(" | ")}`);
  };
  const press = async (name, how) => {
    await to(name, how);
    await page.keyboard.press("Enter");
  };
  const type = async (name, text, how) => {
    await to(name, how);
    await page.keyboard.type(text);
  };
  /** A new screen puts the focus on its heading: there one goes on from. */
  const heading = async (name) => {
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
  };
  /** By the navigation, which stands before the heading. */
  const screen = async (name) => {
    const before = await page.evaluate(() => location.hash || "#/");
    await press(new RegExp(`^${name}$`), { back: true, tag: "A" });
    await page.waitForFunction(
      (text) => document.querySelector("nav [aria-current=page]")?.textContent === text,
      name,
    );
    if ((await page.evaluate(() => location.hash || "#/")) !== before)
      await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    await on.settle(page);
  };
  const sync = async () => {
    await screen("ホーム");
    await press(/^今すぐ同期$/);
    await page.getByText("同期が終わりました。").waitFor();
    await on.settle(page);
  };
  return { page, to, press, type, heading, screen, sync, unseen };
}

const title = "鍵盤だけで書いた課題";

async function writeIssue(on, keys) {
  const { page } = keys;
  await keys.screen("課題");
  await keys.press(/^課題を書く$/);
  await keys.heading(/課題を書く/);
  await on.settle(page);
  await keys.type(/^件名/, title);
  await keys.type(/^(課題|解決すべき|問題)/, "坂の上の停留所が遠い", { tag: "TEXTAREA" });
  await keys.to(/^分野/, { tag: "SELECT" });
  await page.keyboard.press("ArrowDown");
  await keys.to(/^エリア/, { tag: "SELECT" });
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.querySelector("textarea[name=areas]").value !== "");
  await page.getByText("書きかけをこの端末に残しました").waitFor(); // as with anybody who thinks meanwhile
  await keys.press(/^保存する$/);
  await keys.heading(title);
  await on.settle(page);
}

async function climb(on, keys) {
  const { page } = keys;
  for (const rung of ["課題設定", "住民主体", "既存", "連携", "区"]) {
    const before = await page.locator(".steps [aria-current=step]").textContent();
    await keys.press(/^この段階にする$/);
    await page.waitForFunction(
      (was) => document.querySelector(".steps [aria-current=step]")?.textContent !== was,
      before,
    );
    await on.settle(page);
    void rung;
  }
}

async function complete(on, keys) {
  const { page } = keys;
  await keys.press(/^項目を書く$/);
  await keys.heading(/編集する/);
  await on.settle(page);
  await keys.type(/^実施済みの対応/, "existing: 送迎を試した");
  await keys.type(/^全体量 /, "45");
  await keys.type(/^全体量の単位/, "人");
  await keys.type(/^推定の方法/, "聞き取り");
  await keys.type(/^局への依頼/, "停留所を増やしてほしい");
  await keys.press(/^保存する$/);
  await keys.heading(title);
  await on.settle(page);
}

async function submit(on, keys) {
  const { page } = keys;
  await keys.press(/^統計から根拠を選ぶ$/);
  await page.locator("dialog[open] tbody input").first().waitFor();
  await keys.to(/\d{4}年/, { tag: "INPUT" });
  await page.keyboard.press("Space");
  await keys.press(/^根拠として保存する$/);
  await page.getByText("根拠を保存しました。").waitFor();
  await on.settle(page);
  await keys.press(/^上申の内容を確認する$/);
  await page.locator("dialog[open]").waitFor();
  await keys.press(/^局へ上申する$/);
  await page.getByText("上申を記録しました").waitFor();
  await keys.sync();
}

async function act(on, keys, name, reason) {
  const { page } = keys;
  await page.locator("fieldset.radios label", { hasText: name }).first().waitFor();
  const chosen = () =>
    page
      .locator("input[name=act]:checked")
      .evaluate((at) => at.closest("label")?.textContent ?? "");
  if (!(await chosen()).startsWith(name)) {
    await keys.to(/./, { tag: "INPUT" });
    for (let at = 0; at < 12 && !(await chosen()).startsWith(name); at++)
      await page.keyboard.press("ArrowDown");
  }
  if (reason) await keys.type(/^理由/, reason, { tag: "TEXTAREA" });
  await keys.press(new RegExp(`^「${name}」を記録する$`));
  await page.getByText(`「${name}」を記録しました`).waitFor();
  await on.settle(page);
}

async function openCase(on, keys) {
  await keys.sync();
  await keys.screen("案件");
  await keys.press(new RegExp(`^${title}$`), { tag: "A" });
  await keys.heading(title);
  await on.settle(keys.page);
}

export async function storyByKeys(on, lead, officer) {
  const [ward, bureau] = [keysOf(on, lead), keysOf(on, officer)];
  await writeIssue(on, ward);
  await climb(on, ward);
  await complete(on, ward);
  await submit(on, ward);
  on.check(true, "by keys alone an issue is written, climbs, and is submitted with evidence");
  await openCase(on, bureau);
  await act(on, bureau, "受付");
  await act(on, bureau, "局検討");
  await act(on, bureau, "差戻し", "何人が使いますか");
  await bureau.sync();
  on.check(true, "by keys alone the bureau receives, reviews and asks");
  await openCase(on, ward);
  await act(on, ward, "回答", "四十五人ほどです");
  await ward.sync();
  await openCase(on, bureau);
  await on.seen(
    bureau.page.getByText("四十五人ほどです"),
    "and the ward's answer, typed by keys alone, comes back",
  );
  const unseen = [...ward.unseen, ...bureau.unseen];
  on.check(unseen.length === 0, "every stop on the way was seen", unseen.join("\n"));
}
