import { describe, expect, it } from "vitest";
import { chartsOf, columnsOf } from "./charts";
import type { Series } from "./runs";

const series = (key: string, steps: number[], values: Series["values"]): Series => ({ key, steps, values, times: [] });

describe("charts", () => {
  it("puts series that end alike into one chart, in a stable order", () => {
    const charts = chartsOf([series("val/loss", [], []), series("lr", [], []), series("train/loss", [], [])]);
    expect(charts.map(({ title, series: members }) => [title, members.map(({ key }) => key)])).toEqual([
      ["lr", ["lr"]], ["loss", ["train/loss", "val/loss"]],
    ]);
  });

  it("aligns different steps and leaves a gap where a value is not finite", () => {
    const columns = columnsOf([series("train/loss", [0, 1, 2], [3, "NaN", 1]), series("val/loss", [2, 0], [4, 5])]);
    expect(columns).toEqual([[0, 1, 2], [3, null, 1], [5, null, 4]]);
  });
});
