/**
 * Owns the edit overlay: the shape in progress, handles of the selection, the sweep rectangle,
 * the brush ring, pinned remarks, proposals. The only layer redrawn while the pointer moves.
 */

import { ROTATE_REACH, type Editor } from "../editor";
import type { Bounds } from "../geometry/bounds";
import { handlesOf } from "../geometry/handles";
import type { Annotation, Point } from "../model";
import type { Painter } from "./painter";

/** A remark pinned to a place or a region; image pixels. */
export interface Pin {
  readonly id: string;
  readonly bounds: Bounds;
  readonly open: boolean;
}

const ACCENT = "#1c7ed6";
const PIN_OPEN = "#e8590c";
const PIN_RESOLVED = "#868e96";
const HANDLE = 7;
const PROPOSAL_DASH = 5;

export class OverlayLayer {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #painter: Painter;
  pins: readonly Pin[] = [];
  /** Proposals of a model: seen, but not part of the scene until accepted. */
  proposals: readonly Annotation[] = [];

  constructor(canvas: HTMLCanvasElement, painter: Painter) {
    this.#ctx = canvas.getContext("2d") as CanvasRenderingContext2D;
    this.#painter = painter;
  }

  draw(editor: Editor, pixelRatio: number, pointer: Point | null): void {
    const ctx = this.#ctx;
    const { view, tool } = editor;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    ctx.setTransform(
      view.scale * pixelRatio, 0, 0, view.scale * pixelRatio, view.offsetX * pixelRatio, view.offsetY * pixelRatio,
    );
    ctx.setLineDash([PROPOSAL_DASH / view.scale, PROPOSAL_DASH / view.scale]);
    for (const annotation of this.proposals) this.#painter.paint(ctx, annotation, view.scale, false);
    ctx.setLineDash([]);
    if (tool.working !== null) this.#painter.paintBitmap(ctx, tool.working.bitmap, tool.working.label);
    for (const annotation of tool.draft) this.#painter.paint(ctx, annotation, view.scale, true);
    ctx.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    for (const pin of this.pins) this.#drawPin(editor, pin);
    if (editor.mode === "idle" || editor.mode === "dragging") this.#drawHandles(editor);
    if (tool.marquee !== null) this.#drawMarquee(editor, tool.marquee);
    if (tool.name === "brush" && pointer !== null) this.#drawBrush(editor, pointer);
  }

  #drawHandles(editor: Editor): void {
    const shown = handleOwner(editor);
    if (shown === null) return;
    const ctx = this.#ctx;
    ctx.strokeStyle = ACCENT;
    ctx.lineWidth = 1.5;
    for (const handle of handlesOf(shown.geometry, editor.reach(ROTATE_REACH))) {
      const { x, y } = editor.view.toScreen(handle);
      ctx.fillStyle = handle.role === "midpoint" ? "#a5d8ff" : "#ffffff";
      ctx.beginPath();
      if (handle.role === "resize") ctx.rect(x - HANDLE / 2, y - HANDLE / 2, HANDLE, HANDLE);
      else ctx.arc(x, y, handle.role === "midpoint" ? HANDLE / 3 : HANDLE / 1.8, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  }

  #drawMarquee(editor: Editor, bounds: Bounds): void {
    const ctx = this.#ctx;
    const a = editor.view.toScreen({ x: bounds.minX, y: bounds.minY });
    const b = editor.view.toScreen({ x: bounds.maxX, y: bounds.maxY });
    ctx.strokeStyle = ACCENT;
    ctx.lineWidth = 1;
    ctx.setLineDash([4, 3]);
    ctx.strokeRect(a.x, a.y, b.x - a.x, b.y - a.y);
    ctx.setLineDash([]);
  }

  /** Two rings, dark on light, so that the brush is seen on every background. */
  #drawBrush(editor: Editor, pointer: Point): void {
    const ctx = this.#ctx;
    const radius = editor.brush.radius * editor.view.scale;
    for (const [color, grow] of [["rgba(0,0,0,0.7)", 1], [editor.brush.erasing ? "#ff8787" : "#ffffff", 0]] as const) {
      ctx.strokeStyle = color;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.arc(pointer.x, pointer.y, radius + grow, 0, 2 * Math.PI);
      ctx.stroke();
    }
  }

  #drawPin(editor: Editor, pin: Pin): void {
    const ctx = this.#ctx;
    const a = editor.view.toScreen({ x: pin.bounds.minX, y: pin.bounds.minY });
    const b = editor.view.toScreen({ x: pin.bounds.maxX, y: pin.bounds.maxY });
    ctx.strokeStyle = pin.open ? PIN_OPEN : PIN_RESOLVED;
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = 2;
    ctx.setLineDash([6, 4]);
    ctx.strokeRect(a.x, a.y, b.x - a.x, b.y - a.y);
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.arc(b.x, a.y, 7, 0, 2 * Math.PI);
    ctx.fill();
  }
}

/** The shape whose handles are shown: the one being dragged, else the only one selected. */
function handleOwner(editor: Editor): Annotation | null {
  if (editor.tool.name !== "select") return null;
  if (editor.tool.draft.length === 1) return editor.tool.draft[0] ?? null;
  const [id, ...others] = editor.selection;
  if (id === undefined || others.length > 0 || editor.tool.draft.length > 0) return null;
  return editor.hidden.has(id) ? null : (editor.scene.get(id) ?? null);
}
