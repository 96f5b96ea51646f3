// The charts of one area: trend beside ward and city, rank among its like, tiles, pyramid, rubric.
import { kindOf, mayWrite } from "../acts.ts";
import { Figure } from "../chart.tsx";
import {
  afterBreaks,
  beyondBreaks,
  breaksOf,
  chainOf,
  evidenceOf,
  levelOf,
  missingText,
  periodsOf,
  pyramidOf,
  ranked,
  scoresOf,
  seriesOf,
  statusText,
  type Score,
  valueText,
  wardOf,
} from "../figures.ts";
import { ageText, breakdownText, indicatorName, unitText, unitBehind } from "../indicators.ts";
import { L } from "../lang.ts";
import { definitionOf, levelText } from "../meanings.ts";
import type {
  Border,
  Break,
  Cell,
  IndicatorMeaning,
  KkRecord,
  Origin,
  Reference,
} from "../model.ts";
import { areaName } from "../names.ts";
import {
  panelsOf,
  pyramidOption,
  radarOption,
  rankOption,
  trendHeight,
  trendOption,
} from "../options.ts";
import { routeTo } from "../route.ts";
import { useGet, useStore } from "../store.ts";
import { LinkButton, Loaded, Table } from "../ui.tsx";
import { dayText, instantDay, periodText } from "../when.ts";
import { MapOf } from "./map.tsx";
import { Tiles } from "./tiles.tsx";

export interface Chosen {
  indicator: string;
  breakdown: string;
  period: string;
  unit: string;
}
export interface Cells {
  origin: Origin;
  cells: Cell[];
  indicators?: Record<string, IndicatorMeaning>;
  breaks?: Break[];
}

/** What a figure counts, who gives it, what must be known about it. */
export function Definition(props: { code: string; own?: IndicatorMeaning }) {
  const meant = definitionOf(props.code, props.own);
  if (!meant) return null;
  return (
    <p>
      {L("定義", "Definition")}: {meant.text}
      {meant.section && L(`（提供: ${meant.section}）`, ` (given by ${meant.section})`)}
      {meant.note && ` ${L("注", "Note")}: ${meant.note}`}
    </p>
  );
}

/** Where a figure is from, and of which release and day. */
export function SourceLine(props: { cells: readonly Cell[]; data: Omit<Cells, "cells"> }) {
  const { cells } = props;
  const { origin, indicators } = props.data;
  const codes = [...new Set(cells.map((cell) => cell.indicator))];
  const sources = [...new Set(cells.map((cell) => cell.source).filter(Boolean))];
  const notes = [...new Set(cells.flatMap((cell) => [cell.method, cell.note]).filter(Boolean))];
  const marks = [...new Set(cells.map((cell) => statusText(cell.status)).filter(Boolean))];
  return (
    <>
      {codes.map((code) => (
        <Definition code={code} own={indicators?.[code]} />
      ))}
      <p>
        {L("出典", "Source")}: {sources.slice(0, 2).join("; ") || L("記載なし", "not stated")}
        {sources.length > 2 && L(` ほか${sources.length - 2}件`, ` and ${sources.length - 2} more`)}
      </p>
      <p>
        {L("第", "release ")}
        {origin.release}
        {L("版", "")} {origin.title}
        {L("（", " (")}
        {instantDay(origin.issued)}
        {L("）", ")")}
        {marks.length > 0 && ` · ${L("状態", "status")}: ${marks.join(", ")}`}
        {notes.length > 0 && ` · ${L("注", "note")}: ${notes.join("; ")}`}
      </p>
    </>
  );
}

export function CellTable(props: { caption: string; cells: readonly Cell[]; areas?: boolean }) {
  const { tables } = useStore();
  return (
    <Table<Cell>
      caption={props.caption}
      rows={props.cells}
      rowKey={(cell) => cell.area + cell.period + cell.breakdown}
      empty={L("数値はありません。", "There are no figures.")}
      columns={[
        {
          head: L("地域", "Area"),
          rowHead: true,
          cell: (cell) => areaName(tables, cell.area),
        },
        { head: L("時点", "Period"), cell: (cell) => periodText(cell.period) },
        { head: L("値", "Value"), number: true, cell: (cell) => valueText(cell) },
        { head: L("単位", "Unit"), cell: (cell) => unitText(cell.unit) },
        {
          head: L("状態", "Status"),
          cell: (cell) =>
            [statusText(cell.status), missingText(cell.missing)]
              .filter(Boolean)
              .join(L("、", ", ")),
        },
      ]}
    />
  );
}

/** Where the borders of an area changed: what stands on the other side is another series. */
function Breaks(props: { breaks: readonly Break[] }) {
  const { tables } = useStore();
  const names = (areas: readonly string[]): string =>
    areas.map((area) => areaName(tables, area)).join(L("・", ", "));
  return (
    <>
      {props.breaks.map((one) => (
        <p class="series-break">
          {L("系列の区切り", "The series breaks")}:{" "}
          {L(
            `${names([one.area])}は${one.last ? dayText(one.last) : "区域の変更"}で終わり、` +
              `${names(one.successors)}に続きます。区域が違うため、線をつなぎません。`,
            `${names([one.area])} ends ${one.last ? `on ${dayText(one.last)}` : "with a change of borders"}` +
              ` and goes on as ${names(one.successors)}. Their borders differ: no line joins them.`,
          )}
        </p>
      ))}
    </>
  );
}

/** linked: figures of the areas before and after it, where its borders changed. */
function Trend(props: { area: string; chosen: Chosen; data: Cells; linked: readonly Cell[] }) {
  const { tables } = useStore();
  const { chosen, data } = props;
  const breaks = breaksOf(data.breaks ?? [], props.area);
  const beyond = beyondBreaks(breaks, props.area);
  const known = [...data.cells, ...props.linked.filter((cell) => beyond.includes(cell.area))];
  const all = seriesOf(known, [...chainOf(props.area), ...beyond], chosen.breakdown).map((one) => ({
    ...one,
    name: areaName(tables, one.area),
  }));
  const cells = all.flatMap((one) => one.points.map((point) => point.cell));
  const series = all.filter((one) => one.points.length > 1);
  const title = `${indicatorName(chosen.indicator)} ${breakdownText(chosen.breakdown)}: ${L("推移", "over time")}`;
  const periods = periodsOf(series);
  const own = series[0]?.points ?? [];
  const [first, last] = [own[0], own.at(-1)];
  const summary =
    first && last
      ? `${series[0]?.name}: ${periodText(first.period)} ${valueText(first.cell)}${unitBehind(chosen.unit)}${L("、", ", ")}` +
        `${periodText(last.period)} ${valueText(last.cell)}${unitBehind(chosen.unit)}`
      : title;
  return (
    <Figure
      title={title}
      summary={summary}
      option={
        periods.length > 1
          ? trendOption(series, periods, chosen.unit, { marks: afterBreaks(breaks, periods) })
          : null
      }
      height={trendHeight(panelsOf(series))}
      table={<CellTable caption={title} cells={cells} />}
      source={
        <>
          <Breaks breaks={breaks} />
          <SourceLine cells={cells} data={data} />
        </>
      }
    />
  );
}

/** The cells of areas of the same level, a city's wards for the city. */
function likeOf(area: string, chosen: Chosen, data: Cells): Cell[] {
  const level = levelOf(area) === "city" ? "ward" : levelOf(area);
  return data.cells.filter(
    (cell) => levelOf(cell.area) === level && cell.breakdown === chosen.breakdown,
  );
}
const nameOf = (chosen: Chosen): string =>
  `${indicatorName(chosen.indicator)} ${breakdownText(chosen.breakdown)}`;

/** A map where the release has a border for each, else tiles about where the wards lie. */
function Spread(props: { area: string; chosen: Chosen; data: Cells; borders: readonly Border[] }) {
  const { area, chosen, data } = props;
  const like = likeOf(area, chosen, data);
  if (like.length < 2) return null;
  const own = props.borders.filter((border) => like.some((cell) => cell.area === border.code));
  const mapped = like.every((cell) => own.some((border) => border.code === cell.area));
  const title =
    `${nameOf(chosen)}: ${mapped ? L("地図", "map") : L("地域の分布", "over the city")}` +
    `${L(" ", ", ")}${periodText(chosen.period)}`;
  const drawn = { cells: like, own: area, unit: chosen.unit };
  return (
    <Figure
      title={title}
      summary={title}
      drawn={mapped ? <MapOf {...drawn} title={title} borders={own} /> : <Tiles {...drawn} />}
      table={<CellTable caption={title} cells={ranked(like)} />}
      source={<SourceLine cells={like} data={data} />}
    />
  );
}

function Rank(props: { area: string; chosen: Chosen; data: Cells }) {
  const { tables } = useStore();
  const { area, chosen, data } = props;
  const cells = ranked(likeOf(area, chosen, data));
  if (cells.length < 2) return null;
  const place = cells.findIndex((cell) => cell.area === area) + 1;
  const unit = unitText(cells[0]?.unit ?? "");
  const inUnit = unit && L(`（${unit}）`, ` (${unit})`);
  const title = `${nameOf(chosen)}: ${L("順位", "rank")}${inUnit}${L(" ", ", ")}${periodText(chosen.period)}`;
  const summary = place
    ? L(`${cells.length}地域のうち${place}番目`, `${place} of ${cells.length} areas`)
    : L(`${cells.length}地域`, `${cells.length} areas`);
  return (
    <Figure
      title={title}
      summary={`${title}: ${summary}`}
      option={rankOption(cells, area, (code) => areaName(tables, code))}
      height={Math.max(160, cells.length * 24 + 40)}
      table={<CellTable caption={title} cells={cells} />}
      source={<SourceLine cells={cells} data={data} />}
    />
  );
}

function PyramidFigure(props: { area: string; data: Cells }) {
  const { tables } = useStore();
  const pyramid = pyramidOf(props.data.cells, props.area);
  if (!pyramid) return null;
  const cells = pyramid.rows.flatMap((row) => [row.m, row.f]);
  const title =
    `${areaName(tables, props.area)} ${L("人口ピラミッド", "population pyramid")}` +
    `${L(" ", ", ")}${periodText(pyramid.period)}`;
  return (
    <Figure
      title={title}
      summary={title}
      option={pyramidOption(pyramid)}
      height={Math.max(260, pyramid.rows.length * 22 + 80)}
      table={
        <Table
          caption={title}
          rows={pyramid.rows}
          rowKey={(row) => row.age}
          columns={[
            { head: L("年齢", "Age"), rowHead: true, cell: (row) => ageText(row.age) },
            { head: L("男", "men"), number: true, cell: (row) => valueText(row.m) },
            { head: L("女", "women"), number: true, cell: (row) => valueText(row.f) },
          ]}
        />
      }
      source={<SourceLine cells={cells} data={props.data} />}
    />
  );
}

/** The rubric's scores of one evaluation: ordinal, so the table stands beside the drawing. */
export function Rubric({ evaluation }: { evaluation: KkRecord }) {
  const fields = evaluation.fields;
  const scores = scoresOf(Array.isArray(fields.scores) ? fields.scores : []);
  if (scores.length === 0) return null;
  const title = `${String(fields.title ?? "")}${L("（", " (")}${String(fields.rubric ?? "")}${L("）", ")")}`;
  return (
    <Figure
      title={title}
      summary={scores.map((score) => `${score.item} ${score.score}`).join(L("、", ", "))}
      option={scores.length >= 3 ? radarOption(scores, title) : null}
      height={320}
      beside
      table={
        <Table
          caption={L(
            "評点（1〜5。5 が目指す姿に近い）",
            "Scores (1 to 5; 5 is nearest to the aim)",
          )}
          rows={scores}
          rowKey={(score) => score.item}
          columns={[
            { head: L("項目", "Item"), rowHead: true, cell: (score) => score.item },
            { head: L("評点", "Score"), number: true, cell: (score) => score.score },
            ...(scores.some((score) => levelText(score.item, score.score))
              ? [
                  {
                    head: L("その段階の姿", "What it says"),
                    cell: (score: Score) => levelText(score.item, score.score),
                  },
                ]
              : []),
          ]}
        />
      }
      source={
        <p>
          {L("評価者", "Assessed by")}: {String(fields.assessors ?? "–")}{" "}
          {fields.citizens === "with" && L("（市民と共に）", "(with citizens)")} ·{" "}
          {dayText(String(fields.date ?? ""))}
        </p>
      }
    />
  );
}

/** What one sees in a chart becomes an issue that rests on it. */
function IssueFrom({ area, chosen }: { area: string; chosen: Chosen }) {
  const { tables, status } = useStore();
  const kind = kindOf(tables, "issue");
  if (!kind || !mayWrite(kind, status.role) || wardOf(area) !== status.ward) return null;
  const evidence = evidenceOf({ ...chosen, area });
  return (
    <p class="no-print">
      <LinkButton href={routeTo(["records", "issue", "new"], { area, evidence })}>
        {L("この数値を根拠に課題を書く", "Write an issue that rests on this figure")}
      </LinkButton>
    </p>
  );
}

export function AreaCharts(props: { area: string; chosen: Chosen; asOf: string; pyramid: string }) {
  const { area, chosen, asOf } = props;
  const common = { indicator: chosen.indicator, "as-of": asOf };
  const trend = useGet<Cells>("data/get", { ...common, area, compare: true });
  const crosses = breaksOf(trend.data?.breaks ?? [], area).length > 0;
  const linked = useGet<Cells>(crosses ? "data/get" : null, { ...common, area, linked: true });
  const like = useGet<Cells>("data/get", { ...common, period: chosen.period });
  const other = props.pyramid && props.pyramid !== chosen.indicator ? "data/get" : null;
  const reference = useGet<Reference>("reference", { table: ["borders"], "as-of": asOf });
  const borders = reference.data?.borders ?? [];
  const ages = useGet<Cells>(other, { indicator: props.pyramid, area, "as-of": asOf });
  return (
    <div class="charts">
      <div>
        <Loaded got={trend}>
          {(data) => (
            <Trend area={area} chosen={chosen} data={data} linked={linked.data?.cells ?? []} />
          )}
        </Loaded>
        <Loaded got={other ? ages : trend}>
          {(data) => <PyramidFigure area={area} data={data} />}
        </Loaded>
      </div>
      <div>
        <Loaded got={like}>{(data) => <Rank area={area} chosen={chosen} data={data} />}</Loaded>
      </div>
      <div class="whole">
        <IssueFrom area={area} chosen={chosen} />
        <Loaded got={like}>
          {(data) => <Spread area={area} chosen={chosen} data={data} borders={borders} />}
        </Loaded>
      </div>
    </div>
  );
}
