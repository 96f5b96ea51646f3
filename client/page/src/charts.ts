// The charts' own bundle: of ECharts only what the page draws, as SVG, so that print stays sharp and
// a test can look into it. Loaded when the first chart is shown.
import { BarChart, LineChart, RadarChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  RadarComponent,
  TooltipComponent,
} from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  AriaComponent,
  BarChart,
  GridComponent,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  RadarChart,
  RadarComponent,
  SVGRenderer,
  TooltipComponent,
]);

export interface Drawn {
  set(option: object): void;
  end(): void;
}

/** A point or bar that is pressed: which series, and which of its values. */
export type Pick = (series: number, at: number) => void;

export function draw(element: HTMLElement, option: object, pick?: Pick): Drawn {
  const chart = init(element, null, { renderer: "svg" });
  // With a view box, paper can scale the drawing to its own width.
  const box = (): void =>
    element
      .querySelector("svg")
      ?.setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
  const watch = new ResizeObserver(() => {
    if (matchMedia("print").matches) return;
    chart.resize();
    box();
  });
  chart.setOption(option as EChartsCoreOption);
  box();
  watch.observe(element);
  if (pick) chart.on("click", (on) => pick(on.seriesIndex ?? 0, on.dataIndex));
  return {
    set: (next) => chart.setOption(next as EChartsCoreOption, true),
    end: () => {
      watch.disconnect();
      chart.dispose();
    },
  };
}
