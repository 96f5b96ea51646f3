// The story of the page: staff, lead and officer, offline in the middle.
import { sheet } from "./paper.mjs";
import { anotherAct, checkEdition, submittedTwice } from "./steps.mjs";
import {
  check,
  fill,
  go,
  next,
  on,
  open,
  please,
  seen,
  settle,
  told,
  violations,
} from "./tools.mjs";

export async function sync(one) {
  await go(one, "#/records"); // so that the home screen says nothing of a sync before
  await go(one, "#/");
  await one.page.getByRole("button", { name: "今すぐ同期" }).click();
  await one.page.getByText("同期が終わりました。").waitFor();
  await settle(one.page);
}

export async function syncIsFoundAgain(one) {
  const { page } = one;
  const running = { exit: 0, data: { running: true, done: 1, total: 2, last: null } };
  const warned = { exit: 3, data: { unchanged: true }, warnings: ["知らせの見本"] };
  const over = { exit: 0, data: { running: false, done: 2, total: 2, last: warned } };
  await go(one, "#/records");
  await page.route("**/api/sync", (route) => route.fulfill({ json: running }));
  await go(one, "#/");
  await seen(
    page.getByRole("button", { name: "同期しています…" }),
    "a sync that runs is seen by whoever comes back to the screen",
  );
  // the newer answer goes before; without any between the two a question would reach the program
  await page.route("**/api/sync", (route) => route.fulfill({ json: over }));
  await seen(page.getByText("同期が終わりました。"), "and its end");
  await seen(page.getByText("知らせの見本"), "with what the sync had to say");
  await page.unroute("**/api/sync");
}
/** What a voice needs besides its title. */
async function heard(page, text) {
  await page.getByLabel("分野", { exact: false }).first().selectOption("people");
  await page
    .getByLabel(/^エリア/)
    .first()
    .selectOption("14133-01");
  await fill(page, "内容", text);
  await fill(page, "実施日", "2026-11-20");
  await page.getByLabel("把握の方法", { exact: false }).first().selectOption("voice");
}

export async function draftComesBack(staff) {
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
  await heard(page, "夜も使えないかと電話 090-1234-5678 の方から");
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
export async function draftIsLeft(staff) {
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

/** The program is killed under a page, and started again: what was begun is there, also for an act. */
export async function crash(staff) {
  const { page } = staff;
  const begun = "書きかけをこの端末に残しました";
  await go(staff, `#/case/${told.cases[0]}`);
  await page.getByRole("radio", { name: /^コメント/ }).check();
  await page.locator("textarea[name=comment]").fill("言いかけた一言");
  await page.getByText(begun).waitFor();
  await go(staff, `#/issue/${told.issue}`);
  await page.getByLabel("次の段階").selectOption("shelved");
  await page.locator("textarea[name=reason]").fill("見送るわけを書きかけた");
  await page.getByText(begun).waitFor();
  await go(staff, "#/records/voice/new");
  await fill(page, "件名", "途中で止まった");
  await fill(page, "内容", "ここまで書いたところで落ちた");
  await page.getByText(begun).waitFor();
  await please("kill staff");
  await staff.context.close();
  told.pages.staff = (await next()).address;
  const again = await open("staff");
  const kept = async (link, field, text) => {
    await go(again, "#/");
    await again.page
      .locator("section", { hasText: "書きかけ（この端末だけにあります）" })
      .getByRole("link", { name: link })
      .click();
    await settle(again.page);
    const value = await again.page.locator(`textarea[name=${field}]`).inputValue();
    check(value === text, `after a crash what was typed comes back: ${link}`, value);
  };
  await kept("途中で止まった", "content", "ここまで書いたところで落ちた");
  await kept("朝の見守りの担い手", "reason", "見送るわけを書きかけた");
  await kept("坂の多い地区の移動手段", "comment", "言いかけた一言");
  const bad = await violations(again.page);
  check(bad.length === 0, "which has no violation", bad.join("\n"));
  await again.page.getByRole("button", { name: "「コメント」を記録する" }).click();
  await again.page.getByText("「コメント」を記録しました").waitFor();
  await settle(again.page);
  await go(again, `#/issue/${told.issue}`);
  await again.page.getByRole("button", { name: "書きかけを破棄する" }).click();
  await again.page.getByText("前に書きかけた内容です").waitFor({ state: "detached" });
  await go(again, "#/records");
  const left = await again.page.locator("main").textContent();
  check(
    left.includes("途中で止まった") && !/坂の多い地区|朝の見守り/.test(left),
    "and is a draft no more when the act is done, or what was begun is given up",
    left,
  );
  again.said.push(...staff.said);
  return again;
}

export async function offline(lead) {
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

export async function submit(lead) {
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

export async function answer(officer, lead) {
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

export async function settleConflict(lead) {
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

export async function takeIn(lead) {
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

export async function secondTab(lead) {
  const tab = await lead.context.newPage();
  await tab.goto(lead.own + "/#/queue");
  await seen(
    tab.getByRole("link", { name: "坂の多い地区の移動手段" }),
    "a second tab opens where a link leads",
  );
  await tab.close();
}

/** Without the daemon, or what is written would be on its way before it is asked for. */
export async function byFile(staff) {
  const { page } = staff;
  await please("stop the daemon");
  await go(staff, "#/records/voice/new");
  await fill(page, "件名", "線のない日の声");
  await heard(page, "紙で受け取った声を書いた");
  await page.getByRole("button", { name: "保存する" }).click();
  await page.waitForURL(/#\/record\//);
  await go(staff, "#/proof");
  await download(page, /局へ渡すファイルを作る/, "what waits is made a file for the bureau");
  await seen(page.getByText("局へ渡すファイルを保存しました。"), "and the register has it");
  await please("start the daemon");
}

export async function edition(lead) {
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

export async function proof(lead) {
  const { page } = lead;
  await go(lead, `#/case/${told.cases[0]}`);
  await download(page, "受領証を保存する", "the receipts of a case are saved");
  await go(lead, "#/proof");
  await page.getByRole("button", { name: "すべて検証する" }).click();
  await seen(page.getByText("異常はありません。"), "everything stored is checked");
  await page.getByRole("button", { name: "記録の鎖を検証する" }).click();
  await seen(page.getByText(/件すべて成り立ちます/), "and so is the log");
}

export async function together(officer) {
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

export async function goneServer(one) {
  const { page } = one;
  await go(one, "#/records/voice/new");
  await fill(page, "件名", "つながらないうちに書いた");
  await please("end " + one.person);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await seen(
    page.getByRole("alert").getByText("この画面のプログラムに接続できません"),
    "a program that is gone is told before anything is pressed",
  );
  await heard(page, "この行は残る");
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
