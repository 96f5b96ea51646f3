// Records from a table: file, trial, the report row by row, then the writing. Rows keep the numbers
// that they have in the file.
import { useState } from "preact/hooks";
import { kindOf } from "../acts.ts";
import { put, Refusal, saveBlob } from "../api.ts";
import { csvOf } from "../figures.ts";
import { L } from "../lang.ts";
import type { ImportReport } from "../model.ts";
import { useStore } from "../store.ts";
import { Button, Check, Notice, RefusalNotice, Table, Tag, Title } from "../ui.tsx";

const isReport = (data: unknown): data is ImportReport =>
  typeof data === "object" && data !== null && "rows" in data;

function Report({ report, name }: { report: ImportReport; name: string }) {
  const outcomes: Record<string, string> = {
    new: L("新規", "new"),
    changed: L("変更", "changed"),
    same: L("同じ", "same"),
    rejected: L("誤り", "not sound"),
  };
  const bad = report.rows.filter((row) => row.outcome === "rejected");
  const download = (): void => {
    const head = [L("行", "row"), L("列", "column"), L("理由", "reason"), L("詳細", "detail")];
    const rows = bad.map((row) => [row.line, row.where, row.reason, row.detail]);
    saveBlob(new Blob([csvOf([head, ...rows])], { type: "text/csv" }), `${name}-errors.csv`);
  };
  return (
    <>
      <dl class="numbers four">
        {(["new", "changed", "same", "rejected"] as const).map((outcome) => (
          <div class={outcome === "rejected" && report.rejected > 0 ? "some" : ""}>
            <dt>{outcomes[outcome]}</dt>
            <dd>
              <strong>{report[outcome]}</strong>
              {L("行", " rows")}
            </dd>
          </div>
        ))}
      </dl>
      {bad.length > 0 && (
        <p>
          <Button onClick={download}>
            {L("誤りのある行を保存する（CSV）", "Save the rows that are not sound (CSV)")}
          </Button>
        </p>
      )}
      <Table
        caption={L("行ごとの結果", "Row by row")}
        rows={[...bad, ...report.rows.filter((row) => row.outcome !== "rejected")]}
        rowKey={(row, at) => `${row.line}-${at}`}
        rowClass={(row) => (row.outcome === "rejected" ? "overdue" : "")}
        columns={[
          { head: L("行", "Row"), number: true, cell: (row) => row.line },
          {
            head: L("結果", "Outcome"),
            cell: (row) => (
              <Tag tone={row.outcome === "rejected" ? "warn" : "plain"}>
                {outcomes[row.outcome] ?? row.outcome}
              </Tag>
            ),
          },
          { head: L("項目", "Column"), cell: (row) => row.where },
          { head: L("理由", "Reason"), cell: (row) => row.reason },
          { head: L("詳細", "Detail"), cell: (row) => row.detail },
        ]}
      />
    </>
  );
}

export function Import({ name }: { name: string }) {
  const { tables, changed } = useStore();
  const kind = kindOf(tables, name);
  const [file, setFile] = useState<File | null>(null);
  const [report, setReport] = useState<ImportReport | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [valid, setValid] = useState(false);
  const [confirmed, setConfirmed] = useState(false);
  const [written, setWritten] = useState(false);
  const [busy, setBusy] = useState(false);
  if (!kind) return <p>{name}</p>;

  const run = (trial: boolean): void => {
    if (!file) return;
    setBusy(true);
    setRefusal(null);
    const query = {
      "dry-run": trial,
      "accept-valid-rows": valid,
      "confirm-personal": confirmed,
    };
    put<ImportReport>(`record/import/${name}`, query, file)
      .then(
        ({ data }) => {
          setReport(data);
          setWritten(!trial);
          if (!trial) changed();
        },
        (reason: unknown) => {
          if (!(reason instanceof Refusal)) throw reason;
          setRefusal(reason);
          setReport(isReport(reason.data) ? reason.data : null);
        },
      )
      .finally(() => setBusy(false));
  };
  const ready = report !== null && !written && (report.rejected === 0 || valid);
  return (
    <>
      <Title
        sub={L(
          "CSV または Excel（XLSX）。一行に一件、見出しは項目の名前です。一件でも誤りがあれば、何も書きません。",
          "CSV or Excel (XLSX): one record a row, headed by the names of the fields. One row that is not sound, and nothing is written.",
        )}
      >
        {L(`${kind.label}を表から取り込む`, `Take in a table: ${kind.label}`)}
      </Title>
      <label class="field">
        <span class="label">{L("ファイル", "File")}</span>
        <input
          type="file"
          accept=".csv,.tsv,.txt,.xlsx,text/csv"
          onChange={(event) => {
            setFile(event.currentTarget.files?.[0] ?? null);
            setReport(null);
            setRefusal(null);
            setWritten(false);
          }}
        />
      </label>
      <details class="card">
        <summary>{L("見出しに使える名前", "Names for the heading")}</summary>
        <Table
          caption={L("項目", "Fields")}
          hideCaption
          rows={kind.fields}
          rowKey={(item) => item.name}
          columns={[
            { head: L("名前", "Name"), rowHead: true, cell: (item) => item.name },
            { head: L("項目", "Field"), cell: (item) => item.label },
            {
              head: L("必須", "Required"),
              cell: (item) => (item.needed_for === "create" ? L("必須", "required") : ""),
            },
            {
              head: L("書き方", "How"),
              cell: (item) =>
                item.codes.length > 0 ? item.codes.map((code) => code.code).join(", ") : item.help,
            },
          ]}
        />
      </details>
      <div class="filters">
        <Check
          label={L("誤りのある行を除いて書く", "Write the sound rows although others are not")}
          checked={valid}
          onChange={setValid}
        />
        <Check
          label={L(
            "住民個人の情報ではないことを確認した",
            "I looked: none of it is a resident's own data",
          )}
          checked={confirmed}
          onChange={setConfirmed}
        />
      </div>
      <div class="actions">
        <Button
          kind={ready ? "second" : "first"}
          disabled={!file || busy}
          onClick={() => run(true)}
        >
          {L("書かずに確かめる", "Try it without writing")}
        </Button>
        <Button
          kind={ready ? "first" : "second"}
          disabled={!ready || busy}
          onClick={() => run(false)}
        >
          {L("取り込む", "Take it in")}
        </Button>
      </div>
      <div aria-live="polite">
        {written && (
          <Notice
            tone="success"
            title={L("取り込みました。次の同期で送ります。", "Taken in; sent with the next sync.")}
          />
        )}
      </div>
      <RefusalNotice refusal={refusal} />
      {report && <Report report={report} name={name} />}
    </>
  );
}
