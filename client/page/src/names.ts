// Names of areas: wards from the tables of the program, the rest as the release names them, else by code.
import { cityOf, levelOf, wardOf } from "./figures.ts";
import { L } from "./lang.ts";
import { areaMeaning } from "./meanings.ts";
import type { Tables } from "./model.ts";

export const wardName = (tables: Tables, code: string): string =>
  tables.wards.find((ward) => ward.code === code)?.label ?? "";

export function areaName(tables: Tables, area: string): string {
  switch (levelOf(area)) {
    case "city":
      return areaMeaning(area) || L("市全域", "the city");
    case "ward":
      return wardName(tables, area) || area;
    case "area":
    case "town":
      return `${wardName(tables, wardOf(area))} ${areaMeaning(area) || area.slice(6)}`.trim();
    case "other":
      return areaMeaning(area) || area;
  }
}

/** "14133 中原区", for lists in which one looks for the code. */
export const areaLabel = (tables: Tables, area: string): string => {
  const name = areaName(tables, area);
  return name === area ? area : `${name}（${area}）`;
};

/** Who is waited for. */
export const sideName = (side: string | null): string =>
  side === "ward" ? L("区", "ward") : side === "bureau" ? L("局", "bureau") : "";

export const cityCode = (tables: Tables): string => cityOf(tables.wards[0]?.code ?? "14130");

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/** How a device shows itself on the telephone: the first twelve digits of its id, as base 32. */
export function fingerprint(id: string): string {
  const bits = (id.slice(0, 16).match(/../g) ?? [])
    .map((byte) => parseInt(byte, 16).toString(2).padStart(8, "0"))
    .join("");
  const digits = (bits.slice(0, 60).match(/.{5}/g) ?? [])
    .map((five) => base32[parseInt(five, 2)] ?? "")
    .join("");
  return (digits.match(/.{4}/g) ?? []).join("-");
}
