/**
 * Owns a mask while it is painted: a crop of 0/1 pixels that grows under the brush.
 * Does not know colors or canvases.
 */

import type { MaskGeometry, Point } from "../model";
import type { Bounds } from "./bounds";
import { distanceToSegment } from "./polygon";
import { decodeRuns, maskFromPixels } from "./rle";

/** Growing in steps keeps a long stroke from copying the crop at every move (pixels). */
const GROWTH = 128;

export class Bitmap {
  left = 0;
  top = 0;
  width = 0;
  height = 0;
  pixels: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  readonly #imageWidth: number;
  readonly #imageHeight: number;

  constructor(imageWidth: number, imageHeight: number, mask: MaskGeometry | null = null) {
    this.#imageWidth = imageWidth;
    this.#imageHeight = imageHeight;
    if (mask !== null) {
      this.left = mask.left;
      this.top = mask.top;
      this.width = mask.width;
      this.height = mask.height;
      this.pixels = new Uint8Array(decodeRuns(mask.counts, mask.width * mask.height));
    }
  }

  /**
   * Sets every pixel whose centre lies within `radius` of the segment to `value`.
   * Returns the touched part of the image, or null when the brush was outside it.
   */
  paint(from: Point, to: Point, radius: number, value: 0 | 1): Bounds | null {
    const touched: Bounds = {
      minX: Math.max(0, Math.floor(Math.min(from.x, to.x) - radius)),
      minY: Math.max(0, Math.floor(Math.min(from.y, to.y) - radius)),
      maxX: Math.min(this.#imageWidth, Math.ceil(Math.max(from.x, to.x) + radius)),
      maxY: Math.min(this.#imageHeight, Math.ceil(Math.max(from.y, to.y) + radius)),
    };
    if (touched.minX >= touched.maxX || touched.minY >= touched.maxY) return null;
    if (value === 1) this.#growTo(touched);
    const minX = Math.max(touched.minX, this.left);
    const maxX = Math.min(touched.maxX, this.left + this.width);
    const minY = Math.max(touched.minY, this.top);
    const maxY = Math.min(touched.maxY, this.top + this.height);
    for (let y = minY; y < maxY; y += 1) {
      for (let x = minX; x < maxX; x += 1) {
        const distance = distanceToSegment({ x: x + 0.5, y: y + 0.5 }, from.x, from.y, to.x, to.y);
        if (distance <= radius) this.pixels[(y - this.top) * this.width + (x - this.left)] = value;
      }
    }
    return touched;
  }

  /** The mask as it is stored, or null when nothing is set. */
  toMask(): MaskGeometry | null {
    return maskFromPixels(this.pixels, this.left, this.top, this.width, this.height);
  }

  #growTo(need: Bounds): void {
    const empty = this.width === 0;
    const right = this.left + this.width;
    const bottom = this.top + this.height;
    if (!empty && need.minX >= this.left && need.minY >= this.top && need.maxX <= right && need.maxY <= bottom) {
      return;
    }
    const left = Math.max(0, Math.min(empty ? Infinity : this.left, need.minX - GROWTH));
    const top = Math.max(0, Math.min(empty ? Infinity : this.top, need.minY - GROWTH));
    const width = Math.min(this.#imageWidth, Math.max(empty ? 0 : right, need.maxX + GROWTH)) - left;
    const height = Math.min(this.#imageHeight, Math.max(empty ? 0 : bottom, need.maxY + GROWTH)) - top;
    const pixels = new Uint8Array(width * height);
    for (let y = 0; y < this.height; y += 1) {
      const row = this.pixels.subarray(y * this.width, (y + 1) * this.width);
      pixels.set(row, (y + this.top - top) * width + (this.left - left));
    }
    Object.assign(this, { left, top, width, height, pixels });
  }
}
