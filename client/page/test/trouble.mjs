// What goes wrong while somebody writes: each says what happened and what to do, and nothing typed is lost.
// on: what browser.mjs lends the steps.

const look = (page) => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
const text = (page) => page.locator("textarea[name=problem]");
const edit = async (on, one, issue) => {
  await on.go(one, `#/issue/${issue}`);
  await on.go(one, `#/record/${issue}/edit`);
};
const save = (page) => page.getByRole("button", { name: "保存する", exact: true }).click();
const refusal = async (page) => {
  const notice = page.locator("main form .notice.error").last();
  await notice.waitFor({ timeout: 60_000 });
  return (await notice.textContent()) ?? "";
};

/** Begun, left, the window gone; then changed by somebody else: both are shown, and neither is lost. */
export async function changeComesBack(on, one, issue) {
  const { page } = one;
  await edit(on, one, issue);
  await text(page).fill("夕方も暗い");
  await page.getByText("書きかけをこの端末に残しました").waitFor();
  page.once("dialog", (box) => box.accept());
  await page.goto("about:blank");
  await page.goto(one.own + "/#/");
  await page.waitForSelector("main h1");
  await on.settle(page);
  await page.getByRole("link", { name: "公園の暗がり" }).first().click();
  await page.getByText("前に書きかけた内容です").waitFor();
  await on.settle(page);
  on.check(
    (await text(page).inputValue()) === "夕方も暗い",
    "a change that was begun comes back after the window was gone",
    await text(page).inputValue(),
  );
  await on.please(`meanwhile ${issue} 木を切ってもらった`);
  await look(page);
  const news = page.getByText("新しいデータが届きました。");
  await on.seen(news, "what came while the page is open is told");
  on.check(
    (await text(page).inputValue()) === "夕方も暗い" &&
      !(await page.locator("main").textContent()).includes("木を切ってもらった"),
    "and nothing moves by itself",
  );
  await save(page);
  const told = await refusal(page);
  const clash = page.locator(".clash");
  await clash.getByText("木を切ってもらった").waitFor();
  on.check(
    /まだ保存していません/.test(told) &&
      /両方の値/.test(told) &&
      (await text(page).inputValue()) === "夕方も暗い",
    "what changed meanwhile is not written over: both are shown",
    told,
  );
  const bad = await on.violations(page);
  on.check(bad.length === 0, "which has no violation", bad.join("\n"));
  await page.getByRole("button", { name: "表示する", exact: true }).click();
  await news.waitFor({ state: "detached" });
  await on.settle(page);
  on.check(
    (await text(page).inputValue()) === "夕方も暗い" && (await clash.count()) === 1,
    "showing what came keeps what is typed",
  );
  await clash.getByRole("button", { name: "今の値にする" }).click();
  on.check((await text(page).inputValue()) === "木を切ってもらった", "the other one can be taken");
  await text(page).fill("木を切ってもらったが、夕方も暗い");
  await page.getByText("書きかけをこの端末に残しました").waitFor();
  await on.go(one, "#/");
  await edit(on, one, issue);
  await page.getByText("その後、この記録がほかで変わりました").waitFor();
  on.check(
    (await clash.textContent())?.includes("木を切ってもらった"),
    "a draft that is older than its record shows both",
    await clash.textContent(),
  );
  await save(page);
  await page.waitForURL(/#\/issue\//);
  await on.settle(page);
  await on.seen(page.getByText("木を切ってもらったが、夕方も暗い"), "and it is saved");
  await on.go(one, "#/");
  on.check(
    (await page.getByText("書きかけ（この端末だけにあります）").count()) === 0 ||
      (await page.getByRole("link", { name: "公園の暗がり" }).count()) === 0,
    "and no draft of it is left",
  );
}

/** Another program is at work in this home, as one is that brings it to its own form, longer than one waits. */
export async function locked(on, one, issue) {
  const { page } = one;
  const written = "ほかのプログラムが使っている間に書いた";
  await edit(on, one, issue);
  const tab = await one.context.newPage();
  await tab.goto(one.own + "/#/records");
  await tab.getByRole("heading", { level: 1 }).waitFor();
  await on.please(`hold ${one.person}`);
  await text(page).fill(written);
  await tab.evaluate((to) => (location.hash = to), `#/issue/${issue}`);
  await save(page);
  const told = await refusal(page);
  on.check(
    /E1006/.test(told) && /対処/.test(told) && (await text(page).inputValue()) === written,
    "a home that is held by another program: told, with what to do, and the text stays",
    told,
  );
  const notice = tab.locator(".notice.error").last();
  await notice.waitFor({ timeout: 60_000 });
  const looked = await notice.textContent();
  on.check(
    /E1006/.test(looked) && /対処/.test(looked) && /自動で続きます/.test(looked),
    "and what can't be shown meanwhile says why, and that it will be",
    looked,
  );
  await on.please(`release ${one.person}`);
  await on.seen(
    tab.getByRole("heading", { level: 1, name: "公園の暗がり" }),
    "when that one has ended it is shown, and nobody pressed anything",
  );
  await tab.close();
  await on.seen(
    page.getByText("書きかけをこの端末に残しました"),
    "what was typed meanwhile is kept as a draft by then",
  );
  await save(page);
  await page.waitForURL(/#\/issue\//);
  await on.settle(page);
  await on.seen(page.getByText(written), "and saved when one wants it to be");
}

/** A replica that a later program has brought to its own form. */
export async function newerStore(on, one, issue) {
  const { page } = one;
  await edit(on, one, issue);
  await text(page).fill("移行のあいだに書いた");
  await on.please(`newer ${one.person}`);
  await save(page);
  const told = await refusal(page);
  on.check(
    /対処/.test(told) && (await text(page).inputValue()) === "移行のあいだに書いた",
    "a replica of a later program: told, with what to do, and the text stays",
    told,
  );
  await on.please(`older ${one.person}`);
  await save(page);
  await page.waitForURL(/#\/issue\//);
  await on.settle(page);
  await on.seen(page.getByText("移行のあいだに書いた"), "and it is saved when it can be read");
}

/** The address of a page that was opened already, in another browser. */
export async function sessionUsed(on, browser, address) {
  const context = await browser.newContext({ locale: "ja-JP" });
  const page = await context.newPage();
  await page.goto(address);
  await page.getByText("[E8002]").waitFor();
  const told = await page.locator("main").textContent();
  on.check(
    /対処/.test(told ?? "") && !/坂/.test(told ?? ""),
    "an address that was used says what to do, and shows nothing of anybody",
    told,
  );
  await context.close();
}

/** A release is taken back while somebody looks at what it said. */
export async function recalled(on, one) {
  const { page } = one;
  await on.go(one, "#/area/14133-01?as-of=1");
  await page
    .getByText(/^第1版 川崎市/)
    .first()
    .waitFor();
  await on.please("recall kayoinoba_places");
  await look(page);
  await page.getByText("新しいデータが届きました。").waitFor();
  await page.getByRole("button", { name: "表示する", exact: true }).click();
  await page.getByText("回収されたか、この端末に届いていません").waitFor();
  const told = await page.locator("main").textContent();
  on.check(
    /対処/.test(told ?? "") && /回収/.test(told ?? ""),
    "a release that was taken back while one looks at it: told, with what to do",
    told,
  );
  const bad = await on.violations(page);
  on.check(bad.length === 0, "which has no violation", bad.join("\n"));
  await page.getByRole("link", { name: "最新の版を表示する" }).click();
  await page
    .getByText(/^第2版/)
    .first()
    .waitFor();
  await on.settle(page);
  on.check(
    !(await page.locator("main").textContent()).includes("通いの場の数"),
    "and the newest one is without what was taken back",
  );
}
