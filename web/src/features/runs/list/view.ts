/** Owns what the list of runs shows, as it stands in the address: whoever opens the address sees the same. */

import type { Run } from "../runs";

export const KINDS = ["TRAINING", "EVALUATION", "INFERENCE"] as const satisfies readonly Run["kind"][];
export const STATUSES = ["RUNNING", "FINISHED", "FAILED", "CANCELLED", "SCHEDULED"] as const satisfies readonly Run["status"][];

export interface RunsView {
  /** In the search language of the platform. */
  readonly filter?: string;
  /** Id of a column, with a minus before it for the largest first. */
  readonly sort?: string;
  /** Ids of columns in their order. */
  readonly columns?: readonly string[];
  readonly experiment?: string;
  readonly kind?: (typeof KINDS)[number];
  readonly status?: (typeof STATUSES)[number];
  /** Id of the column by whose values runs are grouped. */
  readonly group?: string;
  readonly deleted?: true;
}

/** Only known parts that say something. */
export function viewIn(search: Readonly<Record<string, unknown>>): RunsView {
  const { columns } = search;
  const view: Record<string, unknown> = {};
  // The address holds `filter=7` as a number.
  for (const key of ["filter", "sort", "experiment", "group"]) {
    const value = search[key];
    if ((typeof value === "string" && value.trim() !== "") || typeof value === "number") view[key] = String(value);
  }
  if (KINDS.some((kind) => kind === search.kind)) view.kind = search.kind;
  if (STATUSES.some((status) => status === search.status)) view.status = search.status;
  if (Array.isArray(columns) && columns.length > 0) view.columns = [...new Set(columns.map(String))];
  if (search.deleted === true) view.deleted = true;
  return view;
}

/** Whether runs stand under their parents: what was searched for must not hide in a folded row. */
export function isNested({ filter, kind, status, deleted }: RunsView): boolean {
  return filter === undefined && kind === undefined && status === undefined && deleted === undefined;
}
