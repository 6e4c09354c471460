import { describe, expect, it } from "vitest";
import { alignedOf, brokenOf, lineOf, smoothed, stepsOf, type Line, type Series } from "./lines";

const series = (steps: number[], values: Series["values"], times: number[] = []): Series => ({ key: "loss", steps, values, times });
const line = (xs: number[], ys: number[]): Line => ({ label: "loss", color: "red", xs, ys });

describe("lines", () => {
  it("count steps, or seconds in the order of time", () => {
    const both = series([0, 1, 2], [3, "NaN", 1], [2000, 1000, 3000]);
    expect(lineOf(both, "step", 0, "a", "red")).toMatchObject({ xs: [0, 1, 2], ys: [3, Number.NaN, 1] });
    expect(lineOf(both, "time", 500, "a", "red")).toMatchObject({ xs: [1, 2, 3], ys: [Number.NaN, 3, 1] });
    expect(lineOf(both, "elapsed", 500, "a", "red").xs).toEqual([0.5, 1.5, 2.5]);
  });

  it("stand on one axis; a missing point is spanned, a value that is no number is a gap", () => {
    const rows = alignedOf([line([0, 1, 2], [3, Number.NaN, 1]), line([0, 2], [5, 4])], false);
    expect(rows).toEqual([[0, 1, 2], [3, null, 1], [5, undefined, 4]]);
  });

  it("keep every point of a step that was logged twice", () => {
    const rows = alignedOf([line([0, 1, 1, 2], [1, 90, 2, 3]), line([1, 2], [7, 8])], false);
    expect(rows).toEqual([[0, 1, 1, 2], [1, 90, 2, 3], [undefined, 7, undefined, 8]]);
  });

  it("leave out what a logarithm cannot show", () => {
    expect(alignedOf([line([0, 1, 2], [-1, 0, 10])], true)).toEqual([[0, 1, 2], [null, null, 10]]);
  });

  it("say where values are no finite numbers", () => {
    const found = brokenOf([line([0, 1, 2], [1, Number.NaN, Number.POSITIVE_INFINITY])]);
    expect(found.map(({ x, value }) => [x, value])).toEqual([[1, Number.NaN], [2, Number.POSITIVE_INFINITY]]);
  });

  it("are smoothed without losing their ends, and not at all with weight 0", () => {
    const noisy = line([0, 1, 2, 3], [0, 10, 0, 10]);
    expect(smoothed(noisy, 0)).toBe(noisy);
    const calm = smoothed(noisy, 0.999).ys;
    expect(calm[0]).toBe(0);
    expect(Math.max(...calm)).toBeLessThan(10);
    expect(smoothed(line([0, 1], [Number.NaN, 2]), 0.9).ys[1]).toBe(2);
  });

  it("find the steps of a part of a time axis, with a neighbour on both sides", () => {
    const long = { ...series([0, 10, 20, 30, 40], [], [1000, 2000, 3000, 4000, 5000]), start: 1000 };
    expect(stepsOf([long], "time", { min: 2.5, max: 3.5 })).toEqual({ min: 10, max: 30 });
    expect(stepsOf([long], "elapsed", { min: 2.5, max: 3.5 })).toEqual({ min: 20, max: 40 });
    expect(stepsOf([long], "step", { min: 2.5, max: 3.5 })).toEqual({ min: 2.5, max: 3.5 });
    expect(stepsOf([long], "time", { min: 2.1, max: 2.2 })).toBeNull();
  });
});
