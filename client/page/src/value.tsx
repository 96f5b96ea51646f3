// What a field of a record says, in words.
import { numberText } from "./figures.ts";
import { L } from "./lang.ts";
import type { Item, KkRecord, Value } from "./model.ts";
import { areaName } from "./names.ts";
import { useGet, useStore } from "./store.ts";
import { dayText, periodText } from "./when.ts";

export function ValueView({ item, value }: { item: Item; value: Value }) {
  const { tables } = useStore();
  if (value === null || value === "") return <span class="empty">–</span>;
  if (Array.isArray(value)) {
    if (item.name === "areas")
      return <>{value.map((area) => areaName(tables, area)).join(L("、", ", "))}</>;
    return (
      <ul class="plain-list">
        {value.map((line) => (
          <li>{item.type === "records" ? <RecordLink id={line} name={item.name} /> : line}</li>
        ))}
      </ul>
    );
  }
  if (item.type === "code")
    return <>{item.codes.find((code) => code.code === value)?.label ?? value}</>;
  if (item.type === "date") return <>{dayText(String(value))}</>;
  if (item.type === "year") return <>{periodText("FY" + String(value))}</>;
  if (typeof value === "number") return <>{numberText(value)}</>;
  return <span class="text">{value}</span>;
}

/**
 * By its title where this device surely holds it: asking for what it does not hold is an error in the
 * browser's eyes. No ward's issue is on a device of the bureau, and no way leads there.
 */
function RecordLink({ id, name }: { id: string; name: string }) {
  const { status } = useStore();
  const path = name === "issue" ? "issue" : name === "case" ? "case" : "record";
  const foreign = name === "issue" && status.ward === "";
  const held = !foreign && ["issue", "case"].includes(name);
  const got = useGet<KkRecord>(held ? `record/show/${id}` : null);
  if (foreign)
    return (
      <>
        {id.slice(0, 8)} <span class="sub">{L("（区の記録）", "(the ward's own record)")}</span>
      </>
    );
  return <a href={`#/${path}/${id}`}>{String(got.data?.fields.title ?? id.slice(0, 8))}</a>;
}
