// One record: shown, shared, its two sides settled; and the forms in which it is written.
import { useEffect, useState } from "preact/hooks";
import { kindOf, mayWrite } from "../acts.ts";
import { get, post, Refusal, type Writing } from "../api.ts";
import { changesOf, useChange, useDraftOf, useDrafts, useNew, type Draft } from "../drafts.ts";
import { goesOver } from "../fields.ts";
import { Form } from "../form.tsx";
import { L } from "../lang.ts";
import type { Envelope, Fields, Item, KkRecord, Kind } from "../model.ts";
import type { Route } from "../route.ts";
import { useGet, useStore } from "../store.ts";
import {
  Button,
  LinkButton,
  Loaded,
  Notice,
  PrintButton,
  RefusalNotice,
  Tag,
  Tier,
  Title,
} from "../ui.tsx";
import { Cases, DocketActs } from "./docket.tsx";
import { ProgramActs } from "./program.tsx";
import {
  Erased,
  EvidenceTable,
  FieldsView,
  History,
  Lacks,
  RecordMarks,
  stateOf,
} from "./record-parts.tsx";
import { Resolve } from "./resolve.tsx";
import { editPath, newPath, showHash, titleOf } from "./records.tsx";
import { Begun, Kept, Worded } from "./words.tsx";

// --- writing ---

const byProgram = ["handovers", "origin", "rung"];
const mustCreate = (item: Item): boolean => item.needed_for === "create";
/** What must be there comes first. */
const itemsOf = (kind: Kind): Item[] =>
  kind.fields
    .filter((item) => !byProgram.includes(item.name))
    .sort((a, b) => Number(mustCreate(b)) - Number(mustCreate(a)));

/** A new record: saving finishes its draft, so that both have one id. */
function useDraft(kind: Kind, first: Draft | null, preset: Fields) {
  // What the record begins with and the form does not show, such as an issue's first rung.
  const hidden = Object.fromEntries(Object.entries(preset).filter(([name]) => name === "rung"));
  const names = itemsOf(kind).map((item) => item.name);
  const draft = useNew(kind.kind, first, names, hidden);
  const finish = async (body: Writing): Promise<Envelope<KkRecord>> => {
    await draft.stop();
    if (!draft.id())
      return post<KkRecord>(newPath(kind.kind), { ...body, fields: { ...body.fields, ...hidden } });
    await draft.keep(body.fields ?? {});
    return post<KkRecord>(
      `draft/finish/${draft.id()}`,
      body.options ? { options: body.options } : {},
    );
  };
  return { later: draft.later, finish, at: draft.at };
}

function Writer(props: { kind: Kind; preset: Fields; draft: Draft | null }) {
  const { changed } = useStore();
  const { kind } = props;
  const draft = useDraft(kind, props.draft, props.preset);
  const items = itemsOf(kind);
  return (
    <>
      <Title sub={L("必須の項目を書けば保存できます。", "The required fields are enough to save.")}>
        {L(`${kind.label}を書く`, `Write: ${kind.label}`)}
      </Title>
      <Kept at={draft.at} />
      <div class="narrow-form">
        <Form<KkRecord>
          items={items}
          fields={{}}
          preset={props.preset}
          must={mustCreate}
          action={L("保存する", "Save")}
          typed={draft.later}
          kept
          save={draft.finish}
          done={({ data }) => {
            changed();
            if (data) location.hash = showHash(data);
          }}
          back={() => history.back()}
        />
      </div>
    </>
  );
}

const firstRung: Fields = { rung: "noticed" };
const begins = (draft: Draft): boolean => draft.kind === "issue" && draft.act === "create";

export function NewRecord({ route, name }: { route: Route; name: string }) {
  const { tables, status } = useStore();
  const kind = kindOf(tables, name);
  if (!kind) return <p>{name}</p>;
  const area = route.query.get("area") ?? "";
  const evidence = route.query.get("evidence") ?? "";
  const cases = (route.query.get("cases") ?? "").split(",").filter(Boolean);
  const preset: Fields = {
    ...(name === "issue" ? firstRung : {}),
    ...(area && kind.fields.some((item) => item.name === "areas") ? { areas: [area] } : {}),
    ...(cases.length > 0 ? { cases } : {}),
    ...(evidence && name === "issue" ? { evidence: [evidence] } : {}),
    ...(kind.fields.some((item) => item.name === "holder") ? { holder: status.holder } : {}),
  };
  return <Writer kind={kind} preset={preset} draft={null} />;
}

export function ResumeDraft({ id }: { id: string }) {
  const { tables } = useStore();
  const got = useDraftOf(id);
  return (
    <Loaded got={got}>
      {(draft) => {
        const kind = kindOf(tables, draft.kind);
        return kind ? (
          <Writer
            key={draft.id}
            kind={kind}
            preset={{ ...(begins(draft) ? firstRung : {}), ...draft.fields }}
            draft={draft}
          />
        ) : null;
      }}
    </Loaded>
  );
}

const movedOn = (): Refusal =>
  new Refusal(
    {
      code: "",
      name: "MOVED",
      message: L(
        "書いている間に、この記録がほかで変わりました。まだ保存していません。",
        "This record was changed elsewhere while you were writing. Nothing is saved yet.",
      ),
      where: "",
      detail: "",
      remedy: L(
        "印の付いた項目で両方の値を見比べ、残す方を決めてから、もう一度保存してください。",
        "Look at both values of the marked fields, decide, and save again.",
      ),
      exit: 6,
    },
    409,
  );

function Editor(props: { record: KkRecord; kind: Kind; draft: Draft | null; again: () => void }) {
  const { changed } = useStore();
  const { record, kind } = props;
  const [draft, setDraft] = useState(props.draft);
  const keeper = useChange(record.id, props.draft, {});
  const items = itemsOf(kind);
  const save = async (body: Writing): Promise<Envelope<KkRecord>> => {
    const now = await get<KkRecord>(`record/show/${record.id}`);
    if (goesOver(items, record.fields, now.fields, body.fields ?? {})) {
      props.again();
      throw movedOn();
    }
    await keeper.settle();
    const saved = await post<KkRecord>(editPath(record.kind, record.id), body);
    await keeper.drop();
    return saved;
  };
  const startAgain = (): void => {
    void keeper.drop().then(() => setDraft(null));
  };
  return (
    <>
      <Title sub={L("変えた項目だけが送られます。", "Only what you change is sent.")}>
        {L(`${kind.label}を編集する`, `Edit: ${kind.label}`)}
      </Title>
      <Begun
        at={draft?.changed ?? ""}
        stale={draft?.stale ?? false}
        drop={startAgain}
        changed={L(
          "その後、この記録がほかで変わりました。印の付いた項目で両方の値を見比べてください。",
          "The record was changed since. Look at both values of the marked fields.",
        )}
        giveUp={L("書きかけを破棄し、今の記録から書く", "Give it up and begin from the record")}
      />
      <Kept at={keeper.at} />
      <div class="narrow-form">
        <Form<KkRecord>
          key={draft?.id ?? ""}
          items={items}
          fields={record.fields}
          preset={draft?.fields}
          stale={draft?.stale}
          begun={draft !== null}
          must={mustCreate}
          action={L("保存する", "Save")}
          typed={keeper.later}
          kept
          save={save}
          done={() => {
            changed();
            location.hash = showHash(record);
          }}
          back={() => void keeper.drop().then(() => history.back())}
        />
      </div>
    </>
  );
}

export function EditRecord({ id }: { id: string }) {
  const { tables } = useStore();
  const got = useGet<KkRecord>(`record/show/${id}`);
  const drafts = useDrafts();
  return (
    <Loaded got={got}>
      {(record) => {
        const kind = kindOf(tables, record.kind);
        return kind ? (
          <Loaded got={drafts}>
            {({ drafts: kept }) => (
              <Editor record={record} kind={kind} draft={changesOf(kept, id)} again={got.again} />
            )}
          </Loaded>
        ) : null;
      }}
    </Loaded>
  );
}

// --- one record ---

function Share(props: { record: KkRecord; kind: Kind; done: (said: string) => void }) {
  const { status } = useStore();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { record, kind } = props;
  if (kind.way !== "share" || status.role !== "lead") return null;
  const shared = record.scope === "int";
  const act = (): void => {
    post(`record/${shared ? "unshare" : "share"}/${record.id}`).then(
      () =>
        props.done(
          shared
            ? L("共有を取りやめました。", "It is no longer shared.")
            : L(
                "全区と局に共有しました。次の同期で届きます。",
                "Shared; it arrives with the next sync.",
              ),
        ),
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        setRefusal(reason);
      },
    );
  };
  const kept = kind.fields.filter((item) => !item.shared && record.fields[item.name] !== undefined);
  return (
    <section class="card no-print">
      <h2>
        {shared
          ? L("共有中の記録", "A shared record")
          : L("全区と局に共有する", "Share with all wards")}
      </h2>
      {!shared && kept.length > 0 && (
        <p class="hint">
          {L("次の項目は区の中にとどまります: ", "These fields stay within the ward: ")}
          {kept.map((item) => item.label).join(L("、", ", "))}
        </p>
      )}
      <RefusalNotice refusal={refusal} />
      <Button onClick={act}>
        {shared ? L("共有を取りやめる", "Take it back") : L("共有する", "Share it")}
      </Button>
    </section>
  );
}

export function RecordView({ id }: { id: string }) {
  const { tables, status, changed } = useStore();
  const got = useGet<KkRecord>(`record/show/${id}`);
  const [said, setSaid] = useState("");
  const done = (text: string): void => {
    setSaid(text);
    changed();
  };
  const own = got.data && ["issue", "case"].includes(got.data.kind);
  useEffect(() => {
    if (own && got.data) location.replace(showHash(got.data));
  }, [own]);
  return (
    <Loaded got={got}>
      {(record) => {
        const kind = kindOf(tables, record.kind);
        if (!kind || own) return null;
        const conflicts = Object.keys(record.conflicts).length > 0;
        const mine =
          mayWrite(kind, status.role) && record.scope !== "int" && kind.kind !== "edition";
        return (
          <>
            <Title
              sub={
                <>
                  {kind.label} <Tier scope={record.scope} />{" "}
                  {stateOf(tables, record) && <Tag tone="strong">{stateOf(tables, record)}</Tag>}{" "}
                  <RecordMarks record={record} />
                </>
              }
              actions={
                <>
                  {mine && !record.closed && !record.erased && (
                    <LinkButton href={`#/record/${id}/edit`}>{L("編集する", "Edit")}</LinkButton>
                  )}
                  <PrintButton />
                </>
              }
            >
              {titleOf(record)}
            </Title>
            {said && <Notice tone="success" title={said} live />}
            <div class="two wide-left">
              <div>
                {conflicts && (
                  <Resolve
                    record={record}
                    kind={kind}
                    may={mine && !record.closed && !record.erased}
                    done={() =>
                      done(
                        L("決めました。次の同期で送ります。", "Settled; sent with the next sync."),
                      )
                    }
                  />
                )}
                <Erased record={record} />
                <Lacks record={record} />
                <FieldsView kind={kind} record={record} skip={["title", "cases"]} />
                {Array.isArray(record.fields.cases) && <Cases ids={record.fields.cases} />}
                {record.evidence && record.evidence.length > 0 && (
                  <EvidenceTable rows={record.evidence} />
                )}
              </div>
              <div>
                {record.kind === "docket" && (
                  <Worded record={id}>
                    {(words) => <DocketActs docket={record} words={words} done={done} />}
                  </Worded>
                )}
                {record.kind === "program" && (
                  <Worded record={id}>
                    {(words) => (
                      <ProgramActs record={record} kind={kind} words={words} done={done} />
                    )}
                  </Worded>
                )}
                <Share record={record} kind={kind} done={done} />
                <History id={id} />
              </div>
            </div>
          </>
        );
      }}
    </Loaded>
  );
}
