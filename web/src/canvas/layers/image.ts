/** Owns the picture under the shapes, and the display window it is seen through. */

import type { View } from "../view";

/** Grey values (0 to 1) that are shown as black and as white. */
export interface DisplayWindow {
  readonly low: number;
  readonly high: number;
}

export const WHOLE_RANGE: DisplayWindow = { low: 0, high: 1 };
/** From this zoom on single pixels are shown as squares: smoothing would hide small defects. */
const SHARP_FROM = 2;

export class ImageLayer {
  readonly #canvas: HTMLCanvasElement;
  readonly #ctx: CanvasRenderingContext2D;
  #image: ImageBitmap | null = null;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#ctx = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
  }

  /** The caller keeps the bitmap and closes it. */
  setImage(image: ImageBitmap | null): void {
    this.#image = image;
  }

  setWindow(window: DisplayWindow): void {
    this.#canvas.style.filter = windowFilter(window);
  }

  /** The picture may be a smaller rendition; it is stretched to the size of the image. */
  draw(view: View, pixelRatio: number, background: string): void {
    const ctx = this.#ctx;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = background;
    ctx.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (this.#image === null) return;
    const { scale, offsetX, offsetY } = view;
    ctx.setTransform(scale * pixelRatio, 0, 0, scale * pixelRatio, offsetX * pixelRatio, offsetY * pixelRatio);
    ctx.imageSmoothingEnabled = scale < SHARP_FROM;
    ctx.imageSmoothingQuality = "medium";
    ctx.drawImage(this.#image, 0, 0, view.imageWidth, view.imageHeight);
  }
}

/**
 * The CSS filter that maps [low, high] to [0, 1] and clips the rest. Brightness k, then contrast c,
 * gives k*c*v + (1 - c)/2; solving for the window's slope and offset gives the two factors.
 */
export function windowFilter({ low, high }: DisplayWindow): string {
  if (low <= 0 && high >= 1) return "none";
  const range = Math.max(high - low, 1 / 255);
  const contrast = 1 + (2 * low) / range;
  const brightness = 1 / range / contrast;
  return `brightness(${brightness}) contrast(${contrast})`;
}
