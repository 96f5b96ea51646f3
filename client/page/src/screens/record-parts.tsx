// Parts that all screens of records share: the fields of one, its history, its evidence.
import { kindOf, stands, stateLabel } from "../acts.ts";
import { missingSymbol, numberText } from "../figures.ts";
import { breakdownText, indicatorName, unitText } from "../indicators.ts";
import { useState } from "preact/hooks";
import { Refusal, save } from "../api.ts";
import { L } from "../lang.ts";
import type { Act, Evidence, KkRecord, Kind, Lack, Tables } from "../model.ts";
import { areaName, wardName } from "../names.ts";
import { useGet, useStore } from "../store.ts";
import { Button, Loaded, Notice, RefusalNotice, Table, Tag } from "../ui.tsx";
import { ValueView } from "../value.tsx";
import { instantText, periodText } from "../when.ts";

/** Two sides of a field that two people wrote apart stand under each other, marked. */
export function FieldsView(props: { kind: Kind; record: KkRecord; skip?: readonly string[] }) {
  const { kind, record, skip = [] } = props;
  const items = kind.fields.filter(
    (item) => record.fields[item.name] !== undefined && !skip.includes(item.name),
  );
  if (items.length === 0) return null;
  return (
    <dl class="fields">
      {items.map((item) => (
        <div class={record.conflicts[item.name] ? "conflict" : ""}>
          <dt>
            {item.label}{" "}
            {record.conflicts[item.name] && <Tag tone="warn">{L("競合", "conflict")}</Tag>}
          </dt>
          <dd>
            <ValueView item={item} value={record.fields[item.name] ?? null} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function RecordMarks({ record }: { record: KkRecord }) {
  return (
    <>
      {record.pending > 0 && <Tag tone="warn">{L("未送信", "not sent")}</Tag>}
      {record.erased && <Tag tone="warn">{L("消去済み", "erased")}</Tag>}
      {record.closed && <Tag>{L("終了", "closed")}</Tag>}
      {Object.keys(record.conflicts).length > 0 && <Tag tone="warn">{L("競合", "conflict")}</Tag>}
      {(record.incomplete ?? []).length > 0 && <Tag tone="warn">{L("記載不備", "incomplete")}</Tag>}
    </>
  );
}

/** Its content is gone for good; who took it stands in the history. */
export function Erased({ record }: { record: KkRecord }) {
  if (!record.erased) return null;
  return (
    <Notice tone="info" title={L("内容は消去されました", "The content was erased")}>
      <p class="text">
        {instantText(record.erased.at)} {record.erased.reason}
      </p>
    </Notice>
  );
}

const whys: Record<Lack["why"], () => string> = {
  missing: () => L("記入がありません", "is missing"),
  value: () => L("この項目が受け取る値ではありません", "is not what this field takes"),
  way: () => L("その前の段階からは移れません", "no way led there from the rung before"),
  others: () => L("この操作では書けない項目です", "another act writes this field"),
  ended: () => L("終わった課題に書かれています", "the issue was over when this was written"),
};

/** Acts that another program signed although something was missing: they count, and everybody sees it. */
export function Lacks({ record }: { record: KkRecord }) {
  const { tables } = useStore();
  const lacks = record.incomplete ?? [];
  const label = (name: string | null): string =>
    kindOf(tables, record.kind)?.fields.find((item) => item.name === name)?.label ?? name ?? "";
  if (lacks.length === 0) return null;
  return (
    <Notice tone="warning" title={L("記載不備があります。", "Something is missing here.")}>
      <ul>
        {lacks.map((lack) => (
          <li>
            {actLabel(tables, lack.act)}: {label(lack.field)} — {whys[lack.why]()}
          </li>
        ))}
      </ul>
      <p>
        {L(
          "操作は有効です。書いた人に、足りない内容を書き足すよう伝えてください。",
          "The act counts nevertheless. Ask its author to write what is missing.",
        )}
      </p>
    </Notice>
  );
}

/** The values that a record rests on, as they were copied and as they are now. */
export function EvidenceTable({ rows }: { rows: readonly Evidence[] }) {
  const { tables } = useStore();
  const value = (text: string | null): string =>
    text === null
      ? missingSymbol("u")
      : /^-?\d+(\.\d+)?$/.test(text)
        ? numberText(Number(text))
        : text;
  return (
    <Table
      caption={L("根拠とした数値", "Evidence")}
      rows={rows}
      rowKey={(row) => row.indicator + row.area + row.period + row.breakdown}
      empty={L("根拠の数値はまだありません。", "No evidence yet.")}
      columns={[
        {
          head: L("指標", "Indicator"),
          rowHead: true,
          cell: (row) =>
            indicatorName(row.indicator) +
            (row.breakdown ? `: ${breakdownText(row.breakdown)}` : ""),
        },
        { head: L("地域", "Area"), cell: (row) => areaName(tables, row.area) },
        { head: L("時点", "Period"), cell: (row) => periodText(row.period) },
        { head: L("当時の値", "Value then"), number: true, cell: (row) => value(row.then) },
        {
          head: L("今の値", "Value now"),
          number: true,
          cell: (row) => (
            <>
              {value(row.now)} {row.changed && <Tag tone="warn">{L("変更あり", "changed")}</Tag>}
            </>
          ),
        },
        { head: L("単位", "Unit"), cell: (row) => unitText(row.unit) },
        { head: L("版", "Release"), number: true, cell: (row) => row.release },
      ]}
    />
  );
}

export interface Timeline {
  record: KkRecord;
  acts: Act[];
}

export function actLabel(tables: Tables, act: string): string {
  const all = [...tables.case.acts, ...tables.program.acts];
  const plain: Record<string, string> = {
    create: L("作成", "written"),
    edit: L("編集", "edited"),
    close: L("終了", "closed"),
    erase: L("消去", "erased"),
  };
  return all.find((one) => one.act === act)?.label ?? plain[act] ?? act;
}

/** What was said with an act, in its words. */
export const Said = ({ act }: { act: Act }) => (
  <>
    {act.said.map((text) => (
      <p class="text said-words">{text}</p>
    ))}
  </>
);

export function TimelineView({ acts }: { acts: readonly Act[] }) {
  const { tables } = useStore();
  return (
    <ol class="timeline">
      {acts.map((act) => (
        <li key={act.operation} class={stands(act) ? "" : "bad"}>
          <p>
            <strong>{actLabel(tables, act.act)}</strong>{" "}
            <span class="sub">
              {wardName(tables, act.ward ?? "") || L("局", "bureau")} {act.holder}
            </span>
          </p>
          <Said act={act} />
          <p class="sub">
            {act.at && instantText(act.at)}
            {act.receipt > 0 && (
              <>
                {" · "}
                <span class="receipt" title={act.operation}>
                  {L("受領", "receipt")} {act.receipt}
                </span>
              </>
            )}
            {act.pending && <Tag tone="warn">{L("未送信", "not sent")}</Tag>}
            {act.erased && <Tag>{L("内容は消去済み", "content erased")}</Tag>}
            {act.incomplete && <Tag tone="warn">{L("記載不備", "incomplete")}</Tag>}
            {!stands(act) && (
              <Tag tone="warn">
                {L("否認", "not taken")}: {act.verdict}
              </Tag>
            )}
          </p>
        </li>
      ))}
    </ol>
  );
}

/** The receipts of a record's acts, as a file that anyone can check years later. */
export function SaveReceipts({ id }: { id: string }) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const keep = (): void => {
    setRefusal(null);
    save(`receipt/export.kkyb/${id}`, {}, `receipt-${id.slice(0, 8)}.kkyb`).catch(
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        setRefusal(reason);
      },
    );
  };
  return (
    <div class="no-print">
      <Button onClick={keep}>{L("受領証を保存する", "Save the receipts")}</Button>
      <RefusalNotice refusal={refusal} />
    </div>
  );
}

export function History({ id }: { id: string }) {
  const got = useGet<Timeline>(`timeline/${id}`);
  return (
    <section>
      <h2>{L("経過と受領", "History and receipts")}</h2>
      <Loaded got={got}>
        {(timeline) => (
          <>
            <TimelineView acts={timeline.acts} />
            {timeline.acts.some((act) => act.receipt > 0) && <SaveReceipts id={id} />}
          </>
        )}
      </Loaded>
    </section>
  );
}

export const stateOf = (tables: Tables, record: KkRecord): string =>
  record.kind === "case"
    ? stateLabel(tables.case, record.state)
    : record.kind === "program"
      ? stateLabel(tables.program, record.state)
      : "";
