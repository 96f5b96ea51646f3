// Forms made from the table of records: a new field or kind needs no line here. Nothing typed is
// lost: a refusal leaves all in place, and leaving the page with unsaved text asks first.
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refusal, type Writing } from "./api.ts";
import { useAreas } from "./areas.ts";
import {
  changedFields,
  plainDigits,
  rebased,
  typedAll,
  typedOf,
  wrongFields,
  type Typed,
  type Wrong,
} from "./fields.ts";
import { levelOf, wardOf } from "./figures.ts";
import { L } from "./lang.ts";
import { useGuard } from "./leaving.tsx";
import type { Envelope, Fields, Item, Value } from "./model.ts";
import { areaName } from "./names.ts";
import { useStore } from "./store.ts";
import { Check, Notice, RefusalNotice } from "./ui.tsx";
import { ValueView } from "./value.tsx";
import { dayText, periodText } from "./when.ts";

const wrongTexts: Record<Wrong["why"], () => string> = {
  missing: () => L("入力してください。", "Please fill this in."),
  long: () => L("長すぎます。短くしてください。", "This is too long; please shorten it."),
  number: () =>
    L("整数で入力してください（例: 1200）。", "Please give a whole number (such as 1200)."),
  date: () =>
    L("年月日で入力してください（例: 2026-11-24）。", "Please give a day (such as 2026-11-24)."),
};

export function whyText(why: Wrong["why"]): string {
  return wrongTexts[why]();
}

type InputProps = {
  item: Item;
  id: string;
  value: string;
  must: boolean;
  describedBy: string;
  invalid: boolean;
  onInput: (value: string) => void;
};

function Input(props: InputProps) {
  const { item, value } = props;
  const common = {
    id: props.id,
    name: item.name,
    value,
    required: props.must,
    "aria-describedby": props.describedBy,
    "aria-invalid": props.invalid,
    onInput: (event: { currentTarget: { value: string } }) =>
      props.onInput(event.currentTarget.value),
  };
  if (item.name === "areas") return <Areas {...props} />;
  switch (item.type) {
    case "code":
      return (
        <select {...common}>
          <option value="">{L("選択してください", "Please choose")}</option>
          {item.codes.map((code) => (
            <option value={code.code}>{code.label}</option>
          ))}
        </select>
      );
    case "text":
      return <textarea {...common} rows={5} />;
    case "list":
    case "figures":
    case "records":
      return <textarea {...common} rows={3} />;
    case "date":
      return (
        <>
          <input {...common} type="date" class="short" />
          <InWords text={/^\d{4}-\d\d-\d\d$/.test(value) ? dayText(value) : ""} />
        </>
      );
    case "year":
      return (
        <>
          <input {...common} type="text" inputMode="numeric" class="short" />
          <InWords text={/^\d{4}$/.test(plainDigits(value)) ? yearText(plainDigits(value)) : ""} />
        </>
      );
    case "number":
      return <input {...common} type="text" inputMode="numeric" class="short" />;
    case "line":
      return <input {...common} type="text" />;
  }
}

const yearText = (year: string): string => periodText("FY" + year);

/** A day or year as all of the page writes it, 西暦（和暦）: a browser's own field knows one of them. */
const InWords = ({ text }: { text: string }) => <span class="in-words sub">{text}</span>;

/** Areas by name, picked from those that there are; codes can be typed, too. */
function Areas(props: InputProps) {
  const { tables, status } = useStore();
  const known = useAreas();
  const codes = props.value.split("\n").filter(Boolean);
  const set = (next: readonly string[]): void => props.onInput(next.join("\n"));
  const near = known.filter(
    (code) => levelOf(code) !== "city" && (status.ward === "" || wardOf(code) === status.ward),
  );
  return (
    <>
      {codes.length > 0 && (
        <ul class="chosen-list plain-list">
          {codes.map((code) => (
            <li class="chip">
              {areaName(tables, code)}
              <button
                type="button"
                class="link"
                onClick={() => set(codes.filter((one) => one !== code))}
              >
                {L("外す", "remove")}
                <span class="unseen"> {areaName(tables, code)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <select
        id={props.id}
        value=""
        aria-required={props.must}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid}
        onChange={(event) => {
          const code = event.currentTarget.value;
          event.currentTarget.value = "";
          if (code) set([...codes, code]);
        }}
      >
        <option value="">{L("エリアを加える", "Add an area")}</option>
        {near
          .filter((code) => !codes.includes(code))
          .map((code) => (
            <option value={code}>
              {areaName(tables, code)} {L(`（${code}）`, `(${code})`)}
            </option>
          ))}
      </select>
      <details class="typed-codes">
        <summary>{L("コードで入力する", "Type codes")}</summary>
        <textarea
          name="areas"
          aria-label={`${props.item.label}: ${L("コード（一行に一つ）", "codes, one a line")}`}
          rows={3}
          value={props.value}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      </details>
    </>
  );
}

/** What a person at the page does, where the table tells what is typed in a terminal. */
export function helpOf(item: Item): string {
  if (item.name === "areas") return L("一つ以上選びます。", "Pick one or more.");
  if (item.name === "evidence")
    return L(
      "課題の画面の「統計から根拠を選ぶ」で、図や表から選べます。手で書くときは「指標 エリア 時点 内訳」の順に、一行に一つ。",
      "Picked from charts and tables on the issue's screen. By hand: indicator, area, period, breakdown; one a line.",
    );
  return item.help + (isMany(item) ? L("（一行に一つ）", " (one a line)") : "");
}
const isMany = (item: Item): boolean => ["list", "figures", "records"].includes(item.type);

export function FieldRow(props: {
  item: Item;
  value: string;
  must: boolean;
  wrong: string | null;
  /** What the record says now, where it was changed elsewhere while this was typed. */
  clash?: Value;
  onInput: (value: string) => void;
}) {
  const { item, must, wrong, clash } = props;
  const id = useId();
  return (
    <div class={`field ${wrong ? "wrong" : ""}`}>
      <label class="label" for={id}>
        {item.label}{" "}
        <span class={must ? "must" : "may"}>
          {must ? L("必須", "required") : L("任意", "optional")}
        </span>
      </label>
      <p class="hint" id={id + "h"}>
        {helpOf(item)}
      </p>
      {wrong && (
        <p class="wrong-text" id={id + "w"}>
          {wrong}
        </p>
      )}
      <Input
        item={item}
        id={id}
        value={props.value}
        must={must}
        describedBy={`${id}h ${wrong ? id + "w" : ""}`.trim()}
        invalid={wrong !== null}
        onInput={props.onInput}
      />
      {clash !== undefined && (
        <div class="clash">
          <p>
            {L(
              "ほかで変わった今の値（上は、あなたが書いた値です）",
              "Changed elsewhere; it now says (above is what you wrote)",
            )}
          </p>
          <div class="clash-value">
            <ValueView item={item} value={clash} />
          </div>
          <button type="button" onClick={() => props.onInput(typedOf(item, clash))}>
            {L("今の値にする", "Take this one")}
            <span class="unseen">: {item.label}</span>
          </button>
        </div>
      )}
    </div>
  );
}

export interface FormProps<T> {
  items: readonly Item[];
  /** What stands already; what is not changed is not sent. */
  fields: Fields;
  /** Filled in for a new record, and sent. */
  preset?: Fields;
  must: (item: Item) => boolean;
  action: string;
  save: (body: Writing) => Promise<Envelope<T>>;
  done: (result: Envelope<T>) => void;
  back?: () => void;
  /** Sent although no field was changed: an act is one even without a field. */
  always?: boolean;
  /** Told of every change, with all that differs from what stood. */
  typed?: (fields: Fields) => void;
  /** Some of the preset was typed here before: it is as little saved. */
  begun?: boolean;
  /** What stands was changed since the preset was typed. */
  stale?: boolean;
  /** What is typed stays on this device as a draft, also when the form is left. */
  kept?: boolean;
  children?: ComponentChildren;
  options?: Writing["options"];
}

export function Form<T>(props: FormProps<T>) {
  const { items } = props;
  const stands = typedAll(items, props.fields);
  const [before, setBefore] = useState<Typed>(stands);
  const [typed, setTyped] = useState<Typed>(() =>
    typedAll(items, { ...props.fields, ...props.preset }),
  );
  const [clashes, setClashes] = useState<string[]>(() =>
    props.stale
      ? items.map((item) => item.name).filter((name) => typed[name] !== stands[name])
      : [],
  );
  const [wrong, setWrong] = useState<Wrong[]>([]);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [touched, setTouched] = useState(props.begun ?? false);
  const form = useRef<HTMLFormElement>(null);
  const changes = changedFields(items, before, typed);
  useGuard(touched && !saved && Object.keys(changes).length > 0, props.kept);

  useLayoutEffect(() => {
    const next = rebased(items, before, typed, stands);
    setBefore(stands);
    setTyped(next.typed);
    setClashes((known) => [...new Set([...known, ...next.clashes])]);
  }, [JSON.stringify(stands)]);

  const type = (name: string, value: string): void => {
    const next = { ...typed, [name]: value };
    setTyped(next);
    setTouched(true);
    setSaved(false);
    props.typed?.(changedFields(items, before, next));
  };
  const personal = refusal?.fault.name === "PERSONAL";
  const wrongAt = (item: Item): string | null => {
    const own = wrong.find((one) => one.name === item.name);
    if (own) return whyText(own.why);
    const fault = refusal?.fault;
    return fault && fault.where === item.name ? fault.detail || fault.message : null;
  };
  const toFirstWrong = (): void => {
    setTimeout(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const found = wrongFields(items, typed, props.must);
    setWrong(found);
    setRefusal(null);
    if (found.length > 0) return toFirstWrong();
    setBusy(true);
    const options = { ...props.options, ...(confirmed ? { "confirm-personal": true } : {}) };
    props
      .save({ fields: changes, ...(Object.keys(options).length > 0 ? { options } : {}) })
      .then(
        (result) => {
          setSaved(true);
          props.done(result);
        },
        (reason: unknown) => {
          if (!(reason instanceof Refusal)) throw reason;
          setRefusal(reason);
          toFirstWrong();
        },
      )
      .finally(() => setBusy(false));
  };
  const nothing = !props.always && Object.keys(changes).length === 0;

  return (
    <form ref={form} onSubmit={submit} noValidate>
      {wrong.length > 0 && (
        <Notice
          tone="error"
          live
          title={L(
            `${wrong.length}か所を直してください。`,
            `Please mend ${wrong.length} field(s).`,
          )}
        >
          <ul>
            {wrong.map((one) => (
              <li>
                {items.find((item) => item.name === one.name)?.label}: {whyText(one.why)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {items.map((item) => (
        <FieldRow
          key={item.name}
          item={item}
          value={typed[item.name] ?? ""}
          must={props.must(item)}
          wrong={wrongAt(item)}
          clash={
            clashes.includes(item.name) && typed[item.name] !== stands[item.name]
              ? (props.fields[item.name] ?? null)
              : undefined
          }
          onInput={(value) => type(item.name, value)}
        />
      ))}
      {props.children}
      <RefusalNotice refusal={refusal} />
      {personal && (
        <Check
          label={L(
            "記載を見直し、住民個人の情報ではないことを確認しました。",
            "I looked again: this is not a resident's own data.",
          )}
          checked={confirmed}
          onChange={setConfirmed}
        />
      )}
      <div class="form-actions">
        <button type="submit" class="first" disabled={busy || nothing}>
          {busy ? L("保存しています…", "Saving …") : props.action}
        </button>
        {props.back && (
          <button type="button" class="second" onClick={props.back}>
            {L("保存せずに戻る", "Back without saving")}
          </button>
        )}
      </div>
    </form>
  );
}
