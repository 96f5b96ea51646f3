// One issue: where it stands on the road, what the next rung needs, what it rests on, and how it goes
// to the bureau: what the bureau will see is shown before it is sent.
import { useState } from "preact/hooks";
import { kindOf, lacking, mayWrite, rungNeeds, rungsFrom, steps } from "../acts.ts";
import { post } from "../api.ts";
import type { Words } from "../drafts.ts";
import { Form, helpOf } from "../form.tsx";
import { L } from "../lang.ts";
import type { Item, KkRecord, Kind, Queue, Rung } from "../model.ts";
import { useGet, useStore } from "../store.ts";
import {
  Button,
  Dialog,
  LinkButton,
  Loaded,
  Notice,
  PrintButton,
  Select,
  Tag,
  Title,
} from "../ui.tsx";
import { EvidencePicker } from "./evidence.tsx";
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
import { Begun, Kept, keptForm, Worded } from "./words.tsx";

function Steps({ current, rungs }: { current: string; rungs: readonly Rung[] }) {
  const side = rungs.find((rung) => rung.rung === current && !rung.main);
  const states = {
    done: L("済", "done"),
    current: L("現在", "now"),
    ahead: L("これから", "ahead"),
  };
  return (
    <>
      <ol class="steps" aria-label={L("段階", "Rungs")}>
        {steps(rungs, current).map(({ rung, state }, at) => (
          <li class={state} aria-current={state === "current" ? "step" : undefined}>
            <span class="step-number">{at + 1}</span>
            <span class="step-name">{rung.label}</span>
            <span class="unseen">{states[state]}</span>
          </li>
        ))}
      </ol>
      {side && (
        <p>
          <Tag tone="strong">{side.label}</Tag>
        </p>
      )}
    </>
  );
}

const needFields: Record<Rung["need"], string[]> = {
  none: [],
  reason: ["reason"],
  review: ["reason", "review_date"],
  feedback: ["feedback"],
};

/** words: what is written for one rung is there when another is chosen, or the issue moved meanwhile. */
function Move(props: { issue: KkRecord; kind: Kind; words: Words; done: () => void }) {
  const { tables } = useStore();
  const { issue, kind, words } = props;
  const from = String(issue.fields.rung ?? "");
  const ways = rungsFrom(tables.rungs, from);
  const main = tables.rungs.filter((rung) => rung.main);
  const next = main[main.findIndex((rung) => rung.rung === from) + 1];
  const needsOf = (rung: string): string[] =>
    rungNeeds(tables.rungs, from, rung).flatMap((need) => needFields[need]);
  const [to, setTo] = useState(() => {
    const begun = ways.find((rung) => needsOf(rung.rung).some((name) => name in words.typed));
    const calm = next && ways.includes(next) ? next : ways[0];
    return (begun ?? calm)?.rung ?? "";
  });
  const needs = needsOf(to);
  const items = needs.flatMap((name) => kind.fields.filter((item) => item.name === name));
  if (ways.length === 0) return null;
  return (
    <section class="card no-print">
      <h2>{L("段階を進める", "Move to another rung")}</h2>
      <p>
        <Select
          label={L("次の段階", "Next rung")}
          value={to}
          choices={ways.map((rung) => ({ code: rung.rung, label: rung.label }))}
          onChange={setTo}
        />
      </p>
      <Begun at={words.begun} stale={words.stale} drop={() => void words.drop()} />
      <Kept at={words.at} />
      {needs.includes("reason") && (
        <p class="hint">
          {L(
            "段階を飛ばす・戻す・見送る・他主体へ提起するときは、理由を残します。",
            "A skip, a return, a shelving or a referral keeps its reason.",
          )}
        </p>
      )}
      <Form
        key={to}
        items={items}
        fields={{}}
        preset={words.typed}
        {...keptForm<KkRecord>(words, items)}
        must={() => true}
        always
        action={L("この段階にする", "Move it there")}
        save={(body) => post<KkRecord>(`issue/rung/${issue.id}/${to}`, body)}
        done={props.done}
      />
    </section>
  );
}

/** The fields that a case takes over from the issue, in the order in which the bureau reads them. */
const caseFields = (issue: Kind, theCase: Kind): Item[] =>
  issue.fields.filter((item) =>
    theCase.fields.some((other) => other.name === item.name && other.needed_for === "submit"),
  );

function Submit(props: {
  issue: KkRecord;
  kind: Kind;
  theCase: KkRecord | null;
  done: () => void;
}) {
  const { tables, status } = useStore();
  const { issue, kind, theCase } = props;
  const [open, setOpen] = useState(false);
  const caseKind = kindOf(tables, "case");
  const missing = lacking(kind, issue);
  const again = theCase && ["refused", "declined", "withdrawn"].includes(theCase.state ?? "");
  if (theCase && !again)
    return (
      <Notice tone="info" title={L("局へ上申しています。", "This issue stands before the bureau.")}>
        <p>
          {L("案件の状態", "State of the case")}:{" "}
          <Tag tone="strong">{stateOf(tables, theCase)}</Tag>{" "}
          <a href={`#/case/${theCase.id}`}>{L("案件を開く", "Open the case")}</a>
        </p>
      </Notice>
    );
  const shown = caseKind ? { ...kind, fields: caseFields(kind, caseKind) } : kind;
  return (
    <section class="card no-print">
      <h2>
        {again
          ? L("局へ再び上申する", "Submit it again")
          : L("局へ上申する", "Take it to the bureau")}
      </h2>
      {missing.length > 0 ? (
        <>
          <p>{L("上申の前に、次の項目が必要です。", "Before that, these fields are needed:")}</p>
          <ul>
            {missing.map((item) => (
              <li>
                {item.label} <span class="sub">{helpOf(item)}</span>
              </li>
            ))}
          </ul>
          <LinkButton href={`#/record/${issue.id}/edit`}>
            {L("項目を書く", "Fill them in")}
          </LinkButton>
        </>
      ) : status.role !== "lead" ? (
        <p>
          {L(
            "必要な項目はそろっています。上申は区の責任者が行います。",
            "All fields are there. A lead of the ward submits it.",
          )}
        </p>
      ) : (
        <Button kind="first" onClick={() => setOpen(true)}>
          {L("上申の内容を確認する", "Look at what the bureau will see")}
        </Button>
      )}
      <Dialog
        title={L("局に見える内容", "What the bureau will see")}
        open={open}
        onClose={() => setOpen(false)}
      >
        <FieldsView kind={shown} record={issue} />
        <EvidenceTable rows={issue.evidence ?? []} />
        <p class="hint">
          {L(
            "このほかの項目（段階、担当、備考など）は区の中にとどまります。",
            "All other fields (rung, who is in charge …) stay within the ward.",
          )}
        </p>
        <Form
          items={[]}
          fields={{}}
          must={() => false}
          always
          action={L("局へ上申する", "Submit to the bureau")}
          save={(body) => post<KkRecord>(`issue/submit/${issue.id}`, body)}
          done={() => {
            setOpen(false);
            props.done();
          }}
          back={() => setOpen(false)}
        />
      </Dialog>
    </section>
  );
}

function Evidence(props: { issue: KkRecord; kind: Kind; done: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <section>
      <h2>{L("根拠", "Evidence")}</h2>
      <EvidenceTable rows={props.issue.evidence ?? []} />
      <p class="no-print">
        <Button onClick={() => setOpen(true)}>
          {L("統計から根拠を選ぶ", "Pick evidence from the figures")}
        </Button>
      </p>
      <Dialog
        title={L("根拠の数値を選ぶ", "Pick figures")}
        open={open}
        onClose={() => setOpen(false)}
      >
        <EvidencePicker
          record={props.issue}
          done={() => {
            setOpen(false);
            props.done();
          }}
          back={() => setOpen(false)}
        />
      </Dialog>
    </section>
  );
}

export function IssueView({ id }: { id: string }) {
  const { tables, changed, status } = useStore();
  const got = useGet<KkRecord>(`issue/show/${id}`);
  const cases = useGet<Queue>("case/list", { all: true });
  const kind = kindOf(tables, "issue");
  const [said, setSaid] = useState("");
  if (!kind) return null;
  const done = (text: string) => (): void => {
    setSaid(text);
    changed();
  };
  const sent = L(
    "上申を記録しました。次の同期で局へ送ります。受領すると経過に受領番号が付きます。",
    "The submission is recorded and goes out with the next sync; the receipt then shows below.",
  );
  const theCase =
    cases.data?.records.find(
      (one) => Array.isArray(one.fields.issue) && one.fields.issue.includes(id),
    ) ?? null;
  return (
    <Loaded got={got}>
      {(issue) => (
        <>
          <Title
            sub={<RecordMarks record={issue} />}
            actions={
              <>
                {status.role !== "officer" && (
                  <LinkButton href={`#/record/${id}/edit`}>{L("編集する", "Edit")}</LinkButton>
                )}
                <PrintButton />
              </>
            }
          >
            {String(issue.fields.title ?? "")}
          </Title>
          <Steps current={String(issue.fields.rung ?? "")} rungs={tables.rungs} />
          {said && <Notice tone="success" title={said} live />}
          <div class="two wide-left">
            <div>
              <Erased record={issue} />
              <Lacks record={issue} />
              {Object.keys(issue.conflicts).length > 0 && (
                <Resolve
                  record={issue}
                  kind={kind}
                  may={mayWrite(kind, status.role)}
                  done={done(
                    L("決めました。次の同期で送ります。", "Settled; sent with the next sync."),
                  )}
                />
              )}
              <FieldsView kind={kind} record={issue} skip={["title", "rung", "evidence"]} />
              <Evidence
                issue={issue}
                kind={kind}
                done={done(L("根拠を保存しました。", "The evidence is saved."))}
              />
            </div>
            <div>
              <Submit issue={issue} kind={kind} theCase={theCase} done={done(sent)} />
              <Worded record={id}>
                {(words) => (
                  <Move
                    key={String(issue.fields.rung)}
                    issue={issue}
                    kind={kind}
                    words={words}
                    done={() => {
                      void words.drop();
                      done(L("段階を変えました。", "The rung is changed."))();
                    }}
                  />
                )}
              </Worded>
              <History id={theCase?.id ?? id} />
            </div>
          </div>
        </>
      )}
    </Loaded>
  );
}
