// The bureau's own note on a case: priority and words that no ward reads.
import { useState } from "preact/hooks";
import { kindOf } from "../acts.ts";
import { post } from "../api.ts";
import { Form } from "../form.tsx";
import { L } from "../lang.ts";
import type { KkRecord, RecordList } from "../model.ts";
import { useGet, useStore } from "../store.ts";
import { Loaded, Notice } from "../ui.tsx";

export function Memo({ caseId }: { caseId: string }) {
  const { tables, changed } = useStore();
  const [saved, setSaved] = useState(false);
  const got = useGet<RecordList>("record/list/memo");
  const kind = kindOf(tables, "memo");
  if (!kind) return null;
  return (
    <section class="card no-print">
      <h2>{L("局内メモ（区には見えません）", "Memo (no ward reads it)")}</h2>
      {saved && (
        <Notice tone="success" title={L("メモを保存しました。", "The memo is saved.")} live />
      )}
      <Loaded got={got}>
        {({ records }) => {
          const own = records.find(
            (record) => Array.isArray(record.fields.case) && record.fields.case.includes(caseId),
          );
          const path = own ? `record/edit/${own.id}` : "record/new/memo";
          return (
            <Form
              key={own?.id ?? ""}
              items={kind.fields.filter((item) => ["priority", "note"].includes(item.name))}
              fields={own?.fields ?? {}}
              must={() => false}
              action={L("メモを保存する", "Save the memo")}
              save={(body) =>
                post<KkRecord>(path, {
                  ...body,
                  fields: { ...body.fields, ...(own ? {} : { case: [caseId] }) },
                })
              }
              done={() => {
                setSaved(true);
                changed();
              }}
            />
          );
        }}
      </Loaded>
    </section>
  );
}
