import { describe, expect, it } from "vitest";
import { coloringOf, searchIn, type Comparison } from "./comparison";
import { passing, scaleOf } from "./scales";

const scale = (values: (string | number | undefined)[]) => scaleOf({ id: "x", label: "x", values }, String);

describe("axes", () => {
  it("stand numbers between their ends", () => {
    const found = scale(["1", "2", "3", undefined]);
    expect([found.kind, found.places]).toEqual(["linear", [0, 0.5, 1, null]]);
    expect(found.ticks.map(({ text }) => text)).toEqual(["1", "1.5", "2", "2.5", "3"]);
  });

  it("count powers when sizes differ much, and never when a value is not above zero", () => {
    expect(scale(["0.0001", "0.01", "1"]).places.map((place) => place?.toFixed(3))).toEqual(["0.000", "0.500", "1.000"]);
    expect(scale(["0", "0.01", "1"]).kind).toBe("linear");
  });

  it("stand words in order, and one value in the middle", () => {
    expect(scale(["resnet", "segformer", "dfine"]).places).toEqual([0.5, 1, 0]);
    expect(scale(["adam", "adam"]).places).toEqual([0.5, 0.5]);
  });

  it("leave a run out whose value is no number", () => {
    expect(scale([Number.NaN, 1, 3]).places).toEqual([null, 0, 1]);
  });

  it("let those pass that lie within every mark", () => {
    const scales = [scale([1, 2, 3, undefined]), { ...scale(["a", "b", "a", "b"]), id: "y" }];
    expect(passing(scales, {}, 4)).toEqual([0, 1, 2, 3]);
    expect(passing(scales, { x: { low: 0.4, high: 1 } }, 4)).toEqual([1, 2]);
    expect(passing(scales, { x: { low: 0.4, high: 1 }, y: { low: 0, high: 0 } }, 4)).toEqual([2]);
  });
});

describe("what is compared", () => {
  it("comes from the address, once each, as a list or with commas", () => {
    expect(searchIn({ ids: ["a", "b", "a"], tab: "charts", color: "params.lr", evil: 1 })).toEqual({ ids: ["a", "b"], tab: "charts", color: "params.lr" });
    expect(searchIn({ ids: "a,b", tab: "odd" })).toEqual({ ids: ["a", "b"] });
    expect(searchIn({}).ids).toEqual([]);
  });

  it("has one color per group, or per run", () => {
    const cell = (text: string | null) => ({ is_set: text !== null, text: text ?? "" });
    const comparison = {
      runs: [{}, {}, {}, {}], params: [{ key: "lr", cells: [cell("0.1"), cell("0.01"), cell("0.1"), cell(null)], differs: true }], tags: [],
    } as unknown as Comparison;
    const { colors, groups } = coloringOf(comparison, "params.lr");
    expect(colors[0]).toBe(colors[2]);
    expect(new Set(colors).size).toBe(3);
    expect(groups.map(({ value, count }) => [value, count])).toEqual([["0.01", 1], ["0.1", 2], ["not set", 1]]);
    expect(new Set(coloringOf(comparison, undefined).colors).size).toBe(4);
  });
});
