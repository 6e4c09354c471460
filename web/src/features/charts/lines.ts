/** Owns the points of a chart: lines on one common axis, smoothed lines, what is no number. Does not draw. */

import type uPlot from "uplot";
import type { Schemas } from "@/api/client";

export type Series = Schemas["Series"];

/** What the horizontal axis counts: steps, seconds since the epoch, or seconds since the run began. */
export type Axis = "step" | "time" | "elapsed";

export interface Line {
  readonly label: string;
  readonly color: string;
  /** Ascending; the same place may come twice. */
  readonly xs: readonly number[];
  /** May hold NaN and infinities. */
  readonly ys: readonly number[];
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** `start` is when the run began, in milliseconds since the epoch. */
export function lineOf(series: Series, axis: Axis, start: number, label: string, color: string): Line {
  const xs = axis === "step" ? series.steps.map(Number) : series.times.map((time) => secondsOf(time, axis, start));
  const ys = series.values.map(Number);
  if (xs.every((x, index) => index === 0 || x >= (xs[index - 1] ?? x))) return { label, color, xs, ys };
  const order = xs.map((_x, index) => index).sort((a, b) => (xs[a] ?? 0) - (xs[b] ?? 0));
  return { label, color, xs: order.map((index) => xs[index] ?? 0), ys: order.map((index) => ys[index] ?? Number.NaN) };
}

function secondsOf(time: Series["times"][number], axis: Axis, start: number): number {
  return (Number(time) - (axis === "elapsed" ? start : 0)) / 1000;
}

/** The steps between which a part of an axis lies; of a time, with one point more on both sides. Null: no point is there. */
export function stepsOf(series: readonly (Series & { readonly start: number })[], axis: Axis, range: Range): Range | null {
  if (axis === "step") return range;
  const inside = series.flatMap(({ steps, times, start }) => {
    const within = times.flatMap((time, index) => {
      const seconds = secondsOf(time, axis, start);
      return seconds >= range.min && seconds <= range.max ? [index] : [];
    });
    const [first, last] = [within[0], within.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [steps[Math.max(0, first - 1)], steps[Math.min(steps.length - 1, last + 1)]].map(Number);
  });
  return inside.length === 0 ? null : { min: Math.min(...inside), max: Math.max(...inside) };
}

/**
 * One row per place on the axis, and as many rows as the line with most points there, so that no extreme hides behind
 * another point of the same step. `undefined` where a line has no point, `null` where its value cannot be drawn.
 */
export function alignedOf(lines: readonly Line[], logarithmic: boolean): uPlot.AlignedData {
  const places = [...new Set(lines.flatMap(({ xs }) => xs))].sort((a, b) => a - b);
  const at = lines.map(() => 0);
  const xs: number[] = [];
  const columns: (number | null | undefined)[][] = lines.map(() => []);
  for (const x of places) {
    const start = xs.length;
    lines.forEach((line, column) => {
      let row = start;
      for (let index = at[column] ?? 0; line.xs[index] === x; index += 1) {
        xs[row] = x;
        (columns[column] ?? [])[row] = drawable(line.ys[index], logarithmic);
        row += 1;
        at[column] = index + 1;
      }
    });
  }
  for (const column of columns) column.length = xs.length;
  return [xs, ...columns.map((column) => Array.from(column))];
}

function drawable(value: number | undefined, logarithmic: boolean): number | null {
  return value === undefined || !Number.isFinite(value) || (logarithmic && value <= 0) ? null : value;
}

/** Where a line has a value that is no finite number. */
export function brokenOf(lines: readonly Line[]): { readonly x: number; readonly value: number; readonly color: string }[] {
  return lines.flatMap(({ xs, ys, color }) =>
    ys.flatMap((value, index) => (Number.isFinite(value) ? [] : [{ x: xs[index] ?? 0, value, color }])),
  );
}

const WINDOW = 1000;

/** An average that forgets, weighted by the distance between points, so that thinned and full series look alike. */
export function smoothed(line: Line, weight: number): Line {
  if (weight <= 0) return line;
  const width = (line.xs.at(-1) ?? 0) - (line.xs[0] ?? 0);
  let [sum, mass] = [0, 0];
  const ys = line.ys.map((y, index) => {
    if (!Number.isFinite(y)) return y;
    const gap = index === 0 || width === 0 ? 1 : (((line.xs[index] ?? 0) - (line.xs[index - 1] ?? 0)) / width) * WINDOW;
    const kept = weight ** gap;
    sum = sum * kept + y;
    mass = mass * kept + 1;
    return sum / mass;
  });
  return { ...line, ys };
}
