/** Owns the charts of a run: only those in view are asked for, and they follow while it is running. */

import { Stack, Text } from "@mantine/core";
import { IconChartLine } from "@tabler/icons-react";
import { useDeferredValue, useMemo, useState } from "react";
import { ChartControls, useDrawing } from "@/features/charts/ChartControls";
import { ChartGrid } from "@/features/charts/ChartGrid";
import { colorOf } from "@/features/charts/colors";
import { lineOf, stepsOf, type Range } from "@/features/charts/lines";
import { MetricChart, type Drawing } from "@/features/charts/MetricChart";
import { chartsOf, matches, sectionsOf, type Chart } from "@/features/charts/sections";
import { EmptyState } from "@/ui/EmptyState";
import { count } from "@/ui/format";
import type { Run } from "../runs";
import { MetricsTable } from "./MetricsTable";
import { countsOf, useSeries, type PointCounts } from "./series";

interface ChartsPanelProps {
  readonly run: Run;
  /** Which metrics of the run belong here. */
  readonly metrics: Run["metrics"];
  readonly nothing: string;
}

export function ChartsPanel({ run, metrics, nothing }: ChartsPanelProps) {
  const [drawing, setDrawing] = useDrawing();
  const [typed, setTyped] = useState("");
  const wanted = useDeferredValue(typed.trim());
  const names = metrics.map(({ key }) => key).join("\n");
  const charts = useMemo(() => chartsOf(names.split("\n").filter((key) => matches(key, wanted))), [names, wanted]);
  const counts = useMemo(() => countsOf(metrics), [metrics]);
  const sections = useMemo(() => sectionsOf(charts), [charts]);
  const [ranges, setRanges] = useState<Readonly<Record<string, Range | null>>>({});
  if (metrics.length === 0) {
    return (
      <EmptyState icon={IconChartLine} title="No metrics yet">
        {run.status === "RUNNING" ? "They appear here as they are logged." : nothing}
      </EmptyState>
    );
  }
  return (
    <Stack>
      <ChartControls drawing={drawing} onDrawing={setDrawing} typed={typed} onTyped={setTyped} found={count(charts.length, "chart")} />
      <Text size="xs" c="dimmed">
        {run.status === "RUNNING" ? "New points appear by themselves. " : ""}Drag in a chart to see a part of it with more points, double click to see
        everything. A cross at the foot marks NaN, a triangle infinity.
      </Text>
      <ChartGrid sections={sections} keyOf={(chart) => chart.title}>
        {(chart) => (
          <ChartOfRun
            run={run} counts={counts} chart={chart} drawing={drawing} range={ranges[`${drawing.axis} ${chart.title}`] ?? null}
            onRange={(range) => setRanges((before) => ({ ...before, [`${drawing.axis} ${chart.title}`]: range }))}
          />
        )}
      </ChartGrid>
      <MetricsTable metrics={metrics.filter(({ key }) => matches(key, wanted))} />
    </Stack>
  );
}

interface ChartOfRunProps {
  readonly run: Run;
  readonly counts: PointCounts;
  readonly chart: Chart;
  readonly drawing: Drawing;
  readonly range: Range | null;
  readonly onRange: (range: Range | null) => void;
}

function ChartOfRun({ run, counts, chart, drawing, range, onRange }: ChartOfRunProps) {
  const { axis } = drawing;
  const start = Date.parse(run.start_time ?? "") || 0;
  const whole = useSeries(run.id, counts, chart.keys, null);
  const part = useSeries(run.id, counts, chart.keys, range === null ? null : stepsOf((whole.data ?? []).map((one) => ({ ...one, start })), axis, range));
  const series = part.data ?? whole.data;
  const lines = useMemo(
    () => (series ?? []).map((one) => lineOf(one, axis, start, one.key, colorOf(chart.keys.indexOf(one.key)))),
    [series, axis, start, chart.keys],
  );
  const failed = whole.error ?? part.error;
  if (failed !== null && series === undefined) return <Text size="sm">{`${chart.title}: ${failed.message}`}</Text>;
  return <MetricChart title={chart.title} lines={lines} drawing={drawing} range={range} onRange={onRange} loading={whole.isFetching || part.isFetching} />;
}
