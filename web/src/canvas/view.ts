/**
 * Owns the mapping between image pixels and the screen: zoom and pan. Does not draw.
 * Screen coordinates are CSS pixels from the top-left corner of the canvas element.
 */

import type { Point } from "./model";
import type { Bounds } from "./geometry/bounds";

const MAX_SCALE = 64;
/** Free space left around an image that is fitted, in CSS pixels. */
const FIT_MARGIN = 16;

export class View {
  scale = 1;
  offsetX = 0;
  offsetY = 0;
  width = 1;
  height = 1;
  imageWidth = 1;
  imageHeight = 1;

  setImageSize(width: number, height: number): void {
    this.imageWidth = width;
    this.imageHeight = height;
  }

  /** Takes the new size of the element and keeps the image point at its centre where it was. */
  resize(width: number, height: number): void {
    this.offsetX += (width - this.width) / 2;
    this.offsetY += (height - this.height) / 2;
    this.width = width;
    this.height = height;
  }

  toImage(screen: Point): Point {
    return { x: (screen.x - this.offsetX) / this.scale, y: (screen.y - this.offsetY) / this.scale };
  }

  toScreen(image: Point): Point {
    return { x: image.x * this.scale + this.offsetX, y: image.y * this.scale + this.offsetY };
  }

  /** A length on the screen, in image pixels. */
  toImageLength(screenLength: number): number {
    return screenLength / this.scale;
  }

  get fitScale(): number {
    const across = (this.width - 2 * FIT_MARGIN) / this.imageWidth;
    const down = (this.height - 2 * FIT_MARGIN) / this.imageHeight;
    return Math.min(Math.max(Math.min(across, down), 1e-4), MAX_SCALE);
  }

  fit(): void {
    this.scale = this.fitScale;
    this.offsetX = (this.width - this.imageWidth * this.scale) / 2;
    this.offsetY = (this.height - this.imageHeight * this.scale) / 2;
  }

  /** Zooms by a factor while the image point under `anchor` stays where it is on screen. */
  zoomAt(anchor: Point, factor: number): void {
    const fixed = this.toImage(anchor);
    const smallest = Math.min(this.fitScale, 1) / 4;
    this.scale = Math.min(Math.max(this.scale * factor, smallest), MAX_SCALE);
    this.offsetX = anchor.x - fixed.x * this.scale;
    this.offsetY = anchor.y - fixed.y * this.scale;
  }

  zoomAtCentre(factor: number): void {
    this.zoomAt({ x: this.width / 2, y: this.height / 2 }, factor);
  }

  panBy(dx: number, dy: number): void {
    this.offsetX += dx;
    this.offsetY += dy;
  }

  /** Moves as little as needed so that the given part of the image can be seen. */
  reveal(bounds: Bounds): void {
    const topLeft = this.toScreen({ x: bounds.minX, y: bounds.minY });
    const bottomRight = this.toScreen({ x: bounds.maxX, y: bounds.maxY });
    this.offsetX += shiftInto(topLeft.x, bottomRight.x, this.width);
    this.offsetY += shiftInto(topLeft.y, bottomRight.y, this.height);
  }

  /** The part of the image on screen; it may reach beyond the image. */
  visible(): Bounds {
    const a = this.toImage({ x: 0, y: 0 });
    const b = this.toImage({ x: this.width, y: this.height });
    return { minX: a.x, minY: a.y, maxX: b.x, maxY: b.y };
  }
}

function shiftInto(low: number, high: number, size: number): number {
  if (low >= 0 && high <= size) return 0;
  return size / 2 - (low + high) / 2;
}
