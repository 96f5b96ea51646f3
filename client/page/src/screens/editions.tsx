// 地区カルテ: the public profile of an area. Its figures are public ones alone, picked and signed by a
// lead; what is shown here is what residents will read.
import { useState } from "preact/hooks";
import { post, Refusal, save } from "../api.ts";
import { useAreas } from "../areas.ts";
import { levelOf, valueText, wardOf } from "../figures.ts";
import { breakdownText, indicatorName } from "../indicators.ts";
import { L } from "../lang.ts";
import type { Karte, Sheet, SheetFigure } from "../model.ts";
import { areaName, cityCode } from "../names.ts";
import { setQuery, type Route } from "../route.ts";
import { useGet, useStore } from "../store.ts";
import {
  Button,
  Check,
  Loaded,
  Notice,
  PrintButton,
  RefusalNotice,
  Select,
  Table,
  Tag,
  Title,
} from "../ui.tsx";
import { instantText, periodText } from "../when.ts";

// --- an edition as it stands ---

function Edition({ karte }: { karte: Karte }) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const file = (kind: "html" | "csv"): void => {
    setRefusal(null);
    const name = `karte-${karte.area}-${karte.fiscal_year}.${kind}`;
    save(`karte.${kind}/${karte.area}`, { edition: karte.id }, name).catch((reason: unknown) => {
      if (!(reason instanceof Refusal)) throw reason;
      setRefusal(reason);
    });
  };
  return (
    <article class="card print-public">
      <h2>
        {karte.title} {L("（", "(")}
        {periodText("FY" + karte.fiscal_year)}
        {L("）", ")")}
      </h2>
      {karte.paragraphs.map((text) => (
        <p class="text">{text}</p>
      ))}
      <Table
        caption={L("掲載する数値（公表されたもの）", "Figures (public ones)")}
        rows={karte.figures}
        rowKey={(figure) => figure.indicator + figure.breakdown + figure.period}
        empty={L("数値はありません。", "No figures.")}
        columns={[
          {
            head: L("指標", "Indicator"),
            rowHead: true,
            cell: (figure) =>
              indicatorName(figure.indicator) +
              (figure.breakdown ? `: ${breakdownText(figure.breakdown)}` : ""),
          },
          { head: L("時点", "Period"), cell: (figure) => periodText(figure.period) },
          { head: L("値", "Value"), number: true, cell: (figure) => figure.value },
          { head: L("単位", "Unit"), cell: (figure) => figure.unit },
          { head: L("版", "Release"), number: true, cell: (figure) => figure.release },
        ]}
      />
      <p class="sub">
        {L("作成", "Made")}: {instantText(karte.made)}
        {karte.receipt > 0 && ` · ${L("受領", "receipt")} ${karte.receipt}`}{" "}
        {karte.pending && <Tag tone="warn">{L("未送信", "not sent")}</Tag>}
      </p>
      <RefusalNotice refusal={refusal} />
      <div class="actions no-print">
        <Button onClick={() => file("html")}>{L("ページとして保存する", "Save as a page")}</Button>
        <Button onClick={() => file("csv")}>
          {L("表として保存する（CSV）", "Save as a table")}
        </Button>
        <PrintButton />
      </div>
    </article>
  );
}

// --- a new one ---

const given = (figure: SheetFigure): string =>
  [figure.indicator, figure.period, figure.breakdown].filter(Boolean).join(" ");

function Extract(props: { area: string; figures: readonly SheetFigure[]; done: () => void }) {
  const { area, figures } = props;
  const year = new Date().getFullYear() + (new Date().getMonth() >= 3 ? 0 : -1);
  const [picked, setPicked] = useState<string[]>(() =>
    figures.filter((figure) => !figure.breakdown && figure.value !== null).map(given),
  );
  const [title, setTitle] = useState(L(`地区カルテ ${year}年度`, `Area profile FY${year}`));
  const [text, setText] = useState("");
  const [confirmed, setConfirmed] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const make = (): void => {
    setBusy(true);
    setRefusal(null);
    const paragraph = text
      .split(/\n\s*\n/)
      .map((one) => one.trim())
      .filter(Boolean);
    const options = {
      title,
      year: String(year),
      figure: picked,
      paragraph,
      ...(confirmed ? { "confirm-personal": true } : {}),
    };
    post(`karte/${area}`, { options })
      .then(props.done, (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        setRefusal(reason);
      })
      .finally(() => setBusy(false));
  };
  return (
    <section class="card no-print">
      <h2>{L("新しい版を作る", "Make a new edition")}</h2>
      <label class="field">
        <span class="label">{L("名称", "Title")}</span>
        <input type="text" value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span class="label">{L("掲載する文章", "Text")}</span>
        <span class="hint">
          {L(
            "段落の間は一行空けます。住民の方が読む文章です。",
            "Leave a line between paragraphs. Residents will read it.",
          )}
        </span>
        <textarea rows={6} value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <Table<SheetFigure>
        caption={L("掲載する数値を選ぶ（公表された数値だけ）", "Pick figures (public ones alone)")}
        rows={figures}
        rowKey={given}
        rowClass={(figure) => (picked.includes(given(figure)) ? "chosen" : "")}
        empty={L("この地区の公表された数値はありません。", "No figure of this area is public.")}
        columns={[
          {
            head: L("載せる", "Pick"),
            cell: (figure) => (
              <input
                type="checkbox"
                aria-label={`${indicatorName(figure.indicator)} ${breakdownText(figure.breakdown)}`}
                checked={picked.includes(given(figure))}
                onChange={() => {
                  const key = given(figure);
                  setPicked(
                    picked.includes(key) ? picked.filter((one) => one !== key) : [...picked, key],
                  );
                }}
              />
            ),
          },
          {
            head: L("指標", "Indicator"),
            rowHead: true,
            cell: (figure) =>
              `${indicatorName(figure.indicator)} ${breakdownText(figure.breakdown)}`,
          },
          { head: L("時点", "Period"), cell: (figure) => periodText(figure.period) },
          {
            head: L("値", "Value"),
            number: true,
            cell: (figure) => `${valueText(figure)} ${figure.unit}`,
          },
        ]}
      />
      <RefusalNotice refusal={refusal} />
      {refusal?.fault.name === "PERSONAL" && (
        <Check
          label={L(
            "記載を見直し、住民個人の情報ではないことを確認しました。",
            "I looked again: this is not a resident's own data.",
          )}
          checked={confirmed}
          onChange={setConfirmed}
        />
      )}
      <div class="form-actions">
        <Button kind="first" disabled={busy || picked.length === 0} onClick={make}>
          {L("この内容で版を作る", "Make this edition")}
        </Button>
      </div>
    </section>
  );
}

// --- the screen ---

function OfArea({ area, route }: { area: string; route: Route }) {
  const { status, changed } = useStore();
  const list = useGet<{ editions: Karte[] }>(`karte/${area}`, { list: true });
  const sheet = useGet<Sheet>(status.role === "lead" ? `sheet/${area}` : null, { public: true });
  const [making, setMaking] = useState(false);
  const [said, setSaid] = useState(false);
  const wanted = route.query.get("edition") ?? "";
  const mine = status.role === "lead" && wardOf(area) === status.ward;
  return (
    <Loaded got={list}>
      {({ editions }) => {
        const shown = editions.find((one) => one.id === wanted) ?? editions[0];
        return (
          <>
            <div class="filters no-print">
              {editions.length > 1 && (
                <Select
                  label={L("版", "Edition")}
                  value={shown?.id ?? ""}
                  choices={editions.map((one) => ({
                    code: one.id,
                    label: `${periodText("FY" + one.fiscal_year)} ${one.title}`,
                  }))}
                  onChange={(id) => setQuery(route, { edition: id })}
                />
              )}
              {mine && !making && (
                <Button kind="first" onClick={() => setMaking(true)}>
                  {L("新しい版を作る", "Make a new edition")}
                </Button>
              )}
            </div>
            {said && (
              <Notice
                tone="success"
                live
                title={L(
                  "版を作りました。次の同期で送り、次の公表で公開されます。",
                  "The edition is made; it is sent with the next sync, and public with the next release.",
                )}
              />
            )}
            {making && sheet.data && (
              <Extract
                area={area}
                figures={sheet.data.figures}
                done={() => {
                  setMaking(false);
                  setSaid(true);
                  changed();
                }}
              />
            )}
            {shown ? (
              <Edition karte={shown} />
            ) : (
              <p class="empty">{L("この地区の版はまだありません。", "There is no edition yet.")}</p>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

export function Editions({ route }: { route: Route }) {
  const { tables, status } = useStore();
  const known = useAreas();
  const near = known.filter((code) => levelOf(code) === "ward" || levelOf(code) === "area");
  const area = route.query.get("area") ?? (status.ward || (near[0] ?? cityCode(tables)));
  return (
    <>
      <Title
        sub={L(
          "地域の方と共有する、公表された数値と文章です。年に一度改めます。",
          "Public figures and text, shared with residents; renewed once a year.",
        )}
      >
        {L("地区カルテ", "Area profiles")}: {areaName(tables, area)}
      </Title>
      <div class="filters no-print">
        <Select
          label={L("地域", "Area")}
          value={area}
          choices={[...new Set([area, ...near])]
            .sort()
            .map((code) => ({ code, label: `${code} ${areaName(tables, code)}` }))}
          onChange={(code) => setQuery(route, { area: code, edition: "" })}
        />
      </div>
      <OfArea key={area} area={area} route={route} />
    </>
  );
}
