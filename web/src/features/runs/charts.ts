/** Owns which series share a chart, and their points as columns on one common axis. */

import type uPlot from "uplot";
import type { Series } from "./runs";

export interface Chart {
  readonly title: string;
  readonly series: readonly Series[];
}

/** Series whose names end alike, such as `train/loss` and `val/loss`, are compared in one chart. */
export function chartsOf(series: readonly Series[]): Chart[] {
  const groups = new Map<string, Series[]>();
  for (const one of series.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const title = one.key.slice(one.key.lastIndexOf("/") + 1);
    groups.set(title, [...(groups.get(title) ?? []), one]);
  }
  return [...groups].map(([title, members]) => ({ title, series: members }));
}

/** Steps, then one column of values per series; null where a series has no finite value at a step. */
export function columnsOf(series: readonly Series[]): uPlot.AlignedData {
  const steps = [...new Set(series.flatMap((one) => one.steps.map(Number)))].sort((a, b) => a - b);
  const columns = series.map((one) => {
    const values = new Map(one.steps.map((step, index) => [Number(step), Number(one.values[index])]));
    return steps.map((step) => {
      const value = values.get(step);
      return value !== undefined && Number.isFinite(value) ? value : null;
    });
  });
  return [steps, ...columns];
}
