// Released figures picked as evidence: the chart and its table side by side, ticked by the row.
import { useState } from "preact/hooks";
import { post } from "../api.ts";
import { figureGiven } from "../fields.ts";
import { evidenceOf, ranked, valueText, wardOf } from "../figures.ts";
import { Form } from "../form.tsx";
import { breakdownText, indicatorName } from "../indicators.ts";
import { L } from "../lang.ts";
import type { Cell, Indicator, KkRecord } from "../model.ts";
import { areaName } from "../names.ts";
import { useGet, useStore } from "../store.ts";
import { Loaded, Select, Table, Tier } from "../ui.tsx";
import { periodText } from "../when.ts";
import type { Cells } from "./area-charts.tsx";

export function EvidencePicker(props: { record: KkRecord; done: () => void; back: () => void }) {
  const { tables } = useStore();
  const areas = Array.isArray(props.record.fields.areas) ? props.record.fields.areas : [];
  const before = (
    Array.isArray(props.record.fields.evidence) ? props.record.fields.evidence : []
  ).map(figureGiven);
  const [chosen, setChosen] = useState<string[]>(before);
  const list = useGet<{ indicators: Indicator[] }>("data/list");
  const codes = [...new Set((list.data?.indicators ?? []).map((one) => one.indicator))];
  const [indicator, setIndicator] = useState("");
  const now = indicator || codes.find((code) => code.startsWith("population")) || codes[0] || "";
  const [area, setArea] = useState(areas[0] ?? "");
  const got = useGet<Cells>(now ? "data/get" : null, { indicator: now, area });
  const places = [
    ...new Set([...areas, ...areas.map(wardOf), ...tables.wards.map((ward) => ward.code)]),
  ];
  const toggle = (cell: Cell): void => {
    const key = evidenceOf(cell);
    setChosen(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key]);
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
      </div>
      <Loaded got={got}>
        {(data) => (
          <Table<Cell>
            caption={indicatorName(now)}
            rows={ranked(data.cells).sort((a, b) => b.period.localeCompare(a.period))}
            rowKey={(cell) => evidenceOf(cell) + cell.scope}
            rowClass={(cell) => (chosen.includes(evidenceOf(cell)) ? "chosen" : "")}
            empty={L("この地域の数値はありません。", "There are no figures of this area.")}
            columns={[
              {
                head: L("選ぶ", "Pick"),
                cell: (cell) => (
                  <input
                    type="checkbox"
                    aria-label={`${areaName(tables, cell.area)} ${periodText(cell.period)} ${breakdownText(cell.breakdown)}`}
                    checked={chosen.includes(evidenceOf(cell))}
                    onChange={() => toggle(cell)}
                  />
                ),
              },
              {
                head: L("地域", "Area"),
                cell: (cell) => areaName(tables, cell.area),
              },
              { head: L("時点", "Period"), cell: (cell) => periodText(cell.period) },
              {
                head: L("内訳", "Breakdown"),
                cell: (cell) => breakdownText(cell.breakdown),
              },
              {
                head: L("値", "Value"),
                number: true,
                cell: (cell) => `${valueText(cell)} ${cell.unit}`,
              },
              {
                head: L("区分", "Tier"),
                cell: (cell) => <Tier scope={cell.scope} />,
              },
            ]}
          />
        )}
      </Loaded>
      <p aria-live="polite">
        {L(`選んだ数値: ${chosen.length}件`, `${chosen.length} figures picked`)}
      </p>
      <Form
        items={[]}
        fields={{}}
        must={() => false}
        always
        action={L("根拠として保存する", "Save as evidence")}
        save={(body) =>
          post<KkRecord>(`issue/edit/${props.record.id}`, {
            ...body,
            fields: { evidence: chosen },
          })
        }
        done={props.done}
        back={props.back}
      />
    </>
  );
}
