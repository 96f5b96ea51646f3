// The ward's issues: a table, or a board by rung.
import { L } from "../lang.ts";
import type { KkRecord, RecordList } from "../model.ts";
import { areaName } from "../names.ts";
import { setQuery, type Route } from "../route.ts";
import { useGet, useStore } from "../store.ts";
import { Check, LinkButton, Loaded, Select, Table, Tag, Title } from "../ui.tsx";
import { RecordMarks } from "./record-parts.tsx";

const codeLabel = (codes: readonly { code: string; label: string }[], code: unknown): string =>
  codes.find((one) => one.code === code)?.label ?? "";

export function Issues({ route }: { route: Route }) {
  const { tables } = useStore();
  const kind = tables.kinds.find((one) => one.kind === "issue");
  const codesOf = (name: string) => kind?.fields.find((item) => item.name === name)?.codes ?? [];
  const [rung, area] = [route.query.get("rung") ?? "", route.query.get("area") ?? ""];
  const open = route.query.get("all") === null;
  const board = route.query.get("view") === "board";
  const got = useGet<RecordList>("issue/list", { rung, area, open });
  const areas = (value: unknown): string =>
    Array.isArray(value) ? value.map((code) => areaName(tables, code)).join(L("、", ", ")) : "";
  return (
    <>
      <Title
        sub={L("区内だけで読める課題の一覧です。", "Issues that only this ward reads.")}
        actions={
          <LinkButton kind="first" href="#/records/issue/new">
            {L("課題を書く", "Write an issue")}
          </LinkButton>
        }
      >
        {L("課題", "Issues")}
      </Title>
      <div class="filters no-print">
        <Select
          label={L("段階", "Rung")}
          value={rung}
          any={L("すべて", "all")}
          choices={tables.rungs.map((one) => ({ code: one.rung, label: one.label }))}
          onChange={(value) => setQuery(route, { rung: value })}
        />
        <Select
          label={L("表示", "View")}
          value={board ? "board" : ""}
          any={L("表", "table")}
          choices={[{ code: "board", label: L("段階別の板", "board by rung") }]}
          onChange={(value) => setQuery(route, { view: value })}
        />
        <Check
          label={L("終わったものも表示", "Also those that are over")}
          checked={!open}
          onChange={(on) => setQuery(route, { all: on ? "1" : "" })}
        />
      </div>
      <Loaded got={got}>
        {({ records }) =>
          board ? (
            <Board
              columns={tables.rungs
                .filter(
                  (one) => one.main || records.some((record) => record.fields.rung === one.rung),
                )
                .map((one) => ({
                  name: one.label,
                  records: records.filter((record) => record.fields.rung === one.rung),
                }))}
              path="issue"
              sub={(record) => areas(record.fields.areas)}
            />
          ) : (
            <Table<KkRecord>
              caption={L(`課題 ${records.length}件`, `${records.length} issues`)}
              rows={records}
              rowKey={(record) => record.id}
              empty={L("課題はまだありません。", "There are no issues yet.")}
              columns={[
                {
                  head: L("件名", "Title"),
                  rowHead: true,
                  cell: (record) => (
                    <a href={`#/issue/${record.id}`}>{String(record.fields.title ?? record.id)}</a>
                  ),
                },
                {
                  head: L("段階", "Rung"),
                  cell: (record) => <Tag>{codeLabel(codesOf("rung"), record.fields.rung)}</Tag>,
                },
                {
                  head: L("分野", "Field"),
                  cell: (record) => codeLabel(codesOf("field"), record.fields.field),
                },
                {
                  head: L("エリア", "Areas"),
                  cell: (record) => areas(record.fields.areas),
                },
                {
                  head: L("優先順位", "Priority"),
                  cell: (record) => codeLabel(codesOf("priority"), record.fields.priority),
                },
                {
                  head: L("担当", "In charge"),
                  cell: (record) => String(record.fields.holder ?? ""),
                },
                { head: "", cell: (record) => <RecordMarks record={record} /> },
              ]}
            />
          )
        }
      </Loaded>
    </>
  );
}

/** Lists side by side; the table view has the same for those who do not see the columns. */
export function Board<R extends KkRecord>(props: {
  columns: { name: string; records: R[] }[];
  path: string;
  sub: (record: R) => string;
  mark?: (record: R) => string;
}) {
  return (
    <div class="board" tabIndex={0} role="region" aria-label={L("状態別の板", "Board by state")}>
      {props.columns.map((column) => (
        <section>
          <h2>
            {column.name} <span class="count">{column.records.length}</span>
          </h2>
          <ul>
            {column.records.map((record) => (
              <li key={record.id}>
                <a href={`#/${props.path}/${record.id}`}>
                  {String(record.fields.title ?? record.id)}
                </a>
                <span class="sub">{props.sub(record)}</span>
                {props.mark?.(record) && <Tag tone="warn">{props.mark(record)}</Tag>}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
