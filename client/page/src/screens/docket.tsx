// A docket: like cases of several wards under one heading, each still the ward's own; one act of the
// officer is written into each of them.
import { useState } from "preact/hooks";
import { actFor, actsNow, calmFirst, fieldsOfAct, kindOf } from "../acts.ts";
import { post } from "../api.ts";
import type { Words } from "../drafts.ts";
import { Form } from "../form.tsx";
import { L } from "../lang.ts";
import type { KkRecord, Queue, QueueRow, RecordList } from "../model.ts";
import { wardName } from "../names.ts";
import { titleOf, wardOfCase } from "../queue.ts";
import { useGet, useStore } from "../store.ts";
import { Loaded, Notice, Select, Table, Tag } from "../ui.tsx";
import { stateOf } from "./record-parts.tsx";
import { Begun, Kept, keptForm } from "./words.tsx";

/** The cases that a docket groups or a program answers, in words in place of their ids. */
export function Cases({ ids }: { ids: readonly string[] }) {
  const got = useGet<Queue>("case/list", { all: true });
  return (
    <Loaded got={got}>
      {(queue) => <CaseTable rows={queue.records.filter((row) => ids.includes(row.id))} />}
    </Loaded>
  );
}

function CaseTable({ rows }: { rows: readonly QueueRow[] }) {
  const { tables } = useStore();
  return (
    <Table<QueueRow>
      caption={L("案件", "Cases")}
      rows={rows}
      empty={L("この端末に届いている案件はありません。", "None of its cases is on this device.")}
      rowKey={(row) => row.id}
      columns={[
        {
          head: L("件名", "Title"),
          rowHead: true,
          cell: (row) => <a href={`#/case/${row.id}`}>{titleOf(row)}</a>,
        },
        { head: L("区", "Ward"), narrow: true, cell: (row) => wardName(tables, wardOfCase(row)) },
        {
          head: L("状態", "State"),
          cell: (row) => <Tag tone="strong">{stateOf(tables, row)}</Tag>,
        },
      ]}
    />
  );
}

function Acts(props: {
  docket: KkRecord;
  rows: readonly QueueRow[];
  words: Words;
  done: (said: string) => void;
}) {
  const { tables, status } = useStore();
  const { docket, rows, words } = props;
  const kind = kindOf(tables, "case");
  const able = (act: string): QueueRow[] =>
    rows.filter((row) =>
      actsNow(tables.case, row.state, status.role, row.proposed ? "ward" : null).some(
        (one) => one.act === act,
      ),
    );
  const acts = tables.case.acts.filter(
    (act) => act.who === "officer" || act.effect === "propose" || act.act === "comment",
  );
  const open = calmFirst(acts).filter(
    (act) => act.act !== "propose-closed" && able(act.act).length > 0,
  );
  const [chosen, setChosen] = useState(
    kind ? actFor(kind, open, Object.keys(words.typed))?.act : "",
  );
  const act = open.find((one) => one.act === chosen) ?? open[0];
  if (!act || !kind) return null;
  const fields = fieldsOfAct(kind, act);
  const items = fields.map(({ item }) => item);
  const count = able(act.act).length;
  return (
    <section class="card no-print">
      <h2>{L("すべての案件に同じ操作をする", "One act in all of them")}</h2>
      <p>
        <Select
          label={L("操作", "Act")}
          value={act.act}
          choices={open.map((one) => ({ code: one.act, label: one.label }))}
          onChange={setChosen}
        />
      </p>
      {count < rows.length && (
        <Notice
          tone="warning"
          title={L(
            `${rows.length}件のうち${count}件だけがこの操作を受けられます。`,
            `Only ${count} of ${rows.length} cases can take this act.`,
          )}
        />
      )}
      <Begun at={words.begun} stale={false} drop={() => void words.drop()} />
      <Kept at={words.at} />
      <Form<RecordList>
        key={act.act}
        items={items}
        fields={{}}
        preset={words.typed}
        {...keptForm<RecordList>(words, items)}
        must={(item) => fields.some((one) => one.item === item && one.must)}
        always
        action={L(`「${act.label}」をそれぞれに記録する`, `Record in each: ${act.label}`)}
        save={(body) => post<RecordList>(`docket/act/${docket.id}/${act.act}`, body)}
        done={({ data }) => {
          void words.drop();
          props.done(
            L(
              `「${act.label}」を${data?.records.length ?? 0}件に記録しました。次の同期で送ります。`,
              `Recorded in ${data?.records.length ?? 0} cases: ${act.label}; sent with the next sync.`,
            ),
          );
        }}
      />
    </section>
  );
}

export function DocketActs(props: {
  docket: KkRecord;
  words: Words;
  done: (said: string) => void;
}) {
  const { docket } = props;
  const got = useGet<Queue>("case/list", { all: true });
  const ids = Array.isArray(docket.fields.cases) ? docket.fields.cases : [];
  return (
    <Loaded got={got}>
      {(queue) => <Acts {...props} rows={queue.records.filter((row) => ids.includes(row.id))} />}
    </Loaded>
  );
}
