// 地区カルテ: the public profile of an area. Its figures are public ones alone, picked and signed by a
// lead; what is shown here is what residents will read.
import { useState } from "preact/hooks";
import { post, Refusal, save } from "../api.ts";
import { useAreas } from "../areas.ts";
import { begunOf, useDrafts, useNew, type Draft } from "../drafts.ts";
import { levelOf, valueText, wardOf } from "../figures.ts";
import { breakdownText, indicatorName, unitText } from "../indicators.ts";
import { L } from "../lang.ts";
import { useGuard } from "../leaving.tsx";
import { disclosureOf, paragraphsOf } from "../edition.ts";
import type { Karte, Origin, Sheet, SheetFigure } from "../model.ts";
import { areaName, cityCode } from "../names.ts";
import { setQuery, type Route } from "../route.ts";
import { useGet, useStore } from "../store.ts";
import { Begun, Kept } from "./words.tsx";
import {
  Button,
  Check,
  Dialog,
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

/** What residents read. title: only where no heading stands above it. */
function Contents(props: {
  title?: string;
  paragraphs: readonly string[];
  figures: readonly Omit<Karte["figures"][number], "status">[];
}) {
  return (
    <>
      {props.title && <p class="key-value">{props.title}</p>}
      {props.paragraphs.map((text) => (
        <p class="text">{text}</p>
      ))}
      <Table
        caption={L("掲載する数値（公表されたもの）", "Figures (public ones)")}
        rows={props.figures}
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
          { head: L("単位", "Unit"), cell: (figure) => unitText(figure.unit) },
          { head: L("版", "Release"), number: true, cell: (figure) => figure.release },
        ]}
      />
    </>
  );
}

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
      <Contents paragraphs={karte.paragraphs} figures={karte.figures} />
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

/** What is disclosed, judged figure by figure: nothing here is more than the release has given. */
function Checks(props: { figures: readonly SheetFigure[]; origin: Origin }) {
  const rows = disclosureOf(props.figures);
  const say = {
    public: L(
      `公表された数値だけです（第${props.origin.release}版。公表のときに秘匿の検査を済ませています）。`,
      `Public figures alone (release ${props.origin.release}, which was checked for disclosure when it was made).`,
    ),
    closed: L(
      "公表されていない数値が含まれています。外してください。",
      "Figures that are not public are among them; please take them out.",
    ),
    concealed: L("秘匿された数値は x のまま載ります。", "Concealed figures stay an x."),
    provisional: L(
      "確定していない数値（速報・調整中・推計）があります。外すか、文章で断ってください。",
      "Some figures are not final (preliminary, under adjustment, estimates): take them out, or say so in the text.",
    ),
    words: L(
      "文章に住民個人の情報と思われる記載はありません（プログラムの検査）。",
      "The text holds nothing that looks like a resident's own data (checked by the program).",
    ),
  };
  return (
    <Table
      caption={L("確認の結果", "What was checked")}
      rows={rows}
      rowKey={(row) => row.what}
      columns={[
        {
          head: L("結果", "Result"),
          cell: (row) => (
            <Tag tone={row.fine ? "good" : "warn"}>
              {row.fine ? L("問題なし", "fine") : L("確認", "look")}
            </Tag>
          ),
        },
        { head: L("内容", "What"), rowHead: true, cell: (row) => say[row.what] },
        {
          head: L("対象の数値", "Figures"),
          cell: (row) =>
            row.figures
              .map((one) => `${indicatorName(one.indicator)} ${breakdownText(one.breakdown)}`)
              .join(L("、", ", ")),
        },
      ]}
    />
  );
}

/** The text of a draft, as it is typed: a line left free between paragraphs. */
const textOf = (draft: Draft | null): string => {
  const kept = draft?.fields.paragraphs;
  return Array.isArray(kept) ? kept.join("\n\n") : "";
};

function Extract(props: {
  draft: Draft | null;
  area: string;
  origin: Origin;
  figures: readonly SheetFigure[];
  done: () => void;
}) {
  const { area, figures } = props;
  const year = new Date().getFullYear() + (new Date().getMonth() >= 3 ? 0 : -1);
  const [picked, setPicked] = useState<string[]>(() =>
    figures.filter((figure) => !figure.breakdown && figure.value !== null).map(given),
  );
  const first = L(`地区カルテ ${year}年度`, `Area profile FY${year}`);
  const [draft, setDraft] = useState(props.draft);
  const keeper = useNew("edition", draft, ["title", "paragraphs"], { areas: [area] });
  const [title, setTitle] = useState(String(draft?.fields.title ?? first));
  const [text, setText] = useState(textOf(draft));
  const [confirmed, setConfirmed] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const [checked, setChecked] = useState(false);
  const [made, setMade] = useState(false);
  const paragraphs = paragraphsOf(text);
  useGuard(!made && (text.trim() !== "" || title !== first), true);
  const type = (nextTitle: string, nextText: string): void => {
    setTitle(nextTitle);
    setText(nextText);
    keeper.later({ title: nextTitle, paragraphs: paragraphsOf(nextText) });
  };
  const begin = (): void => {
    setDraft(null);
    setTitle(first);
    setText("");
  };
  const chosen = figures.filter((figure) => picked.includes(given(figure)));
  /** trial: everything is checked by the program, and nothing written. */
  const make = (trial: boolean): void => {
    setBusy(true);
    setRefusal(null);
    const options = {
      title,
      year: String(year),
      figure: picked,
      paragraph: paragraphs,
      ...(confirmed ? { "confirm-personal": true } : {}),
      ...(trial ? { "dry-run": true } : {}),
    };
    post(`karte/${area}`, { options })
      .then(
        () => {
          if (trial) return setChecked(true);
          setMade(true);
          void keeper.drop();
          props.done();
        },
        (reason: unknown) => {
          if (!(reason instanceof Refusal)) throw reason;
          setRefusal(reason);
        },
      )
      .finally(() => setBusy(false));
  };
  return (
    <section class="card no-print">
      <h2>{L("新しい版を作る", "Make a new edition")}</h2>
      <Begun at={draft?.changed ?? ""} stale={false} drop={() => void keeper.drop().then(begin)} />
      <Kept at={keeper.at} />
      <label class="field">
        <span class="label">{L("名称", "Title")}</span>
        <input
          type="text"
          value={title}
          onInput={(event) => type(event.currentTarget.value, text)}
        />
      </label>
      <label class="field">
        <span class="label">{L("掲載する文章", "Text")}</span>
        <span class="hint">
          {L(
            "段落の間は一行空けます。住民の方が読む文章です。",
            "Leave a line between paragraphs. Residents will read it.",
          )}
        </span>
        <textarea
          rows={6}
          value={text}
          onInput={(event) => type(title, event.currentTarget.value)}
        />
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
            cell: (figure) => `${valueText(figure)} ${unitText(figure.unit)}`,
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
        <Button
          kind="first"
          disabled={busy || picked.length === 0 || !title.trim()}
          onClick={() => make(true)}
        >
          {L("公開前の確認をする", "Check it before it is frozen")}
        </Button>
      </div>
      <Dialog
        title={L("公開前の確認", "Before it is frozen")}
        open={checked}
        onClose={() => setChecked(false)}
      >
        <Checks figures={chosen} origin={props.origin} />
        <h3>{L("住民の方が読む内容", "What residents will read")}</h3>
        <Contents
          title={title}
          paragraphs={paragraphs}
          figures={chosen.map((figure) => ({
            ...figure,
            value: valueText(figure),
            release: props.origin.release,
          }))}
        />
        <p class="hint">
          {L(
            "確定すると変えられません。改めるときは新しい版を作ります。",
            "Once frozen it does not change; what is to be changed is a new edition.",
          )}
        </p>
        <RefusalNotice refusal={refusal} />
        <div class="form-actions">
          <Button kind="first" disabled={busy} onClick={() => make(false)}>
            {L("この内容で確定する", "Freeze this edition")}
          </Button>
          <Button onClick={() => setChecked(false)}>
            {L("確定せずに戻る", "Back without freezing")}
          </Button>
        </div>
      </Dialog>
    </section>
  );
}

// --- the screen ---

function OfArea({ area, route }: { area: string; route: Route }) {
  const { status, changed } = useStore();
  const list = useGet<{ editions: Karte[] }>(`karte/${area}`, { list: true });
  const sheet = useGet<Sheet>(status.role === "lead" ? `sheet/${area}` : null, { public: true });
  const drafts = useDrafts();
  const [making, setMaking] = useState(route.query.has("make"));
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
            {making && sheet.data && drafts.data && (
              <Extract
                draft={begunOf(drafts.data.drafts, "edition", "areas", area)}
                area={area}
                origin={sheet.data.origin}
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
