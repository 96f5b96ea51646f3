// What every screen needs, in one place: who sits here, the tables, and a counter that rises when
// something changed, so that whatever is shown is fetched anew.
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import { get, getWhole, isLocked, passes, Refusal, type Query } from "./api.ts";
import type { Lang } from "./lang.ts";
import type { PageInfo, Status, Tables } from "./model.ts";

export interface Store {
  lang: Lang;
  chooseLang(to: Lang): void;
  status: Status;
  page: PageInfo;
  tables: Tables;
  /** Rises with every write and sync. */
  round: number;
  changed(): void;
}

export const StoreContext = createContext<Store | null>(null);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error("no store");
  return store;
}

export interface Got<T> {
  data: T | null;
  fault: Refusal | null;
  loading: boolean;
  /** What the command said beside its answer. */
  warnings?: readonly string[];
  again(): void;
}

/** How long until it is asked for again what another program kept locked. */
export const lockedMs = 3_000;

/** path null: nothing is asked for yet. What was there stays while it is asked for anew. */
export function useGet<T>(path: string | null, query: Query = {}): Got<T> {
  const store = useContext(StoreContext);
  const [state, setState] = useState<{
    data: T | null;
    fault: Refusal | null;
    warnings: readonly string[];
    of: string | null;
  }>({
    data: null,
    fault: null,
    warnings: [],
    of: null,
  });
  const [turn, setTurn] = useState(0);
  const asked = path === null ? null : path + JSON.stringify(query);
  const round = store?.round ?? 0;
  const language = store?.lang ?? "";
  const again = useCallback(() => setTurn((before) => before + 1), []);

  useEffect(() => {
    if (path === null) return;
    let current = true;
    let timer = 0;
    getWhole<T>(path, query).then(
      ({ data, warnings }) =>
        current && setState({ data: data as T, fault: null, warnings, of: asked }),
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        if (!current) return;
        if (isLocked(reason)) timer = window.setTimeout(again, lockedMs);
        setState((old) =>
          passes(reason) && old.of === asked && old.data !== null
            ? old
            : { data: null, fault: reason, warnings: [], of: asked },
        );
      },
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked, turn, round, language]);

  const mine = state.of === asked;
  return {
    data: mine ? state.data : null,
    fault: mine ? state.fault : null,
    warnings: mine ? state.warnings : [],
    loading: asked !== null && !mine,
    again,
  };
}

export interface Listed<R> extends Got<{ records: R[]; more: boolean }> {
  /** Asks for the records behind those that are there. */
  next(): void;
}
/** The first page is there soon; what is scrolled to comes in larger ones. */
const [firstPage, laterPage] = [500, 5000];

/** A list of records, page by page as it is scrolled; after a change, as much of it as was there. */
export function useList<R>(path: string, query: Query): Listed<R> {
  const store = useContext(StoreContext);
  const asked = path + JSON.stringify(query);
  const [state, setState] = useState<{ of: string; records: R[]; next: number | null }>({
    of: "",
    records: [],
    next: null,
  });
  const [fault, setFault] = useState<{ of: string; refusal: Refusal } | null>(null);
  const [turn, setTurn] = useState(0);
  const busy = useRef("");
  const timer = useRef(0);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  const mine = state.of === asked;

  const ask = (from: number, limit: number, before: R[]): void => {
    const mark = `${asked} ${from} ${limit} ${turn}`;
    busy.current = mark;
    get<{ records: R[]; next: number | null }>(path, { ...query, from, limit }).then(
      ({ records, next }) => {
        if (busy.current !== mark) return;
        busy.current = "";
        setFault(null);
        setState({ of: asked, records: [...before, ...records], next });
      },
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        if (busy.current !== mark) return;
        busy.current = "";
        if (isLocked(reason)) timer.current = window.setTimeout(again, lockedMs);
        if (!(passes(reason) && mine)) setFault({ of: asked, refusal: reason });
      },
    );
  };
  useEffect(() => {
    ask(0, mine ? Math.max(state.records.length, firstPage) : firstPage, []);
    return () => {
      busy.current = "";
      clearTimeout(timer.current);
    };
  }, [asked, turn, store?.round, store?.lang]);
  const next = (): void => {
    if (mine && state.next !== null && !busy.current) ask(state.next, laterPage, state.records);
  };
  const refusal = fault?.of === asked ? fault.refusal : null;
  return {
    data: mine ? { records: state.records, more: state.next !== null } : null,
    fault: refusal,
    loading: !mine && !refusal,
    again,
    next,
  };
}

/** Several at once; what one is refused stands for all. */
export function useGetAll<T>(requests: readonly { path: string; query: Query }[]): Got<T[]> {
  const store = useContext(StoreContext);
  const [state, setState] = useState<{ data: T[] | null; fault: Refusal | null; of: string }>({
    data: null,
    fault: null,
    of: "",
  });
  const [turn, setTurn] = useState(0);
  const asked = JSON.stringify(requests);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  useEffect(() => {
    let current = true;
    let timer = 0;
    Promise.all(requests.map(({ path, query }) => get<T>(path, query))).then(
      (data) => current && setState({ data, fault: null, of: asked }),
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        if (!current) return;
        if (isLocked(reason)) timer = window.setTimeout(again, lockedMs);
        setState((old) =>
          passes(reason) && old.of === asked && old.data !== null
            ? old
            : { data: null, fault: reason, of: asked },
        );
      },
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked, turn, store?.round, store?.lang]);
  const mine = state.of === asked;
  return {
    data: mine ? state.data : null,
    fault: mine ? state.fault : null,
    loading: !mine,
    again,
  };
}
