// The screen that an address names.
import { L } from "../lang.ts";
import type { Route } from "../route.ts";
import { Notice, Title } from "../ui.tsx";
import { Area } from "./area.tsx";
import { CaseView } from "./case.tsx";
import { Home } from "./home.tsx";
import { IssueView } from "./issue.tsx";
import { Issues } from "./issues.tsx";
import { Handover } from "./handover.tsx";
import { Import } from "./import.tsx";
import { Compare } from "./compare.tsx";
import { Editions } from "./editions.tsx";
import { Proof } from "./proof.tsx";
import { EditRecord, NewRecord, RecordView, ResumeDraft } from "./record.tsx";
import { KindList, Records } from "./records.tsx";
import { Search } from "./search.tsx";
import { Queue } from "./queue.tsx";

function Nowhere() {
  return (
    <>
      <Title>{L("この画面はありません", "There is no such screen")}</Title>
      <Notice tone="info">
        <a href="#/">{L("ホームへ戻る", "Back to the start")}</a>
      </Notice>
    </>
  );
}

export function Screen({ route }: { route: Route }) {
  const [first = "", second = "", third = ""] = route.parts;
  switch (first) {
    case "":
      return <Home />;
    case "area":
      return <Area route={route} area={second} />;
    case "issues":
      return <Issues route={route} />;
    case "issue":
      return <IssueView id={second} />;
    case "queue":
      return <Queue route={route} />;
    case "case":
      return <CaseView id={second} />;
    case "records":
      if (!second) return <Records />;
      if (third === "new") return <NewRecord route={route} name={second} />;
      return third === "import" ? (
        <Import name={second} />
      ) : (
        <KindList route={route} name={second} />
      );
    case "record":
      return third === "edit" ? <EditRecord id={second} /> : <RecordView id={second} />;
    case "draft":
      return <ResumeDraft id={second} />;
    case "compare":
      return <Compare route={route} />;
    case "editions":
      return <Editions route={route} />;
    case "proof":
      return <Proof />;
    case "search":
      return <Search route={route} key={route.query.get("q")} />;
    case "handover":
      return <Handover />;
    default:
      return <Nowhere />;
  }
}
