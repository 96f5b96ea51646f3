// A map without borders: wards stand about where they lie, their areas as tiles in them. Shade and
// value together say how large; where a release has no borders, none are made up.
import { numberText, ranked, valueText, wardOf } from "../figures.ts";
import { unitText } from "../indicators.ts";
import { L } from "../lang.ts";
import type { Cell } from "../model.ts";
import { areaName } from "../names.ts";
import { useStore } from "../store.ts";

// Column and row of each ward, from the north-west to the bay.
const places: Record<string, readonly [column: number, row: number]> = {
  "14137": [1, 1],
  "14135": [2, 1],
  "14136": [2, 2],
  "14134": [3, 2],
  "14133": [4, 2],
  "14132": [5, 3],
  "14131": [6, 3],
};
const shades = 5;

/** Limits between equal shares of the areas, so that each shade has about as many. */
export function limitsOf(cells: readonly Cell[]): number[] {
  const values = ranked(cells)
    .flatMap((cell) => (cell.value === null ? [] : [cell.value]))
    .reverse();
  const limits = Array.from(
    { length: shades - 1 },
    (_, at) => values[Math.floor(((at + 1) * values.length) / shades)] ?? 0,
  );
  return [...new Set(limits)].filter((limit) => limit > (values[0] ?? 0));
}

export const shadeOf = (value: number, limits: readonly number[]): number =>
  limits.filter((limit) => value >= limit).length;

function Tile(props: { cell: Cell; own: string; limits: readonly number[]; large: boolean }) {
  const { tables } = useStore();
  const { cell, own, limits } = props;
  const whole = areaName(tables, cell.area);
  const name = props.large ? whole : cell.area.slice(6);
  const shade = cell.value === null ? "none" : shadeOf(cell.value, limits);
  return (
    <a
      class={`tile shade-${shade}${cell.area === own ? " own" : ""}`}
      href={`#/area/${cell.area}`}
      aria-current={cell.area === own ? "location" : undefined}
      title={whole}
    >
      <span>{name}</span>
      {whole !== name && <span class="unseen">{whole}</span>}
      <strong>{valueText(cell)}</strong>
    </a>
  );
}

/** Which shade stands for what; the last words say how the places are meant. */
export function Legend(props: { limits: readonly number[]; unit: string; places: string }) {
  const { limits } = props;
  return (
    <>
      <ul class="legend">
        {[null, ...limits].map((limit, at) => (
          <li>
            <span class={`swatch shade-${at}`} aria-hidden="true" />
            {limit === null
              ? L(`${numberText(limits[0] ?? 0)}未満`, `below ${numberText(limits[0] ?? 0)}`)
              : L(`${numberText(limit)}以上`, `${numberText(limit)} or more`)}
          </li>
        ))}
      </ul>
      <p class="source">
        {L("単位", "Unit")}: {unitText(props.unit)}
        {L("。", ". ")}
        {props.places}
      </p>
    </>
  );
}

export function Tiles(props: { cells: readonly Cell[]; own: string; unit: string }) {
  const { tables } = useStore();
  const limits = limitsOf(props.cells);
  const smaller = props.cells.some((cell) => cell.area.length > 5);
  const wards = [...new Set(props.cells.map((cell) => wardOf(cell.area)))].sort();
  return (
    <div class="tiles">
      <div class="tile-map">
        {wards.map((ward) => {
          const [column, row] = places[ward] ?? [];
          const style = column ? { gridColumn: column, gridRow: row } : {};
          const cells = props.cells.filter((cell) => wardOf(cell.area) === ward);
          return (
            <div class={smaller ? "ward" : "ward single"} style={style}>
              {smaller && <p>{areaName(tables, ward)}</p>}
              <div class="ward-tiles">
                {cells.map((cell) => (
                  <Tile cell={cell} own={props.own} limits={limits} large={!smaller} />
                ))}
              </div>
            </div>
          );
        })}
      </div>
      <Legend
        limits={limits}
        unit={props.unit}
        places={L(
          "位置はおおよそです。この版に境界はありません。",
          "Places are approximate: this release has no borders of these areas.",
        )}
      />
    </div>
  );
}
