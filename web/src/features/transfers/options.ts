/** Owns the values of a format's options: which differ from the defaults, and what a form calls them. */

import type { FormatOption } from "./transfers";

/** By name; as on the wire, every value is text. */
export type OptionValues = Readonly<Record<string, string>>;

/** What the short names of options mean; others are written as they are named. */
const TITLES: Readonly<Record<string, string>> = {
  sidecar: "Add a side-car", coord_base: "First pixel", crowd: "Areas marked as crowd", decimals: "Digits behind the point",
  empty: "Folders without masks", masks: "Mask images", raw: "Raw texts", rotation: "Rotated boxes", subsets: "Folders are subsets",
  task: "What to write", variant: "Kind of mask images", width: "Image width", height: "Image height", label: "Label", threshold: "Threshold",
};

export function titleOf({ name }: FormatOption): string {
  return TITLES[name] ?? sentence(name.replaceAll("_", " "));
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
