// What every screen needs, in one place: who sits here, the tables, and a counter that rises when
// something changed, so that whatever is shown is fetched anew.
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";
import { get, Refusal, type Query } from "./api.ts";
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
  again(): void;
}

/** path null: nothing is asked for yet. What was there stays while it is asked for anew. */
export function useGet<T>(path: string | null, query: Query = {}): Got<T> {
  const store = useContext(StoreContext);
  const [state, setState] = useState<{
    data: T | null;
    fault: Refusal | null;
    of: string | null;
  }>({
    data: null,
    fault: null,
    of: null,
  });
  const [turn, setTurn] = useState(0);
  const asked = path === null ? null : path + JSON.stringify(query);
  const round = store?.round ?? 0;
  const language = store?.lang ?? "";

  useEffect(() => {
    if (path === null) return;
    let current = true;
    get<T>(path, query).then(
      (data) => current && setState({ data, fault: null, of: asked }),
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        if (current) setState({ data: null, fault: reason, of: asked });
      },
    );
    return () => {
      current = false;
    };
  }, [asked, turn, round, language]);

  const again = useCallback(() => setTurn((before) => before + 1), []);
  const mine = state.of === asked;
  return {
    data: mine ? state.data : null,
    fault: mine ? state.fault : null,
    loading: asked !== null && !mine,
    again,
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
  useEffect(() => {
    let current = true;
    Promise.all(requests.map(({ path, query }) => get<T>(path, query))).then(
      (data) => current && setState({ data, fault: null, of: asked }),
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        if (current) setState({ data: null, fault: reason, of: asked });
      },
    );
    return () => {
      current = false;
    };
  }, [asked, turn, store?.round, store?.lang]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  const mine = state.of === asked;
  return {
    data: mine ? state.data : null,
    fault: mine ? state.fault : null,
    loading: !mine,
    again,
  };
}
