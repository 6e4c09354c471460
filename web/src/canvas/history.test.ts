import { describe, expect, it } from "vitest";
import { History } from "./history";
import { annotation, box } from "./testing";

const at = (x: number) => annotation("a", box(x, 0, 1, 1));

describe("history", () => {
  it("merges quick edits of the same kind into one step", () => {
    const history = new History();
    history.push([{ before: at(0), after: at(1) }], 0, "nudge a");
    history.push([{ before: at(1), after: at(2) }], 100, "nudge a");
    history.push([{ before: at(2), after: at(3) }], 5000, "nudge a");
    expect(history.undo()).toEqual([{ before: at(3), after: at(2) }]);
    expect(history.undo()).toEqual([{ before: at(2), after: at(0) }]);
    expect(history.undo()).toBeNull();
  });

  it("forgets what was undone after a new edit", () => {
    const history = new History();
    history.push([{ before: null, after: at(0) }], 0);
    history.undo();
    expect(history.canRedo).toBe(true);
    history.push([{ before: null, after: at(5) }], 1);
    expect(history.redo()).toBeNull();
  });
});
