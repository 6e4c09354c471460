import { expect, test } from "vitest";
import { settingsOf } from "./settings";

const SCHEMA = {
  properties: {
    epochs: { type: "integer", title: "Epochs", description: "How often.", default: 24, minimum: 1, maximum: 99 },
    rate: { type: "number", default: 0.002 },
    augment: { type: "boolean", default: true },
    channels: { type: "integer", enum: [1, 3], default: 1 },
    depths: { type: "array", default: [1, 1] },
    threshold: { anyOf: [{ type: "number" }, { type: "null" }], default: null },
  },
};

test("numbers, switches and choices can be set, lists keep their defaults", () => {
  expect(settingsOf(SCHEMA).map(({ key, kind }) => [key, kind])).toEqual([
    ["augment", "switch"],
    ["channels", "choice"],
    ["epochs", "number"],
    ["rate", "number"],
  ]);
});

test("a setting carries its words, its default and its limits", () => {
  expect(settingsOf(SCHEMA)[2]).toEqual({
    key: "epochs", kind: "number", label: "Epochs", help: "How often.", initial: 24, min: 1, max: 99, whole: true, choices: [],
  });
});

test("a recipe without a schema has nothing to set", () => {
  expect(settingsOf(undefined)).toEqual([]);
});
