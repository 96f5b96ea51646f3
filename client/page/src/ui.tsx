// The small parts that screens are made of, after the デジタル庁デザインシステム.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { Refusal } from "./api.ts";
import { L } from "./lang.ts";
import type { Got } from "./store.ts";

type Children = { children?: ComponentChildren };

// --- headings and notices ---

/** The first screen leaves the focus where the browser put it: before the way to skip to the content. */
let firstScreen = true;

/** One a screen; takes the focus when the screen opens, so that it is read first. */
export function Title(props: Children & { sub?: ComponentChildren; actions?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // At once: a moment later it would take the focus from whoever is quick.
  useLayoutEffect(() => {
    if (!firstScreen) heading.current?.focus();
    firstScreen = false;
  }, []);
  useEffect(() => {
    document.title = `${heading.current?.textContent ?? ""} – ${L("区局", "Kukyoku")}`;
  });
  return (
    <div class="title">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {props.children}
        </h1>
        {props.sub && <p class="sub">{props.sub}</p>}
      </div>
      {props.actions && <div class="actions no-print">{props.actions}</div>}
    </div>
  );
}

export type Tone = "info" | "success" | "warning" | "error";
const tones: Record<Tone, () => string> = {
  info: () => L("お知らせ", "Note"),
  success: () => L("完了", "Done"),
  warning: () => L("注意", "Warning"),
  error: () => L("エラー", "Error"),
};

export function Notice(props: Children & { tone: Tone; title?: string; live?: boolean }) {
  const role = props.live ? (props.tone === "error" ? "alert" : "status") : undefined;
  return (
    <div class={`notice ${props.tone}`} role={role}>
      <p class="notice-title">
        <span class="notice-tone">{tones[props.tone]()}</span>
        {props.title}
      </p>
      {props.children && <div>{props.children}</div>}
    </div>
  );
}

/** Why it was not done, and what to do now. */
export function RefusalNotice(props: { refusal: Refusal | null; again?: () => void }) {
  const fault = props.refusal?.fault;
  if (!fault) return null;
  return (
    <Notice tone="error" title={fault.message} live>
      {(fault.where || fault.detail) && (
        <p>{[fault.where, fault.detail].filter(Boolean).join(": ")}</p>
      )}
      {fault.remedy && (
        <p>
          <strong>{L("対処", "What to do")}: </strong>
          {fault.remedy}
        </p>
      )}
      {fault.name === "LOCKED" && props.again && (
        <p>
          {L(
            "終わると、この画面は自動で続きます。入力した内容はそのまま残ります。",
            "This page goes on by itself when it has ended; what you typed stays.",
          )}
        </p>
      )}
      {fault.code && <p class="code">[{fault.code}]</p>}
      {props.again && (
        <p>
          <button type="button" onClick={props.again}>
            {L("もう一度試す", "Try again")}
          </button>
        </p>
      )}
    </Notice>
  );
}

/** What was asked for, or why it is not there, or that it is on its way. */
export function Loaded<T>(props: { got: Got<T>; children: (data: T) => ComponentChildren }) {
  const { data, fault, loading, again } = props.got;
  if (fault) return <RefusalNotice refusal={fault} again={again} />;
  if (data !== null) return <>{props.children(data)}</>;
  return loading ? <p class="loading">{L("読み込んでいます…", "Loading …")}</p> : null;
}

export { Table, type Column } from "./table.tsx";

// --- marks ---

export function Tag(props: Children & { tone?: "strong" | "plain" | "warn" | "good" }) {
  return <span class={`tag ${props.tone ?? "plain"}`}>{props.children}</span>;
}

/** Which tier a figure or record belongs to. */
export function Tier(props: { scope: string }) {
  const kind = props.scope.split(":")[0] ?? "";
  const texts: Record<string, string> = {
    pub: L("公表", "public"),
    int: L("庁内", "internal"),
    r: L("非公表", "restricted"),
    w: L("区内", "ward only"),
    e: L("区局", "ward and bureau"),
    b: L("局内", "bureau only"),
  };
  return <span class={`tag tier-${kind}`}>{texts[kind] ?? props.scope}</span>;
}

// --- buttons ---

export function Button(
  props: Children & {
    onClick: () => void;
    kind?: "first" | "second" | "danger";
    disabled?: boolean;
    describedBy?: string;
  },
) {
  return (
    <button
      type="button"
      class={props.kind ?? "second"}
      onClick={props.onClick}
      disabled={props.disabled}
      aria-describedby={props.describedBy}
    >
      {props.children}
    </button>
  );
}

export const LinkButton = (props: Children & { href: string; kind?: "first" | "second" }) => (
  <a class={`button ${props.kind ?? "second"}`} href={props.href}>
    {props.children}
  </a>
);

export const PrintButton = () => <Button onClick={() => print()}>{L("印刷する", "Print")}</Button>;

// --- form parts ---

export function Select(props: {
  label: string;
  value: string;
  choices: readonly { code: string; label: string }[];
  any?: string;
  onChange: (value: string) => void;
}) {
  return (
    <label class="field inline">
      <span class="label">{props.label}</span>
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {props.any !== undefined && <option value="">{props.any}</option>}
        {props.choices.map((choice) => (
          <option value={choice.code}>{choice.label}</option>
        ))}
      </select>
    </label>
  );
}

export function Check(props: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}

/** A window over the page that the keyboard can leave with Escape. */
export function Dialog(props: Children & { title: string; open: boolean; onClose: () => void }) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (props.open && !box.current?.open) box.current?.showModal();
    if (!props.open && box.current?.open) box.current.close();
  }, [props.open]);
  return (
    <dialog ref={box} aria-labelledby={id} onClose={props.onClose}>
      {props.open && (
        <>
          <h2 id={id}>{props.title}</h2>
          {props.children}
        </>
      )}
    </dialog>
  );
}

export function Progress(props: { label: string; done: number; total: number }) {
  const known = props.total > 0;
  const share = known ? { value: props.done, max: props.total } : {};
  return (
    <label class="progress">
      <span>{props.label}</span>
      <progress {...share} />
      {known && (
        <span>
          {props.done} / {props.total}
        </span>
      )}
    </label>
  );
}

export const Card = (props: Children & { title: string; tone?: Tone; href?: string }) => (
  <section class={`card ${props.tone ?? ""}`}>
    <h2>{props.href ? <a href={props.href}>{props.title}</a> : props.title}</h2>
    {props.children}
  </section>
);
