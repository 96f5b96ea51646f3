// The map of a figure, from the borders of the release: each area is a way to its sheet, and carries its
// name and value, so that the shade is not all there is.
import { apart, outlinesOf } from "../borders.ts";
import { valueText } from "../figures.ts";
import { unitBehind } from "../indicators.ts";
import { L } from "../lang.ts";
import type { Border, Cell } from "../model.ts";
import { areaName } from "../names.ts";
import { useStore } from "../store.ts";
import { Legend, limitsOf, shadeOf } from "./tiles.tsx";

const width = 640;
const label = { width: 92, height: 36 };

function Places(props: { cells: readonly Cell[]; own: string; borders: readonly Border[] }) {
  const { tables } = useStore();
  const { cells, own } = props;
  const limits = limitsOf(cells);
  const places = outlinesOf(props.borders, width).outlines.flatMap((outline) => {
    const cell = cells.find((one) => one.area === outline.code);
    return cell ? [{ ...outline, cell, name: areaName(tables, cell.area) }] : [];
  });
  // what is looked at is drawn last, so that its line lies over its neighbours'
  places.sort((a, b) => Number(a.code === own) - Number(b.code === own));
  return (
    <>
      {places.map(({ code, path, cell, name }) => (
        <a
          class={`place shade-${cell.value === null ? "none" : shadeOf(cell.value, limits)}${code === own ? " own" : ""}`}
          href={`#/area/${code}`}
          aria-label={`${name} ${valueText(cell)}${unitBehind(cell.unit)}`}
          aria-current={code === own ? "location" : undefined}
        >
          <path d={path} />
        </a>
      ))}
      <g aria-hidden="true">
        {apart(places, label).map(({ x, y, cell, name }) => (
          <text x={x} y={y}>
            {name}
            <tspan x={x} dy="1.2em">
              {valueText(cell)}
            </tspan>
          </text>
        ))}
      </g>
    </>
  );
}

export function MapOf(props: {
  cells: readonly Cell[];
  own: string;
  unit: string;
  title: string;
  borders: readonly Border[];
}) {
  const { cells, borders } = props;
  const { height } = outlinesOf(borders, width);
  const once = (texts: string[]): string => [...new Set(texts)].filter(Boolean).join("; ");
  const vintage = once(borders.map((border) => border.vintage));
  return (
    <div class="tiles">
      <svg class="map" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={props.title}>
        <Places cells={cells} own={props.own} borders={borders} />
      </svg>
      <Legend
        limits={limitsOf(cells)}
        unit={props.unit}
        places={
          L("境界: ", "Borders: ") +
          once(borders.map((border) => border.source)) +
          (vintage && L(`（${vintage}年の時点）`, ` (as of ${vintage})`)) +
          L("。利用条件: ", ". Licence: ") +
          once(borders.map((border) => border.licence))
        }
      />
    </div>
  );
}
