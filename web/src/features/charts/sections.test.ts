import { describe, expect, it } from "vitest";
import { chartsOf, matches, sectionsOf } from "./sections";

describe("charts", () => {
  it("compare the parts of the data, whichever way they are written", () => {
    const charts = chartsOf(["val/loss", "lr", "train/loss", "train_acc", "val_acc", "train/dice/crack", "latest"]);
    expect(charts.map(({ title, keys }) => [title, keys])).toEqual([
      ["latest", ["latest"]], ["lr", ["lr"]], ["dice/crack", ["train/dice/crack"]], ["loss", ["train/loss", "val/loss"]],
      ["acc", ["train_acc", "val_acc"]],
    ]);
  });

  it("do not put a thousand layers into one chart", () => {
    const charts = chartsOf(Array.from({ length: 1000 }, (_, layer) => `layer.${layer}/gradient`));
    expect(charts).toHaveLength(1000);
  });

  it("stand under their folder", () => {
    const sections = sectionsOf(chartsOf(["a/x", "a/y", "loss", "b/c/z", "train"]));
    expect(sections.map(({ name, charts }) => [name, charts.map(({ title }) => title)])).toEqual([
      ["", ["loss", "train"]], ["a", ["a/x", "a/y"]], ["b/c", ["b/c/z"]],
    ]);
  });

  it("are found by all words that were typed", () => {
    expect(matches("validation/Dice/crack", "dice val")).toBe(true);
    expect(matches("validation/Dice/crack", "dice stain")).toBe(false);
    expect(matches("anything", "")).toBe(true);
  });
});
