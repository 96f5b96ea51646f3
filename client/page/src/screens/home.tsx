// The first screen: in step? how old? what waits, what failed, why, and what to do now?
import { useEffect, useRef, useState } from "preact/hooks";
import { get, post, Refusal } from "../api.ts";
import { sideOf, stateLabel } from "../acts.ts";
import { actLabel } from "./record-parts.tsx";
import { L } from "../lang.ts";
import type { Envelope, Queue, QueueRow, RecordList, Status } from "../model.ts";
import { sideName, wardName } from "../names.ts";
import { routeTo } from "../route.ts";
import { useGet, useStore } from "../store.ts";
import { Digest } from "./digest.tsx";
import { Drafts, listPath } from "./records.tsx";
import {
  Button,
  Card,
  Loaded,
  Notice,
  Progress,
  RefusalNotice,
  Table,
  Tag,
  Title,
} from "../ui.tsx";
import { dayText, daysText, daysUntil, instantText } from "../when.ts";

interface SyncState {
  running: boolean;
  done: number;
  total: number;
  last: Envelope<unknown> | null;
}
const pollMs = 300;

export function SyncPanel() {
  const { changed } = useStore();
  const [state, setState] = useState<SyncState | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const timer = useRef(0);

  const failed = (reason: unknown): void => {
    if (!(reason instanceof Refusal)) throw reason;
    setRefusal(reason);
    setState(null);
  };
  const told = state?.last?.warnings ?? [];
  const here = useRef(true);
  const poll = (): void => {
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      get<SyncState>("sync").then((next) => {
        if (!here.current) return;
        setState(next);
        if (next.running) return poll();
        if (next.last?.error) setRefusal(new Refusal(next.last.error, 0));
        changed();
      }, failed);
    }, pollMs);
  };
  // Not disabled while it runs, so that the keyboard keeps its place.
  const start = (): void => {
    if (state?.running) return;
    setRefusal(null);
    post<SyncState>("sync").then(({ data }) => {
      if (!here.current) return;
      setState(data);
      poll();
    }, failed);
  };
  const quiet = (): void => undefined; // a program that is gone is told by the rest of the screen
  // It goes on while one looks at another screen, or began in another window. One that has ended says
  // nothing here: it was told when it did.
  useEffect(() => {
    get<SyncState>("sync").then((now) => {
      if (!here.current || !now.running) return;
      setState(now);
      poll();
    }, quiet);
    return () => {
      here.current = false;
      clearTimeout(timer.current);
    };
  }, []);

  return (
    <div class="sync no-print">
      <Button kind="first" onClick={start}>
        {state?.running ? L("同期しています…", "Syncing …") : L("今すぐ同期", "Sync now")}
      </Button>
      {state?.running && (
        <Progress label={L("進み具合", "Progress")} done={state.done} total={state.total} />
      )}
      <div aria-live="polite">
        {state && !state.running && !refusal && (
          <p class="said">{L("同期が終わりました。", "The sync is done.")}</p>
        )}
        {state && !state.running && told.length > 0 && (
          <Notice
            tone="warning"
            title={L("この同期について知っておいてほしいこと", "What to know of this sync")}
          >
            {told.map((text) => (
              <p>{text}</p>
            ))}
          </Notice>
        )}
      </div>
      <RefusalNotice refusal={refusal} />
    </div>
  );
}

function standing(status: Status): { tone: "success" | "warning" | "error"; text: string } {
  if (status.revoked)
    return { tone: "error", text: L("この端末は失効しています。", "This device is revoked.") };
  if (!status.enrolled)
    return {
      tone: "error",
      text: L("この端末は登録されていません。", "This device is not enrolled."),
    };
  if (status.pending)
    return {
      tone: "warning",
      text: L("登録担当の承認を待っています。", "Waiting for the registrar's approval."),
    };
  if (status.conflicts)
    return {
      tone: "warning",
      text: L(
        `競合が${status.conflicts}件あります。どちらを採るか選んでください。`,
        `Written by two people: ${status.conflicts}. Please choose what shall stand.`,
      ),
    };
  if (status.set_aside)
    return {
      tone: "warning",
      text: L(
        `局のサーバーが受け取らなかったものが${status.set_aside}件あります。`,
        `Not taken by the bureau's server: ${status.set_aside}.`,
      ),
    };
  if (status.failure)
    return { tone: "warning", text: L("最後の同期は失敗しました。", "The last sync failed.") };
  if (status.waiting)
    return {
      tone: "warning",
      text: L(
        `まだ送っていないものが${status.waiting}件あります。`,
        `Not sent yet: ${status.waiting}.`,
      ),
    };
  return status.well
    ? { tone: "success", text: L("局と同期しています。", "In step with the bureau.") }
    : { tone: "warning", text: L("同期が必要です。", "A sync is needed.") };
}

const grades: Record<string, () => string> = {
  fresh: () => L("新しい", "fresh"),
  aging: () => L("やや古い", "somewhat old"),
  stale: () => L("古い", "old"),
  unknown: () => L("未確認", "not known"),
};

/** The key that signs what is written may want its passphrase once a session. */
function Unlock() {
  const { page, changed } = useStore();
  const [passphrase, setPassphrase] = useState("");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  if (!page.passphrase || page.unlocked) return null;
  const unlock = (event: Event): void => {
    event.preventDefault();
    post("unlock", { passphrase }).then(changed, (reason: unknown) => {
      if (!(reason instanceof Refusal)) throw reason;
      setRefusal(reason);
    });
    setPassphrase("");
  };
  return (
    <Card title={L("書くには署名の鍵を開いてください", "Open the sign key to write")}>
      <form class="field" onSubmit={unlock}>
        <label class="field">
          <span class="label">{L("パスフレーズ", "Passphrase")}</span>
          <input
            type="password"
            autocomplete="off"
            value={passphrase}
            onInput={(event) => setPassphrase(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="first">
          {L("鍵を開く", "Open the key")}
        </button>
      </form>
      <RefusalNotice refusal={refusal} />
    </Card>
  );
}

function Numbers({ status }: { status: Status }) {
  const counts: [string, number, string][] = [
    [L("未送信", "Not sent"), status.waiting, L("次の同期で送ります", "sent with the next sync")],
    [L("保留", "Set aside"), status.set_aside, L("受け取られませんでした", "were not taken")],
    [L("競合", "Conflicts"), status.conflicts, L("二人が同じ項目を書きました", "written by two")],
  ];
  return (
    <dl class="numbers">
      {counts.map(([name, count, help]) => (
        <div class={count > 0 ? "some" : ""}>
          <dt>{name}</dt>
          <dd>
            <strong>{count}</strong>
            {L("件", "")}
            <span class="sub">{help}</span>
          </dd>
        </div>
      ))}
      <div>
        <dt>{L("データの時点", "Data as of")}</dt>
        <dd>
          {instantText(status.as_of)}
          <span class="sub">{grades[status.freshness]?.() ?? status.freshness}</span>
        </dd>
      </div>
      <div>
        <dt>{L("最後の同期", "Last sync")}</dt>
        <dd>{instantText(status.synced)}</dd>
      </div>
      <div>
        <dt>{L("統計の版", "Release")}</dt>
        <dd>
          {status.catalog[1] > 0 ? `${status.catalog[1]} ${status.title}` : L("なし", "none")}
        </dd>
      </div>
    </dl>
  );
}

function Deadlines() {
  const { tables, status } = useStore();
  const side = sideOf(status.role);
  const got = useGet<Queue>("case/list");
  const now = new Date();
  return (
    <Card title={L("期限のある案件", "Cases with a date")} href="#/queue">
      <Loaded got={got}>
        {(queue) => (
          <>
            <p>
              <a href={routeTo(["queue"], { waits: side })}>
                {L("自分の側の対応待ち", "Waiting for your side")}:{" "}
                {L(
                  `${side === "ward" ? queue.waits_ward : queue.waits_bureau}件`,
                  String(side === "ward" ? queue.waits_ward : queue.waits_bureau),
                )}
              </a>
              {queue.overdue > 0 && (
                <>
                  {" "}
                  <Tag tone="warn">
                    {L(`期限超過 ${queue.overdue}件`, `overdue: ${queue.overdue}`)}
                  </Tag>
                </>
              )}
            </p>
            <Table<QueueRow>
              caption={L("期限の近い案件", "Cases, the most urgent first")}
              hideCaption
              empty={L("期限のある案件はありません。", "No case has a date.")}
              rows={queue.records.filter((row) => row.due).slice(0, 8)}
              rowKey={(row) => row.id}
              rowClass={(row) => (row.overdue ? "overdue" : "")}
              columns={[
                {
                  head: L("件名", "Title"),
                  rowHead: true,
                  cell: (row) => (
                    <a href={`#/case/${row.id}`}>{String(row.fields.title ?? row.id)}</a>
                  ),
                },
                {
                  head: L("区", "Ward"),
                  narrow: true,
                  cell: (row) => wardName(tables, row.scope.slice(2)),
                },
                {
                  head: L("状態", "State"),
                  cell: (row) => stateLabel(tables.case, row.state),
                },
                {
                  head: L("対応待ち", "Waits for"),
                  cell: (row) => sideName(row.waits),
                },
                {
                  head: L("期限", "Due"),
                  cell: (row) => (
                    <>
                      {dayText((row.due ?? "").slice(0, 10))}{" "}
                      <Tag tone={row.overdue ? "warn" : "plain"}>
                        {daysText(daysUntil(row.due ?? "", now))}
                      </Tag>
                    </>
                  ),
                },
              ]}
            />
          </>
        )}
      </Loaded>
    </Card>
  );
}

/** Only asked for when there are any: a scope that has some, kind by kind. */
function Conflicts() {
  const { status, tables, round, lang } = useStore();
  const [found, setFound] = useState<RecordList["records"]>([]);
  useEffect(() => {
    const homes = status.scopes
      .filter((one) => one.conflicts > 0)
      .map((one) => one.scope.split(":")[0]);
    const kinds = tables.kinds.filter((kind) => homes.includes(kind.home));
    const lists = kinds.map((kind) => get<RecordList>(listPath(kind.kind)).catch(() => null));
    void Promise.all(lists).then((all) =>
      setFound(
        all
          .flatMap((list) => list?.records ?? [])
          .filter((record) => Object.keys(record.conflicts).length > 0),
      ),
    );
  }, [round, lang, status.conflicts]);
  if (status.conflicts === 0) return null;
  return (
    <Card title={L("競合: どちらを採るか選ぶもの", "Conflicts: to be decided")} tone="warning">
      <ul>
        {found.map((record) => (
          <li>
            <a href={`#/record/${record.id}`}>{String(record.fields.title ?? record.id)}</a>{" "}
            <span class="sub">
              {Object.keys(record.conflicts)
                .map((name) => fieldLabel(tables, record.kind, name))
                .join(L("、", ", "))}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
const fieldLabel = (
  tables: ReturnType<typeof useStore>["tables"],
  kind: string,
  name: string,
): string =>
  tables.kinds.find((one) => one.kind === kind)?.fields.find((item) => item.name === name)?.label ??
  name;

interface Waiting {
  id: string;
  standing: string;
  code: string | null;
  reason: string;
  kind: string | null;
  act: string;
  record: string;
  fields: Record<string, unknown>;
}

/** What was not taken and why; each may be sent again, mended, or given up. */
function Outbox() {
  const { status, tables, changed } = useStore();
  const got = useGet<{ operations: Waiting[] }>(status.set_aside > 0 ? "outbox/list" : null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const act = (verb: string, id: string): void => {
    post(`outbox/${verb}/${id}`).then(changed, (reason: unknown) => {
      if (!(reason instanceof Refusal)) throw reason;
      setRefusal(reason);
    });
  };
  if (status.set_aside === 0) return null;
  return (
    <Card title={L("受け取られなかったもの", "What was not taken")} tone="warning">
      <RefusalNotice refusal={refusal} />
      <Loaded got={got}>
        {({ operations }) => (
          <Table<Waiting>
            caption={L("受け取られなかった操作", "Acts that were not taken")}
            hideCaption
            rows={operations.filter((one) => one.code)}
            rowKey={(one) => one.id}
            columns={[
              {
                head: L("記録", "Record"),
                rowHead: true,
                cell: (one) => String(one.fields.title ?? one.record.slice(0, 8)),
              },
              { head: L("操作", "Act"), cell: (one) => actLabel(tables, one.act) },
              { head: L("理由", "Why"), cell: (one) => one.reason },
              {
                head: L("対処", "What to do"),
                cell: (one) => (
                  <span class="actions">
                    <Button onClick={() => act("resend", one.id)}>
                      {L("送り直す", "Send again")}
                    </Button>
                    <Button onClick={() => act("redraft", one.id)}>{L("直す", "Mend it")}</Button>
                    <Button kind="danger" onClick={() => act("drop", one.id)}>
                      {L("取りやめる", "Give it up")}
                    </Button>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}

function Scopes({ status }: { status: Status }) {
  return (
    <details class="card">
      <summary>{L("範囲ごとの状態", "Scope by scope")}</summary>
      <Table
        caption={L("範囲ごとの同期の状態", "How each scope stands")}
        hideCaption
        rows={status.scopes}
        rowKey={(row) => row.scope}
        columns={[
          { head: L("範囲", "Scope"), rowHead: true, cell: (row) => row.scope },
          {
            head: L("同期", "In step"),
            cell: (row) => (row.in_step ? L("済", "yes") : L("未", "no")),
          },
          { head: L("版", "Release"), number: true, cell: (row) => row.release || "–" },
          { head: L("記録", "Entries"), number: true, cell: (row) => row.entries },
          { head: L("未送信", "Not sent"), number: true, cell: (row) => row.waiting },
          { head: L("保留", "Set aside"), number: true, cell: (row) => row.set_aside },
          { head: L("競合", "Conflicts"), number: true, cell: (row) => row.conflicts },
        ]}
      />
    </details>
  );
}

export function Home() {
  const { status } = useStore();
  const { tone, text } = standing(status);
  return (
    <>
      <Title>{L("ホーム", "Home")}</Title>
      <div class="two">
        <div>
          <Notice tone={tone} title={text} live>
            {status.failure && (
              <>
                <p>
                  {status.failure_message}
                  {status.failure_reason &&
                    L(`（${status.failure_reason}）`, ` (${status.failure_reason})`)}{" "}
                  <span class="code">[{status.failure}]</span>
                </p>
                <p>
                  <strong>{L("対処", "What to do")}: </strong>
                  {status.failure_remedy}
                </p>
              </>
            )}
          </Notice>
          <Unlock />
          <SyncPanel />
          <Conflicts />
          <Outbox />
          <Deadlines />
          <Drafts />
        </div>
        <div>
          <Numbers status={status} />
          <Digest />
          <Scopes status={status} />
        </div>
      </div>
    </>
  );
}
