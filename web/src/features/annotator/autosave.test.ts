import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem, unreachable } from "@/api/problem";
import { Autosave, unsavedOf } from "./autosave";
import { applied, NO_EDITS, rebased, withOperations } from "./edits";
import type { WireOperation } from "./wire";

function wire(id: string, x = 0) {
  const unsaid = { confidence: 0, group: 0, z: 0, occluded: false, truncated: false, difficult: false };
  return { id, label: "crack", origin: "HUMAN", geometry: { point: { x, y: 0 } }, ...unsaid } as const;
}

/** A task at revision 3 whose saves do what `answers` say, one after the other; then they succeed. */
function desk(...answers: (Error | "ok")[]) {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const calls: { base: number; operations: WireOperation[]; requestId: string }[] = [];
  const save = async (base: number, operations: WireOperation[], requestId: string) => {
    calls.push({ base, operations, requestId });
    const answer = answers.shift() ?? "ok";
    if (answer instanceof Error) throw answer;
    return base + 1;
  };
  return { calls, storage, autosave: new Autosave({ taskId: "t", revision: 3, save, storage }) };
}

describe("autosave", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("waits for the hand to rest and sends edits together on the base", async () => {
    const { autosave, calls } = desk();
    autosave.push([{ add: wire("a") }]);
    await vi.advanceTimersByTimeAsync(500);
    autosave.push([{ update: wire("a", 5) }]);
    expect(calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(600);
    expect(calls.map(({ base, operations }) => [base, operations])).toEqual([[3, [{ add: wire("a", 5) }]]]);
    expect(autosave.state).toEqual({ status: "saved", revision: 4, problem: null });
  });

  it("sends a lost batch again with the same request id, and newer edits after it", async () => {
    const { autosave, calls, storage } = desk(unreachable());
    autosave.push([{ add: wire("a") }]);
    await vi.advanceTimersByTimeAsync(600);
    expect(autosave.state.status).toBe("unreachable");
    autosave.push([{ update: wire("a", 9) }]);
    expect(unsavedOf(storage, "t")).toEqual({ base: 3, operations: [{ add: wire("a", 9) }] });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(calls.map(({ operations }) => operations)).toEqual([[{ add: wire("a") }], [{ add: wire("a") }], [{ update: wire("a", 9) }]]);
    expect(calls[1]?.requestId).toBe(calls[0]?.requestId);
    expect(calls[2]?.base).toBe(4);
    expect(unsavedOf(storage, "t")).toBeNull();
  });

  it("stops at a conflict and keeps everything", async () => {
    const { autosave, calls } = desk(new Problem(412, { reason: "REVISION_STALE" }));
    autosave.push([{ add: wire("a") }]);
    await vi.advanceTimersByTimeAsync(600);
    autosave.push([{ add: wire("b") }]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(1);
    expect(autosave.state.status).toBe("conflict");
    expect([...autosave.unsaved.keys()]).toEqual(["a", "b"]);
    autosave.discard();
    expect(autosave.unsaved.size).toBe(0);
  });

  it("lets an undo heal what the platform refused", async () => {
    const { autosave, calls } = desk(new Problem(400, { reason: "OPERATION_INVALID" }));
    autosave.push([{ add: wire("a") }]);
    await autosave.flush();
    expect(autosave.state.status).toBe("refused");
    autosave.push([{ remove: "a" }]);
    await vi.advanceTimersByTimeAsync(600);
    expect(autosave.state.status).toBe("saved");
    expect(calls).toHaveLength(1);
  });
});

describe("edits", () => {
  it("folds what happens to one object", () => {
    const fold = (...operations: WireOperation[]) => [...withOperations(NO_EDITS, operations).values()];
    expect(fold({ add: wire("a") }, { update: wire("a", 1) })).toEqual([{ add: wire("a", 1) }]);
    expect(fold({ add: wire("a") }, { remove: "a" })).toEqual([]);
    expect(fold({ update: wire("a") }, { remove: "a" })).toEqual([{ remove: "a" }]);
    expect(fold({ remove: "a" }, { add: wire("a") })).toEqual([{ update: wire("a") }]);
    expect(fold({ answer: { question: "q", value: "1" } }, { answer: { question: "q", value: "2" } })).toHaveLength(1);
  });

  it("goes onto a newer revision: lost objects are added again, removals of lost ones dropped", () => {
    const mine = withOperations(NO_EDITS, [{ update: wire("gone", 1) }, { update: wire("there", 2) }, { add: wire("new") }, { remove: "gone too" }]);
    expect([...rebased(mine, [wire("there")]).values()]).toEqual([{ add: wire("gone", 1) }, { update: wire("there", 2) }, { add: wire("new") }]);
  });

  it("shows what a revision becomes", () => {
    const edits = withOperations(NO_EDITS, [{ remove: "a" }, { update: wire("b", 7) }, { add: wire("c") }]);
    expect(applied([wire("a"), wire("b")], edits)).toEqual([wire("b", 7), wire("c")]);
  });
});
