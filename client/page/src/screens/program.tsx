// The acts on a program: published, running, evaluated, ended.
import { useState } from "preact/hooks";
import { actsNow } from "../acts.ts";
import { post } from "../api.ts";
import type { Words } from "../drafts.ts";
import { Form } from "../form.tsx";
import { L } from "../lang.ts";
import type { KkRecord, Kind } from "../model.ts";
import { useStore } from "../store.ts";
import { Begun, Kept, keptForm } from "./words.tsx";

export function ProgramActs(props: {
  record: KkRecord;
  kind: Kind;
  words: Words;
  done: (said: string) => void;
}) {
  const { tables, status } = useStore();
  const { record, kind, words } = props;
  const acts = actsNow(tables.program, record.state, status.role, null);
  const [chosen, setChosen] = useState("");
  const act = acts.find((one) => one.act === chosen) ?? acts[0];
  if (!act) return null;
  const items = kind.fields.filter((item) => item.needed_for === act.act);
  const known = Object.fromEntries(
    items.map((item) => [item.name, record.fields[item.name] ?? null]),
  );
  return (
    <section class="card no-print">
      <h2>{L("次の操作", "What to do")}</h2>
      <fieldset class="radios">
        <legend class="unseen">{L("操作を選ぶ", "Choose an act")}</legend>
        {acts.map((one) => (
          <label>
            <input
              type="radio"
              name="act"
              checked={one === act}
              onChange={() => setChosen(one.act)}
            />
            {one.label}
          </label>
        ))}
      </fieldset>
      <Begun at={words.begun} stale={words.stale} drop={() => void words.drop()} />
      <Kept at={words.at} />
      <Form<KkRecord>
        key={act.act}
        items={items}
        fields={{}}
        preset={{ ...known, ...words.typed }}
        {...keptForm<KkRecord>(words, items)}
        must={() => true}
        always
        action={L(`「${act.label}」を記録する`, `Record: ${act.label}`)}
        save={(body) => post<KkRecord>(`program/${act.act}/${record.id}`, body)}
        done={() => {
          void words.drop();
          props.done(
            L(
              `「${act.label}」を記録しました。次の同期で送ります。`,
              `Recorded: ${act.label}; sent with the next sync.`,
            ),
          );
        }}
      />
    </section>
  );
}
