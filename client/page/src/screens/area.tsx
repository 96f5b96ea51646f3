// 地域情報シート: what is known of one area, figures and records on one page, as of any release.
import { useState } from "preact/hooks";
import { mayWrite } from "../acts.ts";
import { changeText, levelOf, missingText, numberText, statusText, valueText } from "../figures.ts";
import { breakdownText, indicatorName, unitText } from "../indicators.ts";
import { L } from "../lang.ts";
import type { KkRecord, Sheet, SheetFigure } from "../model.ts";
import { useAreas } from "../areas.ts";
import { areaName } from "../names.ts";
import { routeTo, setQuery, type Route } from "../route.ts";
import { useGet, useStore, type Got } from "../store.ts";
import {
  Card,
  Check,
  LinkButton,
  Loaded,
  Notice,
  PrintButton,
  Select,
  Table,
  Tag,
  Tier,
  Title,
} from "../ui.tsx";
import { instantDay, periodText } from "../when.ts";
import { AreaCharts, Definition, Rubric, type Chosen } from "./area-charts.tsx";

// --- which area, as of when ---

function Choose(props: { route: Route; area: string; asOf: string }) {
  const { tables, status } = useStore();
  const known = useAreas();
  const choices = [...new Set([...known, props.area])]
    .sort()
    .map((code) => ({ code, label: `${code} ${areaName(tables, code)}` }));
  const releases = Array.from({ length: status.catalog[1] }, (_, at) =>
    String(status.catalog[1] - at),
  );
  const go = (area: string): void => {
    location.hash = routeTo(["area", area], { "as-of": props.asOf });
  };
  return (
    <div class="filters no-print">
      <Select label={L("地域", "Area")} value={props.area} choices={choices} onChange={go} />
      <Select
        label={L("版", "Release")}
        value={props.asOf}
        any={L("最新", "newest")}
        choices={releases.map((code) => ({
          code,
          label: L(`第${code}版の時点`, `as of ${code}`),
        }))}
        onChange={(value) => setQuery(props.route, { "as-of": value })}
      />
      <LinkButton href={routeTo(["compare"], { areas: props.area })}>
        {L("ほかの地域と比べる", "Compare with others")}
      </LinkButton>
      <PrintButton />
    </div>
  );
}

// --- figures ---

function Value({ figure }: { figure: SheetFigure }) {
  const mark = statusText(figure.status);
  return (
    <>
      {valueText(figure)}
      {figure.missing && <span class="unseen">{missingText(figure.missing)}</span>}
      {mark && (
        <>
          {" "}
          <Tag tone="warn">{mark}</Tag>
        </>
      )}
    </>
  );
}

/** Definition, source and notes of a figure, unfolded where they are wanted; all of them on paper. */
function About({ figure, sheet }: { figure: SheetFigure; sheet: Sheet }) {
  const name = `${indicatorName(figure.indicator)} ${breakdownText(figure.breakdown)}`;
  return (
    <details class="small">
      <summary>
        {L("定義・出典", "Definition, source")}
        <span class="unseen"> {name}</span>
      </summary>
      <Definition code={figure.indicator} own={sheet.indicators?.[figure.indicator]} />
      <p>
        {L("出典", "Source")}: {figure.source || L("記載なし", "not stated")}
      </p>
      {figure.method && <p>{figure.method}</p>}
      {figure.note && <p>{figure.note}</p>}
    </details>
  );
}

const keyOf = (figure: { indicator: string; breakdown: string }): string =>
  figure.indicator + " " + figure.breakdown;

function Figures(props: {
  sheet: Sheet;
  figures: SheetFigure[];
  chosen: string;
  choose: (figure: SheetFigure) => void;
}) {
  const other = (value: number | null): string => (value === null ? "" : numberText(value));
  return (
    <Table<SheetFigure>
      caption={L("数値（最新の時点）", "Figures (of the newest period)")}
      rows={props.figures}
      rowKey={keyOf}
      rowClass={(figure) => (keyOf(figure) === props.chosen ? "chosen" : "")}
      empty={L("この地域の数値はありません。", "There are no figures of this area.")}
      columns={[
        {
          head: L("指標", "Indicator"),
          rowHead: true,
          cell: (figure) => (
            <button
              type="button"
              class="link"
              aria-pressed={keyOf(figure) === props.chosen}
              onClick={() => props.choose(figure)}
            >
              {indicatorName(figure.indicator)}
              {figure.breakdown && `: ${breakdownText(figure.breakdown)}`}
            </button>
          ),
        },
        { head: L("時点", "Period"), cell: (figure) => periodText(figure.period) },
        {
          head: L("値", "Value"),
          number: true,
          cell: (figure) => <Value figure={figure} />,
        },
        { head: L("単位", "Unit"), cell: (figure) => unitText(figure.unit) },
        {
          head: L("前回から", "Change"),
          number: true,
          cell: (figure) => changeText(figure.value, figure.before),
        },
        { head: L("区", "Ward"), number: true, cell: (figure) => other(figure.ward) },
        { head: L("市", "City"), number: true, cell: (figure) => other(figure.city) },
        {
          head: L("順位", "Rank"),
          number: true,
          cell: (figure) => (figure.ranked > 1 ? `${figure.rank} / ${figure.ranked}` : ""),
        },
        { head: L("区分", "Tier"), cell: (figure) => <Tier scope={figure.scope} /> },
        {
          head: L("説明", "About it"),
          cell: (figure) => <About figure={figure} sheet={props.sheet} />,
        },
      ]}
    />
  );
}

// --- records ---

const shownKinds = ["voice", "resource", "initiative", "finding", "issue", "goal"];

function Records({ sheet }: { sheet: Sheet }) {
  const { tables, status } = useStore();
  return (
    <div class="record-cards">
      {shownKinds.map((name) => {
        const kind = tables.kinds.find((one) => one.kind === name);
        const records = sheet.records[name] ?? [];
        return (
          <Card
            title={`${kind?.label ?? name}${L(`（${records.length}件）`, ` (${records.length})`)}`}
          >
            {records.length === 0 && <p class="empty">{L("まだありません。", "None yet.")}</p>}
            <ul class="links">
              {records.slice(0, 10).map((record) => (
                <RecordLine record={record} />
              ))}
            </ul>
            {kind && mayWrite(kind, status.role) && levelOf(sheet.area) !== "city" && (
              <p class="no-print">
                <a href={routeTo(["records", name, "new"], { area: sheet.area })}>
                  {L("書く", "Write one")}
                  <span class="unseen">: {kind.label}</span>
                </a>
              </p>
            )}
          </Card>
        );
      })}
    </div>
  );
}

function RecordLine({ record }: { record: KkRecord }) {
  const path = record.kind === "issue" ? "issue" : "record";
  const { fields } = record;
  const more = fields.theme ?? fields.content ?? fields.problem ?? fields.purpose ?? "";
  return (
    <li>
      <a href={`#/${path}/${record.id}`}>{String(fields.title ?? fields.theme ?? record.id)}</a>
      {more && more !== fields.title && <span class="sub"> {String(more).slice(0, 60)}</span>}
      {record.pending > 0 && <Tag tone="warn">{L("未送信", "not sent")}</Tag>}
    </li>
  );
}

// --- the screen ---

/** What one would look at first: people, with a rank and a past, as a total. */
function interest(figure: SheetFigure): number {
  return (
    (figure.breakdown === "" ? 4 : 0) +
    (figure.indicator.startsWith("population") ? 3 : 0) +
    (figure.ranked > 1 ? 2 : 0) +
    (figure.before !== null ? 2 : 0) +
    (figure.value !== null ? 1 : 0)
  );
}
const byInterest = (figures: readonly SheetFigure[]): SheetFigure[] =>
  [...figures].sort((a, b) => interest(b) - interest(a) || b.ranked - a.ranked);
const isFine = (figure: SheetFigure): boolean => /age=.*sex=|sex=.*age=/.test(figure.breakdown);
const keyFigures = 6;

/** A few figures large, one an indicator; each opens its charts. */
function Keys(props: { sheet: Sheet; chosen: string; choose: (f: SheetFigure) => void }) {
  const first = byInterest(props.sheet.figures.filter((figure) => !isFine(figure))).filter(
    (figure, at, all) => all.findIndex((one) => one.indicator === figure.indicator) === at,
  );
  return (
    <ul class="keys">
      {first.slice(0, keyFigures).map((figure) => (
        <li class={keyOf(figure) === props.chosen ? "chosen" : ""}>
          <button
            type="button"
            class="link"
            aria-pressed={keyOf(figure) === props.chosen}
            onClick={() => props.choose(figure)}
          >
            {indicatorName(figure.indicator)}
            {figure.breakdown && `: ${breakdownText(figure.breakdown)}`}
          </button>
          <p class="key-value">
            <strong>{valueText(figure)}</strong> {unitText(figure.unit)}{" "}
            {figure.status && <Tag tone="warn">{statusText(figure.status)}</Tag>}
          </p>
          <p class="sub">
            {periodText(figure.period)}
            {changeText(figure.value, figure.before) &&
              L("、前回から ", ", change ") + changeText(figure.value, figure.before)}
            {figure.ranked > 1 &&
              L(
                `、${figure.ranked}地域中${figure.rank}位`,
                `, rank ${figure.rank} of ${figure.ranked}`,
              )}
          </p>
          <About figure={figure} sheet={props.sheet} />
        </li>
      ))}
    </ul>
  );
}

function Body(props: { sheet: Sheet; asOf: string }) {
  const { sheet } = props;
  const [picked, setPicked] = useState<SheetFigure | null>(null);
  const [fine, setFine] = useState(false);
  const figure = picked ?? byInterest(sheet.figures)[0];
  const chosen: Chosen | null = figure
    ? {
        indicator: figure.indicator,
        breakdown: figure.breakdown,
        period: figure.period,
        unit: figure.unit,
      }
    : null;
  const chosenKey = figure ? keyOf(figure) : "";
  const pyramid = sheet.figures.find(isFine);
  const rubrics = (sheet.records.evaluation ?? []).slice(0, 2);
  return (
    <>
      <Keys sheet={sheet} chosen={chosenKey} choose={setPicked} />
      {chosen && (
        <>
          <div class="filters no-print">
            <Select
              label={L("図にする指標", "Indicator of the charts")}
              value={chosenKey}
              choices={sheet.figures
                .filter((one) => fine || !isFine(one) || keyOf(one) === chosenKey)
                .map((one) => ({
                  code: keyOf(one),
                  label: `${indicatorName(one.indicator)} ${breakdownText(one.breakdown)}`,
                }))}
              onChange={(key) => setPicked(sheet.figures.find((one) => keyOf(one) === key) ?? null)}
            />
          </div>
          <AreaCharts
            area={sheet.area}
            chosen={chosen}
            asOf={props.asOf}
            pyramid={pyramid?.indicator ?? ""}
          />
        </>
      )}
      {rubrics.length > 0 && <h2>{L("評価（5段階）", "Evaluations (1 to 5)")}</h2>}
      {rubrics.map((evaluation) => (
        <Rubric evaluation={evaluation} />
      ))}
      {pyramid && (
        <p class="no-print">
          <Check
            label={L("年齢と性別の内訳も表に出す", "Ages by sex in the table, too")}
            checked={fine}
            onChange={setFine}
          />
        </p>
      )}
      <Figures
        sheet={sheet}
        figures={fine ? sheet.figures : sheet.figures.filter((one) => !isFine(one))}
        chosen={chosenKey}
        choose={(one) => {
          setPicked(one);
          document.querySelector(".charts")?.scrollIntoView();
        }}
      />
      <h2>{L("この地域の記録", "Records of this area")}</h2>
      <Records sheet={sheet} />
      {sheet.more && (
        <Notice tone="info">
          {L("ほかの記録は「記録」の画面で見られます。", "The records screen has the rest.")}{" "}
          <a href="#/records">{L("記録を開く", "Open it")}</a>
        </Notice>
      )}
    </>
  );
}

/** Of a release that this device does not hold. */
const absent = "E6008";

/** As of a release that was taken back, as a whole or in one scope, the sheet lacks what it said. */
function PastWarnings({ area, got }: { area: string; got: Got<Sheet> }) {
  const warnings = got.warnings ?? [];
  const gone = got.fault?.fault.code === absent;
  if (!gone && warnings.length === 0) return null;
  return (
    <Notice
      tone="warning"
      live
      title={L(
        "この版の数値の全部または一部は、回収されたか、この端末に届いていません。",
        "All or some figures of this release were taken back, or never came to this device.",
      )}
    >
      {warnings.map((text) => (
        <p>{text}</p>
      ))}
      <p>
        <strong>{L("対処", "What to do")}: </strong>
        {L(
          "回収された数値は、どの端末にも残りません。今の数値は最新の版で見られます。",
          "What was taken back is on no device any more. The newest release has today's figures.",
        )}
      </p>
      <LinkButton href={`#/area/${area}`}>
        {L("最新の版を表示する", "Show the newest release")}
      </LinkButton>
    </Notice>
  );
}

export function Area({ route, area }: { route: Route; area: string }) {
  const { tables } = useStore();
  const asOf = route.query.get("as-of") ?? "";
  const got = useGet<Sheet>(`sheet/${area}`, { "as-of": asOf });
  return (
    <>
      <Title
        sub={
          got.data &&
          L(
            `第${asOf || got.data.origin.release}版 ${got.data.origin.title}（${instantDay(got.data.origin.issued)}）`,
            `release ${asOf || got.data.origin.release} ${got.data.origin.title} (${instantDay(got.data.origin.issued)})`,
          )
        }
      >
        {L("地域情報シート", "Area sheet")}: {areaName(tables, area)}
      </Title>
      <Choose route={route} area={area} asOf={asOf} />
      {asOf && <PastWarnings area={area} got={got} />}
      <Loaded got={got}>{(sheet) => <Body sheet={sheet} asOf={asOf} key={area} />}</Loaded>
    </>
  );
}
