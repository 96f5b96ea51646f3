// What is typed becomes a draft on this device a moment later, so that it comes back after a crash, when a
// window is closed, and when a screen is left. The text never leaves the device before it is saved.
import { useEffect, useRef, useState } from "preact/hooks";
import { post } from "./api.ts";
import type { Fields } from "./model.ts";
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
  fields: Fields;
}

const draftAfterMs = 1500;
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
    // A draft that can't be kept is no reason to stop typing; saving says what is wrong.
    if (fields)
      busy.current = busy.current
        .then(() => how.current(fields))
        .then(setAt)
        .catch(() => undefined);
  };
  const later = (fields: Fields): void => {
    forget();
    waiting.current = fields;
    timer.current = window.setTimeout(flush, draftAfterMs);
  };
  const settle = async (): Promise<void> => {
    flush();
    await busy.current;
  };
  const stop = async (): Promise<void> => {
    forget();
    await busy.current;
  };
  const leave = (): void => {
    const left = waiting.current;
    flush();
    keeping = busy.current;
    if (left) void keeping.then(changed); // the list of drafts may be on the screen already
  };
  useEffect(() => leave, []);
  return { later, settle, stop, at };
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
export const draftHash = (draft: Draft): string =>
  isChange(draft) ? `#/record/${draft.record}/edit` : `#/draft/${draft.id}`;

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
