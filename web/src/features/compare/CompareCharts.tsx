/** Owns the charts on which the runs lie over each other, one per metric. */

import { Stack, Text } from "@mantine/core";
import { useDeferredValue, useMemo, useState } from "react";
import { ChartControls, useDrawing } from "@/features/charts/ChartControls";
import { ChartGrid } from "@/features/charts/ChartGrid";
import { lineOf, stepsOf, type Range } from "@/features/charts/lines";
import { MetricChart, type Drawing } from "@/features/charts/MetricChart";
import { matches, sectionsOf, type Chart } from "@/features/charts/sections";
import { nameOf } from "@/features/runs/RunLink";
import { count } from "@/ui/format";
import type { ComparedRun, Coloring, Comparison } from "./comparison";
import { useComparedSeries } from "./queries";

export function CompareCharts({ comparison, coloring }: { readonly comparison: Comparison; readonly coloring: Coloring }) {
  const [drawing, setDrawing] = useDrawing();
  const [typed, setTyped] = useState("");
  const wanted = useDeferredValue(typed.trim());
  const charts = useMemo(
    () => comparison.metrics.filter(({ key }) => matches(key, wanted)).map(({ key }): Chart => ({ title: key, keys: [key] })),
    [comparison.metrics, wanted],
  );
  const sections = useMemo(() => sectionsOf(charts), [charts]);
  const [ranges, setRanges] = useState<Readonly<Record<string, Range | null>>>({});
  if (comparison.metrics.length === 0) return <Text>None of the runs logged a metric.</Text>;
  return (
    <Stack>
      <ChartControls drawing={drawing} onDrawing={setDrawing} typed={typed} onTyped={setTyped} found={count(charts.length, "chart")} />
      <ChartGrid sections={sections} keyOf={({ title }) => title}>
        {({ title }) => (
          <ComparedChart
            comparison={comparison} coloring={coloring} metric={title} drawing={drawing} range={ranges[`${drawing.axis} ${title}`] ?? null}
            onRange={(range) => setRanges((before) => ({ ...before, [`${drawing.axis} ${title}`]: range }))}
          />
        )}
      </ChartGrid>
    </Stack>
  );
}

interface ComparedChartProps {
  readonly comparison: Comparison;
  readonly coloring: Coloring;
  readonly metric: string;
  readonly drawing: Drawing;
  readonly range: Range | null;
  readonly onRange: (range: Range | null) => void;
}

function ComparedChart({ comparison, coloring, metric, drawing, range, onRange }: ComparedChartProps) {
  const { axis } = drawing;
  const whole = useComparedSeries(comparison, metric, null);
  const present = (whole.data ?? []).flatMap((one, index) => (one === undefined ? [] : [{ ...one, start: startOf(comparison.runs[index]) }]));
  const part = useComparedSeries(comparison, metric, range === null ? null : stepsOf(present, axis, range));
  const series = part.data ?? whole.data;
  const { runs } = comparison;
  const lines = useMemo(
    () =>
      (series ?? []).flatMap((one, index) => {
        const run = runs[index];
        return one === undefined || run === undefined || one.steps.length === 0 ? [] : [lineOf(one, axis, startOf(run), nameOf(run), coloring.colors[index] ?? "gray")];
      }),
    [series, axis, runs, coloring],
  );
  const failed = whole.error ?? part.error;
  if (failed !== null && series === undefined) return <Text size="sm">{`${metric}: ${failed.message}`}</Text>;
  return <MetricChart title={metric} lines={lines} drawing={drawing} range={range} onRange={onRange} loading={whole.isFetching || part.isFetching} />;
}

function startOf(run: ComparedRun | undefined): number {
  return Date.parse(run?.start_time ?? "") || 0;
}
