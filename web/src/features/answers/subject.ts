/** Owns what the seven answers are about, as it stands in the address of the page. */

const KEYS = ["model", "alias", "project", "dataset", "tag", "source"] as const;

export type Subject = { readonly [K in (typeof KEYS)[number]]?: string };

/** Only known parts that say something. */
export function subjectIn(search: Readonly<Record<string, unknown>>): Subject {
  return Object.fromEntries(KEYS.flatMap((key) => (search[key] === undefined || search[key] === "" ? [] : [[key, String(search[key])]])));
}
