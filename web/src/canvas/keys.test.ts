import { describe, expect, it } from "vitest";
import { commandOf, pageCommandOf, type KeyInput } from "./keys";

function key(input: Partial<KeyInput>): KeyInput {
  return { key: "", code: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...input };
}

describe("canvas keys", () => {
  it("takes letters from the layout, also with caps lock", () => {
    // On a German keyboard the key that prints Z sits where Y is on an American one.
    expect(commandOf(key({ key: "z", code: "KeyY", ctrlKey: true }))).toEqual({ type: "undo" });
    expect(commandOf(key({ key: "N", code: "KeyN" }))).toEqual({ type: "draw" });
  });

  it("falls back to the position where the layout has no Latin letters", () => {
    expect(commandOf(key({ key: "т", code: "KeyN" }))).toEqual({ type: "draw" });
    expect(commandOf(key({ key: "я", code: "KeyZ", ctrlKey: true }))).toEqual({ type: "undo" });
  });

  it("takes digits and brackets from the position", () => {
    // French: the key for 2 prints é.
    expect(commandOf(key({ key: "é", code: "Digit2" }))).toEqual({ type: "label", index: 1 });
    expect(commandOf(key({ key: "0", code: "Numpad0" }))).toEqual({ type: "fit" });
    expect(commandOf(key({ key: "ü", code: "BracketLeft" }))).toMatchObject({ type: "brush" });
  });

  it("undoes, redoes, nudges, steps", () => {
    expect(commandOf(key({ key: "Z", code: "KeyZ", ctrlKey: true, shiftKey: true }))).toEqual({ type: "redo" });
    expect(commandOf(key({ key: "y", code: "KeyY", metaKey: true }))).toEqual({ type: "redo" });
    expect(commandOf(key({ key: "ArrowLeft", shiftKey: true }))).toEqual({ type: "nudge", dx: -10, dy: 0 });
    expect(commandOf(key({ key: "Tab", shiftKey: true }))).toEqual({ type: "next", step: -1 });
  });

  it("leaves the browser's own shortcuts alone", () => {
    expect(commandOf(key({ key: "r", code: "KeyR", ctrlKey: true }))).toBeNull();
    expect(commandOf(key({ key: "d", code: "KeyD", altKey: true }))).toBeNull();
  });
});

describe("page keys", () => {
  it("accepts and rejects only while reviewing", () => {
    expect(pageCommandOf(key({ key: "a", code: "KeyA" }), true)).toBe("accept");
    expect(pageCommandOf(key({ key: "a", code: "KeyA" }), false)).toBeNull();
    expect(pageCommandOf(key({ key: " ", code: "Space" }), true)).toBeNull();
    expect(pageCommandOf(key({ key: "r", code: "KeyR" }), true)).toBe("reject");
    expect(pageCommandOf(key({ key: "f", code: "KeyF" }), false)).toBe("next-task");
    expect(pageCommandOf(key({ key: "s", code: "KeyS", ctrlKey: true }), false)).toBe("save");
  });
});
