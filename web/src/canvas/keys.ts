/**
 * Owns which key means which command. Does not listen to the keyboard.
 *
 * Letters and signs go by `key`, the character the user's layout prints, so N is N on every keyboard;
 * where the layout prints no Latin letter the position (`code`) decides. Digits and brackets go by
 * `code`, because French or Polish layouts need Shift or AltGr to print them.
 */

import type { Command } from "./commands";
import type { ToolName } from "./tools/tool";

export interface KeyInput {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** What the page around the canvas does. */
export type PageCommand = "next-task" | "previous-task" | "save" | "help" | "accept" | "reject";

export interface Binding {
  readonly keys: string;
  readonly does: string;
}

const TOOLS: Readonly<Record<string, ToolName>> = {
  v: "select", b: "brush", p: "polygon", r: "box", o: "rotated_box", e: "ellipse", l: "polyline", k: "point",
  j: "skeleton", t: "tag",
};
const NUDGE_FAR = 10;
const ZOOM_STEP = 1.25;
const BRUSH_STEP = 1.25;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

const SIMPLE: Readonly<Record<string, Command>> = {
  n: { type: "draw" },
  h: { type: "hide" },
  x: { type: "erase" },
  Enter: { type: "finish" },
  Escape: { type: "cancel" },
  Delete: { type: "delete" },
  Backspace: { type: "delete" },
  "+": { type: "zoom", factor: ZOOM_STEP },
  "=": { type: "zoom", factor: ZOOM_STEP },
  "-": { type: "zoom", factor: 1 / ZOOM_STEP },
  _: { type: "zoom", factor: 1 / ZOOM_STEP },
};

/** The canvas command of a key press, or null. */
export function commandOf(input: KeyInput): Command | null {
  const key = letterOf(input);
  if (input.ctrlKey || input.metaKey) return withControl(key, input.shiftKey);
  if (input.altKey) return null;
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(input.code)?.[1];
  if (digit === "0") return { type: "fit" };
  if (digit !== undefined) return { type: "label", index: Number(digit) - 1 };
  if (input.code === "BracketLeft") return { type: "brush", factor: 1 / BRUSH_STEP };
  if (input.code === "BracketRight") return { type: "brush", factor: BRUSH_STEP };
  const arrow = ARROWS[input.key];
  if (arrow !== undefined) {
    const far = input.shiftKey ? NUDGE_FAR : 1;
    return { type: "nudge", dx: arrow[0] * far, dy: arrow[1] * far };
  }
  if (input.key === "Tab") return { type: "next", step: input.shiftKey ? -1 : 1 };
  const tool = TOOLS[key];
  return tool !== undefined ? { type: "tool", tool } : (SIMPLE[key] ?? null);
}

/** The page's command of a key press, or null. Reviewers decide with A and R; Space stays for panning. */
export function pageCommandOf(input: KeyInput, reviewing: boolean): PageCommand | null {
  const key = letterOf(input);
  if (input.ctrlKey || input.metaKey) return key === "s" ? "save" : null;
  if (input.altKey) return null;
  if (reviewing && key === "a") return "accept";
  if (reviewing && key === "r") return "reject";
  if (key === "f") return "next-task";
  if (key === "d") return "previous-task";
  return input.key === "?" ? "help" : null;
}

function withControl(key: string, shift: boolean): Command | null {
  if (key === "z") return { type: shift ? "redo" : "undo" };
  if (key === "y") return { type: "redo" };
  if (key === "a") return { type: "select-all" };
  return null;
}

function letterOf({ key, code }: KeyInput): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const position = /^Key([A-Z])$/.exec(code)?.[1];
  // A single non-Latin character (Cyrillic, Greek ...) on a letter key: the position decides.
  if (position !== undefined && key.length === 1 && key.charCodeAt(0) > 127) return position.toLowerCase();
  return key;
}

/** For the help sheet. */
export const BINDINGS: readonly { readonly title: string; readonly bindings: readonly Binding[] }[] = [
  {
    title: "Tools",
    bindings: [
      { keys: "V", does: "Select" }, { keys: "R", does: "Box" }, { keys: "O", does: "Rotated box" },
      { keys: "P", does: "Polygon" }, { keys: "L", does: "Polyline" }, { keys: "E", does: "Ellipse" },
      { keys: "K", does: "Point" }, { keys: "J", does: "Skeleton" }, { keys: "B", does: "Brush" },
      { keys: "X", does: "Brush: erase or paint" }, { keys: "[ ]", does: "Brush size" }, { keys: "T", does: "Tag" },
    ],
  },
  {
    title: "Objects",
    bindings: [
      { keys: "N", does: "Draw a new object, or finish it" }, { keys: "1 to 9", does: "Label" },
      { keys: "Enter", does: "Finish" }, { keys: "Esc", does: "Cancel, then deselect" },
      { keys: "Tab", does: "Next object" }, { keys: "Arrows", does: "Nudge by 1 pixel, with Shift by 10" },
      { keys: "H", does: "Hide or show" }, { keys: "Del", does: "Delete" },
      { keys: "Ctrl Z / Ctrl Y", does: "Undo / redo" }, { keys: "Alt click", does: "Remove a corner" },
    ],
  },
  {
    title: "Image",
    bindings: [
      { keys: "+ -", does: "Zoom" }, { keys: "0", does: "Fit" }, { keys: "Space drag", does: "Pan" },
      { keys: "F / D", does: "Next / previous task" }, { keys: "Ctrl S", does: "Save now" },
      { keys: "A / R", does: "In a queue: accept / reject" }, { keys: "?", does: "This help" },
    ],
  },
];
