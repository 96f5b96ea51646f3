// Which acts a person may do now, from the tables of the program (`record tables`): the page holds no
// copy. What the program refuses all the same, it says.
import type { Item, KkRecord, Kind, Machine, Rung, Tables, Transition } from "./model.ts";

export type Side = "ward" | "bureau";

export const isWard = (role: string): boolean => role === "staff" || role === "lead";
export const sideOf = (role: string): Side => (isWard(role) ? "ward" : "bureau");

/**
 * proposer: the side whose proposal is pending, null when none is. The state "none" is that of a
 * case that was never submitted.
 */
export function mayAct(act: Transition, role: string, proposer: Side | null): boolean {
  switch (act.who) {
    case "lead":
      return role === "lead";
    case "ward":
      return isWard(role);
    case "officer":
      return role === "officer";
    case "side":
      return role === "lead" || role === "officer";
    case "other":
      return (
        proposer !== null && proposer !== sideOf(role) && (role === "lead" || role === "officer")
      );
    case "proposer":
      return proposer === sideOf(role) && (role === "lead" || role === "officer");
    case "member":
      return isWard(role) || role === "officer";
  }
}

export function actsNow(
  machine: Machine,
  state: string | null,
  role: string,
  proposer: Side | null,
): Transition[] {
  return machine.acts.filter(
    (act) =>
      act.from.includes(state ?? "none") &&
      mayAct(act, role, proposer) &&
      act.effect !== "erase" && // what can't be undone is no choice of a list
      !(act.effect === "propose" && proposer !== null),
  );
}

const lastResort = ["comment", "retract", "refuse", "decline-proposal", "decline", "withdraw"];
/** What goes on comes first; what ends or takes back is never what stands chosen at first. */
export const calmFirst = (acts: readonly Transition[]): Transition[] =>
  [...acts].sort((a, b) => lastResort.indexOf(a.act) - lastResort.indexOf(b.act));

/** The act which asks for some of what was written before; without any, the calmest. */
export const actFor = (
  kind: Kind,
  acts: readonly Transition[],
  named: readonly string[],
): Transition | undefined =>
  acts.find((act) => fieldsOfAct(kind, act).some(({ item }) => named.includes(item.name))) ??
  acts[0];

/** Taken, or not judged yet: it counts for whoever wrote it. */
export const stands = (act: { verdict: string | null }): boolean =>
  act.verdict === null || act.verdict === "OK";

/** Who proposed what is pending, from the acts that were done: the newest propose counts. */
export function proposerOf(
  record: KkRecord,
  acts: readonly { act: string; role: string; verdict: string | null }[],
): Side | null {
  if (!record.proposed) return null;
  const last = acts.filter((one) => one.act.startsWith("propose-") && stands(one)).at(-1);
  return last ? sideOf(last.role) : null;
}

export const stateLabel = (machine: Machine, state: string | null): string =>
  machine.states.find((one) => one.state === (state ?? "none"))?.label ?? state ?? "";

export const kindOf = (tables: Tables, kind: string): Kind | undefined =>
  tables.kinds.find((one) => one.kind === kind);

export const mayWrite = (kind: Kind, role: string): boolean => kind.roles.includes(role);

/** The fields that an act must bring: those of the table for it, and what the transition asks. */
export function fieldsOfAct(kind: Kind, act: Transition): { item: Item; must: boolean }[] {
  const named = (name: string): Item[] => kind.fields.filter((item) => item.name === name);
  const must = [
    ...(act.need === "reason" || act.need === "reply" ? named("reason") : []),
    ...kind.fields.filter((item) => item.needed_for === act.act),
  ];
  const may = act.effect === "propose" || act.act === "negotiate";
  const more = may ? ["answer", "reason", "fund", "fiscal_year"].flatMap(named) : [];
  const all = [...must, ...more];
  return all
    .filter((item, at) => all.findIndex((one) => one.name === item.name) === at)
    .map((item) => ({ item, must: must.includes(item) }));
}

/** How an act is called on the command line, behind `case ` and before the id. */
export function actPath(act: Transition, id: string): string {
  const target = /^propose-(.+)$/.exec(act.act)?.[1];
  return target ? `case/propose/${id}/${target}` : `case/${act.act}/${id}`;
}

// --- rungs of an issue ---

export type RungState = "done" | "current" | "ahead";

/** The main road as a step navigation; on a side rung no main step is current. */
export function steps(rungs: readonly Rung[], current: string): { rung: Rung; state: RungState }[] {
  const main = rungs.filter((rung) => rung.main);
  const at = main.findIndex((rung) => rung.rung === current);
  return main.map((rung, index) => ({
    rung,
    state: index < at ? "done" : index === at ? "current" : "ahead",
  }));
}

/** What a move from one rung to another must bring. */
export function rungNeeds(rungs: readonly Rung[], from: string, to: string): Rung["need"][] {
  const main = rungs.filter((rung) => rung.main);
  const [a, b] = [from, to].map((name) => main.findIndex((rung) => rung.rung === name));
  const target = rungs.find((rung) => rung.rung === to);
  const needs: Rung["need"][] = [];
  if (target && target.need !== "none") needs.push(target.need);
  const skips = a !== undefined && b !== undefined && a >= 0 && b > a + 1;
  const reopens = from === "closed";
  if ((skips || reopens) && !needs.includes("reason") && !needs.includes("review"))
    needs.push("reason");
  return needs;
}

/** Where one may go from here at all; back: see rungs.def. */
export function rungsFrom(rungs: readonly Rung[], from: string): Rung[] {
  const here = rungs.find((rung) => rung.rung === from);
  if (!here || here.back === 3) return [];
  if (here.back === 2) return rungs.filter((rung) => rung.rung === "framed");
  return rungs.filter((rung) => rung.rung !== from);
}

/** Fields that an issue lacks before it can be submitted. */
export function lacking(kind: Kind, record: KkRecord): Item[] {
  return kind.fields.filter((item) => {
    if (item.needed_for !== "create" && item.needed_for !== "submit") return false;
    const value = record.fields[item.name];
    return (
      value === undefined ||
      value === null ||
      value === "" ||
      (Array.isArray(value) && !value.length)
    );
  });
}
