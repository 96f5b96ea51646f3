// Released figures picked as evidence: a press on the chart, or a tick in the table beside it.
import { useState } from "preact/hooks";
import { post } from "../api.ts";
import { Figure } from "../chart.tsx";
import { changesOf, useChange, useDrafts, type Draft } from "../drafts.ts";
import { figureGiven } from "../fields.ts";
import {
  evidenceOf,
  periodsOf,
  ranked,
  seriesOf,
  statusText,
  valueText,
  wardOf,
} from "../figures.ts";
import { Form } from "../form.tsx";
import { breakdownText, indicatorName, unitText } from "../indicators.ts";
import { L } from "../lang.ts";
import type { Cell, Indicator, KkRecord, Value } from "../model.ts";
import { areaName } from "../names.ts";
import { panelsOf, rankOption, slotsOf, trendHeight, trendOption } from "../options.ts";
import { useGet, useStore } from "../store.ts";
import { Loaded, Select, Table, Tag, Tier } from "../ui.tsx";
import { periodText } from "../when.ts";
import { SourceLine, type Cells } from "./area-charts.tsx";

interface Picking {
  chosen: (cell: Cell) => boolean;
  toggle: (cell: Cell) => void;
}

function PickTable(props: { caption: string; cells: readonly Cell[]; pick: Picking }) {
  const { tables } = useStore();
  const { chosen, toggle } = props.pick;
  return (
    <Table<Cell>
      caption={props.caption}
      rows={props.cells}
      rowKey={(cell) => evidenceOf(cell) + cell.scope}
      rowClass={(cell) => (chosen(cell) ? "chosen" : "")}
      empty={L("この地域の数値はありません。", "There are no figures of this area.")}
      columns={[
        {
          head: L("選ぶ", "Pick"),
          cell: (cell) => (
            <input
              type="checkbox"
              aria-label={`${areaName(tables, cell.area)} ${periodText(cell.period)} ${breakdownText(cell.breakdown)}`}
              checked={chosen(cell)}
              onChange={() => toggle(cell)}
            />
          ),
        },
        { head: L("地域", "Area"), cell: (cell) => areaName(tables, cell.area) },
        { head: L("時点", "Period"), cell: (cell) => periodText(cell.period) },
        {
          head: L("値", "Value"),
          number: true,
          cell: (cell) => (
            <>
              {valueText(cell)} {unitText(cell.unit)}{" "}
              {cell.status && <Tag tone="warn">{statusText(cell.status)}</Tag>}
            </>
          ),
        },
        { head: L("区分", "Tier"), cell: (cell) => <Tier scope={cell.scope} /> },
      ]}
    />
  );
}

/** Lines where an area has a past, bars of the newest period else. */
function PickFigure(props: { data: Cells; cells: readonly Cell[]; title: string; pick: Picking }) {
  const { tables } = useStore();
  const { data, cells, title, pick } = props;
  const name = (area: string): string => areaName(tables, area);
  const areas = [...new Set(cells.map((cell) => cell.area))];
  const unit = cells[0]?.unit ?? "";
  const series = seriesOf(cells, areas, cells[0]?.breakdown).map((one) => ({
    ...one,
    name: name(one.area),
  }));
  const periods = periodsOf(series);
  const slots = slotsOf(periods);
  const lines = areas.length === 1 && periods.length > 1;
  const bars = ranked(cells.filter((cell) => cell.period === periods.at(-1)));
  const shown = lines ? title : `${title} ${periodText(periods.at(-1) ?? "")}`;
  const pressed = (which: number, at: number): void => {
    const cell = lines
      ? series[which]?.points.find((point) => point.period === slots[at])?.cell
      : bars[bars.length - 1 - at];
    if (cell) pick.toggle(cell);
  };
  if (cells.length === 0) return null;
  return (
    <Figure
      title={shown}
      summary={shown}
      option={
        lines
          ? trendOption(series, periods, unit, { chosen: pick.chosen })
          : rankOption(bars, pick.chosen, name)
      }
      height={lines ? trendHeight(panelsOf(series)) : Math.max(140, bars.length * 24 + 40)}
      pick={pressed}
      beside
      table={
        <PickTable
          caption={title}
          cells={[...cells].sort((a, b) => b.period.localeCompare(a.period))}
          pick={pick}
        />
      }
      source={<SourceLine cells={cells} data={data} />}
    />
  );
}

const linesOf = (value: Value | undefined): string[] =>
  (Array.isArray(value) ? value : []).map(figureGiven);

/** What was picked and not saved stays on this device, like all that is begun. */
export function EvidencePicker(props: { record: KkRecord; done: () => void; back: () => void }) {
  const drafts = useDrafts();
  return (
    <Loaded got={drafts}>
      {({ drafts: kept }) => <Picker {...props} draft={changesOf(kept, props.record.id)} />}
    </Loaded>
  );
}

function Picker(props: {
  record: KkRecord;
  draft: Draft | null;
  done: () => void;
  back: () => void;
}) {
  const { tables } = useStore();
  const { evidence: begun, ...rest } = props.draft?.fields ?? {};
  const keeper = useChange(props.record.id, props.draft, rest);
  const areas = Array.isArray(props.record.fields.areas) ? props.record.fields.areas : [];
  const before = linesOf(props.record.fields.evidence);
  const [chosen, setChosen] = useState<string[]>(() => (begun ? linesOf(begun) : before));
  const list = useGet<{ indicators: Indicator[] }>("data/list");
  const codes = [...new Set((list.data?.indicators ?? []).map((one) => one.indicator))];
  const [indicator, setIndicator] = useState("");
  const now = indicator || codes.find((code) => code.startsWith("population")) || codes[0] || "";
  const [area, setArea] = useState(areas[0] ?? "");
  const [wanted, setBreakdown] = useState("");
  const got = useGet<Cells>(now ? "data/get" : null, { indicator: now, area });
  const breakdowns = [...new Set((got.data?.cells ?? []).map((cell) => cell.breakdown))].sort();
  const breakdown = breakdowns.includes(wanted) ? wanted : (breakdowns[0] ?? "");
  const places = [
    ...new Set([...areas, ...areas.map(wardOf), ...tables.wards.map((ward) => ward.code)]),
  ];
  const pick: Picking = {
    chosen: (cell) => chosen.includes(evidenceOf(cell)),
    toggle: (cell) => {
      const key = evidenceOf(cell);
      const next = chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key];
      setChosen(next);
      keeper.later(next.join() === before.join() ? {} : { evidence: next });
    },
  };
  return (
    <>
      <div class="filters">
        <Select
          label={L("指標", "Indicator")}
          value={now}
          choices={codes.map((code) => ({ code, label: indicatorName(code) }))}
          onChange={setIndicator}
        />
        <Select
          label={L("地域", "Area")}
          value={area}
          any={L("すべて", "all")}
          choices={places.map((code) => ({ code, label: areaName(tables, code) }))}
          onChange={setArea}
        />
        {breakdowns.length > 1 && (
          <Select
            label={L("内訳", "Breakdown")}
            value={breakdown}
            choices={breakdowns.map((code) => ({ code, label: breakdownText(code) }))}
            onChange={setBreakdown}
          />
        )}
      </div>
      <p class="hint">
        {L(
          "図の点や棒を押すか、表で選びます。もう一度で外れます。",
          "Press a point or bar of the chart, or tick it in the table; once more takes it off.",
        )}
      </p>
      <Loaded got={got}>
        {(data) =>
          data.cells.length > 0 ? (
            <PickFigure
              key={now + area + breakdown}
              data={data}
              cells={data.cells.filter((cell) => cell.breakdown === breakdown)}
              title={`${indicatorName(now)} ${breakdownText(breakdown)}`}
              pick={pick}
            />
          ) : (
            <p class="empty">
              {L("この地域の数値はありません。", "There are no figures of this area.")}
            </p>
          )
        }
      </Loaded>
      <p aria-live="polite">
        {L(`選んだ数値: ${chosen.length}件`, `${chosen.length} figures picked`)}
        {chosen.join() !== before.join() && (
          <span class="sub">
            {L("　まだ保存していません。", " – not saved yet.")}
            {begun && L("前に選びかけたものを含みます。", " What you picked before is among them.")}
          </span>
        )}
      </p>
      <Form
        items={[]}
        fields={{}}
        must={() => false}
        always
        action={L("根拠として保存する", "Save as evidence")}
        save={async (body) => {
          await keeper.settle();
          const fields = { evidence: chosen };
          const saved = await post<KkRecord>(`issue/edit/${props.record.id}`, { ...body, fields });
          await keeper.drop();
          return saved;
        }}
        done={props.done}
        back={() => void keeper.drop().then(props.back)}
      />
    </>
  );
}
