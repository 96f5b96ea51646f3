// What is typed becomes a draft on this device a moment later, so that it comes back after a crash, when a
// window is closed, and when a screen is left. The text never leaves the device before it is saved.
import { useEffect, useRef, useState } from "preact/hooks";
import { passes, post, Refusal } from "./api.ts";
import { draftFields, written } from "./fields.ts";
import type { Fields, Item } from "./model.ts";
import { useGet, useStore, type Got } from "./store.ts";

export interface Draft {
  id: string;
  kind: string;
  act: string;
  scope: string;
  record: string;
  changed: string;
  lacks: string;
  title: string;
  /** The record which it changes says something else than when the draft was begun. */
  stale: boolean;
  /** What is written for an act on the record, whichever that will be. */
  words: boolean;
  fields: Fields;
}

const draftAfterMs = 1500;
const againMs = 5_000;
/** What a form that was left is still keeping: a draft is read only when that is done. */
let keeping: Promise<unknown> = Promise.resolve();

export interface Keeper {
  /** Keeps it in a moment; what is told next takes its place. */
  later(fields: Fields): void;
  /** Keeps what was told last, and is done when that is kept. */
  settle(): Promise<void>;
  /** Forgets what was told last; done when nothing is being kept any more. */
  stop(): Promise<void>;
  /** When something was kept last. */
  at: string;
}

/** keep: writes the draft, and gives the instant of it. */
export function useKeeper(keep: (fields: Fields) => Promise<string>): Keeper {
  const { changed } = useStore();
  const how = useRef(keep);
  how.current = keep;
  const timer = useRef(0);
  const waiting = useRef<Fields | null>(null);
  const here = useRef(true);
  const busy = useRef<Promise<unknown>>(Promise.resolve());
  const [at, setAt] = useState("");
  const forget = (): Fields | null => {
    const left = waiting.current;
    clearTimeout(timer.current);
    waiting.current = null;
    return left;
  };
  const flush = (): void => {
    const fields = forget();
    if (fields)
      busy.current = busy.current
        .then(() => how.current(fields))
        .then(setAt)
        .catch((reason: unknown) => failed(fields, reason));
  };
  // A draft that can't be kept is no reason to stop typing; saving says what is wrong. What will be over in
  // a while is waited for, unless something newer was typed, or all is done with.
  const failed = (fields: Fields, reason: unknown): void => {
    if (!here.current || waiting.current || !(reason instanceof Refusal) || !passes(reason)) return;
    later(fields, againMs);
  };
  const later = (fields: Fields, after = draftAfterMs): void => {
    forget();
    waiting.current = fields;
    timer.current = window.setTimeout(flush, after);
  };
  const settle = async (): Promise<void> => {
    flush();
    await busy.current;
  };
  const stop = async (): Promise<void> => {
    forget();
    await busy.current;
    forget(); // what could not be kept meanwhile
  };
  const leave = (): void => {
    here.current = false;
    const left = waiting.current;
    flush();
    keeping = busy.current;
    if (left) void keeping.then(changed); // the list of drafts may be on the screen already
  };
  useEffect(() => leave, []);
  return { later: (fields) => later(fields), settle, stop, at };
}

/** Once a form that was left has kept what it held. */
function useKept(): boolean {
  const [kept, setKept] = useState(false);
  useEffect(() => {
    let here = true;
    void keeping.then(() => here && setKept(true));
    return () => {
      here = false;
    };
  }, []);
  return kept;
}

export const useDraftOf = (id: string): Got<Draft> =>
  useGet<Draft>(useKept() ? `draft/show/${id}` : null);

const isChange = (draft: Draft): boolean => draft.act === "edit";
export const changesOf = (drafts: readonly Draft[], record: string): Draft | null =>
  drafts.find((draft) => isChange(draft) && draft.record === record) ?? null;
export const wordsOf = (drafts: readonly Draft[], record: string): Draft | null =>
  drafts.find((draft) => draft.words && draft.record === record) ?? null;
/** What was begun of a new record that names another one: a case's memo, an area's edition. */
export const begunOf = (
  drafts: readonly Draft[],
  kind: string,
  field: string,
  of: string,
): Draft | null =>
  drafts.find((draft) => {
    const named = draft.fields[field];
    return (
      draft.kind === kind && draft.act === "create" && Array.isArray(named) && named.includes(of)
    );
  }) ?? null;

const firstOf = (draft: Draft, field: string): string => {
  const named = draft.fields[field];
  return String((Array.isArray(named) ? named[0] : named) ?? "");
};
/** Where it is gone on with: a form of the record itself, or of a screen that has one of its own. */
export function draftHash(draft: Draft): string {
  const one = draft.kind === "case" || draft.kind === "issue" ? draft.kind : "record";
  if (draft.words) return `#/${one}/${draft.record}`;
  if (isChange(draft)) return `#/record/${draft.record}/edit`;
  if (draft.kind === "memo") return `#/case/${firstOf(draft, "case")}`;
  if (draft.kind === "edition") return `#/editions?area=${firstOf(draft, "areas")}&make=1`;
  return `#/draft/${draft.id}`;
}

export const useDrafts = (): Got<{ drafts: Draft[] }> =>
  useGet<{ drafts: Draft[] }>(useKept() ? "draft/list" : null);

/**
 * An edit of a record that is there. rest: what the draft holds of fields that are not written here;
 * drop: what was begun is saved, or given up.
 */
export function useChange(
  record: string,
  first: Draft | null,
  rest: Fields,
): Keeper & { drop(): Promise<void> } {
  const id = useRef(first?.id ?? "");
  const keep = async (fields: Fields): Promise<string> => {
    const { data } = await post<Draft>(`draft/change/${record}`, {
      fields: { ...rest, ...fields },
    });
    id.current = data?.id ?? "";
    return data?.changed ?? "";
  };
  const keeper = useKeeper(keep);
  const drop = async (): Promise<void> => {
    await keeper.stop();
    if (!id.current) return;
    if (Object.keys(rest).length > 0) await keep({});
    else await post(`draft/drop/${id.current}`).catch(() => undefined);
    id.current = "";
  };
  return { ...keeper, drop };
}

/**
 * A new record: what is typed is its draft. names: the fields that are written here; hidden: what it begins
 * with and is not. id: of the draft, "" before anything was kept.
 */
export function useNew(
  kind: string,
  first: Draft | null,
  names: readonly string[],
  hidden: Fields,
): Keeper & { id(): string; keep(fields: Fields): Promise<string>; drop(): Promise<void> } {
  const id = useRef(first?.id ?? "");
  const kept = useRef(Object.keys(first?.fields ?? {}).filter((name) => names.includes(name)));
  const keep = async (typed: Fields): Promise<string> => {
    const shown = draftFields(kept.current, typed);
    if (Object.keys(shown).length === 0) return "";
    const path = id.current ? `draft/edit/${id.current}` : `draft/new/${kind}`;
    const { data } = await post<Draft>(path, { fields: { ...shown, ...hidden } });
    kept.current = Object.keys(typed);
    id.current = data?.id ?? id.current;
    return data?.changed ?? "";
  };
  const keeper = useKeeper(keep);
  const drop = async (): Promise<void> => {
    await keeper.stop();
    if (id.current) await post(`draft/drop/${id.current}`).catch(() => undefined);
    id.current = "";
  };
  return { ...keeper, id: () => id.current, keep, drop };
}

/** What is written for an act on a record: there for whichever act is chosen, until one is done. */
export interface Words {
  typed: Fields;
  at: string;
  /** When what came back was written; "" where nothing did. */
  begun: string;
  stale: boolean;
  write(items: readonly Item[], now: Fields): void;
  drop(): Promise<void>;
}

export function useWords(record: string, first: Draft | null): Words {
  const [typed, setTyped] = useState<Fields>(first?.fields ?? {});
  const [back, setBack] = useState(first);
  const keep = async (fields: Fields): Promise<string> => {
    const { data } = await post<Draft>(`draft/words/${record}`, { fields });
    return data?.changed ?? "";
  };
  const keeper = useKeeper(keep);
  const write = (items: readonly Item[], now: Fields): void => {
    const next = written(typed, items, now);
    setTyped(next);
    keeper.later(next);
  };
  const drop = async (): Promise<void> => {
    const some = Object.keys(typed).length > 0;
    setTyped({});
    setBack(null);
    await keeper.stop();
    if (some) await keep({}).catch(() => undefined);
  };
  return {
    typed,
    at: keeper.at,
    begun: back?.changed ?? "",
    stale: back?.stale ?? false,
    write,
    drop,
  };
}
