// Where the page begins: key, language, the store, and which screen the address names.
import { render } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { get, isLocked, keepKey, Refusal } from "./api.ts";
import { firstLang, setLang, type Lang } from "./lang.ts";
import { leave, Leaving } from "./leaving.tsx";
import { setMeanings } from "./meanings.ts";
import type { PageInfo, Reference, Status, Tables } from "./model.ts";
import { useNews } from "./news.ts";
import { useRoute, type Route } from "./route.ts";
import { Screen } from "./screens/index.tsx";
import { Shell } from "./shell.tsx";
import { lockedMs, StoreContext, type Store } from "./store.ts";
import { RefusalNotice } from "./ui.tsx";
import { today } from "./when.ts";

const langName = "kukyoku-lang";

type Base = Pick<Store, "status" | "page" | "tables">;

/** A device that has no release yet has no reference data either: codes stand for themselves. */
const noReference = (reason: unknown): Reference => {
  if (!(reason instanceof Refusal)) throw reason;
  return {};
};

async function base(): Promise<Base> {
  const meant = get<Reference>("reference", { table: ["areas", "indicators", "rubrics"] });
  const [page, status, tables, reference] = await Promise.all([
    get<PageInfo>("page"),
    get<Status>("status"),
    get<Tables>("record/tables"),
    meant.catch(noReference),
  ]);
  setMeanings(reference, today());
  return { page, status, tables };
}

/** Choosing another area changes the screen in place: the choice keeps the focus. */
const screenOf = (route: Route): string =>
  route.parts[0] === "area" ? "area" : route.parts.join("/");

function Page() {
  const route = useRoute(leave);
  const [lang, setLangState] = useState<Lang>(() =>
    firstLang(localStorage.getItem(langName), navigator.languages),
  );
  const [round, setRound] = useState(0);
  const [loaded, setLoaded] = useState<Base | null>(null);
  const [fault, setFault] = useState<Refusal | null>(null);
  /** What the header tells; loaded.status is that of what is on the screen. */
  const [status, setStatus] = useState<Status | null>(null);
  setLang(lang);
  const changed = useCallback(() => setRound((before) => before + 1), []);

  useEffect(() => {
    document.documentElement.lang = lang;
    let timer = 0;
    base().then(
      (next) => {
        setLoaded(next);
        setStatus(next.status);
        setFault(null);
      },
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        setFault(reason);
        if (isLocked(reason)) timer = window.setTimeout(changed, lockedMs);
      },
    );
    return () => clearTimeout(timer);
  }, [lang, round]);

  const chooseLang = useCallback((to: Lang) => {
    leave(() => {
      localStorage.setItem(langName, to);
      setLang(to);
      setLangState(to);
    });
  }, []);
  const news = useNews(loaded?.status ?? null, setStatus);
  const store = useMemo<Store | null>(
    () =>
      loaded && { ...loaded, status: status ?? loaded.status, lang, chooseLang, round, changed },
    [loaded, status, lang, round],
  );

  if (!store)
    return (
      <main class="alone">
        <RefusalNotice refusal={fault} again={changed} />
      </main>
    );
  return (
    <StoreContext.Provider value={store}>
      <Shell route={route} fault={fault ?? news.fault} news={news.there}>
        <Screen route={route} key={screenOf(route) + lang} />
      </Shell>
      <Leaving />
    </StoreContext.Provider>
  );
}

keepKey();
const place = document.getElementById("page");
if (place) render(<Page />, place);
