// The objects of --json, as far as the page looks into them (docs/records.md, docs/protocol.md).
export interface Fault {
  code: string;
  name: string;
  message: string;
  where: string;
  detail: string;
  remedy: string;
  exit: number;
}
export interface Envelope<T> {
  exit: number;
  data: T | null;
  error?: Fault;
  warnings: string[];
}
export interface Scope {
  scope: string;
  in_step: boolean;
  release: number;
  entries: number;
  waiting: number;
  set_aside: number;
  conflicts: number;
}
export interface Status {
  well: boolean;
  enrolled: boolean;
  pending: boolean;
  revoked: boolean;
  device: string;
  role: string;
  ward: string;
  holder: string;
  catalog: [number, number];
  title: string;
  freshness: string;
  as_of: string | null;
  synced: string | null;
  waiting: number;
  set_aside: number;
  conflicts: number;
  failure: string | null;
  failure_message: string | null;
  failure_remedy: string | null;
  failure_reason: string;
  scopes: Scope[];
}
export interface Origin {
  release: number;
  title: string;
  issued: string | null;
  checked: string | null;
  grade: string;
}
export interface Cell {
  indicator: string;
  area: string;
  period: string;
  breakdown: string;
  value: number | null;
  missing: string;
  unit: string;
  status: string;
  method: string;
  source: string;
  note: string;
  scope: string;
}
/** An area that ended, and those that follow it: a series breaks there. */
export interface Break {
  area: string;
  last: string;
  successors: string[];
}
export interface SheetFigure extends Omit<Cell, "area"> {
  before: number | null;
  ward: number | null;
  city: number | null;
  rank: number;
  ranked: number;
}
export interface Indicator {
  indicator: string;
  scope: string;
  rows: number;
  areas: number;
  unit: string;
  first: string;
  last: string;
  release: number;
}
/** Reference data: what a code means, from a day on where valid_from says so. */
export interface AreaMeaning {
  code: string;
  name: string;
  name_en?: string;
  kind: string;
  valid_from?: string;
}
export interface IndicatorMeaning {
  code: string;
  name: string;
  name_en?: string;
  definition: string;
  definition_en?: string;
  source_section?: string;
  note?: string;
}
export interface RubricMeaning {
  code: string;
  name: string;
  level_1: string;
}
export interface Border {
  code: string;
  geometry:
    | { type: "Polygon"; coordinates: number[][][] }
    | { type: "MultiPolygon"; coordinates: number[][][][] };
  source: string;
  licence: string;
  vintage: string;
}
export interface Reference {
  areas?: AreaMeaning[];
  indicators?: IndicatorMeaning[];
  rubrics?: RubricMeaning[];
  borders?: Border[];
}
export type Value = string | number | string[] | null;
export type Fields = Record<string, Value>;
export interface Evidence {
  indicator: string;
  area: string;
  period: string;
  breakdown: string;
  unit: string;
  release: number;
  then: string | null;
  now: string | null;
  changed: boolean;
}
export interface KkRecord {
  id: string;
  kind: string;
  scope: string;
  state: string | null;
  proposed: string | null;
  attempt: number;
  pending: number;
  closed: boolean;
  /** Its content was erased: when, and why. */
  erased?: { at: string; operation: string; reason: string } | null;
  fields: Fields;
  conflicts: Record<string, Value[]>;
  evidence?: Evidence[];
  /** What its acts lack, whoever signed them (記載不備). */
  incomplete?: Lack[];
}
export interface Lack {
  operation: string;
  act: string;
  field: string | null;
  why: "missing" | "value" | "way" | "others" | "ended";
}
export interface QueueRow extends KkRecord {
  since: string | null;
  due: string | null;
  overdue: boolean;
  waits: string | null;
  priority: string | null;
}
export interface Queue {
  records: QueueRow[];
  count: number;
  overdue: number;
  waits_ward: number;
  waits_bureau: number;
}
export interface RecordList {
  records: KkRecord[];
  more: boolean;
}
export interface Act {
  act: string;
  at: string | null;
  role: string;
  ward: string | null;
  holder: string | null;
  /** A comment, a reason, an ask, an answer, in its words. */
  said: string[];
  operation: string;
  pending: boolean;
  receipt: number;
  /** null: nobody has judged it yet. */
  verdict: string | null;
  incomplete?: Lack | null;
  /** What it said is gone. */
  erased?: boolean;
}
export interface Sheet {
  area: string;
  origin: Origin;
  figures: SheetFigure[];
  indicators?: Record<string, IndicatorMeaning>;
  records: Record<string, KkRecord[]>;
  more: boolean;
}
export interface Karte {
  id: string;
  area: string;
  title: string;
  fiscal_year: number;
  release: number;
  made: string | null;
  pending: boolean;
  receipt: number;
  figures: {
    indicator: string;
    breakdown: string;
    period: string;
    value: string;
    unit: string;
    release: number;
  }[];
  paragraphs: string[];
}
export interface ImportReport {
  new: number;
  changed: number;
  same: number;
  rejected: number;
  rows: { line: number; outcome: string; where: string; reason: string; detail: string }[];
}
// --- `record tables` ---
export interface Code {
  code: string;
  label: string;
}
export interface Item {
  name: string;
  number: number;
  type: "line" | "text" | "number" | "date" | "year" | "list" | "figures" | "records" | "code";
  max: number;
  needed_for: string | null;
  shared: boolean;
  label: string;
  help: string;
  codes: Code[];
}
export interface Kind {
  kind: string;
  label: string;
  home: string;
  schema: number;
  written_by: string;
  way: "none" | "share" | "export";
  roles: string[];
  fields: Item[];
}
export interface Transition {
  act: string;
  label: string;
  who: "lead" | "ward" | "officer" | "side" | "other" | "proposer" | "member";
  from: string[];
  to: string | null;
  effect: "move" | "propose" | "confirm" | "clear" | "keep" | "erase";
  need: "none" | "reason" | "reply" | "feedback";
}
export interface Machine {
  states: { state: string; label: string }[];
  acts: Transition[];
}
export interface Rung {
  rung: string;
  label: string;
  main: boolean;
  back: number;
  need: "none" | "reason" | "review" | "feedback";
}
export interface Tables {
  version: number;
  kinds: Kind[];
  case: Machine;
  program: Machine;
  rungs: Rung[];
  wards: Code[];
  roles: { role: string; label: string }[];
  statuses: { status: string; label: string }[];
}
export interface PageInfo {
  version: string;
  passphrase: boolean;
  unlocked: boolean;
}
