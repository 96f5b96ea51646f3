// Borders of a release as outlines on paper: degrees to a plane that is true enough for one city.
import type { Border } from "./model.ts";

type Point = readonly number[];
export interface Outline {
  code: string;
  /** What an SVG path takes. */
  path: string;
  /** Where its name and value stand. */
  x: number;
  y: number;
}
export interface Outlines {
  width: number;
  height: number;
  outlines: Outline[];
}

const ringsOf = (border: Border): Point[][] =>
  border.geometry.type === "Polygon"
    ? border.geometry.coordinates
    : border.geometry.coordinates.flat();

/** Twice the area, and the middle, of a ring that is closed. */
function middleOf(ring: readonly Point[]): { size: number; x: number; y: number } {
  let [size, x, y] = [0, 0, 0];
  ring.forEach(([ax = 0, ay = 0], at) => {
    const [bx = 0, by = 0] = ring[(at + 1) % ring.length] ?? [];
    const cross = ax * by - bx * ay;
    size += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  });
  if (size === 0) return { size: 0, x: ring[0]?.[0] ?? 0, y: ring[0]?.[1] ?? 0 };
  return { size: Math.abs(size), x: x / (3 * size), y: y / (3 * size) };
}

/** The plane's rings of each border: x to the east, y to the south, from 0 to width and height. */
export function outlinesOf(borders: readonly Border[], width: number): Outlines {
  const all = borders.flatMap((border) => ringsOf(border).flat());
  if (all.length === 0) return { width, height: 0, outlines: [] };
  const [east, north] = [all.map(([x = 0]) => x), all.map(([, y = 0]) => y)];
  const [west, south] = [Math.min(...east), Math.min(...north)];
  const [right, top] = [Math.max(...east), Math.max(...north)];
  const narrow = Math.cos((((south + top) / 2) * Math.PI) / 180);
  const scale = width / Math.max((right - west) * narrow, 1e-9);
  const onPaper = ([x = 0, y = 0]: Point): [number, number] => [
    (x - west) * narrow * scale,
    (top - y) * scale,
  ];
  const round = (value: number): string => value.toFixed(1);
  const outlines = borders.map((border) => {
    const rings = ringsOf(border).map((ring) => ring.map(onPaper));
    const middle = rings.map(middleOf).sort((a, b) => b.size - a.size)[0];
    const path = rings
      .map((ring) => "M" + ring.map(([x, y]) => `${round(x)} ${round(y)}`).join("L") + "Z")
      .join("");
    return { code: border.code, path, x: middle?.x ?? 0, y: middle?.y ?? 0 };
  });
  return { width, height: Math.ceil((top - south) * scale), outlines };
}

const rounds = 20;

/** Texts of one size that lie on each other are moved apart, upwards and downwards. */
export function apart<T extends { x: number; y: number }>(
  places: readonly T[],
  size: { width: number; height: number },
): T[] {
  const moved = places.map((place) => ({ ...place }));
  for (let round = 0; round < rounds; round++)
    for (const [at, one] of moved.entries())
      for (const other of moved.slice(at + 1)) {
        const over = size.height - Math.abs(one.y - other.y);
        if (over <= 0 || Math.abs(one.x - other.x) >= size.width) continue;
        const up = one.y <= other.y ? one : other;
        up.y -= over / 2;
        (up === one ? other : one).y += over / 2;
      }
  return moved;
}
