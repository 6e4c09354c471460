/**
 * Owns the commands of the editor: their names, and what each one does.
 * Does not decide whether a command is legal now (modes.ts) or which key means it (keys.ts).
 */

import type { Editor } from "./editor";
import { moved } from "./geometry/move";
import type { Change } from "./model";
import type { ToolName } from "./tools/tool";
import { toggleTag } from "./tools/tag";

export type Command =
  | { readonly type: "tool"; readonly tool: ToolName }
  /** Starts the last used drawing tool, or finishes the shape in progress. */
  | { readonly type: "draw" }
  | { readonly type: "finish" }
  | { readonly type: "cancel" }
  | { readonly type: "undo" }
  | { readonly type: "redo" }
  | { readonly type: "delete" }
  /** Position in the list of labels, from 0. Relabels the selection, if there is one. */
  | { readonly type: "label"; readonly index: number }
  | { readonly type: "next"; readonly step: 1 | -1 }
  | { readonly type: "select"; readonly ids: readonly string[] }
  | { readonly type: "select-all" }
  /** Hides or shows the selection; with nothing selected, everything. */
  | { readonly type: "hide" }
  /** Moves the selection; image pixels. */
  | { readonly type: "nudge"; readonly dx: number; readonly dy: number }
  /** Multiplies the brush size. */
  | { readonly type: "brush"; readonly factor: number }
  | { readonly type: "erase" }
  | { readonly type: "attributes"; readonly id: string; readonly attributes: Readonly<Record<string, unknown>> }
  | { readonly type: "zoom"; readonly factor: number }
  | { readonly type: "fit" }
  /** Moves the view; CSS pixels. */
  | { readonly type: "pan"; readonly dx: number; readonly dy: number };

type Handlers = {
  readonly [K in Command["type"]]: (editor: Editor, command: Extract<Command, { type: K }>) => void;
};

const HANDLERS: Handlers = {
  tool: (editor, { tool }) => editor.useTool(tool),
  draw: (editor) => {
    if (editor.mode === "drawing") editor.tool.send("finish");
    else {
      editor.select([]);
      editor.useTool(editor.lastDrawingTool);
    }
  },
  finish: (editor) => {
    if (editor.mode === "drawing") editor.tool.send("finish");
    else editor.select([]);
  },
  cancel: (editor) => {
    if (editor.mode === "drawing" || editor.mode === "dragging") editor.tool.send("cancel");
    else if (editor.selection.size > 0) editor.select([]);
    else editor.useTool("select");
  },
  undo: (editor) => {
    if (editor.mode === "drawing") editor.tool.send("back");
    else editor.replay(editor.history.undo());
  },
  redo: (editor) => editor.replay(editor.history.redo()),
  delete: (editor) => {
    if (editor.mode === "drawing") editor.tool.send("back");
    else editor.commit(selected(editor).map((before) => ({ before, after: null })));
  },
  label: (editor, { index }) => relabel(editor, index),
  next: (editor, { step }) => selectNext(editor, step),
  select: (editor, { ids }) => {
    editor.select(ids);
    editor.revealSelection();
  },
  "select-all": (editor) => editor.select(editor.scene.all().map((annotation) => annotation.id)),
  hide: (editor) => {
    const ids = editor.selection.size > 0 ? [...editor.selection] : editor.scene.all().map(({ id }) => id);
    editor.toggleHidden(ids);
  },
  nudge: (editor, { dx, dy }) => {
    const changes = selected(editor).map((before): Change => {
      return { before, after: { ...before, geometry: moved(before.geometry, dx, dy) } };
    });
    editor.commit(changes, `nudge ${[...editor.selection].join(" ")}`);
  },
  brush: (editor, { factor }) => editor.setBrush({ radius: editor.brush.radius * factor }),
  erase: (editor) => editor.setBrush({ erasing: !editor.brush.erasing }),
  attributes: (editor, { id, attributes }) => {
    const before = editor.scene.get(id);
    if (before !== undefined) editor.commit([{ before, after: { ...before, attributes } }], `attributes ${id}`);
  },
  zoom: (editor, { factor }) => editor.moveView((view) => view.zoomAtCentre(factor)),
  fit: (editor) => editor.moveView((view) => view.fit()),
  pan: (editor, { dx, dy }) => editor.moveView((view) => view.panBy(dx, dy)),
};

export function execute<K extends Command["type"]>(editor: Editor, command: Extract<Command, { type: K }>): void {
  const handler = HANDLERS[command.type as K];
  handler(editor, command);
}

function selected(editor: Editor) {
  return [...editor.selection].flatMap((id) => editor.scene.get(id) ?? []);
}

function relabel(editor: Editor, index: number): void {
  const label = editor.labels[index];
  if (label === undefined) return;
  editor.setActiveLabel(label.name);
  if (editor.tool.name === "tag" && editor.mode === "idle") {
    toggleTag(editor);
    return;
  }
  if (editor.mode !== "idle") return;
  const changes = selected(editor)
    .filter((annotation) => annotation.label !== label.name)
    .map((before) => ({ before, after: { ...before, label: label.name } }));
  editor.commit(changes);
}

function selectNext(editor: Editor, step: 1 | -1): void {
  const ids = editor.scene.all().map((annotation) => annotation.id);
  if (ids.length === 0) return;
  const current = ids.findIndex((id) => editor.selection.has(id));
  const start = step === 1 ? 0 : ids.length - 1;
  const index = current < 0 ? start : (current + step + ids.length) % ids.length;
  editor.select([ids[index] as string]);
  editor.revealSelection();
}
