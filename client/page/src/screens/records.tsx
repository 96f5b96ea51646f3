// Records of every kind, from the table of kinds: an overview, the list of one kind, what is begun.
import { useEffect, useRef, useState } from "preact/hooks";
import { kindOf, mayWrite } from "../acts.ts";
import { post, Refusal, save } from "../api.ts";
import { draftHash, useDrafts, type Draft } from "../drafts.ts";
import { L } from "../lang.ts";
import type { Fields, KkRecord, Kind } from "../model.ts";
import { areaName } from "../names.ts";
import { setQuery, type Route } from "../route.ts";
import { useList, useStore } from "../store.ts";
import {
  Button,
  Card,
  Check,
  LinkButton,
  Loaded,
  PrintButton,
  RefusalNotice,
  Select,
  Table,
  Tag,
  Tier,
  Title,
} from "../ui.tsx";
import { dayText, instantText } from "../when.ts";
import { RecordMarks, stateOf } from "./record-parts.tsx";

/** Kinds whose records have a command of their own. */
const ownNouns = ["issue", "case", "docket", "program"];
export const listPath = (kind: string): string =>
  ownNouns.includes(kind) ? `${kind}/list` : `record/list/${kind}`;
export const newPath = (kind: string): string =>
  ["issue", "docket", "program"].includes(kind) ? `${kind}/new` : `record/new/${kind}`;
export const editPath = (kind: string, id: string): string =>
  ["issue", "program"].includes(kind) ? `${kind}/edit/${id}` : `record/edit/${id}`;
export const showHash = (record: { kind: string; id: string }): string =>
  `#/${["issue", "case"].includes(record.kind) ? record.kind : "record"}/${record.id}`;
export const titleOf = (record: { fields: Fields; id: string }): string =>
  String(record.fields.title ?? record.fields.theme ?? record.fields.note ?? record.id.slice(0, 8));

// --- what is begun on this device ---

export function Drafts() {
  const { tables, changed } = useStore();
  const got = useDrafts();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const drop = (id: string): void => {
    post(`draft/drop/${id}`).then(changed, (reason: unknown) => {
      if (!(reason instanceof Refusal)) throw reason;
      setRefusal(reason);
    });
  };
  if (!got.data || got.data.drafts.length === 0) return null;
  return (
    <Card title={L("書きかけ（この端末だけにあります）", "Begun (on this device alone)")}>
      <RefusalNotice refusal={refusal} />
      <Table<Draft>
        caption={L("書きかけの記録", "Drafts")}
        hideCaption
        rows={got.data.drafts}
        rowKey={(draft) => draft.id}
        columns={[
          {
            head: L("件名", "Title"),
            rowHead: true,
            cell: (draft) => (
              <>
                <a href={draftHash(draft)}>{draft.title || titleOf(draft)}</a>{" "}
                {draft.act === "edit" && <Tag>{L("書き直し", "a change")}</Tag>}{" "}
                {draft.words && <Tag>{L("操作に添える内容", "for an act")}</Tag>}{" "}
                {draft.stale && <Tag tone="warn">{L("記録が変わりました", "changed since")}</Tag>}
              </>
            ),
          },
          {
            head: L("種類", "Kind"),
            cell: (draft) => kindOf(tables, draft.kind)?.label ?? draft.kind,
          },
          {
            head: L("最後の変更", "Changed"),
            cell: (draft) => instantText(draft.changed),
          },
          { head: L("足りない項目", "Lacks"), cell: (draft) => draft.lacks },
          {
            head: L("操作", "Do"),
            cell: (draft) => (
              <Button kind="danger" onClick={() => drop(draft.id)}>
                {L("破棄する", "Give it up")}
                <span class="unseen"> {draft.title || titleOf(draft)}</span>
              </Button>
            ),
          },
        ]}
      />
    </Card>
  );
}

// --- all kinds ---

export function Records() {
  const { tables, status } = useStore();
  const held = tables.kinds.filter(
    (kind) => kind.home !== "b" || status.scopes.some((scope) => scope.scope === "b"),
  );
  const kinds = held.filter((kind) => kind.kind !== "case" && kind.kind !== "memo");
  return (
    <>
      <Title
        actions={
          status.ward !== "" && (
            <LinkButton href="#/handover">
              {L("担当を引き継ぐ", "Hand over to another person")}
            </LinkButton>
          )
        }
      >
        {L("記録", "Records")}
      </Title>
      <Drafts />
      <div class="record-cards">
        {kinds.map((kind) => (
          <Card title={kind.label}>
            <p class="sub">
              {L("記入", "Written by")}: {kind.written_by} <Tier scope={kind.home} />{" "}
              {kind.way === "share" && <Tag>{L("全区に共有できます", "may be shared")}</Tag>}
            </p>
            <div class="actions">
              <LinkButton href={`#/records/${kind.kind}`}>
                {L("一覧", "List")}
                <span class="unseen">: {kind.label}</span>
              </LinkButton>
              {mayWrite(kind, status.role) && kind.kind !== "edition" && (
                <LinkButton href={`#/records/${kind.kind}/new`}>
                  {L("書く", "Write")}
                  <span class="unseen">: {kind.label}</span>
                </LinkButton>
              )}
            </div>
          </Card>
        ))}
      </div>
    </>
  );
}

// --- one kind ---

/** Loads on when it is scrolled to; a button all the same, for whoever does not scroll. */
function More(props: { next: () => void; count: number }) {
  const place = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const watch = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && props.next(),
      { rootMargin: "2000px" },
    );
    if (place.current) watch.observe(place.current);
    return () => watch.disconnect();
  }, [props.count]);
  return (
    <p class="no-print" ref={place}>
      <Button onClick={props.next}>
        {L(
          `さらに読み込む（新しい順に${props.count}件まで表示中）`,
          `Load more (the newest ${props.count} are here)`,
        )}
      </Button>
    </p>
  );
}

function KindTable(props: { kind: Kind; records: readonly KkRecord[]; more: boolean }) {
  const { kind, records, more } = props;
  const count = records.length;
  const { tables } = useStore();
  const has = (name: string): boolean => kind.fields.some((item) => item.name === name);
  const label = (record: KkRecord, name: string): string => {
    const item = kind.fields.find((one) => one.name === name);
    return item?.codes.find((code) => code.code === record.fields[name])?.label ?? "";
  };
  const areas = (record: KkRecord): string => {
    const codes = record.fields.areas;
    return Array.isArray(codes)
      ? codes.map((code) => areaName(tables, code)).join(L("、", ", "))
      : "";
  };
  return (
    <Table<KkRecord>
      caption={
        more
          ? L(`${kind.label} 新しい順に${count}件`, `${kind.label}: the newest ${count}`)
          : L(`${kind.label} ${count}件`, `${kind.label}: ${count}`)
      }
      rows={records}
      rowKey={(record) => record.id}
      empty={L("条件に合う記録はありません。", "No record matches.")}
      columns={[
        {
          head: L("件名", "Title"),
          rowHead: true,
          cell: (record) => (
            <>
              <a href={showHash(record)}>{titleOf(record)}</a> <RecordMarks record={record} />
            </>
          ),
        },
        ...(kind.kind === "program"
          ? [
              {
                head: L("状態", "State"),
                cell: (record: KkRecord) => stateOf(tables, record),
              },
            ]
          : []),
        ...(has("field")
          ? [
              {
                head: L("分野", "Field"),
                cell: (record: KkRecord) => label(record, "field"),
              },
            ]
          : []),
        ...(has("areas") ? [{ head: L("エリア", "Areas"), cell: areas }] : []),
        ...(has("date")
          ? [
              {
                head: L("実施日", "Date"),
                cell: (record: KkRecord) => dayText(String(record.fields.date ?? "")),
              },
            ]
          : []),
        ...(has("holder")
          ? [
              {
                head: L("担当", "In charge"),
                cell: (record: KkRecord) => String(record.fields.holder ?? ""),
              },
            ]
          : []),
        { head: L("範囲", "Scope"), cell: (record) => <Tier scope={record.scope} /> },
      ]}
    />
  );
}

function useWards() {
  const { tables } = useStore();
  return tables.wards.map((ward) => ({ code: ward.code, label: `${ward.code} ${ward.label}` }));
}

export function KindList({ route, name }: { route: Route; name: string }) {
  const { tables, status } = useStore();
  const [search, setSearch] = useState("");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [area, all] = [route.query.get("area") ?? "", (route.query.get("all") ?? "") !== ""];
  const kind = kindOf(tables, name);
  const got = useList<KkRecord>(listPath(name), { area, open: !all });
  const wards = useWards();
  if (!kind) return <p>{name}</p>;
  const fold = (text: string): string => text.normalize("NFKC").toLowerCase();
  const words = fold(search).split(/\s+/);
  const found = (record: KkRecord): boolean => {
    const text = fold(Object.values(record.fields).flat().join("\n"));
    return words.every((word) => text.includes(word));
  };
  const write = (): void => {
    setRefusal(null);
    save(`record/export.csv/${name}`, {}, `${name}.csv`).catch((reason: unknown) => {
      if (!(reason instanceof Refusal)) throw reason;
      setRefusal(reason);
    });
  };
  return (
    <>
      <Title
        actions={
          <>
            {mayWrite(kind, status.role) && kind.kind !== "edition" && (
              <LinkButton kind="first" href={`#/records/${name}/new`}>
                {L("書く", "Write one")}
              </LinkButton>
            )}
            {mayWrite(kind, status.role) && !["docket", "program", "edition"].includes(name) && (
              <LinkButton href={`#/records/${name}/import`}>
                {L("表から取り込む", "Take in a table")}
              </LinkButton>
            )}
            <Button onClick={write}>{L("表に書き出す（CSV）", "Save as a table (CSV)")}</Button>
            <PrintButton />
          </>
        }
      >
        {kind.label}
      </Title>
      <RefusalNotice refusal={refusal} />
      <div class="filters no-print">
        {kind.fields.some((item) => item.name === "areas") && (
          <Select
            label={L("区", "Ward")}
            value={area}
            any={L("すべて", "all")}
            choices={wards}
            onChange={(value) => setQuery(route, { area: value })}
          />
        )}
        <label class="field inline">
          <span class="label">{L("語句で絞る", "Words")}</span>
          <input
            type="search"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
        <Check
          label={L("終わったものも表示", "Also those that are over")}
          checked={all}
          onChange={(on) => setQuery(route, { all: on ? "1" : "" })}
        />
      </div>
      <Loaded got={got}>
        {(list) => (
          <>
            <KindTable kind={kind} records={list.records.filter(found)} more={list.more} />
            {list.more && <More next={got.next} count={list.records.length} />}
          </>
        )}
      </Loaded>
    </>
  );
}
