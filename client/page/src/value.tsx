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

/** By its title; what this device may not read is not a way that leads nowhere. */
function RecordLink({ id, name }: { id: string; name: string }) {
  const path = name === "issue" ? "issue" : name === "case" ? "case" : "record";
  const got = useGet<KkRecord>(`record/show/${id}`);
  const title = got.data?.fields.title ?? got.data?.fields.theme;
  if (got.fault)
    return (
      <>
        {id.slice(0, 8)}{" "}
        <span class="sub">{L("（この端末では見られません）", "(not on this device)")}</span>
      </>
    );
  return <a href={`#/${path}/${id}`}>{String(title ?? id.slice(0, 8))}</a>;
}
