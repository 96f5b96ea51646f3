// The page's one way out: the program that served it. Every route is a command, every answer its
// --json object in an envelope. Nothing here contacts another address.
import { lang } from "./lang.ts";
import type { Envelope, Fault, Fields } from "./model.ts";

const keyName = "kukyoku-key";

/** What a command said when it did not do what was asked; data stands where there is a report. */
export class Refusal extends Error {
  constructor(
    readonly fault: Fault,
    readonly status: number,
    readonly data: unknown = null,
  ) {
    super(fault.message);
  }
}

/** Another program is at work in this home, such as one that brings it to its own form: it will end. */
export const isLocked = (reason: Refusal): boolean => reason.fault.name === "LOCKED";
/** Nothing that is shown becomes wrong by it, and what is typed is not to go with it. */
export const passes = (reason: Refusal): boolean => isLocked(reason) || reason.status === 0;

export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

/** A flag is a name without a value, a list a name for each; what is not set or empty is left out. */
export function address(path: string, query: Query = {}): string {
  const parts = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined || value === false || value === "") return [];
    if (value === true) return [name];
    const all = typeof value === "object" ? value : [value];
    return all.map((one) => `${name}=${encodeURIComponent(one)}`);
  });
  return `/api/${path}${parts.length > 0 ? "?" + parts.join("&") : ""}`;
}

/**
 * The key comes once, behind the #, and goes out of the address bar at once. All tabs of this port share
 * it; it is worth nothing without the session's cookie, and nothing once the program has ended.
 */
export function keepKey(): void {
  const key = /^#key=(.+)$/.exec(location.hash)?.[1];
  if (!key) return;
  localStorage.setItem(keyName, key);
  history.replaceState(null, "", location.pathname);
}

function headers(more: Record<string, string> = {}): Record<string, string> {
  return {
    "Accept-Language": lang(),
    "X-Kukyoku": localStorage.getItem(keyName) ?? "",
    ...more,
  };
}

const gone = (): Fault => ({
  code: "",
  name: "GONE",
  message:
    lang() === "ja"
      ? "この画面のプログラムに接続できません"
      : "the program behind this page is gone",
  where: "",
  detail: "",
  remedy:
    lang() === "ja"
      ? "`kukyoku ui` をもう一度起動してください。入力した内容はこの画面に残っています。"
      : "Start `kukyoku ui` again. What you typed is still on this page.",
  exit: 5,
});

async function call(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Refusal(gone(), 0);
  }
}

async function answer<T>(response: Response): Promise<Envelope<T>> {
  let envelope: Envelope<T>;
  try {
    envelope = (await response.json()) as Envelope<T>;
  } catch {
    throw new Refusal({ ...gone(), detail: `HTTP ${response.status}` }, response.status);
  }
  if (envelope.error) throw new Refusal(envelope.error, response.status, envelope.data);
  return envelope;
}

export async function getWhole<T>(path: string, query: Query = {}): Promise<Envelope<T>> {
  return answer<T>(await call(address(path, query), { headers: headers() }));
}

export async function get<T>(path: string, query: Query = {}): Promise<T> {
  return (await getWhole<T>(path, query)).data as T;
}

export interface Writing {
  passphrase?: string;
  fields?: Fields;
  options?: Record<string, string | number | boolean | string[]>;
}

const posting = (body: Writing): RequestInit => ({
  method: "POST",
  headers: headers({ "Content-Type": "application/json" }),
  body: JSON.stringify(body),
});

export async function post<T>(path: string, body: Writing = {}): Promise<Envelope<T>> {
  return answer<T>(await call(address(path), posting(body)));
}

export async function put<T>(path: string, query: Query, file: Blob): Promise<Envelope<T>> {
  const init = {
    method: "PUT",
    headers: headers({ "Content-Type": "application/octet-stream" }),
    body: file,
  };
  return answer<T>(await call(address(path, query), init));
}

async function keep(response: Response, name: string): Promise<void> {
  if (!response.ok) {
    await answer(response);
    return;
  }
  saveBlob(await response.blob(), name);
}

/** A file of a command, saved under a name: the header that is needed rules a plain link out. */
export async function save(path: string, query: Query, name: string): Promise<void> {
  return keep(await call(address(path, query), { headers: headers() }), name);
}

/** The same of a command that changes something by making the file. */
export async function saveMade(path: string, body: Writing, name: string): Promise<void> {
  return keep(await call(address(path), posting(body)), name);
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
