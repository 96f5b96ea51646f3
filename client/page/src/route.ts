// Addresses behind the #: "#/area/14133?as-of=2". The server knows only "/".
import { useEffect, useRef, useState } from "preact/hooks";

export interface Route {
  parts: string[];
  query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  return {
    parts: path.split("/").filter(Boolean).map(decodeURIComponent),
    query: new URLSearchParams(query),
  };
}

export function routeTo(parts: readonly string[], query: Record<string, string> = {}): string {
  const kept = Object.entries(query).filter(([, value]) => value !== "");
  const behind = new URLSearchParams(kept).toString();
  return "#/" + parts.map(encodeURIComponent).join("/") + (behind ? "?" + behind : "");
}

/** leave: asks first where a screen holds what would be lost; the address goes back to what is shown. */
export function useRoute(leave: (go: () => void, stay: () => void) => void): Route {
  const [hash, setHash] = useState(location.hash);
  const shown = useRef(hash);
  useEffect(() => {
    const changed = (): void => {
      const to = location.hash;
      if (to === shown.current) return;
      const go = (): void => {
        shown.current = to;
        if (location.hash !== to) history.replaceState(null, "", to || "#/");
        setHash(to);
      };
      leave(go, () => history.replaceState(null, "", shown.current || "#/"));
    };
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return parseRoute(hash);
}

/** Changes the query of the address in place: filters survive a reload, and Back leaves the screen. */
export function setQuery(route: Route, change: Record<string, string>): void {
  const all = { ...Object.fromEntries(route.query), ...change };
  history.replaceState(null, "", routeTo(route.parts, all));
  dispatchEvent(new HashChangeEvent("hashchange"));
}
