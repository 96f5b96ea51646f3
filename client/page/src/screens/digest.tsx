// What came since a day: cases that moved with what was said, programs, what was shared. The very answer of
// `kukyoku digest`, whose own list of what waits is the queue's.
import { useState } from "preact/hooks";
import { stateLabel } from "../acts.ts";
import { L } from "../lang.ts";
import type { Act, KkRecord } from "../model.ts";
import { wardName } from "../names.ts";
import { useGet, useStore } from "../store.ts";
import { Card, Loaded, Select } from "../ui.tsx";
import { instantText, today } from "../when.ts";
import { actLabel, Said } from "./record-parts.tsx";
import { showHash, titleOf } from "./records.tsx";

type Row = KkRecord & { acts: Act[] };
interface Answer {
  moved: Row[];
  programs: Row[];
  shared: Row[];
  shared_again: Row[];
}
const dayMs = 86_400_000;
const [rowsAtMost, actsAtMost] = [8, 3];

function ActLine({ act }: { act: Act }) {
  const { tables } = useStore();
  return (
    <li>
      <span class="sub">
        {act.at && instantText(act.at)} {wardName(tables, act.ward ?? "") || L("局", "bureau")}{" "}
        {act.holder}:
      </span>{" "}
      {actLabel(tables, act.act)}
      <Said act={act} />
    </li>
  );
}

/** The newest acts of each, oldest first, so that they read as they went. */
function Group(props: { title: string; rows: readonly Row[] }) {
  const { tables } = useStore();
  const { title, rows } = props;
  if (rows.length === 0) return null;
  const state = (row: Row): string =>
    row.state
      ? stateLabel(row.kind === "program" ? tables.program : tables.case, row.state)
      : (tables.kinds.find((kind) => kind.kind === row.kind)?.label ?? "");
  return (
    <>
      <h3>{title}</h3>
      <ul class="links">
        {rows.slice(0, rowsAtMost).map((row) => (
          <li>
            <a href={showHash(row)}>{titleOf(row)}</a> <span class="sub">{state(row)}</span>
            <ul class="digest-acts">
              {row.acts.slice(-actsAtMost).map((act) => (
                <ActLine key={act.operation} act={act} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {rows.length > rowsAtMost && (
        <p class="sub">
          {L(`ほか${rows.length - rowsAtMost}件`, `and ${rows.length - rowsAtMost} more`)}
        </p>
      )}
    </>
  );
}

export function Digest() {
  const [days, setDays] = useState("7");
  const got = useGet<Answer>("digest", {
    since: today(new Date(Date.now() - Number(days) * dayMs)),
  });
  const spans = [
    { code: "1", label: L("昨日から", "since yesterday") },
    { code: "7", label: L("一週間", "a week") },
    { code: "31", label: L("一か月", "a month") },
  ];
  return (
    <Card title={L("最近の動き", "What came")}>
      <p class="no-print">
        <Select label={L("期間", "Time")} value={days} choices={spans} onChange={setDays} />
      </p>
      <Loaded got={got}>
        {({ moved, programs, shared, shared_again: again }) =>
          moved.length + programs.length + shared.length + again.length === 0 ? (
            <p class="empty">{L("動きはありません。", "Nothing moved.")}</p>
          ) : (
            <>
              <Group title={L("案件", "Cases")} rows={moved} />
              <Group title={L("事業", "Programs")} rows={programs} />
              <Group title={L("新しく共有されたもの", "Newly shared")} rows={shared} />
              <Group title={L("改めて共有されたもの", "Shared again")} rows={again} />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}
