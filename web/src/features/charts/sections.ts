/** Owns which series share a chart, and which charts stand under one heading. */

export interface Chart {
  /** The key without the word for the part of the data: `train/loss` and `val/loss` are both `loss`. */
  readonly title: string;
  readonly keys: readonly string[];
}

export interface Section<C> {
  readonly name: string;
  readonly charts: readonly C[];
}

const PART = "(?:train|training|val|valid|validation|test|eval|evaluation)";
const PART_OF_PATH = new RegExp(`^${PART}$`);
const PART_OF_NAME = new RegExp(`^${PART}_(?=.)`);

/** Series of the same quantity on different parts of the data are compared in one chart. */
export function chartsOf(keys: readonly string[]): Chart[] {
  const charts = new Map<string, string[]>();
  for (const key of keys.toSorted()) {
    const title = titleOf(key);
    const members = charts.get(title);
    if (members === undefined) charts.set(title, [key]);
    else members.push(key);
  }
  return [...charts].map(([title, members]) => ({ title, keys: members }));
}

function titleOf(key: string): string {
  const parts = key.split("/");
  const kept = parts.filter((part, index) => index === parts.length - 1 || !PART_OF_PATH.test(part));
  return [...kept.slice(0, -1), (kept.at(-1) ?? "").replace(PART_OF_NAME, "")].join("/");
}

/** Charts under the folder of their title; those without one come first. */
export function sectionsOf<C extends Chart>(charts: readonly C[]): Section<C>[] {
  const sections = new Map<string, C[]>();
  for (const chart of charts) {
    const name = chart.title.slice(0, Math.max(0, chart.title.lastIndexOf("/")));
    const members = sections.get(name);
    if (members === undefined) sections.set(name, [chart]);
    else members.push(chart);
  }
  return [...sections].map(([name, members]) => ({ name, charts: members })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether a key has every word that was typed, in any case and order. */
export function matches(key: string, typed: string): boolean {
  const lower = key.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => lower.includes(word));
}
