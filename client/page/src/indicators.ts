// Names of indicators for people: what the release calls them; where it has no reference data, those of
// the city's published tables. A code that is in neither is shown as it is.
import { L, lang } from "./lang.ts";
import { indicatorMeaning } from "./meanings.ts";

const names: Record<string, readonly [ja: string, en: string]> = {
  area: ["面積", "area"],
  bed_function_listed_institutions: [
    "病床機能報告の医療機関",
    "institutions that report bed functions",
  ],
  budget_chiiki_kadai_taio: ["地域課題対応事業の予算", "budget for local issues"],
  care_need_certified: ["要介護認定者", "persons certified for care"],
  care_or_support_need_certified: ["要介護・要支援認定者", "persons certified for care or support"],
  chiiki_hokatsu_shien_centers: ["地域包括支援センター", "community support centres"],
  homecare_planning_offices: ["居宅介護支援事業所", "home care planning offices"],
  homecare_support_clinics: ["在宅療養支援診療所", "home care support clinics"],
  hospitals: ["病院", "hospitals"],
  households: ["世帯数", "households"],
  households_census_preliminary: ["世帯数（国勢調査・速報）", "households (census, preliminary)"],
  households_estimate: ["世帯数（推計）", "households (estimate)"],
  households_local: ["世帯数（地区集計）", "households (local count)"],
  kayoinoba_places: ["通いの場の数", "places to go (kayoinoba)"],
  kayoinoba_rate: ["通いの場の参加率", "share of people at kayoinoba"],
  mean_age_census: ["平均年齢（国勢調査）", "mean age (census)"],
  mean_age_estimate: ["平均年齢（推計）", "mean age (estimate)"],
  persons_per_household_census_preliminary: [
    "一世帯当たり人員（国勢調査・速報）",
    "persons per household (census, preliminary)",
  ],
  population: ["人口", "population"],
  population_census: ["人口（国勢調査）", "population (census)"],
  population_census_preliminary: ["人口（国勢調査・速報）", "population (census, preliminary)"],
  population_density: ["人口密度", "population density"],
  population_estimate: ["人口（推計）", "population (estimate)"],
  population_jukidaicho: ["人口（住民基本台帳）", "population (residents' register)"],
  population_local: ["人口（地区集計）", "population (local count)"],
  population_projection: ["将来推計人口", "population (projection)"],
  population_share_census: ["年齢別割合（国勢調査）", "share by age (census)"],
  population_share_estimate: ["年齢別割合（推計）", "share by age (estimate)"],
  population_share_local: ["年齢別割合（地区集計）", "share by age (local count)"],
  population_share_projection: ["年齢別割合（将来推計）", "share by age (projection)"],
  resident_group_share: ["住民グループの割合", "share of resident groups"],
  support_need_certified: ["要支援認定者", "persons certified for support"],
  visiting_nurse_stations: ["訪問看護ステーション", "visiting nurse stations"],
};

export function indicatorName(code: string): string {
  const [own, pair] = [indicatorMeaning(code), names[code]];
  if (own) return own;
  return pair ? pair[lang() === "ja" ? 0 : 1] : code;
}

const dimensions: Record<string, readonly [ja: string, en: string]> = {
  age: ["", "age "],
  sex: ["", ""],
  group: ["", "group "],
  dim: ["", ""],
};
const sexes: Record<string, readonly [ja: string, en: string]> = {
  f: ["女", "women"],
  m: ["男", "men"],
};

/** "65-" → 65歳以上, "0-14" → 0〜14歳 */
export function ageText(range: string): string {
  const parts = /^(\d+)(?:-(\d*))?$/.exec(range);
  if (!parts) return range;
  const [, from = "", to] = parts;
  if (to === undefined) return L(`${from}歳`, from);
  return to === "" ? L(`${from}歳以上`, `${from}+`) : L(`${from}〜${to}歳`, `${from}–${to}`);
}

export function breakdownText(breakdown: string): string {
  if (!breakdown) return L("総数", "total");
  return breakdown
    .split(";")
    .map((part) => {
      const at = part.indexOf("=");
      const [name, value] = [part.slice(0, at), part.slice(at + 1)];
      const which = lang() === "ja" ? 0 : 1;
      const before = dimensions[name]?.[which] ?? `${name} `;
      if (name === "age") return before + ageText(value);
      return before + (name === "sex" ? (sexes[value]?.[which] ?? value) : value);
    })
    .join(L("・", ", "));
}

const units: Record<string, string> = {
  人: "persons",
  世帯: "households",
  か所: "places",
  件: "cases",
  歳: "years",
  円: "yen",
  "人/km2": "persons per km2",
  "人/世帯": "persons per household",
};
/** A unit as a release has it, in words of the language. */
export const unitText = (unit: string): string => (lang() === "en" ? (units[unit] ?? unit) : unit);
/** Behind a value: "300人", "300 persons", "8.1%". */
export const unitBehind = (unit: string): string =>
  L(unit, unit === "%" || !unit ? unit : ` ${unitText(unit)}`);
