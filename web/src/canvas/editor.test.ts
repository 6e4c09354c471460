import { describe, expect, it } from "vitest";
import { annotation, box, click, drag, editorWith, press, moveTo } from "./testing";

describe("drawing", () => {
  it("makes a box by dragging and emits one add", () => {
    const { editor, operations } = editorWith();
    editor.run({ type: "tool", tool: "box" });
    drag(editor, { x: 10.25, y: 20 }, { x: 50, y: 60.5 });
    expect(operations).toEqual([
      { op: "add", annotation: expect.objectContaining({ label: "crack", geometry: box(10.25, 20, 39.75, 40.5) }) },
    ]);
    expect(editor.state.selection).toEqual(new Set([operations[0]?.annotation.id]));
  });

  it("puts what is drawn above annotations that came with an order of their own", () => {
    const { editor, operations } = editorWith([{ ...annotation("imported", box(0, 0, 5, 5), 3), kept: { group: 2, z: 40 } }]);
    editor.run({ type: "tool", tool: "box" });
    drag(editor, { x: 10, y: 20 }, { x: 50, y: 60 });
    expect(operations[0]?.annotation).toMatchObject({ z: 4, kept: { z: 40 } });
    expect(operations[0]?.annotation.kept).not.toHaveProperty("group");
  });

  it("makes a box by two clicks", () => {
    const { editor, operations } = editorWith();
    editor.run({ type: "tool", tool: "box" });
    click(editor, { x: 50, y: 60 });
    expect(editor.mode).toBe("drawing");
    click(editor, { x: 10, y: 20 });
    expect(operations[0]?.annotation.geometry).toEqual(box(10, 20, 40, 40));
  });

  it("keeps a box on the image", () => {
    const { editor, operations } = editorWith();
    editor.run({ type: "tool", tool: "box" });
    drag(editor, { x: 150, y: 50 }, { x: 500, y: -40 });
    expect(operations[0]?.annotation.geometry).toEqual(box(150, 0, 50, 50));
  });

  it("ignores a slip of the hand", () => {
    const { editor, operations } = editorWith();
    editor.run({ type: "tool", tool: "box" });
    drag(editor, { x: 10, y: 10 }, { x: 40, y: 10 });
    expect(operations).toEqual([]);
  });

  it("closes a polygon on its first corner, and takes back a corner with undo", () => {
    const { editor, operations } = editorWith();
    editor.run({ type: "tool", tool: "polygon" });
    for (const point of [{ x: 20, y: 20 }, { x: 80, y: 20 }, { x: 80, y: 80 }, { x: 150, y: 90 }]) click(editor, point);
    editor.run({ type: "undo" });
    click(editor, { x: 21, y: 22 });
    expect(operations.map(({ op }) => op)).toEqual(["add"]);
    expect(operations[0]?.annotation.geometry).toEqual({ kind: "polygon", parts: [[[20, 20, 80, 20, 80, 80]]] });
  });

  it("does not finish a polygon of two corners", () => {
    const { editor, operations } = editorWith();
    editor.run({ type: "tool", tool: "polygon" });
    click(editor, { x: 20, y: 20 });
    click(editor, { x: 80, y: 20 });
    editor.run({ type: "finish" });
    expect(operations).toEqual([]);
    expect(editor.mode).toBe("drawing");
  });

  it("places the nodes of a skeleton in order and leaves the rest absent", () => {
    const { editor, operations } = editorWith();
    editor.run({ type: "label", index: 2 });
    editor.run({ type: "tool", tool: "skeleton" });
    click(editor, { x: 20, y: 20 });
    click(editor, { x: 30, y: 40 }, { ctrl: true });
    editor.run({ type: "finish" });
    const geometry = operations[0]?.annotation.geometry;
    expect(geometry?.kind === "skeleton" && geometry.nodes.map(({ name, visibility }) => [name, visibility])).toEqual([
      ["head", 2], ["hand", 1], ["foot", 0],
    ]);
  });

  it("puts a tag on and takes it off with the key of its label", () => {
    const { editor, operations } = editorWith();
    editor.run({ type: "tool", tool: "tag" });
    editor.run({ type: "label", index: 1 });
    editor.run({ type: "label", index: 1 });
    expect(operations.map(({ op, annotation: made }) => [op, made.label])).toEqual([["add", "chip"], ["remove", "chip"]]);
  });
});

describe("brush", () => {
  it("paints, extends the same mask, erases, and removes an empty one", () => {
    const { editor, operations } = editorWith();
    editor.run({ type: "tool", tool: "brush" });
    editor.setBrush({ radius: 5 });
    drag(editor, { x: 50, y: 50 }, { x: 70, y: 50 });
    drag(editor, { x: 70, y: 50 }, { x: 70, y: 60 });
    expect(operations.map(({ op }) => op)).toEqual(["add", "update"]);
    expect(new Set(operations.map(({ annotation: made }) => made.id)).size).toBe(1);
    editor.run({ type: "erase" });
    editor.setBrush({ radius: 60 });
    click(editor, { x: 60, y: 55 });
    expect(operations.at(-1)?.op).toBe("remove");
    expect(editor.scene.size).toBe(0);
  });

  it("covers exactly the pixels whose centre is under it", () => {
    const { editor, operations } = editorWith();
    editor.run({ type: "tool", tool: "brush" });
    editor.setBrush({ radius: 1 });
    click(editor, { x: 10, y: 10 });
    expect(operations[0]?.annotation.geometry).toEqual({
      kind: "mask", left: 9, top: 9, width: 2, height: 2, counts: [0, 4],
    });
  });
});

describe("selecting and changing", () => {
  const big = annotation("big", box(0, 0, 100, 100), 2);
  const small = annotation("small", box(20, 20, 10, 10), 1);

  it("prefers the small object inside the big one", () => {
    const { editor } = editorWith([big, small]);
    click(editor, { x: 25, y: 25 });
    expect(editor.state.selection).toEqual(new Set(["small"]));
  });

  it("moves what is dragged, in one update that undo takes back", () => {
    const { editor, operations } = editorWith([small]);
    drag(editor, { x: 25, y: 25 }, { x: 35.5, y: 20 });
    expect(operations).toEqual([{ op: "update", annotation: { ...small, geometry: box(30.5, 15, 10, 10) } }]);
    editor.run({ type: "undo" });
    expect(editor.scene.get("small")).toEqual(small);
    editor.run({ type: "redo" });
    expect(editor.scene.get("small")?.geometry).toEqual(box(30.5, 15, 10, 10));
    expect(operations).toHaveLength(3);
  });

  it("does not move on a mere click", () => {
    const { editor, operations } = editorWith([small]);
    drag(editor, { x: 25, y: 25 }, { x: 26, y: 26 });
    expect(operations).toEqual([]);
  });

  it("resizes by a corner, also through the opposite one", () => {
    const { editor, operations } = editorWith([small]);
    editor.select(["small"]);
    drag(editor, { x: 30, y: 30 }, { x: 10, y: 45 });
    expect(operations[0]?.annotation.geometry).toEqual(box(10, 20, 10, 25));
  });

  it("abandons a drag on Escape", () => {
    const { editor, operations } = editorWith([small]);
    press(editor, { x: 25, y: 25 });
    moveTo(editor, { x: 60, y: 60 });
    editor.run({ type: "cancel" });
    expect(operations).toEqual([]);
    expect(editor.tool.lifted.size).toBe(0);
  });

  it("sweeps several, deletes them together, and brings them back in order", () => {
    const { editor, operations } = editorWith([big, annotation("far", box(150, 10, 5, 5), 3)]);
    drag(editor, { x: 199, y: 99 }, { x: 140, y: 1 });
    editor.run({ type: "select-all" });
    editor.run({ type: "delete" });
    expect(operations.map(({ op }) => op)).toEqual(["remove", "remove"]);
    editor.run({ type: "undo" });
    expect(editor.scene.all().map(({ id }) => id)).toEqual(["big", "far"]);
  });

  it("relabels the selection with a digit", () => {
    const { editor, operations } = editorWith([small]);
    editor.select(["small"]);
    editor.run({ type: "label", index: 1 });
    expect(operations).toEqual([{ op: "update", annotation: { ...small, label: "chip" } }]);
  });

  it("does not hit what is hidden", () => {
    const { editor } = editorWith([small]);
    editor.select(["small"]);
    editor.run({ type: "hide" });
    editor.select([]);
    click(editor, { x: 25, y: 25 });
    expect(editor.state.selection.size).toBe(0);
  });
});
