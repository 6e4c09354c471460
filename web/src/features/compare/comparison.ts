/** Owns what is compared: which runs, and in which colors. */

import type { Schemas } from "@/api/client";
import { colorOf } from "@/features/charts/colors";

export type Comparison = Schemas["CompareRunsResponse"];
export type ComparedRun = Comparison["runs"][number];

export const TABS = ["params", "metrics", "charts", "parallel", "data", "record"] as const;
export type CompareTab = (typeof TABS)[number];

export interface CompareSearch {
  readonly ids: readonly string[];
  readonly tab?: CompareTab;
  /** `params.lr` or `tags.team`: runs with the same value have the same color. */
  readonly color?: string;
}

const MOST = 100;

export function searchIn({ ids, tab, color }: Readonly<Record<string, unknown>>): CompareSearch {
  const named = Array.isArray(ids) ? ids.map(String) : typeof ids === "string" ? ids.split(",") : [];
  return {
    ids: [...new Set(named.filter((id) => id !== ""))].slice(0, MOST), ...(TABS.some((one) => one === tab) ? { tab: tab as CompareTab } : {}),
    ...(typeof color === "string" && color !== "" ? { color } : {}),
  };
}

export interface Coloring {
  /** One color per run. */
  readonly colors: readonly string[];
  /** The groups in their order; none when every run has a color of its own. */
  readonly groups: readonly { readonly value: string; readonly color: string; readonly count: number }[];
}

/** A color for each run: its own, or that of all runs with the same value. */
export function coloringOf({ runs, params, tags }: Comparison, by: string | undefined): Coloring {
  const own = { colors: runs.map((_run, index) => colorOf(index)), groups: [] };
  if (by === undefined) return own;
  const key = by.slice(by.indexOf(".") + 1);
  const row = (by.startsWith("tags.") ? tags : params).find((one) => one.key === key);
  if (row === undefined) return own;
  const values = runs.map((_run, index) => (row.cells[index]?.is_set === true ? (row.cells[index]?.text ?? "") : "not set"));
  const order = [...new Set(values)].sort(byValue);
  return {
    colors: values.map((value) => colorOf(order.indexOf(value))),
    groups: order.map((value, index) => ({ value, color: colorOf(index), count: values.filter((one) => one === value).length })),
  };
}

/** Numbers by size, before words. */
function byValue(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a.localeCompare(b, "en");
  return x - y;
}
