// What came while a page is open: by a sync that runs by itself, or by another program in this home. Asked
// for in one small request; only where something was written at all, the status is looked at.
import { useEffect, useRef, useState } from "preact/hooks";
import { get, Refusal } from "./api.ts";
import type { Status } from "./model.ts";

const everyMs = 15_000;

/**
 * Is there more than was shown? What this device wrote moves from those that wait to the entries of the
 * log: that alone is no news.
 */
export function came(shown: Status, now: Status): boolean {
  if (now.catalog.join() !== shown.catalog.join()) return true;
  const before = new Map(shown.scopes.map((scope) => [scope.scope, scope]));
  return now.scopes.some((scope) => {
    const old = before.get(scope.scope);
    if (!old || scope.release !== old.release || scope.conflicts !== old.conflicts) return true;
    const held = (one: typeof scope): number => one.entries + one.waiting + one.set_aside;
    return held(scope) > held(old);
  });
}

export interface News {
  /** Something came that is not shown yet. */
  there: boolean;
  /** The program can't be asked any more, and why. */
  fault: Refusal | null;
}

/** shown: the status with what is on the screen; standing: told of a newer one. */
export function useNews(shown: Status | null, standing: (status: Status) => void): News {
  const [news, setNews] = useState<News>({ there: false, fault: null });
  const mark = useRef("");
  const seen = useRef(shown);
  if (seen.current !== shown) seen.current = shown;

  useEffect(() => {
    setNews({ there: false, fault: null });
  }, [shown]);
  useEffect(() => {
    if (!shown) return;
    let here = true;
    const look = async (): Promise<void> => {
      const before = seen.current;
      const { mark: now } = await get<{ mark: string }>("news");
      if (now !== mark.current) {
        const status = await get<Status>("status");
        if (!here || before !== seen.current || !before) return; // what is shown is newer by now
        mark.current = now;
        standing(status);
        setNews({ there: came(before, status), fault: null });
      } else setNews((old) => (old.fault ? { ...old, fault: null } : old));
    };
    const ask = (): void => {
      if (document.hidden) return;
      look().catch((reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        if (here) setNews((old) => ({ ...old, fault: reason }));
      });
    };
    const timer = setInterval(ask, everyMs);
    document.addEventListener("visibilitychange", ask);
    return () => {
      here = false;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", ask);
    };
  }, [shown !== null]);
  return news;
}
