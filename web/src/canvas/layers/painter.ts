/**
 * Owns how one annotation looks: outline, fill, dots, mask. Paths and masks are cached by geometry,
 * which never changes in place. Does not decide which annotations are drawn.
 */

import type { Bitmap } from "../geometry/bitmap";
import { decodeRuns } from "../geometry/rle";
import type { Annotation, Geometry, Label, MaskGeometry } from "../model";
import { pathOf } from "./path";

const FILL_ALPHA = 0.16;
const FILL_ALPHA_SELECTED = 0.3;
const MASK_ALPHA = 0.5;
const LINE = 1.5;
const LINE_SELECTED = 2.5;
const DOT_RADIUS = 4;
const FALLBACK_COLOUR = "#868e96";

interface CachedPath {
  readonly path: Path2D;
  readonly detail: number;
  readonly label: string;
}

interface CachedMask {
  readonly image: OffscreenCanvas;
  readonly color: string;
}

export class Painter {
  readonly #labels: ReadonlyMap<string, Label>;
  readonly #paths = new WeakMap<Geometry, CachedPath>();
  readonly #masks = new WeakMap<MaskGeometry, CachedMask>();

  constructor(labels: readonly Label[]) {
    this.#labels = new Map(labels.map((label) => [label.name, label]));
  }

  colorOf(label: string): string {
    return this.#labels.get(label)?.color ?? FALLBACK_COLOUR;
  }

  /**
   * Draws in image coordinates; `scale` is screen pixels for one image pixel, `line` the width of an
   * outline in screen pixels.
   */
  paint(ctx: CanvasRenderingContext2D, annotation: Annotation, scale: number, selected: boolean, line = LINE): void {
    const { geometry, label } = annotation;
    const color = this.colorOf(label);
    ctx.strokeStyle = color;
    ctx.fillStyle = color;
    ctx.lineWidth = (selected ? LINE_SELECTED : line) / scale;
    if (geometry.kind === "mask") {
      this.#paintMask(ctx, geometry, color);
      if (selected) ctx.stroke(this.#path(geometry, label, scale));
      return;
    }
    if (geometry.kind === "point") dot(ctx, geometry.x, geometry.y, (DOT_RADIUS + (selected ? 1 : 0)) / scale, true);
    const path = this.#path(geometry, label, scale);
    if (geometry.kind !== "polyline" && geometry.kind !== "skeleton") {
      ctx.globalAlpha = selected ? FILL_ALPHA_SELECTED : FILL_ALPHA;
      ctx.fill(path, "evenodd");
      ctx.globalAlpha = 1;
    }
    ctx.stroke(path);
    if (geometry.kind === "skeleton") {
      for (const node of geometry.nodes) {
        if (node.visibility > 0) dot(ctx, node.x, node.y, DOT_RADIUS / scale, node.visibility === 2);
      }
    }
  }

  /** Draws a mask that is being painted. */
  paintBitmap(ctx: CanvasRenderingContext2D, bitmap: Bitmap, label: string): void {
    if (bitmap.width === 0) return;
    const image = maskImage(bitmap.pixels, bitmap.width, bitmap.height, this.colorOf(label));
    drawMask(ctx, image, bitmap.left, bitmap.top);
  }

  #paintMask(ctx: CanvasRenderingContext2D, mask: MaskGeometry, color: string): void {
    let cached = this.#masks.get(mask);
    if (cached?.color !== color) {
      const pixels = decodeRuns(mask.counts, mask.width * mask.height);
      cached = { image: maskImage(pixels, mask.width, mask.height, color), color };
      this.#masks.set(mask, cached);
    }
    drawMask(ctx, cached.image, mask.left, mask.top);
  }

  #path(geometry: Geometry, label: string, scale: number): Path2D {
    const detail = detailAt(scale);
    const cached = this.#paths.get(geometry);
    if (cached?.detail === detail && cached.label === label) return cached.path;
    const path = pathOf(geometry, this.#labels.get(label), detail);
    this.#paths.set(geometry, { path, detail, label });
    return path;
  }
}

/** Detail in steps of two, so that zooming does not rebuild every path at every step. */
function detailAt(scale: number): number {
  return scale >= 1 ? 0 : 2 ** Math.floor(Math.log2(0.5 / scale));
}

function dot(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, filled: boolean): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  if (filled) ctx.fill();
  ctx.stroke();
}

function drawMask(ctx: CanvasRenderingContext2D, image: OffscreenCanvas, left: number, top: number): void {
  ctx.globalAlpha = MASK_ALPHA;
  ctx.imageSmoothingEnabled = false;
  ctx.drawImage(image, left, top);
  ctx.globalAlpha = 1;
}

function maskImage(pixels: Uint8Array, width: number, height: number, color: string): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const ctx = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  const image = ctx.createImageData(width, height);
  for (let i = 0; i < pixels.length; i += 1) image.data[4 * i + 3] = pixels[i] === 0 ? 0 : 255;
  ctx.putImageData(image, 0, 0);
  ctx.globalCompositeOperation = "source-in";
  ctx.fillStyle = color;
  ctx.fillRect(0, 0, width, height);
  return canvas;
}
