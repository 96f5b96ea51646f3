// Hand-over: who, what for, for whom and what pass to another person with their history.
import { useState } from "preact/hooks";
import { post, Refusal } from "../api.ts";
import { L } from "../lang.ts";
import { useGuard } from "../leaving.tsx";
import type { RecordList } from "../model.ts";
import { useStore } from "../store.ts";
import { Button, Notice, RefusalNotice, Title } from "../ui.tsx";
import { showHash, titleOf } from "./records.tsx";

export function Handover() {
  const { status, changed } = useStore();
  const [from, setFrom] = useState(status.holder);
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const [list, setList] = useState<RecordList["records"] | null>(null);
  const [done, setDone] = useState(false);
  useGuard(!done && note.trim() !== "");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const run = (trial: boolean): void => {
    setRefusal(null);
    const options = {
      from,
      to,
      ...(note ? { note } : {}),
      ...(trial ? { "dry-run": true } : {}),
    };
    post<RecordList>("record/handover", { options }).then(
      ({ data }) => {
        setList(data?.records ?? []);
        setDone(!trial);
        if (!trial) changed();
      },
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        setRefusal(reason);
        setList(null);
      },
    );
  };
  const line = (label: string, help: string, value: string, set: (text: string) => void) => (
    <label class="field">
      <span class="label">{label}</span>
      <span class="hint">{help}</span>
      <input
        type="text"
        value={value}
        onInput={(event) => {
          set(event.currentTarget.value);
          setList(null);
        }}
      />
    </label>
  );
  return (
    <>
      <Title
        sub={L(
          "取組・継続中の課題・振り返りが、目的や相手とともに次の担当に渡ります。",
          "Initiatives, open issues and reflections pass on, with what they are for and for whom.",
        )}
      >
        {L("担当を引き継ぐ", "Hand over")}
      </Title>
      <div class="narrow-form">
        {line(
          L("これまでの担当", "In charge now"),
          L("記録にある名前", "as in the records"),
          from,
          setFrom,
        )}
        {line(L("新しい担当", "Who will be"), L("名簿の表示名", "as in the roster"), to, setTo)}
        {line(
          L("伝えること", "What the next person should know"),
          L("任意", "optional"),
          note,
          setNote,
        )}
        <RefusalNotice refusal={refusal} />
        {list && (
          <Notice
            tone={done ? "success" : "info"}
            live
            title={
              done
                ? L(
                    `${list.length}件を引き継ぎました。`,
                    `${list.length} records were handed over.`,
                  )
                : L(`${list.length}件が対象です。`, `${list.length} records would pass on.`)
            }
          >
            <ul>
              {list.map((record) => (
                <li>
                  <a href={showHash(record)}>{titleOf(record)}</a>
                </li>
              ))}
            </ul>
          </Notice>
        )}
        <div class="form-actions">
          <Button disabled={!from || !to} onClick={() => run(true)}>
            {L("対象を確かめる", "See what passes on")}
          </Button>
          <Button
            kind="first"
            disabled={!list || done || list.length === 0}
            onClick={() => run(false)}
          >
            {L("引き継ぐ", "Hand over")}
          </Button>
        </div>
      </div>
    </>
  );
}
