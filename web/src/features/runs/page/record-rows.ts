/** Owns how a reproducibility record is read: sections of names and values, long texts apart. */

export interface RecordRow {
  readonly name: string;
  readonly text: string;
}

export interface RecordSection {
  readonly title: string;
  readonly rows: readonly RecordRow[];
  /** Values of many lines, such as a diff. */
  readonly texts: readonly RecordRow[];
}

const LONG = 200;

/** One section per part of the record; single values come first. */
export function recordSections(record: Readonly<Record<string, unknown>>): RecordSection[] {
  const single = Object.entries(record).filter(([, value]) => !isTree(value));
  const parts = Object.entries(record).filter(([, value]) => isTree(value));
  return [
    ...(single.length === 0 ? [] : [sectionOf("General", single)]),
    ...parts.map(([name, value]) => sectionOf(words(name), leaves(value, ""))),
  ];
}

function sectionOf(title: string, leaf: readonly (readonly [string, unknown])[]): RecordSection {
  const rows = leaf.map(([name, value]) => ({ name: words(name), text: textOf(value) }));
  const isLong = ({ text }: RecordRow) => text.includes("\n") || text.length > LONG;
  return { title, rows: rows.filter((row) => !isLong(row)), texts: rows.filter(isLong) };
}

function leaves(value: unknown, name: string): (readonly [string, unknown])[] {
  if (!isTree(value)) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, name === "" ? key : `${name} › ${key}`));
}

/** An object with fields, or a list of such objects. */
function isTree(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Array.isArray(value) ? value.some((one) => typeof one === "object" && one !== null) : Object.keys(value).length > 0;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(value.length > 8 ? "\n" : ", ");
  if (value === null || value === undefined) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? "none" : String(value);
}

function words(name: string): string {
  return name.replaceAll("_", " ");
}
