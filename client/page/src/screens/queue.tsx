// The queue of cases: the most urgent first, as a table or a board, wards side by side. An officer
// sees all wards, a ward its own.
import { useState } from "preact/hooks";
import { isWard } from "../acts.ts";
import { L } from "../lang.ts";
import type { Queue as QueueData, QueueRow } from "../model.ts";
import { sideName, wardName } from "../names.ts";
import { crossing, dueBefore, matches, titleOf, wardOfCase } from "../queue.ts";
import { routeTo, setQuery, type Route } from "../route.ts";
import { useGet, useStore } from "../store.ts";
import { Check, LinkButton, Loaded, PrintButton, Select, Table, Tag, Title } from "../ui.tsx";
import { dayText, daysText, daysUntil, instantDay } from "../when.ts";
import { Board } from "./issues.tsx";
import { RecordMarks, stateOf } from "./record-parts.tsx";

function useCodes(name: string) {
  const { tables } = useStore();
  const kinds = tables.kinds.filter((kind) => kind.kind === "case" || kind.kind === "memo");
  return kinds.flatMap((kind) => kind.fields).find((item) => item.name === name)?.codes ?? [];
}

const days = (numbers: readonly number[], label: (n: number) => string) =>
  numbers.map((n) => ({ code: String(n), label: label(n) }));
const ages = () => days([7, 14, 30, 60, 90], (n) => L(`${n}日以上`, `${n} days or longer`));
const dues = () => days([7, 14, 30, 60], (n) => L(`${n}日以内`, `within ${n} days`));

function Filters({ route, officer }: { route: Route; officer: boolean }) {
  const { tables } = useStore();
  const value = (name: string): string => route.query.get(name) ?? "";
  const pick = (name: string, label: string, choices: { code: string; label: string }[]) => (
    <Select
      label={label}
      value={value(name)}
      any={L("すべて", "all")}
      choices={choices}
      onChange={(to) => setQuery(route, { [name]: to })}
    />
  );
  const states = tables.case.states
    .filter((one) => one.state !== "none")
    .map((one) => ({ code: one.state, label: one.label }));
  const sides = [
    { code: "ward", label: L("区", "ward") },
    { code: "bureau", label: L("局", "bureau") },
  ];
  return (
    <div class="filters no-print">
      {officer && pick("ward", L("区", "Ward"), tables.wards)}
      {pick("state", L("状態", "State"), states)}
      {pick("field", L("分野", "Field"), useCodes("field"))}
      {pick("age", L("状態になってから", "In its state for"), ages())}
      {pick("due", L("期限", "Due"), dues())}
      {pick("waits", L("対応待ち", "Waits for"), sides)}
      {officer && pick("fund", L("財源", "Fund"), useCodes("fund"))}
      {officer && pick("priority", L("優先順位", "Priority"), useCodes("priority"))}
      <Check
        label={L("期限を過ぎたものだけ", "Only overdue ones")}
        checked={value("overdue") !== ""}
        onChange={(on) => setQuery(route, { overdue: on ? "1" : "" })}
      />
      <Check
        label={L("終わったものも表示", "Also those that are over")}
        checked={value("all") !== ""}
        onChange={(on) => setQuery(route, { all: on ? "1" : "" })}
      />
    </div>
  );
}

function Due({ row }: { row: QueueRow }) {
  if (!row.due) return <>–</>;
  return (
    <>
      {dayText(row.due.slice(0, 10))}{" "}
      <Tag tone={row.overdue ? "warn" : "plain"}>{daysText(daysUntil(row.due, new Date()))}</Tag>
    </>
  );
}

/** Picked cases go on together: into a docket, or as what one program answers. */
function Picked({ ids }: { ids: readonly string[] }) {
  const cases = ids.join(",");
  return (
    <div class="actions no-print" aria-live="polite">
      <p>{L(`${ids.length}件を選んでいます。`, `${ids.length} picked.`)}</p>
      {ids.length > 0 && (
        <>
          <LinkButton href={routeTo(["records", "docket", "new"], { cases })}>
            {L("束ねる", "Put into a docket")}
          </LinkButton>
          <LinkButton href={routeTo(["records", "program", "new"], { cases })}>
            {L("事業を書く", "Draft a program for them")}
          </LinkButton>
        </>
      )}
    </div>
  );
}

function AsTable({ rows, officer }: { rows: readonly QueueRow[]; officer: boolean }) {
  const { tables } = useStore();
  const [ids, setIds] = useState<string[]>([]);
  const pick = (id: string): void =>
    setIds(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
  const priorities = useCodes("priority");
  const picking = {
    head: L("選ぶ", "Pick"),
    cell: (row: QueueRow) => (
      <input
        type="checkbox"
        aria-label={titleOf(row)}
        checked={ids.includes(row.id)}
        onChange={() => pick(row.id)}
      />
    ),
  };
  return (
    <>
      {officer && rows.length > 0 && <Picked ids={ids} />}
      <Table<QueueRow>
        caption={L("案件（急ぐものから）", "Cases, the most urgent first")}
        rows={rows}
        rowKey={(row) => row.id}
        rowClass={(row) => (row.overdue ? "overdue" : "")}
        empty={L("条件に合う案件はありません。", "No case matches.")}
        columns={[
          ...(officer ? [picking] : []),
          {
            head: L("件名", "Title"),
            rowHead: true,
            cell: (row) => (
              <>
                <a href={`#/case/${row.id}`}>{titleOf(row)}</a> <RecordMarks record={row} />
              </>
            ),
          },
          { head: L("区", "Ward"), narrow: true, cell: (row) => wardName(tables, wardOfCase(row)) },
          {
            head: L("状態", "State"),
            cell: (row) => (
              <>
                <Tag tone="strong">{stateOf(tables, row)}</Tag>
                {row.proposed && <Tag tone="warn">{L("提案中", "proposal")}</Tag>}
              </>
            ),
          },
          { head: L("状態の日", "Since"), cell: (row) => instantDay(row.since) },
          { head: L("期限", "Due"), cell: (row) => <Due row={row} /> },
          { head: L("対応待ち", "Waits for"), cell: (row) => sideName(row.waits) },
          ...(officer
            ? [
                {
                  head: L("優先順位", "Priority"),
                  cell: (row: QueueRow) =>
                    priorities.find((code) => code.code === row.priority)?.label ?? "",
                },
              ]
            : []),
        ]}
      />
    </>
  );
}

function AsBoard({ rows }: { rows: readonly QueueRow[] }) {
  const { tables } = useStore();
  const columns = tables.case.states
    .filter((one) => one.state !== "none" && rows.some((row) => row.state === one.state))
    .map((one) => ({
      name: one.label,
      records: rows.filter((row) => row.state === one.state),
    }));
  return (
    <Board<QueueRow>
      columns={columns}
      path="case"
      sub={(row) =>
        [wardName(tables, wardOfCase(row)), row.due ? dayText(row.due.slice(0, 10)) : ""]
          .filter(Boolean)
          .join(" · ")
      }
      mark={(row) => (row.overdue ? L("期限超過", "overdue") : "")}
    />
  );
}

/** Side by side by what the cases have in common. */
function Crossed(props: { rows: readonly QueueRow[]; by: "wards" | "fields" | "funds" }) {
  const { tables } = useStore();
  const { rows, by } = props;
  const [fields, funds] = [useCodes("field"), useCodes("fund")];
  const none = { code: "", label: L("未定", "not set") };
  const ways = {
    wards: { head: L("区", "Ward"), narrow: true, codes: tables.wards, keyOf: wardOfCase },
    fields: {
      head: L("分野", "Field"),
      codes: [...fields, none],
      keyOf: (row: QueueRow) => String(row.fields.field ?? ""),
    },
    funds: {
      head: L("財源", "Fund"),
      codes: [...funds, none],
      keyOf: (row: QueueRow) => String(row.fields.fund ?? ""),
    },
  };
  const { head, codes, keyOf } = ways[by];
  const states = tables.case.states.filter((one) => rows.some((row) => row.state === one.state));
  const lines = crossing(
    rows,
    codes.map((one) => one.code),
    keyOf,
  );
  return (
    <Table
      caption={L(`${head}ごとの件数`, `Cases by ${head.toLowerCase()}`)}
      rows={lines}
      rowKey={(line) => line.key}
      columns={[
        {
          head,
          rowHead: true,
          cell: (line) => codes.find((one) => one.code === line.key)?.label ?? line.key,
        },
        ...states.map((one) => ({
          head: one.label,
          number: true,
          cell: (line: (typeof lines)[number]) => line.counts[one.state] ?? 0,
        })),
        { head: L("計", "All"), number: true, cell: (line) => line.total },
        {
          head: L("期限超過", "Overdue"),
          number: true,
          cell: (line) => (line.overdue > 0 ? <Tag tone="warn">{line.overdue}</Tag> : 0),
        },
      ]}
    />
  );
}

export function Queue({ route }: { route: Route }) {
  const { status } = useStore();
  const officer = !isWard(status.role);
  const [search, setSearch] = useState("");
  const view = route.query.get("view") ?? "";
  const query = Object.fromEntries(
    ["ward", "state", "field", "fund", "priority", "waits", "age"].map((name) => [
      name,
      route.query.get(name) ?? "",
    ]),
  );
  const flag = (name: string): boolean => (route.query.get(name) ?? "") !== "";
  const got = useGet<QueueData>("case/list", {
    ...query,
    due: dueBefore(route.query.get("due") ?? "", new Date()),
    overdue: flag("overdue"),
    all: flag("all"),
  });
  const views = [
    { code: "board", label: L("状態別の板", "board by state") },
    { code: "wards", label: L("区ごと", "by ward") },
    { code: "fields", label: L("分野ごと", "by field") },
    { code: "funds", label: L("財源ごと", "by fund") },
  ];
  return (
    <>
      <Title
        sub={
          got.data &&
          L(
            `${got.data.count}件、期限超過 ${got.data.overdue}件、区の対応待ち ${got.data.waits_ward}件、局の対応待ち ${got.data.waits_bureau}件`,
            `${got.data.count} cases, ${got.data.overdue} overdue, ${got.data.waits_ward} wait for a ward, ${got.data.waits_bureau} for the bureau`,
          )
        }
        actions={
          <>
            {officer && (
              <>
                <LinkButton href="#/records/docket">{L("案件の束", "Dockets")}</LinkButton>
                <LinkButton href="#/records/program">{L("事業", "Programs")}</LinkButton>
              </>
            )}
            <PrintButton />
          </>
        }
      >
        {officer
          ? L("案件の一覧", "The queue of cases")
          : L("局へ上申した案件", "Cases before the bureau")}
      </Title>
      <Filters route={route} officer={officer} />
      <div class="filters no-print">
        <Select
          label={L("表示", "View")}
          value={view}
          any={L("表", "table")}
          choices={officer ? views : views.slice(0, 1)}
          onChange={(value) => setQuery(route, { view: value })}
        />
        <label class="field inline">
          <span class="label">{L("語句で絞る", "Words")}</span>
          <input
            type="search"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
      </div>
      <Loaded got={got}>
        {(data) => {
          const rows = data.records.filter((row) => matches(row, search));
          if (view === "board") return <AsBoard rows={rows} />;
          if (view === "wards" || view === "fields" || view === "funds")
            return <Crossed rows={rows} by={view} />;
          return <AsTable rows={rows} officer={officer} />;
        }}
      </Loaded>
    </>
  );
}
