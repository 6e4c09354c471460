/** Owns how an event reads: a type such as `plumb.storage.dataset.published.v1` as words. */

import type { PlatformEvent } from "@/api/events";

export function sentenceOf({ type, subject, data }: PlatformEvent): string {
  const [, , noun = "", verb = ""] = type.split(".");
  const words = `${noun.replaceAll("_", " ")} ${verb}`;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${nameOf(data) ?? subject}`;
}

function nameOf(data: Readonly<Record<string, unknown>>): string | null {
  const number = typeof data.number === "number" ? data.number : null;
  if (typeof data.dataset_name === "string" && number !== null) return `${data.dataset_name}@v${number}`;
  if (typeof data.model_name === "string" && number !== null) return `${data.model_name}@${number}`;
  for (const key of ["name", "path", "text", "email"]) {
    const value = data[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}
