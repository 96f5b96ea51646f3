// A chart never stands alone: a figure has a title, the drawing, its table, its source and date.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Drawn, Pick } from "./charts.ts";
import { L } from "./lang.ts";

let charts: Promise<typeof import("./charts.ts")> | null = null;
const loadCharts = (): Promise<typeof import("./charts.ts")> => (charts ??= import("./charts.js"));

function Drawing(props: { option: object; height: number; label: string; pick?: Pick }) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const pick = useRef(props.pick);
  pick.current = props.pick;
  const [failed, setFailed] = useState(false);
  const option = JSON.stringify(props.option);

  useEffect(() => {
    let current = true;
    loadCharts().then(
      ({ draw }) => {
        if (!current || !place.current) return;
        if (drawn.current) drawn.current.set(props.option);
        else
          drawn.current = draw(
            place.current,
            props.option,
            props.pick && ((series, at) => pick.current?.(series, at)),
          );
      },
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [option]);
  useEffect(
    () => () => {
      drawn.current?.end();
      drawn.current = null;
    },
    [],
  );

  if (failed)
    return (
      <p>
        {L(
          `図の部品を読み込めません。表をご覧ください。`,
          `The charts can't be loaded; see the table.`,
        )}
      </p>
    );
  return (
    <div
      class="drawing"
      ref={place}
      role="img"
      aria-label={props.label}
      style={{ height: `${props.height}px` }}
    />
  );
}

export function Figure(props: {
  title: string;
  /** What the drawing shows, in words, for those who do not see it. */
  summary: string;
  option?: object | null;
  height?: number;
  /** What a press on a point or bar does; whatever it does, the table does for the keyboard. */
  pick?: Pick;
  /** Drawn by the screen itself, in place of an option. */
  drawn?: ComponentChildren;
  table: ComponentChildren;
  source: ComponentChildren;
  beside?: boolean;
}) {
  const id = useId();
  const table = props.beside ? (
    <div class="figure-table">{props.table}</div>
  ) : (
    <details>
      <summary>{L("表で見る", "As a table")}</summary>
      {props.table}
    </details>
  );
  return (
    <figure class={props.beside ? "beside" : ""} aria-labelledby={id}>
      <figcaption id={id}>{props.title}</figcaption>
      <div class="figure-body">
        {props.option && (
          <Drawing
            option={props.option}
            height={props.height ?? 300}
            label={props.summary}
            pick={props.pick}
          />
        )}
        {props.drawn}
        {table}
      </div>
      <div class="source">{props.source}</div>
    </figure>
  );
}
