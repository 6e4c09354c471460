/** Owns one chart of metric series; it keeps the zoom while new points arrive. */

import { Box, Paper, useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { metric } from "@/ui/format";
import { columnsOf, type Chart } from "./charts";
import classes from "./chart.module.css";

const COLORS = ["#1c7ed6", "#e8590c", "#2f9e44", "#9c36b5", "#c92a2a", "#0c8599"];
const HEIGHT = 230;

interface MetricChartProps {
  readonly chart: Chart;
  readonly logarithmic: boolean;
}

export function MetricChart({ chart, logarithmic }: MetricChartProps) {
  const root = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const dark = useComputedColorScheme("light") === "dark";
  const keys = chart.series.map(({ key }) => key).join(" ");

  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(keys.split(" "), element.clientWidth, dark, logarithmic), [[]], element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [keys, dark, logarithmic]);

  useEffect(() => {
    const { current } = plot;
    if (current === null) return;
    const [first, last] = [current.data[0]?.[0], current.data[0]?.at(-1)];
    const zoomed = current.scales.x?.min !== first || current.scales.x?.max !== last;
    current.setData(columnsOf(chart.series), !zoomed || first === undefined);
    if (zoomed && first !== undefined) current.redraw();
  }, [chart.series, keys, dark, logarithmic]);

  const newest = chart.series.map(({ key, values }) => `${key} ${metric(Number(values.at(-1)))}`).join(", ");
  return (
    <Paper withBorder p="sm">
      <Box ref={root} className={classes.chart} role="img" aria-label={`Chart of ${chart.title}. Newest: ${newest}`} />
    </Paper>
  );
}

function optionsOf(keys: readonly string[], width: number, dark: boolean, logarithmic: boolean): uPlot.Options {
  const ink = dark ? "#c1c2c5" : "#495057";
  const axis = { stroke: ink, grid: { stroke: dark ? "#373a40" : "#e9ecef", width: 1 }, ticks: { stroke: dark ? "#373a40" : "#e9ecef" } };
  return {
    width, height: HEIGHT,
    scales: { x: { time: false }, y: { distr: logarithmic ? 3 : 1 } },
    axes: [axis, { ...axis, size: 74, values: (_plot, ticks) => ticks.map((tick) => (tick === null ? "" : metric(tick))) }],
    series: [
      { label: "step" },
      ...keys.map((key, index): uPlot.Series => ({
        label: key, stroke: COLORS[index % COLORS.length] ?? ink, width: 1.5, spanGaps: true, points: { show: false },
        value: (_plot, value) => (value === null ? "" : metric(value)),
      })),
    ],
    cursor: { sync: { key: "run" } },
  };
}
