// Tables. Of a long one the rows near the eye alone are in the document, so that 100,000 of them scroll;
// whoever listens is told how many there are, and on which row one is.
import { options, type ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { L } from "./lang.ts";
import { chunkOf, drawnPart, type Drawn } from "./window.ts";

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ComponentChildren;
  number?: boolean;
  rowHead?: boolean;
  narrow?: boolean;
}

/** Up to so many rows stand whole. */
const wholeUpTo = 200;
/** On paper at most so many; the table says when that is not all. */
const printedAtMost = 2000;
const usualRow = 44;
/** Drawn beyond what is seen, above and below, so that the keyboard finds its next stop. */
const beyond = 1200;

/** State that is set now, not a moment later: paper does not wait. */
function atOnce(change: () => void): void {
  const before = options.debounceRendering;
  options.debounceRendering = (render) => render();
  change();
  options.debounceRendering = before;
}

const same = (a: Drawn, b: Drawn): boolean =>
  a.first === b.first && a.last === b.last && a.above === b.above && a.below === b.below;

/** Which rows are drawn now. head: what stands above the rows. */
function useDrawn(rows: number) {
  const long = rows > wholeUpTo;
  const head = useRef<HTMLTableSectionElement>(null);
  const heights = useRef(new Map<number, number>());
  const [printing, setPrinting] = useState(false);
  const usual = (): number => {
    const known = [...heights.current.values()];
    const sum = known.reduce((all, one) => all + one, 0);
    return known.length > 0 ? sum / known.length : usualRow * chunkOf;
  };
  const look = (): Drawn => {
    const at = head.current?.getBoundingClientRect().bottom ?? 0;
    return drawnPart(rows, heights.current, usual(), -at - beyond, innerHeight - at + beyond);
  };
  const [drawn, setDrawn] = useState<Drawn>(() => drawnPart(rows, new Map(), usual(), 0, 2400));
  const update = (): void => {
    const now = look();
    setDrawn((before) => (same(before, now) ? before : now));
  };

  useEffect(() => {
    if (!long) return;
    let frame = 0;
    const soon = (): void => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        update();
      });
    };
    const print = (on: boolean) => (): void => atOnce(() => setPrinting(on));
    const [before, after] = [print(true), print(false)];
    addEventListener("scroll", soon, { capture: true, passive: true });
    addEventListener("resize", soon);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    update();
    return () => {
      cancelAnimationFrame(frame);
      removeEventListener("scroll", soon, { capture: true });
      removeEventListener("resize", soon);
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
    };
  }, [long, rows]);

  /** What a chunk takes when it is drawn: the room it is given when it is not. */
  const measured = (chunk: number, element: HTMLElement | null): void => {
    if (element) heights.current.set(chunk, element.getBoundingClientRect().height);
  };
  const whole = { first: 0, last: rows, above: 0, below: 0 };
  if (!long) return { head, measured, drawn: whole, long };
  if (printing)
    return { head, measured, drawn: { ...whole, last: Math.min(rows, printedAtMost) }, long };
  const last = Math.min(drawn.last, rows);
  return { head, measured, drawn: { ...drawn, first: Math.min(drawn.first, last), last }, long };
}

const Room = (props: { height: number; columns: number }) =>
  props.height > 0 ? (
    <tbody class="room" aria-hidden="true">
      <tr>
        <td colSpan={props.columns} style={{ height: `${props.height}px` }} />
      </tr>
    </tbody>
  ) : null;

function Chunk<Row>(props: {
  columns: Column<Row>[];
  rows: readonly Row[];
  from: number;
  counted: boolean;
  rowClass?: (row: Row) => string;
  rowKey: (row: Row, at: number) => string;
  measured: (chunk: number, element: HTMLElement | null) => void;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  useLayoutEffect(() => {
    if (props.rows.length === chunkOf) props.measured(props.from / chunkOf, body.current);
  });
  return (
    <tbody ref={body}>
      {props.rows.map((row, index) => {
        const at = props.from + index;
        return (
          <tr
            key={props.rowKey(row, at)}
            class={props.rowClass?.(row) ?? ""}
            aria-rowindex={props.counted ? at + 2 : undefined}
          >
            {props.columns.map((column) => {
              const kind = (column.number ? "number" : "") + (column.narrow ? " narrow" : "");
              return column.rowHead ? (
                <th scope="row" class={kind}>
                  {column.cell(row)}
                </th>
              ) : (
                <td class={kind}>{column.cell(row)}</td>
              );
            })}
          </tr>
        );
      })}
    </tbody>
  );
}

export function Table<Row>(props: {
  caption: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  empty?: string;
  hideCaption?: boolean;
  rowClass?: (row: Row) => string;
  rowKey: (row: Row, at: number) => string;
}) {
  const id = useId();
  const { rows, columns } = props;
  const { head, measured, drawn, long } = useDrawn(rows.length);
  if (rows.length === 0 && props.empty) return <p class="empty">{props.empty}</p>;
  const chunks = Array.from(
    { length: Math.ceil((drawn.last - drawn.first) / chunkOf) },
    (_, at) => {
      const from = drawn.first + at * chunkOf;
      return { from, rows: rows.slice(from, Math.min(from + chunkOf, drawn.last)) };
    },
  );
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-labelledby={id}>
      <table class={long ? "long" : ""} aria-rowcount={long ? rows.length + 1 : undefined}>
        <caption id={id} class={props.hideCaption ? "unseen" : ""}>
          {props.caption}
        </caption>
        <thead ref={head}>
          <tr aria-rowindex={long ? 1 : undefined}>
            {columns.map((column) => (
              <th
                scope="col"
                class={(column.number ? "number" : "") + (column.rowHead ? " row-head" : "")}
              >
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <Room height={drawn.above} columns={columns.length} />
        {chunks.map((chunk) => (
          <Chunk
            key={chunk.from}
            {...chunk}
            columns={columns}
            counted={long}
            rowClass={props.rowClass}
            rowKey={props.rowKey}
            measured={measured}
          />
        ))}
        <Room height={drawn.below} columns={columns.length} />
      </table>
      {rows.length > printedAtMost && (
        <p class="print-only">
          {L(
            `印刷は先頭の${printedAtMost}件までです（全${rows.length}件）。`,
            `Printed: the first ${printedAtMost} of ${rows.length}.`,
          )}
        </p>
      )}
    </div>
  );
}
