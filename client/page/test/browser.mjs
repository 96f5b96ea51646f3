// The page in Chromium, against the real program. Told by one JSON line what to open; asks the test
// that started it to stop and start the daemon; prints TAP.
//
//   {"pages": {"lead": ADDRESS, …}, "cases": […], "conflict": ID, "shots": DIR or ""}
import { storyByKeys } from "./keyboard.mjs";
import { onPaper } from "./paper.mjs";
import { common, keyboard, officerOnly, paper, screens, sizes, wardOnly } from "./screens.mjs";
import {
  areaFigures,
  evidenceFromCharts,
  foreignSession,
  issueOfTwo,
  lacksShown,
  leavingAsks,
  longList,
  manyIndicators,
  pictures,
  queueFilters,
  sheetTimes,
} from "./steps.mjs";
import {
  answer,
  byFile,
  crash,
  draftComesBack,
  draftIsLeft,
  edition,
  goneServer,
  offline,
  proof,
  secondTab,
  settleConflict,
  submit,
  syncIsFoundAgain,
  takeIn,
  together,
} from "./story.mjs";
import { browser, check, counted, on, open, told } from "./tools.mjs";
import { changeComesBack, locked, newerStore, recalled, sessionUsed } from "./trouble.mjs";

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
  manyIndicators: () => manyIndicators(on, lead),
  sheetTimes: () => sheetTimes(on, lead),
  evidenceFromCharts: () => evidenceFromCharts(on, lead, told.issue),
  lacksShown: () => lacksShown(on, lead, told.issue),
  leavingAsks: () => leavingAsks(on, lead),
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
  sizes: () => sizes(lead),
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
  console.log(`1..${counted()}`);
  process.exit(0);
}
