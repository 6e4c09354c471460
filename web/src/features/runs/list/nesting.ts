/** Owns the order in which nested runs stand below each other. */

import type { RunRow } from "./columns";

export interface NestedRow {
  readonly run: RunRow;
  readonly depth: number;
  readonly childCount: number;
  readonly isOpen: boolean;
}

/** The runs with the children of those that are open below them. */
export function nestedRows(runs: readonly RunRow[], children: readonly RunRow[], open: ReadonlySet<string>): NestedRow[] {
  const families = new Map<string, RunRow[]>();
  for (const child of children) {
    const siblings = families.get(child.parent_run_id);
    if (siblings === undefined) families.set(child.parent_run_id, [child]);
    else siblings.push(child);
  }
  const rows: NestedRow[] = [];
  const add = (run: RunRow, depth: number) => {
    const below = families.get(run.id) ?? [];
    const isOpen = open.has(run.id);
    rows.push({ run, depth, childCount: below.length, isOpen });
    if (isOpen) for (const child of below) add(child, depth + 1);
  };
  for (const run of runs) add(run, 0);
  return rows;
}
