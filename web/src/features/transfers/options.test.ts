import { expect, it } from "vitest";
import { keepsSidecar, sentence, titleOf, withValue } from "./options";
import type { FormatOption } from "./transfers";

const DECIMALS: FormatOption = { name: "decimals", type: "NUMBER", default_value: "6", help: "digits behind the point", choices: [] };
const SIDECAR: FormatOption = { name: "sidecar", type: "BOOLEAN", default_value: "true", help: "keep the rest beside it", choices: [] };

it("keeps only what differs from the defaults", () => {
  const changed = withValue({}, DECIMALS, "17");
  expect(changed).toEqual({ decimals: "17" });
  expect(withValue(changed, DECIMALS, "6")).toEqual({});
  expect(withValue(changed, DECIMALS, "")).toEqual({});
});

it("knows whether a side-car is written", () => {
  expect(keepsSidecar([DECIMALS, SIDECAR], {})).toBe(true);
  expect(keepsSidecar([DECIMALS, SIDECAR], { sidecar: "false" })).toBe(false);
  expect(keepsSidecar([DECIMALS], {})).toBe(false);
});

it("names options that it does not know by their own name", () => {
  expect(titleOf({ ...DECIMALS, name: "first_line" })).toBe("First line");
  expect(sentence("")).toBe("");
});
