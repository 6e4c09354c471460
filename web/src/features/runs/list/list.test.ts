import { describe, expect, it } from "vitest";
import type { Run } from "../runs";
import { fieldOf, isColumn, keyedColumns, labelOf, orderOf, rowOf, startColumns, type RunRow } from "./columns";
import { nestedRows } from "./nesting";
import { both, completions, groupCondition, oneOf, placeOf, quoted, viewCondition } from "./conditions";
import { isNested, viewIn } from "./view";

function row(id: string, parts: Partial<RunRow> = {}): RunRow {
  const none = new Map<string, never>();
  return {
    id, name: id, status: "FINISHED", kind: "TRAINING", parent_run_id: "", note: "", experiment: "tiles", creator: "Ana", data: "",
    params: none, tags: none, metrics: none, ...parts,
  };
}

describe("the view in the address", () => {
  it("keeps what is known and says something", () => {
    const view = viewIn({ filter: "metrics.f1 > 0.9", sort: "-metrics.f1", kind: "TRAINING", status: "ODD", columns: ["note", "note"], deleted: true, evil: 1 });
    expect(view).toEqual({ filter: "metrics.f1 > 0.9", sort: "-metrics.f1", kind: "TRAINING", columns: ["note"], deleted: true });
  });

  it("does not nest what was searched for", () => {
    expect(isNested({ experiment: "exp_1", sort: "name" })).toBe(true);
    expect(isNested({ filter: "a" })).toBe(false);
    expect(isNested({ status: "FAILED" })).toBe(false);
  });
});

describe("columns", () => {
  it("are written as the search language wants them", () => {
    expect(fieldOf("metrics.f1")).toBe("metrics.f1");
    expect(fieldOf("metrics.val/loss")).toBe("metrics.`val/loss`");
    expect(fieldOf("tags.a`b")).toBe('tags."a`b"');
    expect(fieldOf("start")).toBe("start_time");
    expect(fieldOf("data")).toBeUndefined();
    expect(quoted("it's")).toBe('"it\'s"');
  });

  it("sort either way, and not at all when the platform cannot", () => {
    expect(orderOf("-metrics.val/loss")).toEqual(["metrics.`val/loss` DESC"]);
    expect(orderOf("name")).toEqual(["run_name ASC"]);
    expect(orderOf("data")).toEqual([]);
    expect(orderOf(undefined)).toEqual([]);
  });

  it("begin with the metrics that most runs have, never with those of the machine", () => {
    const rows = [row("a", { metrics: new Map([["loss", 1], ["system/cpu", 2]]) }), row("b", { metrics: new Map([["loss", 1], ["f1", 2], ["system/cpu", 2]]) })];
    expect(startColumns(rows)).toEqual(["status", "kind", "experiment", "data", "metrics.loss", "metrics.f1", "creator", "start", "duration"]);
  });

  it("can be every key that a run has, and are known by family and key", () => {
    expect(keyedColumns([row("a", { params: new Map([["lr", "1"]]), tags: new Map([["team", "x"]]) })])).toEqual(["params.lr", "tags.team"]);
    expect([isColumn("params.lr"), isColumn("note"), isColumn("params."), isColumn("odd")]).toEqual([true, true, false, false]);
    expect(labelOf("params.lr.warm")).toBe("lr.warm");
  });

  it("hold the last value of each metric as a number", () => {
    const run = {
      id: "run_1", params: [{ key: "lr", value: "0.1" }], tags: [], inputs: [{ name: "tiles@v3" }], datasets: [{ name: "cifar" }],
      metrics: [{ key: "loss", last: "NaN" }], experiment_name: "tiles",
    } as unknown as Run;
    expect(rowOf(run)).toMatchObject({ data: "tiles@v3, cifar", params: new Map([["lr", "0.1"]]), metrics: new Map([["loss", Number.NaN]]) });
  });
});

describe("nested runs", () => {
  const children = [row("b1", { parent_run_id: "b" }), row("b2", { parent_run_id: "b" }), row("b11", { parent_run_id: "b1" })];

  it("stay folded until their parent is opened", () => {
    expect(nestedRows([row("a"), row("b")], children, new Set()).map(({ run, childCount }) => [run.id, childCount])).toEqual([["a", 0], ["b", 2]]);
  });

  it("stand below it, however deep", () => {
    const rows = nestedRows([row("a"), row("b")], children, new Set(["b", "b1"]));
    expect(rows.map(({ run, depth }) => [run.id, depth])).toEqual([["a", 0], ["b", 0], ["b1", 1], ["b11", 2], ["b2", 1]]);
  });
});

describe("conditions", () => {
  it("join so that an OR in one of them stays there", () => {
    expect(both("a OR b", "c")).toBe("(a OR b) AND (c)");
    expect(both(undefined, "c")).toBe("c");
    expect(viewCondition({ kind: "TRAINING", status: "FAILED" })).toBe("(kind = 'TRAINING') AND (status = 'FAILED')");
    expect(viewCondition({})).toBeUndefined();
  });

  it("name the runs of a group and of a list", () => {
    expect(groupCondition("params.lr", "0.1")).toBe("params.lr = '0.1'");
    expect(groupCondition("tags.team name", null)).toBe("tags.`team name` IS NULL");
    expect(oneOf("parent_run_id", ["a", "b"])).toBe("parent_run_id IN ('a', 'b')");
  });

  it("know where the platform stopped understanding", () => {
    expect([placeOf({ position: "12" }), placeOf({}), placeOf({ position: "x" })]).toEqual([11, null, null]);
  });

  it("complete the last word, but nothing inside of quotes", () => {
    expect(completions("status = 'FINISHED' AND f1", ["metrics.f1", "params.lr"])).toEqual([
      { value: "status = 'FINISHED' AND metrics.f1 ", word: "metrics.f1" },
    ]);
    expect(completions("val/l", ["metrics.val/loss"])[0]?.word).toBe("metrics.`val/loss`");
    expect(completions("creator = 'cre", [])).toEqual([]);
    expect(completions("", ["params.lr"])).toEqual([]);
  });
});
