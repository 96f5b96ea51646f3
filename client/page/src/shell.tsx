// Around every screen: who sits here, where one is, whether the device is in step, the language.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Refusal } from "./api.ts";
import { isWard } from "./acts.ts";
import { wardName } from "./names.ts";
import { L } from "./lang.ts";
import { routeTo, type Route } from "./route.ts";
import { useStore } from "./store.ts";
import { RefusalNotice } from "./ui.tsx";
import { instantDay } from "./when.ts";

interface Place {
  path: string;
  name: string;
}

function places(role: string, ward: string): Place[] {
  const area = isWard(role) ? ward : "14130";
  return [
    { path: "", name: L("ホーム", "Home") },
    { path: `area/${area}`, name: L("地域", "Area") },
    { path: "compare", name: L("比較", "Compare") },
    ...(isWard(role) ? [{ path: "issues", name: L("課題", "Issues") }] : []),
    { path: "queue", name: L("案件", "Cases") },
    { path: "records", name: L("記録", "Records") },
    { path: "editions", name: L("地区カルテ", "Profiles") },
    { path: "proof", name: L("証跡", "Proof") },
  ];
}

const groups: Record<string, string> = {
  issue: "issues",
  case: "queue",
  record: "records",
  draft: "records",
  handover: "records",
  edition: "editions",
};

function Navigation(props: { route: Route }) {
  const { status } = useStore();
  const first = props.route.parts[0] ?? "";
  const here = groups[first] ?? first;
  return (
    <nav aria-label={L("主な画面", "Main screens")}>
      <ul>
        {places(status.role, status.ward).map((place) => (
          <li>
            <a
              href={"#/" + place.path}
              aria-current={here === place.path.split("/")[0] ? "page" : undefined}
            >
              {place.name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function SearchBox() {
  const [words, setWords] = useState("");
  const search = (event: Event): void => {
    event.preventDefault();
    if (words.trim()) location.hash = routeTo(["search"], { q: words.trim() });
  };
  return (
    <form role="search" onSubmit={search}>
      <input
        type="search"
        aria-label={L("記録と指標を探す", "Search records and indicators")}
        placeholder={L("探す", "Search")}
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
      <button type="submit">{L("検索", "Search")}</button>
    </form>
  );
}

function Standing() {
  const { status } = useStore();
  const waits = status.waiting + status.set_aside + status.conflicts;
  const [mark, text] =
    status.failure || status.set_aside || status.conflicts
      ? ["!", L("確認が必要です", "needs attention")]
      : waits > 0
        ? ["↑", L(`未送信 ${status.waiting}件`, `${status.waiting} not sent`)]
        : status.well
          ? ["✓", L("同期済み", "in step")]
          : ["!", L("同期が必要です", "needs a sync")];
  return (
    <a class="standing" href="#/">
      <span aria-hidden="true">{mark}</span> {text}
    </a>
  );
}

/** Quiet: nothing on the screen moves before somebody wants it to, and what is typed stays. */
function NewsBar(props: { there: boolean }) {
  const { changed } = useStore();
  const show = (): void => {
    changed();
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  };
  return (
    <div class="news no-print" role="status">
      {props.there && (
        <p>
          {L("新しいデータが届きました。", "New data came in.")}{" "}
          <button type="button" onClick={show}>
            {L("表示する", "Show it")}
          </button>
        </p>
      )}
    </div>
  );
}

export function Shell(props: {
  route: Route;
  fault: Refusal | null;
  news: boolean;
  children: ComponentChildren;
}) {
  const { status, tables, lang, chooseLang, changed, page } = useStore();
  const role = tables.roles.find((one) => one.role === status.role)?.label ?? status.role;
  const ward = wardName(tables, status.ward) || L("局", "Bureau");
  const skip = (event: Event): void => {
    event.preventDefault();
    document.querySelector<HTMLElement>("main h1")?.focus();
  };
  return (
    <>
      <a class="skip no-print" href="#main" onClick={skip}>
        {L("本文へ移動", "Skip to the content")}
      </a>
      <header class="no-print">
        <div class="bar">
          <a class="brand" href="#/">
            <img src="/icon.svg" alt="" width="28" height="28" />
            <span>{L("区局", "Kukyoku")}</span>
          </a>
          <p class="who">
            <strong>{ward}</strong> {status.holder} <span class="sub">{role}</span>
          </p>
          <SearchBox />
          <Standing />
          <button
            type="button"
            class="lang"
            lang={lang === "ja" ? "en" : "ja"}
            onClick={() => chooseLang(lang === "ja" ? "en" : "ja")}
          >
            {lang === "ja" ? "English" : "日本語"}
          </button>
        </div>
        <Navigation route={props.route} />
      </header>
      <div class="print-head">
        <span>
          {L("区局", "Kukyoku")} {ward}
        </span>
        <span>
          {L("出典", "Source")}: {status.title || "–"}
          {L("（第", " (release ")}
          {status.catalog[1]}
          {L("版）", ")")}
        </span>
        <span>
          {L("データの時点", "Data as of")}: {instantDay(status.as_of) || "–"}
        </span>
        <span>
          {L("作成日", "Printed")}: {instantDay(new Date().toISOString())}
        </span>
        <span class="internal">{L("庁内限り", "Internal use only")}</span>
      </div>
      <NewsBar there={props.news} />
      <main id="main">
        <RefusalNotice refusal={props.fault} again={changed} />
        {props.children}
      </main>
      <footer class="no-print">
        <p>
          {L("区局", "Kukyoku")} {page.version} · {L("データの時点", "Data as of")}:{" "}
          {instantDay(status.as_of) || "–"} ·{" "}
          <a href="/NOTICES.txt">{L("使用しているソフトウェアの許諾", "Licences of the parts")}</a>
        </p>
      </footer>
    </>
  );
}
