/** Owns conditions in the search language of the platform, as texts. */

import { fieldOf } from "./columns";
import type { RunsView } from "./view";

/** A text as the search language writes it. */
export function quoted(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

export function oneOf(field: string, values: readonly string[]): string {
  return `${field} IN (${values.map(quoted).join(", ")})`;
}

/** Two conditions that must both hold. */
export function both(one: string | undefined, other: string | undefined): string {
  if (one === undefined || other === undefined) return one ?? other ?? "";
  return `(${one}) AND (${other})`;
}

/** What the menus above the list ask for, in words of the search language. */
export function viewCondition({ kind, status }: RunsView): string | undefined {
  return both(kind && `kind = '${kind}'`, status && `status = '${status}'`) || undefined;
}

/** The runs of one group: those with this value of the column, or without any. */
export function groupCondition(column: string, value: string | null): string {
  const field = fieldOf(column) ?? column;
  return value === null ? `${field} IS NULL` : `${field} = ${quoted(value)}`;
}

/** Where in the filter the platform stopped understanding, counted from 0; null when it does not say. */
export function placeOf(metadata: Readonly<Record<string, unknown>>): number | null {
  const place = Number(metadata.position);
  return Number.isInteger(place) && place > 0 ? place - 1 : null;
}

const WORDS = ["run_name", "status", "kind", "experiment_name", "creator", "start_time", "duration", "note", "dataset.name", "dataset.version", "dataset.site", "input.name"];
const MOST_WORDS = 8;

/** The filter with its last word completed, for each word that could follow. */
export function completions(filter: string, columns: readonly string[]): { readonly value: string; readonly word: string }[] {
  const typed = /[\w./`-]*$/.exec(filter)?.[0] ?? "";
  if (typed === "") return [];
  const before = filter.slice(0, filter.length - typed.length);
  // Inside of a quoted value nothing is completed.
  if ((before.match(/'/g)?.length ?? 0) % 2 === 1 || (before.match(/"/g)?.length ?? 0) % 2 === 1) return [];
  const lower = typed.replaceAll("`", "").toLowerCase();
  return [...columns.map((id) => fieldOf(id) ?? id), ...WORDS]
    .filter((word) => word.replaceAll("`", "").toLowerCase().includes(lower) && word !== typed)
    .slice(0, MOST_WORDS)
    .map((word) => ({ value: `${before}${word} `, word }));
}
