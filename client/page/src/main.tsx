// Where the page begins: key, language, the store, and which screen the address names.
import { render } from "preact";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { get, keepKey, Refusal } from "./api.ts";
import { firstLang, setLang, type Lang } from "./lang.ts";
import type { PageInfo, Status, Tables } from "./model.ts";
import { useRoute, type Route } from "./route.ts";
import { Screen } from "./screens/index.tsx";
import { Shell } from "./shell.tsx";
import { StoreContext, type Store } from "./store.ts";
import { RefusalNotice } from "./ui.tsx";

const langName = "kukyoku-lang";

type Base = Pick<Store, "status" | "page" | "tables">;

async function base(): Promise<Base> {
  const [page, status, tables] = await Promise.all([
    get<PageInfo>("page"),
    get<Status>("status"),
    get<Tables>("record/tables"),
  ]);
  return { page, status, tables };
}

/** Choosing another area changes the screen in place: the choice keeps the focus. */
const screenOf = (route: Route): string =>
  route.parts[0] === "area" ? "area" : route.parts.join("/");

function Page() {
  const route = useRoute();
  const [lang, setLangState] = useState<Lang>(() =>
    firstLang(localStorage.getItem(langName), navigator.languages),
  );
  const [round, setRound] = useState(0);
  const [loaded, setLoaded] = useState<Base | null>(null);
  const [fault, setFault] = useState<Refusal | null>(null);
  setLang(lang);

  useEffect(() => {
    document.documentElement.lang = lang;
    base().then(
      (next) => {
        setLoaded(next);
        setFault(null);
      },
      (reason: unknown) => {
        if (!(reason instanceof Refusal)) throw reason;
        setFault(reason);
      },
    );
  }, [lang, round]);

  const changed = useCallback(() => setRound((before) => before + 1), []);
  const chooseLang = useCallback((to: Lang) => {
    localStorage.setItem(langName, to);
    setLang(to);
    setLangState(to);
  }, []);
  const store = useMemo<Store | null>(
    () => loaded && { ...loaded, lang, chooseLang, round, changed },
    [loaded, lang, round],
  );

  if (!store)
    return (
      <main class="alone">
        <RefusalNotice refusal={fault} again={changed} />
      </main>
    );
  return (
    <StoreContext.Provider value={store}>
      <Shell route={route} fault={fault}>
        <Screen route={route} key={screenOf(route) + lang} />
      </Shell>
    </StoreContext.Provider>
  );
}

keepKey();
const place = document.getElementById("page");
if (place) render(<Page />, place);
