/**
 * Owns the static layer: every shape that is not being edited. Redrawn when the view or the scene
 * changes, never while a pointer drags; shapes off screen are culled by the R-tree.
 */

import { boundsOf } from "../geometry/bounds";
import type { Editor } from "../editor";
import type { Annotation } from "../model";
import type { Painter } from "./painter";

/** A shape smaller than this on screen is drawn as a speck (CSS pixels). */
const SPECK = 3;
/**
 * With more shapes than this in view, outlines are one device pixel wide: browsers draw hairlines
 * three to four times as fast as wider lines.
 */
const CROWD = 400;

export class ShapesLayer {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #painter: Painter;

  constructor(canvas: HTMLCanvasElement, painter: Painter) {
    this.#ctx = canvas.getContext("2d") as CanvasRenderingContext2D;
    this.#painter = painter;
  }

  draw(editor: Editor, pixelRatio: number): void {
    const ctx = this.#ctx;
    const { view } = editor;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    ctx.setTransform(
      view.scale * pixelRatio, 0, 0, view.scale * pixelRatio, view.offsetX * pixelRatio, view.offsetY * pixelRatio,
    );
    const { lifted } = editor.tool;
    const visible = editor.visibleWithin(view.visible());
    const line = visible.length > CROWD ? 1 / pixelRatio : undefined;
    for (const annotation of visible) {
      if (lifted.has(annotation.id)) continue;
      if (!this.#asSpeck(annotation, view.scale)) {
        this.#painter.paint(ctx, annotation, view.scale, editor.selection.has(annotation.id), line);
      }
    }
  }

  #asSpeck(annotation: Annotation, scale: number): boolean {
    if (annotation.geometry.kind === "point") return false;
    const bounds = boundsOf(annotation.geometry);
    if (bounds === null) return true;
    const width = bounds.maxX - bounds.minX;
    const height = bounds.maxY - bounds.minY;
    if (Math.max(width, height) * scale >= SPECK) return false;
    const side = SPECK / scale;
    this.#ctx.fillStyle = this.#painter.colorOf(annotation.label);
    this.#ctx.fillRect(bounds.minX, bounds.minY, Math.max(width, side), Math.max(height, side));
    return true;
  }
}
