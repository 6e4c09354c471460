/** Owns the columns of the list of runs: their names, their texts, and the field of the search language behind each. */

import type { Run } from "../runs";

/** What a row of the list needs of a run. */
export interface RunRow extends Pick<Run, "id" | "name" | "status" | "kind" | "parent_run_id" | "note" | "start_time" | "end_time"> {
  readonly experiment: string;
  readonly creator: string;
  readonly data: string;
  readonly params: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  readonly metrics: ReadonlyMap<string, number>;
}

export function rowOf(run: Run): RunRow {
  const { id, name, status, kind, parent_run_id, note, start_time, end_time } = run;
  const pairs = (list: Run["params"]) => new Map(list.map(({ key, value }) => [key, value]));
  return {
    id, name, status, kind, parent_run_id, note, start_time, end_time, experiment: run.experiment_name, creator: run.creator?.name ?? "",
    data: [...run.inputs, ...run.datasets].map((one) => one.name).join(", "), params: pairs(run.params), tags: pairs(run.tags),
    metrics: new Map(run.metrics.map(({ key, last }) => [key, Number(last)])),
  };
}

interface FixedColumn {
  readonly label: string;
  /** The attribute to sort by; without one the platform cannot. */
  readonly field?: string;
  readonly width: number;
}

export const FIXED: Readonly<Record<string, FixedColumn>> = {
  name: { label: "Run", field: "run_name", width: 280 },
  status: { label: "Status", field: "status", width: 118 },
  kind: { label: "Kind", field: "kind", width: 110 },
  experiment: { label: "Experiment", field: "experiment_name", width: 150 },
  data: { label: "Data", width: 210 },
  creator: { label: "By", field: "creator", width: 130 },
  start: { label: "Started", field: "start_time", width: 140 },
  duration: { label: "Duration", field: "duration", width: 110 },
  note: { label: "Note", field: "note", width: 220 },
};

export const FAMILIES = ["metrics", "params", "tags"] as const;
export type Family = (typeof FAMILIES)[number];

const START = ["status", "kind", "experiment", "data", "creator", "start", "duration"] as const;
/** Metrics that are shown before anybody has chosen columns. */
const START_METRICS = 3;
const KEYED_WIDTH = 150;

/** Family and key of `metrics.val/loss`; null for a fixed column. */
export function keyedOf(id: string): { readonly family: Family; readonly key: string } | null {
  const dot = id.indexOf(".");
  const family = FAMILIES.find((one) => one === id.slice(0, dot));
  return family === undefined || dot + 1 === id.length ? null : { family, key: id.slice(dot + 1) };
}

export function isColumn(id: string): boolean {
  return (id !== "name" && id in FIXED) || keyedOf(id) !== null;
}

export function labelOf(id: string): string {
  return keyedOf(id)?.key ?? FIXED[id]?.label ?? id;
}

export function widthOf(id: string): number {
  return FIXED[id]?.width ?? KEYED_WIDTH;
}

/** How the search language names a column; undefined when it cannot. */
export function fieldOf(id: string): string | undefined {
  const keyed = keyedOf(id);
  if (keyed === null) return FIXED[id]?.field;
  if (/^[A-Za-z_]\w*(\.\w+)*$/.test(keyed.key)) return `${keyed.family}.${keyed.key}`;
  const quote = keyed.key.includes("`") ? '"' : "`";
  return `${keyed.family}.${quote}${keyed.key}${quote}`;
}

export function orderOf(sort: string | undefined): string[] {
  if (sort === undefined) return [];
  const field = fieldOf(sort.replace(/^-/, ""));
  return field === undefined ? [] : [`${field} ${sort.startsWith("-") ? "DESC" : "ASC"}`];
}

/** The columns to begin with: the fixed ones, and the metrics that most of the runs have. */
export function startColumns(rows: readonly RunRow[]): string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of rows) for (const key of metrics.keys()) counts.set(key, (counts.get(key) ?? 0) + 1);
  const common = [...counts].filter(([key]) => !key.startsWith("system/")).sort((a, b) => b[1] - a[1]).slice(0, START_METRICS);
  return [...START.slice(0, 4), ...common.map(([key]) => `metrics.${key}`), ...START.slice(4)];
}

/** Every column that at least one of the rows could fill. */
export function keyedColumns(rows: readonly RunRow[]): string[] {
  return FAMILIES.flatMap((family) => {
    const keys = new Set<string>();
    for (const row of rows) for (const key of row[family].keys()) keys.add(key);
    return [...keys].sort().map((key) => `${family}.${key}`);
  });
}
