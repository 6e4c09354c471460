import { describe, expect, it } from "vitest";
import type { Command } from "./commands";
import { Editor } from "./editor";
import { COMMANDS, isLegal, LEGAL, MODES, type Mode } from "./modes";
import { annotation, box, click, editorWith, LABELS, press } from "./testing";

const EXAMPLES: { readonly [K in Command["type"]]: Extract<Command, { type: K }> } = {
  tool: { type: "tool", tool: "polygon" },
  draw: { type: "draw" },
  finish: { type: "finish" },
  cancel: { type: "cancel" },
  undo: { type: "undo" },
  redo: { type: "redo" },
  delete: { type: "delete" },
  label: { type: "label", index: 1 },
  next: { type: "next", step: 1 },
  select: { type: "select", ids: ["a"] },
  "select-all": { type: "select-all" },
  hide: { type: "hide" },
  nudge: { type: "nudge", dx: 1, dy: 0 },
  brush: { type: "brush", factor: 2 },
  erase: { type: "erase" },
  attributes: { type: "attributes", id: "a", attributes: { depth: 2 } },
  zoom: { type: "zoom", factor: 2 },
  fit: { type: "fit" },
  pan: { type: "pan", dx: 3, dy: 4 },
};

const BRING_TO: Readonly<Record<Mode, () => Editor>> = {
  empty: () => new Editor({ labels: LABELS }),
  reviewing: () => editorWith([annotation("a", box(10, 10, 20, 20))], true).editor,
  idle: () => editorWith([annotation("a", box(10, 10, 20, 20))]).editor,
  drawing: () => {
    const { editor } = editorWith([annotation("a", box(10, 10, 20, 20))]);
    editor.run({ type: "tool", tool: "polygon" });
    click(editor, { x: 50, y: 50 });
    click(editor, { x: 90, y: 50 });
    return editor;
  },
  dragging: () => {
    const { editor } = editorWith([annotation("a", box(10, 10, 20, 20))]);
    press(editor, { x: 20, y: 20 });
    return editor;
  },
};

describe("mode x command", () => {
  it("lists every command once", () => {
    expect([...COMMANDS].sort()).toEqual(Object.keys(EXAMPLES).sort());
  });

  for (const mode of MODES) {
    it(`brings the editor into ${mode}`, () => {
      expect(BRING_TO[mode]().mode).toBe(mode);
    });
    for (const type of COMMANDS) {
      const legal = LEGAL[mode].has(type);
      it(`${mode}: ${type} is ${legal ? "done" : "refused and changes nothing"}`, () => {
        const editor = BRING_TO[mode]();
        const before = editor.state;
        expect(editor.allows(type)).toBe(legal);
        expect(editor.run(EXAMPLES[type])).toBe(legal);
        if (!legal) expect(editor.state).toBe(before);
      });
    }
  }

  it("never lets a reviewer change an annotation", () => {
    const changing: Command["type"][] = ["delete", "nudge", "label", "undo", "redo", "attributes", "draw", "tool"];
    for (const type of changing) expect(isLegal("reviewing", type)).toBe(false);
  });

  it("keeps a half-drawn shape when another tool is asked for", () => {
    const editor = BRING_TO.drawing();
    editor.run({ type: "tool", tool: "box" });
    expect(editor.tool.name).toBe("polygon");
    expect(editor.tool.draft).toHaveLength(1);
  });
});
