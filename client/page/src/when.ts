// Days and periods for people: 西暦（和暦） in Japanese, never 和暦 alone. Stored forms are those of the
// protocol: 2020, FY2020, 2020-10, 2020-10-01, A/B, and instants with their zone.
import { L, lang } from "./lang.ts";

// First day, name. A year that an era begins in carries both names.
const eras: readonly [string, string][] = [
  ["1868-10-23", "明治"],
  ["1912-07-30", "大正"],
  ["1926-12-25", "昭和"],
  ["1989-01-08", "平成"],
  ["2019-05-01", "令和"],
];
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function eraAt(day: string): string {
  const era = eras.filter(([first]) => first <= day).at(-1);
  if (!era) return "";
  const year = Number(day.slice(0, 4)) - Number(era[0].slice(0, 4)) + 1;
  return era[1] + (year === 1 ? "元" : String(year)) + "年";
}

/** "平成31年・令和元年" for 2019: a whole year may have two. */
export function eraOfYear(year: number): string {
  const [first, last] = [eraAt(`${year}-01-01`), eraAt(`${year}-12-31`)];
  return first === last || !first ? last : `${first}・${last}`;
}

function yearText(year: string): string {
  const era = eraOfYear(Number(year));
  return era ? `${year}年（${era}）` : `${year}年`;
}

/** A fiscal year has the name that its first day, 1 April, or else its last has: 2019年度 is 令和元年度. */
function fiscalText(year: string): string {
  const era = year === "2019" ? "令和元年" : eraAt(`${year}-04-01`);
  return L(`${year}年度（${era}度）`, `FY${year}`);
}

export function dayText(day: string): string {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  if (!parts) return day;
  const [, year = "", month = "", date = ""] = parts;
  if (lang() === "en") return `${Number(date)} ${months[Number(month) - 1]} ${year}`;
  return `${year}年（${eraAt(day)}）${Number(month)}月${Number(date)}日`;
}

/** An instant of the protocol, in the zone that it carries. */
export function instantText(instant: string | null | undefined): string {
  if (!instant) return L("なし", "none");
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(instant);
  return parts ? `${dayText(parts[1] ?? "")} ${parts[2]}` : instant;
}

export function instantDay(instant: string | null | undefined): string {
  return instant ? dayText(instant.slice(0, 10)) : "";
}

export function periodText(period: string): string {
  const range = period.split("/");
  if (range.length === 2) return range.map(periodText).join(L("〜", " to "));
  if (/^FY\d{4}$/.test(period)) return fiscalText(period.slice(2));
  if (/^\d{4}$/.test(period)) return L(yearText(period), period);
  const month = /^(\d{4})-(\d\d)$/.exec(period);
  if (!month) return dayText(period);
  const [, year = "", number = ""] = month;
  if (lang() === "en") return `${months[Number(number) - 1]} ${year}`;
  return `${year}年（${eraAt(period + "-01")}）${Number(number)}月`;
}

/** For the axis of a chart: short, still without ambiguity. */
export function periodShort(period: string): string {
  const fiscal = /^FY(\d{4})$/.exec(period);
  if (fiscal) return L(`${fiscal[1]}年度`, period);
  return period.replace(/-(\d\d)-01$/, "-$1").replace(/^(\d{4})-(\d\d)$/, "$1/$2");
}

/** Where a period begins, for sorting; a fiscal year begins in April. */
export function periodStart(period: string): string {
  const first = period.split("/")[0] ?? period;
  if (first.startsWith("FY")) return first.slice(2) + "-04-01";
  return first.length === 4 ? first + "-01-01" : first.length === 7 ? first + "-01" : first;
}

/** Whole days from one instant to another; negative when it is past. */
export function daysUntil(due: string, now: Date): number {
  return Math.floor((Date.parse(due) - now.getTime()) / 86_400_000);
}

/** "あと3日", "2日超過" */
export function daysText(days: number): string {
  if (days < 0) return L(`${-days}日超過`, `${-days} day${days === -1 ? "" : "s"} overdue`);
  if (days === 0) return L("今日まで", "today");
  return L(`あと${days}日`, `${days} day${days === 1 ? "" : "s"} left`);
}

export const today = (now = new Date()): string =>
  [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
