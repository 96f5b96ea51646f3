// What can be proved here: everything stored computed anew, who this device is, files carried by hand.
import { useState } from "preact/hooks";
import { get, Refusal } from "../api.ts";
import { L } from "../lang.ts";
import { useGet, useStore } from "../store.ts";
import { Button, Card, Loaded, Notice, RefusalNotice, Table, Tag, Title } from "../ui.tsx";
import { instantText } from "../when.ts";

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

interface Medium {
  at: string;
  way: string;
  file: string;
  bytes: number;
  digest: string;
  approver: string;
}

function Media() {
  const got = useGet<{ media: Medium[] }>("media/list");
  return (
    <Card title={L("持ち運んだファイルの管理簿", "Files carried by hand")}>
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
    [L("端末", "Device"), status.device],
    [L("使用者", "Holder"), status.holder],
    [L("最後に確かめた時点", "Last checked"), instantText(status.as_of)],
    [L("統計の版", "Release"), `${status.catalog.join(".")} ${status.title}`],
    [L("データの置き場所", "Home"), page.home],
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

export function Proof() {
  return (
    <>
      <Title>{L("証跡", "Proof")}</Title>
      <div class="two">
        <div>
          <Verify />
          <Media />
        </div>
        <div>
          <Identity />
        </div>
      </div>
    </>
  );
}
