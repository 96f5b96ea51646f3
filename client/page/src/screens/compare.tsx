// Any indicators beside each other, for wards, areas or a choice of them: small charts and one table,
// which prints on A3.
import { saveBlob } from "../api.ts";
import { useAreas } from "../areas.ts";
import { Figure } from "../chart.tsx";
import { commonPeriod, newestOf, partOf, type Part } from "../compare.ts";
import { csvOf, levelOf, periodsOf, ranked, seriesOf, statusText, valueText } from "../figures.ts";
import { breakdownText, indicatorName, unitText, unitBehind } from "../indicators.ts";
import { L } from "../lang.ts";
import type { Cell, Indicator } from "../model.ts";
import { areaName } from "../names.ts";
import { panelsOf, rankOption, trendHeight, trendOption } from "../options.ts";
import { setQuery, type Route } from "../route.ts";
import { useGet, useGetAll, useStore } from "../store.ts";
import { Button, Loaded, Notice, PrintButton, Select, Table, Tag, Title } from "../ui.tsx";
import { periodText } from "../when.ts";
import { CellTable, SourceLine, type Cells } from "./area-charts.tsx";

const linesAtMost = 6;
/** As many as can be read beside each other, on A3, too. */
const columnsAtMost = 12;
const words = (text: string | null): string[] => (text ?? "").split(",").filter(Boolean);

// --- what is compared ---

function Indicators(props: { route: Route; all: readonly string[]; chosen: readonly string[] }) {
  const { route, all, chosen } = props;
  const set = (codes: readonly string[]): void => setQuery(route, { i: codes.join(",") });
  return (
    <div class="chosen-list">
      {chosen.map((code) => (
        <span class="chip">
          {indicatorName(code)}
          <button
            type="button"
            class="link"
            onClick={() => set(chosen.filter((one) => one !== code))}
          >
            {L("外す", "remove")}
            <span class="unseen"> {indicatorName(code)}</span>
          </button>
        </span>
      ))}
      {chosen.length >= columnsAtMost ? (
        <Notice
          tone="info"
          title={L(
            `一度に並べられる指標は${columnsAtMost}までです。ほかの指標は、どれかを外してから加えてください。`,
            `At most ${columnsAtMost} indicators stand beside each other; remove one to add another.`,
          )}
        />
      ) : (
        <Select
          label={L("指標を加える", "Add an indicator")}
          value=""
          any={L("選択してください", "Please choose")}
          choices={all
            .filter((code) => !chosen.includes(code))
            .map((code) => ({ code, label: indicatorName(code) }))}
          onChange={(code) => code && set([...chosen, code])}
        />
      )}
    </div>
  );
}

function Places(props: {
  route: Route;
  known: readonly string[];
  level: string;
  chosen: readonly string[];
}) {
  const { tables } = useStore();
  const { route, known, level, chosen } = props;
  const levels = [
    { code: "ward", label: L("すべての区", "all wards") },
    { code: "area", label: L("すべての地区", "all areas") },
    { code: "chosen", label: L("選んだ地域", "a choice") },
  ];
  const set = (codes: readonly string[]): void =>
    setQuery(route, { areas: codes.join(","), level: "chosen" });
  return (
    <>
      <Select
        label={L("地域", "Areas")}
        value={level}
        choices={levels}
        onChange={(code) => setQuery(route, { level: code })}
      />
      {level === "chosen" && (
        <div class="chosen-list">
          {chosen.map((code) => (
            <span class="chip">
              {areaName(tables, code)}
              <button
                type="button"
                class="link"
                onClick={() => set(chosen.filter((one) => one !== code))}
              >
                {L("外す", "remove")}
                <span class="unseen"> {areaName(tables, code)}</span>
              </button>
            </span>
          ))}
          <Select
            label={L("地域を加える", "Add an area")}
            value=""
            any={L("選択してください", "Please choose")}
            choices={known
              .filter((code) => !chosen.includes(code))
              .map((code) => ({ code, label: `${code} ${areaName(tables, code)}` }))}
            onChange={(code) => code && set([...chosen, code])}
          />
        </div>
      )}
    </>
  );
}

function Years({ route }: { route: Route }) {
  const year = (name: string, label: string) => (
    <label class="field inline">
      <span class="label">{label}</span>
      <input
        type="text"
        inputMode="numeric"
        size={5}
        maxLength={4}
        value={route.query.get(name) ?? ""}
        onChange={(event) => {
          const text = event.currentTarget.value.normalize("NFKC").trim();
          setQuery(route, { [name]: /^\d{4}$/.test(text) ? text : "" });
        }}
      />
    </label>
  );
  return (
    <>
      {year("from", L("年（から）", "From year"))}
      {year("to", L("年（まで）", "To year"))}
    </>
  );
}

// --- what is shown ---

const nameOf = (part: Part): string =>
  `${indicatorName(part.indicator)}${part.breakdown ? `: ${breakdownText(part.breakdown)}` : ""}`;

/** Lines for a few areas with a past, bars for many or for one period. */
function Multiple(props: { part: Part; areas: readonly string[]; data: Cells }) {
  const { tables } = useStore();
  const { part, areas, data } = props;
  const name = (area: string): string => areaName(tables, area);
  const series = seriesOf(part.cells, areas, part.breakdown)
    .filter((one) => one.points.length > 1)
    .map((one) => ({ ...one, name: name(one.area) }));
  const periods = periodsOf(series);
  const lines = areas.length <= linesAtMost && series.length > 0;
  const period = commonPeriod(part, areas);
  const newest = ranked(
    part.cells.filter((cell) => cell.period === period && areas.includes(cell.area)),
  );
  const cells = lines ? series.flatMap((one) => one.points.map((point) => point.cell)) : newest;
  const unit = unitText(part.unit);
  const inUnit = unit && !lines ? L(`（${unit}）`, ` (${unit})`) : "";
  const title = `${nameOf(part)}${inUnit} ${lines ? "" : periodText(period)}`.trim();
  const first = newest[0];
  return (
    <Figure
      title={title}
      summary={
        first ? `${title}: ${name(first.area)} ${valueText(first)}${unitBehind(first.unit)}` : title
      }
      option={
        lines
          ? trendOption(series, periods, part.unit)
          : newest.length > 0
            ? rankOption(newest, areas.length === 1 ? (areas[0] ?? "") : "", name)
            : null
      }
      height={lines ? trendHeight(panelsOf(series)) : Math.max(140, newest.length * 24 + 40)}
      table={<CellTable caption={title} cells={cells} />}
      source={<SourceLine cells={cells} data={data} />}
    />
  );
}

function Sheet(props: { parts: readonly Part[]; areas: readonly string[]; route: Route }) {
  const { tables } = useStore();
  const { parts, areas, route } = props;
  const periods = parts.map((part) => commonPeriod(part, areas));
  const head = (part: Part, at: number): string =>
    `${nameOf(part)}${L(`（${unitText(part.unit)}）`, ` (${unitText(part.unit)})`)} ${periodText(periods[at] ?? "")}`;
  const save = (): void => {
    const rows = areas.map((area) => [
      area,
      areaName(tables, area),
      ...parts.map((part) => newestOf(part, area)?.value ?? null),
    ]);
    const csv = csvOf([[L("コード", "code"), L("地域", "area"), ...parts.map(head)], ...rows]);
    saveBlob(new Blob([csv], { type: "text/csv" }), "compare.csv");
  };
  const shown = (cell: Cell | undefined, common: string) =>
    cell ? (
      <>
        {valueText(cell)}
        {cell.period !== common && <span class="sub"> {periodText(cell.period)}</span>}
        {cell.status && (
          <>
            {" "}
            <Tag tone="warn">{statusText(cell.status)}</Tag>
          </>
        )}
      </>
    ) : (
      ""
    );
  return (
    <>
      <Table<string>
        caption={L("最新の値の一覧", "Newest values")}
        rows={areas}
        rowKey={(area) => area}
        empty={L("この条件に合う数値はありません。", "There are no figures of this kind.")}
        columns={[
          {
            head: L("地域", "Area"),
            rowHead: true,
            cell: (area) => <a href={`#/area/${area}`}>{areaName(tables, area)}</a>,
          },
          ...parts.map((part, at) => ({
            head: head(part, at),
            number: true,
            cell: (area: string) => shown(newestOf(part, area), periods[at] ?? ""),
          })),
        ]}
      />
      <p class="no-print">
        <Button onClick={save}>{L("表を保存する（CSV）", "Save the table (CSV)")}</Button>
      </p>
      <div class="filters no-print">
        {parts
          .filter((part) => part.breakdowns.length > 1)
          .map((part) => (
            <Select
              label={`${L("内訳", "Breakdown")}: ${indicatorName(part.indicator)}`}
              value={part.breakdown}
              choices={part.breakdowns.map((code) => ({
                code,
                label: breakdownText(code),
              }))}
              onChange={(code) => setQuery(route, { ["b." + part.indicator]: code })}
            />
          ))}
      </div>
    </>
  );
}

// --- the screen ---

/** Without a choice: what the most areas have. */
function firstOf(indicators: readonly Indicator[]): string[] {
  const order = [...indicators].sort((a, b) => b.areas - a.areas || b.rows - a.rows);
  return [...new Set(order.map((one) => one.indicator))].slice(0, 3);
}

function Comparison(props: {
  route: Route;
  chosen: readonly string[];
  level: string;
  places: readonly string[];
}) {
  const { route, chosen, level, places } = props;
  const years = { from: route.query.get("from") ?? "", to: route.query.get("to") ?? "" };
  const got = useGetAll<Cells>(
    chosen.map((indicator) => ({ path: "data/get", query: { indicator } })),
  );
  return (
    <Loaded got={got}>
      {(all) => {
        const parts = all.map((one, at) => {
          const indicator = chosen[at] ?? "";
          return partOf(indicator, one.cells, route.query.get("b." + indicator), years);
        });
        const held = new Set(parts.flatMap((part) => part.cells.map((cell) => cell.area)));
        const areas =
          level === "chosen" ? places : [...held].filter((area) => levelOf(area) === level).sort();
        return (
          <>
            <div class="charts multiples">
              {parts.map((part, at) => {
                const data = all[at];
                return (
                  data && <Multiple key={part.indicator} part={part} areas={areas} data={data} />
                );
              })}
            </div>
            <Sheet parts={parts} areas={areas} route={route} />
          </>
        );
      }}
    </Loaded>
  );
}

export function Compare({ route }: { route: Route }) {
  const known = useAreas();
  const list = useGet<{ indicators: Indicator[] }>("data/list");
  const places = words(route.query.get("areas"));
  const { tables } = useStore();
  const most = Math.max(0, ...(list.data?.indicators ?? []).map((one) => one.areas));
  const usual = most > tables.wards.length + 1 ? "area" : "ward";
  const level = route.query.get("level") ?? (places.length > 0 ? "chosen" : usual);
  return (
    <div class="print-comparison">
      <Title
        sub={L(
          "指標と地域を選ぶと、図と表が並びます。印刷は A3 横です。",
          "Choose indicators and areas; charts and one table stand side by side. It prints on A3.",
        )}
        actions={<PrintButton />}
      >
        {L("比較", "Compare")}
      </Title>
      <Loaded got={list}>
        {({ indicators }) => {
          const all = [...new Set(indicators.map((one) => one.indicator))];
          const named = words(route.query.get("i")).filter((code) => all.includes(code));
          const wanted = [...new Set(named)].slice(0, columnsAtMost);
          const chosen = wanted.length > 0 ? wanted : firstOf(indicators);
          return (
            <>
              <div class="no-print">
                <Indicators route={route} all={all} chosen={chosen} />
                <div class="filters">
                  <Places route={route} known={known} level={level} chosen={places} />
                  <Years route={route} />
                </div>
              </div>
              {level === "chosen" && places.length === 0 ? (
                <Notice tone="info" title={L("地域を選んでください。", "Please choose areas.")} />
              ) : (
                <Comparison route={route} chosen={chosen} level={level} places={places} />
              )}
            </>
          );
        }}
      </Loaded>
    </div>
  );
}
