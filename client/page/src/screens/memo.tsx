// The bureau's own note on a case: priority and words that no ward reads.
import { useState } from "preact/hooks";
import { kindOf } from "../acts.ts";
import { post } from "../api.ts";
import { begunOf, changesOf, useChange, useDrafts, useNew, type Draft } from "../drafts.ts";
import { Form } from "../form.tsx";
import { L } from "../lang.ts";
import type { Fields, Item, KkRecord, RecordList } from "../model.ts";
import { useGet, useStore } from "../store.ts";
import { Loaded, Notice } from "../ui.tsx";
import { Begun, Kept } from "./words.tsx";

interface Keeping {
  later(fields: Fields): void;
  drop(): Promise<void>;
  at: string;
}
interface Parts {
  items: readonly Item[];
  caseId: string;
  draft: Draft | null;
  done: () => void;
}

function MemoForm(props: Parts & { path: string; own: KkRecord | null; keeper: Keeping }) {
  const { own, keeper, caseId } = props;
  const [draft, setDraft] = useState(props.draft);
  const drop = (): void => {
    void keeper.drop().then(() => setDraft(null));
  };
  return (
    <>
      <Begun at={draft?.changed ?? ""} stale={draft?.stale ?? false} drop={drop} />
      <Kept at={keeper.at} />
      <Form
        key={draft?.id ?? ""}
        items={props.items}
        fields={own?.fields ?? {}}
        {...(draft ? { preset: draft.fields, stale: draft.stale } : {})}
        begun={draft !== null}
        kept
        typed={keeper.later}
        must={() => false}
        action={L("メモを保存する", "Save the memo")}
        save={(body) =>
          post<KkRecord>(props.path, {
            ...body,
            fields: { ...body.fields, ...(own ? {} : { case: [caseId] }) },
          })
        }
        done={() => {
          drop();
          props.done();
        }}
      />
    </>
  );
}

function NewMemo(props: Parts) {
  const names = props.items.map((item) => item.name);
  const keeper = useNew("memo", props.draft, names, { case: [props.caseId] });
  return <MemoForm {...props} path="record/new/memo" own={null} keeper={keeper} />;
}

function OldMemo(props: Parts & { own: KkRecord }) {
  const keeper = useChange(props.own.id, props.draft, {});
  return <MemoForm {...props} path={`record/edit/${props.own.id}`} keeper={keeper} />;
}

export function Memo({ caseId }: { caseId: string }) {
  const { tables, changed } = useStore();
  const [saved, setSaved] = useState(false);
  const got = useGet<RecordList>("record/list/memo");
  const drafts = useDrafts();
  const kind = kindOf(tables, "memo");
  if (!kind) return null;
  const items = kind.fields.filter((item) => ["priority", "note"].includes(item.name));
  const done = (): void => {
    setSaved(true);
    changed();
  };
  return (
    <section class="card no-print">
      <h2>{L("局内メモ（区には見えません）", "Memo (no ward reads it)")}</h2>
      {saved && (
        <Notice tone="success" title={L("メモを保存しました。", "The memo is saved.")} live />
      )}
      <Loaded got={got}>
        {({ records }) => (
          <Loaded got={drafts}>
            {({ drafts: kept }) => {
              const parts = { items, caseId, done };
              const own = records.find(
                (record) =>
                  Array.isArray(record.fields.case) && record.fields.case.includes(caseId),
              );
              return own ? (
                <OldMemo key={own.id} {...parts} own={own} draft={changesOf(kept, own.id)} />
              ) : (
                <NewMemo {...parts} draft={begunOf(kept, "memo", "case", caseId)} />
              );
            }}
          </Loaded>
        )}
      </Loaded>
    </section>
  );
}
