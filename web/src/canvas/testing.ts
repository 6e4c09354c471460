/** Owns the builders that the canvas tests share. */

import { Editor } from "./editor";
import type { Annotation, Geometry, Label, Operation, Point } from "./model";

export const LABELS: readonly Label[] = [
  { name: "crack", color: "#e03131" },
  { name: "chip", color: "#1971c2" },
  { name: "person", color: "#2f9e44", nodes: ["head", "hand", "foot"], edges: [[0, 1], [1, 2]] },
];

export function annotation(id: string, geometry: Geometry, z = 1): Annotation {
  return { id, label: "crack", geometry, z };
}

export function box(x: number, y: number, w: number, h: number): Geometry {
  return { kind: "box", x, y, w, h };
}

/** A headless editor at zoom 1 on a 200 x 100 image, with the operations it emitted. */
export function editorWith(annotations: readonly Annotation[] = [], readOnly = false) {
  const operations: Operation[] = [];
  let ids = 0;
  let time = 0;
  const editor = new Editor({
    labels: LABELS,
    readOnly,
    onOperations: (made) => operations.push(...made),
    newId: () => `new-${(ids += 1)}`,
    now: () => (time += 10_000),
  });
  editor.load({ width: 200, height: 100 }, annotations);
  editor.moveView((view) => Object.assign(view, { scale: 1, offsetX: 0, offsetY: 0, width: 200, height: 100 }));
  return { editor, operations };
}

type Keys = Partial<{ shift: boolean; ctrl: boolean; alt: boolean }>;

export function press(editor: Editor, point: Point, keys: Keys = {}): void {
  editor.pointer("down", { point, shift: false, ctrl: false, alt: false, ...keys });
}

export function moveTo(editor: Editor, point: Point, keys: Keys = {}): void {
  editor.pointer("move", { point, shift: false, ctrl: false, alt: false, ...keys });
}

export function release(editor: Editor, point: Point, keys: Keys = {}): void {
  editor.pointer("up", { point, shift: false, ctrl: false, alt: false, ...keys });
}

export function click(editor: Editor, point: Point, keys: Keys = {}): void {
  press(editor, point, keys);
  release(editor, point, keys);
}

export function drag(editor: Editor, from: Point, to: Point, keys: Keys = {}): void {
  press(editor, from, keys);
  moveTo(editor, { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, keys);
  moveTo(editor, to, keys);
  release(editor, to, keys);
}
