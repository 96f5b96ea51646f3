// Words of everything that this device may read: records and indicators.
import { kindOf } from "../acts.ts";
import { L } from "../lang.ts";
import type { KkRecord } from "../model.ts";
import { setQuery, type Route } from "../route.ts";
import { useGet, useStore } from "../store.ts";
import { Loaded, Select, Table, Tier, Title } from "../ui.tsx";
import { RecordMarks } from "./record-parts.tsx";
import { showHash, titleOf } from "./records.tsx";

interface Found extends KkRecord {
  found_in: string | null;
  text: string;
}
interface Result {
  records: Found[];
  indicators?: { indicator: string; scope: string }[];
  more?: boolean;
}

/** The words stand out in the text in which they were found. */
function Marked({ text, words }: { text: string; words: readonly string[] }) {
  const plain = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = text.split(new RegExp(`(${plain.join("|")})`, "i"));
  return <>{parts.map((part, at) => (at % 2 === 1 ? <mark>{part}</mark> : part))}</>;
}

export function Search({ route }: { route: Route }) {
  const { tables } = useStore();
  const asked = route.query.get("q") ?? "";
  const kind = route.query.get("kind") ?? "";
  const words = asked.split(/\s+/).filter(Boolean);
  const path = words.length > 0 ? `search/${words.map(encodeURIComponent).join("/")}` : null;
  const got = useGet<Result>(path, { kind });
  const label = (record: Found): string =>
    kindOf(tables, record.kind)?.fields.find((item) => item.name === record.found_in)?.label ?? "";
  return (
    <>
      <Title>
        {L("検索", "Search")}: {asked}
      </Title>
      <div class="filters no-print">
        <Select
          label={L("種類", "Kind")}
          value={kind}
          any={L("すべて", "all")}
          choices={tables.kinds.map((one) => ({ code: one.kind, label: one.label }))}
          onChange={(code) => setQuery(route, { kind: code })}
        />
      </div>
      {path === null && <p class="empty">{L("語句を入力してください。", "Please give a word.")}</p>}
      <Loaded got={got}>
        {(result) => (
          <>
            {(result.indicators ?? []).length > 0 && (
              <ul class="links">
                {(result.indicators ?? []).map((one) => (
                  <li>
                    <a href={`#/compare?i=${one.indicator}`}>{one.indicator}</a>{" "}
                    <Tier scope={one.scope} />
                  </li>
                ))}
              </ul>
            )}
            <Table<Found>
              caption={L(`記録 ${result.records.length}件`, `${result.records.length} records`)}
              rows={result.records}
              rowKey={(record) => record.id}
              empty={L(
                "見つかりませんでした。語を減らすか、別の言い方を試してください。",
                "Nothing was found. Try fewer words, or others.",
              )}
              columns={[
                {
                  head: L("件名", "Title"),
                  rowHead: true,
                  cell: (record) => (
                    <>
                      <a href={showHash(record)}>{titleOf(record)}</a>{" "}
                      <RecordMarks record={record} />
                    </>
                  ),
                },
                {
                  head: L("種類", "Kind"),
                  cell: (record) => kindOf(tables, record.kind)?.label ?? record.kind,
                },
                { head: L("項目", "Field"), cell: label },
                {
                  head: L("内容", "Text"),
                  cell: (record) => <Marked text={record.text} words={words} />,
                },
                { head: L("範囲", "Scope"), cell: (record) => <Tier scope={record.scope} /> },
              ]}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
