// Of a long list only what is near the eye is drawn: which chunks of rows, and how much room the others take.
export const chunkOf = 50;

export interface Drawn {
  /** Rows from first up to, but without, last. */
  first: number;
  last: number;
  /** Room above and below them, in pixels. */
  above: number;
  below: number;
}

/**
 * heights: of chunks that were drawn once, by number; usual: of one that was not. from, to: the part of
 * the list that is looked at, in pixels from its top.
 */
export function drawnPart(
  rows: number,
  heights: ReadonlyMap<number, number>,
  usual: number,
  from: number,
  to: number,
): Drawn {
  const chunks = Math.ceil(rows / chunkOf);
  const heightOf = (chunk: number): number => heights.get(chunk) ?? usual;
  let [chunk, above] = [0, 0];
  while (chunk < chunks - 1 && above + heightOf(chunk) <= from) above += heightOf(chunk++);
  const start = chunk;
  let end = above;
  while (chunk < chunks && (chunk === start || end < to)) end += heightOf(chunk++);
  let below = 0;
  for (let rest = chunk; rest < chunks; rest++) below += heightOf(rest);
  return { first: start * chunkOf, last: Math.min(chunk * chunkOf, rows), above, below };
}
