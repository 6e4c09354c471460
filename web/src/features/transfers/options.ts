/** Owns the values of a format's options: which differ from the defaults, and what a form calls them. */

import type { FormatOption } from "./transfers";

/** By name; as on the wire, every value is text. */
export type OptionValues = Readonly<Record<string, string>>;

/** Titles of options whose short names do not say enough; the others are called by their names. */
const TITLES: Readonly<Record<string, string>> = {
  sidecar: "Add a side-car", coord_base: "First pixel", crowd: "Areas marked as crowd", empty: "Folders without masks", masks: "Mask images",
  raw: "Raw texts", rotation: "Rotated boxes", subsets: "Folders are subsets", variant: "Kind of mask images",
};

export function titleOf({ name }: FormatOption): string {
  return TITLES[name] ?? sentence(name.replaceAll("_", " "));
}

/** The name that messages and the command line use, where the title does not say it already. */
export function nameBeside({ name }: FormatOption): string {
  return name in TITLES ? name : "";
}

/** Starts with a capital letter. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function valueOf({ name, default_value }: FormatOption, values: OptionValues): string {
  return values[name] ?? default_value;
}

/** The values with one changed; only what differs from the defaults is kept, so that equal choices are equal. */
export function withValue(values: OptionValues, { name, default_value }: FormatOption, value: string): OptionValues {
  const others = Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
  return value === default_value || value === "" ? others : { ...others, [name]: value };
}

/** Whether what the format cannot say is kept beside it. */
export function keepsSidecar(options: readonly FormatOption[], values: OptionValues): boolean {
  const option = options.find(({ name }) => name === "sidecar");
  return option !== undefined && valueOf(option, values) === "true";
}
