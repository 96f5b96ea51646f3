// One case as either side sees it: what the ward asks, what the bureau answers, who acts next.
import { useState } from "preact/hooks";
import {
  actFor,
  actPath,
  actsNow,
  calmFirst,
  fieldsOfAct,
  isWard,
  kindOf,
  proposerOf,
  stateLabel,
} from "../acts.ts";
import { post } from "../api.ts";
import type { Words } from "../drafts.ts";
import { Form } from "../form.tsx";
import { L } from "../lang.ts";
import type { KkRecord, Kind, Transition } from "../model.ts";
import { wardName } from "../names.ts";
import { useGet, useStore } from "../store.ts";
import { Loaded, Notice, PrintButton, Tag, Title } from "../ui.tsx";
import { Memo } from "./memo.tsx";
import {
  Erased,
  EvidenceTable,
  FieldsView,
  Lacks,
  RecordMarks,
  SaveReceipts,
  TimelineView,
  type Timeline,
} from "./record-parts.tsx";
import { Resolve } from "./resolve.tsx";
import { Begun, Kept, keptForm, Worded } from "./words.tsx";

const answerFields = ["fund", "fiscal_year", "answer", "program", "code", "review_date"];

/** The feedback record that a closing rests on, picked from the ward's own. */
function FeedbackChoice(props: { value: string; onChange: (id: string) => void }) {
  const got = useGet<{ records: KkRecord[] }>("record/list/feedback");
  const records = got.data?.records ?? [];
  return (
    <label class="field">
      <span class="label">
        {L("地域へのフィードバック", "Feedback to the area")}{" "}
        <span class="must">{L("必須", "required")}</span>
      </span>
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        <option value="">{L("選択してください", "Please choose")}</option>
        {records.map((record) => (
          <option value={record.id}>{String(record.fields.title ?? record.id)}</option>
        ))}
      </select>
      {records.length === 0 && (
        <span class="hint">
          <a href="#/records/feedback/new">{L("フィードバックを書く", "Write a feedback first")}</a>
        </span>
      )}
    </label>
  );
}

function Acts(props: {
  record: KkRecord;
  kind: Kind;
  timeline: Timeline;
  words: Words;
  done: (label: string) => void;
}) {
  const { tables, status } = useStore();
  const { record, kind, words } = props;
  const proposer = proposerOf(record, props.timeline.acts);
  const acts = calmFirst(actsNow(tables.case, record.state, status.role, proposer)).filter(
    (act) => act.act !== "submit",
  );
  const [chosen, setChosen] = useState(
    () => actFor(kind, acts, Object.keys(words.typed))?.act ?? "",
  );
  const [feedback, setFeedback] = useState("");
  const act = acts.find((one) => one.act === chosen) ?? acts[0];
  if (!act) return null;
  const fields = fieldsOfAct(kind, act).filter(
    ({ item }) => item.name !== "comment" || act.act === "comment",
  );
  const items = fields.map(({ item }) => item);
  const save = (one: Transition) => (body: Parameters<typeof post>[1]) =>
    post<KkRecord>(actPath(one, record.id), body);
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
            <span>
              {one.label}
              {one.to && (
                <span class="sub">
                  {" → "}
                  {stateLabel(tables.case, one.to)}
                </span>
              )}
            </span>
          </label>
        ))}
      </fieldset>
      <Begun at={words.begun} stale={words.stale} drop={() => void words.drop()} />
      <Kept at={words.at} />
      <Form
        key={act.act}
        items={items}
        fields={{}}
        preset={{ ...(act.act === "confirm" ? {} : presetOf(record, act)), ...words.typed }}
        {...keptForm<KkRecord>(words, items)}
        must={(item) => fields.some((one) => one.item === item && one.must)}
        always
        options={feedback ? { feedback } : {}}
        action={L(`「${act.label}」を記録する`, `Record: ${act.label}`)}
        save={save(act)}
        done={() => props.done(act.label)}
      >
        {act.need === "feedback" && <FeedbackChoice value={feedback} onChange={setFeedback} />}
      </Form>
    </section>
  );
}

/** Terms that were agreed on come up again, so that nobody types them twice. */
function presetOf(record: KkRecord, act: Transition): KkRecord["fields"] {
  if (act.effect !== "propose") return {};
  const kept = ["fund", "fiscal_year"].filter((name) => record.fields[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, record.fields[name] ?? null]));
}

function Body(props: { record: KkRecord; kind: Kind; timeline: Timeline }) {
  const { tables, status, changed } = useStore();
  const { record, kind, timeline } = props;
  const [said, setSaid] = useState("");
  const proposer = proposerOf(record, timeline.acts);
  const wards = {
    ...kind,
    fields: kind.fields.filter((item) => !answerFields.includes(item.name)),
  };
  const bureau = {
    ...kind,
    fields: kind.fields.filter((item) => answerFields.includes(item.name)),
  };
  const answered = bureau.fields.some((item) => record.fields[item.name] !== undefined);
  return (
    <>
      <Title
        sub={
          <>
            {wardName(tables, record.scope.slice(2))}{" "}
            <Tag tone="strong">{stateLabel(tables.case, record.state)}</Tag>{" "}
            {record.attempt > 1 && (
              <Tag>{L(`${record.attempt}回目の上申`, `submission ${record.attempt}`)}</Tag>
            )}{" "}
            <RecordMarks record={record} />
          </>
        }
        actions={<PrintButton />}
      >
        {String(record.fields.title ?? record.id)}
      </Title>
      {said && <Notice tone="success" title={said} live />}
      {record.proposed && (
        <Notice
          tone="info"
          title={L(
            `「${stateLabel(tables.case, record.proposed)}」への提案中です（提案: ${proposer === "ward" ? "区" : "局"}）。`,
            `A move to "${stateLabel(tables.case, record.proposed)}" is proposed by the ${proposer ?? ""}.`,
          )}
        />
      )}
      <div class="two wide-left">
        <div>
          {record.fields.reason !== undefined && (
            <Notice tone="info" title={L("最新の理由・回答", "Newest reason or reply")}>
              <p class="text">{String(record.fields.reason)}</p>
            </Notice>
          )}
          <Erased record={record} />
          <Lacks record={record} />
          {Object.keys(record.conflicts).length > 0 && (
            <Resolve record={record} kind={kind} may={false} done={changed} />
          )}
          <section>
            <h2>{L("区からの内容", "From the ward")}</h2>
            <FieldsView kind={wards} record={record} skip={["title", "reason", "evidence"]} />
            <EvidenceTable rows={record.evidence ?? []} />
          </section>
          {answered && (
            <section>
              <h2>{L("局の回答", "From the bureau")}</h2>
              <FieldsView kind={bureau} record={record} />
            </section>
          )}
        </div>
        <div>
          <Worded record={record.id}>
            {(words) => (
              <Acts
                key={String(record.state) + String(record.proposed)}
                record={record}
                kind={kind}
                timeline={timeline}
                words={words}
                done={(label) => {
                  void words.drop();
                  setSaid(
                    L(
                      `「${label}」を記録しました。次の同期で送ります。`,
                      `Recorded: ${label}. It goes out with the next sync.`,
                    ),
                  );
                  changed();
                }}
              />
            )}
          </Worded>
          {!isWard(status.role) && <Memo caseId={record.id} />}
          <section>
            <h2>{L("経過と受領", "History and receipts")}</h2>
            <TimelineView acts={timeline.acts} />
            {timeline.acts.some((act) => act.receipt > 0) && <SaveReceipts id={record.id} />}
          </section>
        </div>
      </div>
    </>
  );
}

export function CaseView({ id }: { id: string }) {
  const { tables } = useStore();
  const record = useGet<KkRecord>(`case/show/${id}`);
  const timeline = useGet<Timeline>(`timeline/${id}`);
  const kind = kindOf(tables, "case");
  if (!kind) return null;
  return (
    <Loaded got={record}>
      {(shown) => (
        <Loaded got={timeline}>
          {(acts) => <Body record={shown} kind={kind} timeline={acts} />}
        </Loaded>
      )}
    </Loaded>
  );
}
