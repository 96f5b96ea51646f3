// What can be proved here: everything stored computed anew, who this device is, files carried by hand.
import { useState } from "preact/hooks";
import { get, put, Refusal, save, saveMade, type Writing } from "../api.ts";
import { L } from "../lang.ts";
import { useGet, useStore } from "../store.ts";
import { Button, Card, Loaded, Notice, RefusalNotice, Table, Tag, Title } from "../ui.tsx";
import { fingerprint, wardName } from "../names.ts";
import { instantText, today } from "../when.ts";
import { actLabel } from "./record-parts.tsx";

interface Verified {
  documents: number;
  rows: number;
  datasets: number;
  entries: number;
  repaired: number;
  faults: { code?: string; where?: string; message?: string; detail?: string }[];
}

function Verify() {
  const [result, setResult] = useState<Verified | null>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const run = (): void => {
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    get<Verified>("verify")
      .then(setResult, (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        setRefusal(reason);
      })
      .finally(() => setBusy(false));
  };
  return (
    <Card title={L("保存した内容の検証", "Everything stored, computed anew")}>
      <p>
        {L(
          "署名・ハッシュ・記録の順序を、この端末だけですべて確かめ直します。",
          "Signatures, hashes and the order of records, all checked again on this device alone.",
        )}
      </p>
      <Button kind="first" onClick={run}>
        {busy ? L("検証しています…", "Checking …") : L("すべて検証する", "Check everything")}
      </Button>
      <div aria-live="polite">
        {result && (
          <>
            <dl class="numbers four">
              {(
                [
                  [L("文書", "Documents"), result.documents],
                  [L("統計の行", "Rows"), result.rows],
                  [L("データ集合", "Datasets"), result.datasets],
                  [L("記録", "Entries"), result.entries],
                ] as const
              ).map(([name, count]) => (
                <div>
                  <dt>{name}</dt>
                  <dd>
                    <strong>{count}</strong>
                  </dd>
                </div>
              ))}
            </dl>
            {result.faults.length === 0 ? (
              <Notice tone="success" title={L("異常はありません。", "No fault was found.")} />
            ) : (
              <Notice
                tone="error"
                title={L(
                  `${result.faults.length}件の異常があります。`,
                  `${result.faults.length} faults.`,
                )}
              >
                <ul>
                  {result.faults.map((fault) => (
                    <li>
                      {[fault.code, fault.where, fault.message, fault.detail]
                        .filter(Boolean)
                        .join(" ")}
                    </li>
                  ))}
                </ul>
                <p>
                  <strong>{L("対処", "What to do")}: </strong>
                  {L(
                    "`kukyoku verify --repair` の後に「今すぐ同期」を押してください。",
                    "Run `kukyoku verify --repair`, then sync.",
                  )}
                </p>
              </Notice>
            )}
          </>
        )}
      </div>
      <RefusalNotice refusal={refusal} />
    </Card>
  );
}

// --- who did what: the log as the daemon received it ---

interface Entry {
  scope: string;
  number: number;
  received: string;
  role: string;
  ward: string | null;
  holder: string | null;
  act: string;
  record: string;
  verdict: string;
}
interface Pieces {
  pieces: { kind: string; holds: boolean; scope: string; number: number; at: string | null }[];
  held: number;
  failed: number;
  root: string;
  confirmed: boolean;
}

function Held({ result }: { result: Pieces }) {
  return result.failed === 0 ? (
    <Notice
      tone="success"
      title={L(`${result.held}件すべて成り立ちます。`, `All ${result.held} hold.`)}
    >
      {L("ルートの照合番号", "Fingerprint of the root")}: <span class="code">{result.root}</span>
    </Notice>
  ) : (
    <Notice
      tone="error"
      title={L(`${result.failed}件が成り立ちません。`, `${result.failed} do not hold.`)}
    >
      <ul>
        {result.pieces
          .filter((piece) => !piece.holds)
          .map((piece) => (
            <li>
              {piece.scope} {piece.number}
            </li>
          ))}
      </ul>
    </Notice>
  );
}

function Audit() {
  const { tables } = useStore();
  const [since, setSince] = useState(today(new Date(Date.now() - 30 * 86_400_000)));
  const got = useGet<{ entries: Entry[] }>("audit/list", { since });
  const [result, setResult] = useState<Pieces | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const failed = (reason: unknown): void => {
    if (!(reason instanceof Refusal)) throw reason;
    setRefusal(reason);
  };
  const check = (): void => {
    setRefusal(null);
    get<Pieces>("audit/verify").then(setResult, failed);
  };
  const proof = (): void => {
    setRefusal(null);
    save("audit/export.kkyb", {}, "audit.kkyb").catch(failed);
  };
  return (
    <Card title={L("だれが、いつ、何をしたか", "Who did what, and when")}>
      <div class="filters no-print">
        <label class="field inline">
          <span class="label">{L("この日から", "From this day")}</span>
          <input
            type="date"
            value={since}
            onChange={(event) => event.currentTarget.value && setSince(event.currentTarget.value)}
          />
        </label>
        <Button onClick={check}>{L("記録の鎖を検証する", "Check the log")}</Button>
        <Button onClick={proof}>{L("証拠ファイルを保存する", "Save as a proof")}</Button>
      </div>
      <div aria-live="polite">{result && <Held result={result} />}</div>
      <RefusalNotice refusal={refusal} />
      <Loaded got={got}>
        {({ entries }) => (
          <Table<Entry>
            caption={L(`${entries.length}件`, `${entries.length} entries`)}
            rows={[...entries].reverse()}
            rowKey={(entry) => entry.scope + entry.number}
            rowClass={(entry) => (entry.verdict === "OK" ? "" : "overdue")}
            empty={L("この期間の記録はありません。", "Nothing in this time.")}
            columns={[
              { head: L("受付日時", "Received"), cell: (entry) => instantText(entry.received) },
              {
                head: L("だれが", "Who"),
                cell: (entry) =>
                  `${wardName(tables, entry.ward ?? "") || L("局", "bureau")} ${entry.holder ?? ""}`,
              },
              {
                head: L("操作", "Act"),
                rowHead: true,
                cell: (entry) => actLabel(tables, entry.act),
              },
              {
                head: L("記録", "Record"),
                cell: (entry) => (
                  <a href={`#/record/${entry.record}`}>
                    <span class="code">{entry.record.slice(0, 8)}</span>
                  </a>
                ),
              },
              { head: L("範囲", "Scope"), cell: (entry) => `${entry.scope} ${entry.number}` },
              {
                head: L("判定", "Verdict"),
                cell: (entry) =>
                  entry.verdict === "OK" ? (
                    L("受領", "taken")
                  ) : (
                    <Tag tone="warn">{entry.verdict}</Tag>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}

/** A proof that somebody handed over, checked without the daemon. */
function CheckFile() {
  const [result, setResult] = useState<Pieces | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const check = (file: File | undefined): void => {
    setResult(null);
    setRefusal(null);
    if (!file) return;
    put<Pieces>("receipt/verify", {}, file).then(
      ({ data }) => setResult(data),
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        setRefusal(reason);
      },
    );
  };
  return (
    <Card title={L("受領証・証拠ファイルを確かめる", "Check a receipt or proof")}>
      <label class="field">
        <span class="label">{L("ファイル（KKYB）", "File (KKYB)")}</span>
        <input
          type="file"
          accept=".kkyb"
          onChange={(event) => check(event.currentTarget.files?.[0])}
        />
      </label>
      <div aria-live="polite">{result && <Held result={result} />}</div>
      <RefusalNotice refusal={refusal} />
    </Card>
  );
}

interface Medium {
  at: string;
  way: string;
  file: string;
  bytes: number;
  digest: string;
  approver: string;
}

interface TakenIn {
  unchanged: boolean;
  entries: number;
  release: number;
}

/** A ward without a network takes part by files: out to the bureau, and in from it. */
function Media() {
  const { changed, status } = useStore();
  const got = useGet<{ media: Medium[] }>("media/list");
  const [approver, setApprover] = useState("");
  const [said, setSaid] = useState("");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const failed = (reason: unknown): void => {
    if (!(reason instanceof Refusal)) throw reason;
    setRefusal(reason);
  };
  const begin = (): void => {
    setSaid("");
    setRefusal(null);
  };
  const out = (): void => {
    begin();
    const body: Writing = approver ? { options: { approver } } : {};
    saveMade("media/export.kkyb", body, `to-bureau-${today()}.kkyb`).then(() => {
      setSaid(L("局へ渡すファイルを保存しました。", "The file for the bureau is saved."));
      changed();
    }, failed);
  };
  const take = (file: File | undefined): void => {
    begin();
    if (!file) return;
    put<TakenIn>("media/import", approver ? { approver } : {}, file).then(({ data }) => {
      setSaid(
        data?.unchanged
          ? L("新しいものはありませんでした。", "There was nothing new in it.")
          : L(
              `取り込みました（記録 ${data?.entries ?? 0}件、第${data?.release ?? 0}版）。`,
              `Taken in (${data?.entries ?? 0} entries, release ${data?.release ?? 0}).`,
            ),
      );
      changed();
    }, failed);
  };
  return (
    <Card title={L("ファイルで届ける・受け取る", "Without a network: by file")}>
      <label class="field">
        <span class="label">
          {L("許可した人（管理簿に残ります）", "Who allowed it, for the register")}
        </span>
        <input
          type="text"
          value={approver}
          onInput={(event) => setApprover(event.currentTarget.value)}
        />
      </label>
      <p>
        <Button onClick={out}>
          {L(
            `局へ渡すファイルを作る（未送信 ${status.waiting}件）`,
            `Make a file for the bureau (${status.waiting} not sent)`,
          )}
        </Button>
      </p>
      <label class="field">
        <span class="label">{L("局から受け取ったファイル", "A file from the bureau")}</span>
        <input
          type="file"
          accept=".kkyb"
          onChange={(event) => take(event.currentTarget.files?.[0])}
        />
      </label>
      <div aria-live="polite">{said && <Notice tone="success" title={said} />}</div>
      <RefusalNotice refusal={refusal} />
      <Loaded got={got}>
        {({ media }) => (
          <Table<Medium>
            caption={L("管理簿", "Register")}
            hideCaption
            rows={media}
            rowKey={(row, at) => row.digest + at}
            empty={L("持ち運びの記録はありません。", "No file was carried.")}
            columns={[
              { head: L("日時", "When"), cell: (row) => instantText(row.at) },
              { head: L("方向", "Way"), cell: (row) => <Tag>{row.way}</Tag> },
              { head: L("ファイル", "File"), rowHead: true, cell: (row) => row.file },
              { head: L("許可", "Allowed by"), cell: (row) => row.approver },
              {
                head: L("照合値", "Digest"),
                cell: (row) => <span class="code">{row.digest.slice(0, 16)}</span>,
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}

function Identity() {
  const { status, page } = useStore();
  const rows: [string, string][] = [
    [L("端末の照合番号", "Fingerprint"), fingerprint(status.device)],
    [L("使用者", "Holder"), status.holder],
    [L("最後に確かめた時点", "Last checked"), instantText(status.as_of)],
    [L("統計の版", "Release"), `${status.catalog.join(".")} ${status.title}`],
    [L("プログラムの版", "Version"), page.version],
  ];
  return (
    <Card title={L("この端末", "This device")}>
      <dl class="fields">
        {rows.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd class={name === rows[0]?.[0] ? "code" : ""}>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">
        {L(
          "端末の中の内容は暗号化されません。ディスクの暗号化（BitLocker、LUKS）を確かめてください。",
          "What is stored here is not encrypted: see that the disk is (BitLocker, LUKS).",
        )}
      </p>
    </Card>
  );
}

interface Device {
  fingerprint: string;
  device: string;
  label: string;
  role: string;
  ward: string;
  office: string | null;
  holder: string;
  status: string;
}

/** Who takes part: the devices of one's own ward, the bureau's officers see all. */
function Devices() {
  const { tables, status } = useStore();
  const got = useGet<{ devices: Device[] }>("device/list");
  return (
    <Card title={status.ward ? L("区の端末", "Devices of the ward") : L("端末", "Devices")}>
      <Loaded got={got}>
        {({ devices }) => (
          <Table<Device>
            caption={L(`${devices.length}台`, `${devices.length} devices`)}
            rows={devices}
            rowKey={(device) => device.device}
            rowClass={(device) => (device.status === "active" ? "" : "overdue")}
            empty={L("端末はありません。", "No devices.")}
            columns={[
              {
                head: L("使う人", "Holder"),
                rowHead: true,
                cell: (device) => (
                  <>
                    {[
                      status.ward ? "" : wardName(tables, device.ward) || L("局", "bureau"),
                      device.office,
                      device.holder,
                    ]
                      .filter(Boolean)
                      .join(" ")}
                    <br />
                    <span class="sub">
                      {L("端末", "device")} {device.label}
                    </span>
                  </>
                ),
              },
              {
                head: L("役割", "Role"),
                cell: (device) =>
                  tables.roles.find((role) => role.role === device.role)?.label ?? device.role,
              },
              {
                head: L("照合番号", "Fingerprint"),
                cell: (device) => <span class="code">{device.fingerprint}</span>,
              },
              {
                head: L("状態", "Standing"),
                cell: (device) => {
                  const found = tables.statuses.find((one) => one.status === device.status);
                  const label = found?.label ?? device.status;
                  return device.status === "active" ? label : <Tag tone="warn">{label}</Tag>;
                },
              },
            ]}
          />
        )}
      </Loaded>
      <p class="sub">
        {L(
          "知らない端末・辞めた人の端末があれば、登録担当に知らせてください。",
          "Tell the registrar about a device that nobody knows, or of someone who has left.",
        )}
      </p>
    </Card>
  );
}

export function Proof() {
  return (
    <>
      <Title>{L("証跡", "Proof")}</Title>
      <div class="two">
        <div>
          <Verify />
          <Audit />
        </div>
        <div>
          <Identity />
          <CheckFile />
          <Devices />
          <Media />
        </div>
      </div>
    </>
  );
}
