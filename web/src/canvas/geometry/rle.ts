/**
 * Owns run-length codes of masks: the stored form (row by row over a crop) and COCO's
 * (column by column over the whole image, plain or as compressed text, as pycocotools writes it).
 * Counts alternate background, foreground, background, ... and start with background.
 */

import type { MaskGeometry } from "../model";

/** Run lengths of a row-major 0/1 array. */
export function encodeRuns(pixels: Uint8Array): number[] {
  const counts: number[] = [];
  let value = 0;
  let run = 0;
  for (const pixel of pixels) {
    const bit = pixel === 0 ? 0 : 1;
    if (bit === value) {
      run += 1;
    } else {
      counts.push(run);
      value = bit;
      run = 1;
    }
  }
  counts.push(run);
  return counts;
}

/** The 0/1 array of `size` pixels behind run lengths. Throws RangeError when they do not add up. */
export function decodeRuns(counts: readonly number[], size: number): Uint8Array {
  const pixels = new Uint8Array(size);
  let at = 0;
  counts.forEach((count, index) => {
    if (count < 0 || at + count > size) throw new RangeError(`Run ${index} leaves the mask of ${size} pixels.`);
    if (index % 2 === 1) pixels.fill(1, at, at + count);
    at += count;
  });
  if (at !== size) throw new RangeError(`The runs cover ${at} of ${size} pixels.`);
  return pixels;
}

export interface CocoRle {
  /** Height, then width, as COCO has it. */
  readonly size: readonly [number, number];
  readonly counts: string | readonly number[];
}

/** COCO run lengths of a mask on an image of the given size (pixels); what lies outside is cut. */
export function toCocoRle(mask: MaskGeometry, imageWidth: number, imageHeight: number): CocoRle {
  const crop = decodeRuns(mask.counts, mask.width * mask.height);
  const counts: number[] = [];
  let end = 0;
  for (let x = Math.max(0, -mask.left); x < Math.min(mask.width, imageWidth - mask.left); x += 1) {
    for (let y = Math.max(0, -mask.top); y < Math.min(mask.height, imageHeight - mask.top); y += 1) {
      if (crop[y * mask.width + x] === 0) continue;
      const at = (x + mask.left) * imageHeight + y + mask.top;
      if (at === end && counts.length > 0) counts[counts.length - 1] = (counts.at(-1) as number) + 1;
      else counts.push(at - end, 1);
      end = at + 1;
    }
  }
  const rest = imageWidth * imageHeight - end;
  if (rest > 0 || counts.length === 0) counts.push(rest);
  return { size: [imageHeight, imageWidth], counts: compressCounts(counts) };
}

/** The mask behind COCO run lengths, cropped to its own bounds; null when it is empty. */
export function fromCocoRle(rle: CocoRle): MaskGeometry | null {
  const [height, width] = rle.size;
  const counts = typeof rle.counts === "string" ? expandCounts(rle.counts) : rle.counts;
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total !== width * height) throw new RangeError(`The runs cover ${total} of ${width * height} pixels.`);
  const runs = foregroundRuns(counts);
  const first = runs[0];
  const last = runs.at(-1);
  if (first === undefined || last === undefined) return null;
  // Only the columns in use are unpacked: the image may have a hundred million pixels.
  const left = Math.floor(first.start / height);
  const columns = Math.floor((last.end - 1) / height) - left + 1;
  const rows = new Uint8Array(columns * height);
  for (const { start, end } of runs) {
    for (let at = start; at < end; at += 1) rows[(at % height) * columns + Math.floor(at / height) - left] = 1;
  }
  return maskFromPixels(rows, left, 0, columns, height);
}

function foregroundRuns(counts: readonly number[]): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  let at = 0;
  counts.forEach((count, index) => {
    if (index % 2 === 1 && count > 0) runs.push({ start: at, end: at + count });
    at += count;
  });
  return runs;
}

/** A mask from a row-major array placed at (left, top), cropped to what is set; null when empty. */
export function maskFromPixels(
  pixels: Uint8Array, left: number, top: number, width: number, height: number,
): MaskGeometry | null {
  let minX = width;
  let minY = height;
  let maxX = -1;
  let maxY = -1;
  for (let y = 0; y < height; y += 1) {
    const row = pixels.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(1);
    if (first < 0) continue;
    minX = Math.min(minX, first);
    maxX = Math.max(maxX, row.lastIndexOf(1));
    minY = Math.min(minY, y);
    maxY = y;
  }
  if (maxX < 0) return null;
  const cropWidth = maxX - minX + 1;
  const cropHeight = maxY - minY + 1;
  const crop = new Uint8Array(cropWidth * cropHeight);
  for (let y = 0; y < cropHeight; y += 1) {
    const from = (y + minY) * width + minX;
    crop.set(pixels.subarray(from, from + cropWidth), y * cropWidth);
  }
  const counts = encodeRuns(crop);
  return { kind: "mask", left: left + minX, top: top + minY, width: cropWidth, height: cropHeight, counts };
}

/** Number of set pixels. */
export function maskArea(mask: MaskGeometry): number {
  return mask.counts.reduce((sum, count, index) => (index % 2 === 1 ? sum + count : sum), 0);
}

/** COCO's compressed text: 5 bits a character; from the fourth count on, the difference to two before. */
export function compressCounts(counts: readonly number[]): string {
  let text = "";
  counts.forEach((count, index) => {
    let value = index > 2 ? count - (counts[index - 2] as number) : count;
    let more = true;
    while (more) {
      let bits = value & 0x1f;
      value >>= 5;
      more = (bits & 0x10) !== 0 ? value !== -1 : value !== 0;
      if (more) bits |= 0x20;
      text += String.fromCharCode(bits + 48);
    }
  });
  return text;
}

export function expandCounts(text: string): number[] {
  const counts: number[] = [];
  let at = 0;
  while (at < text.length) {
    let value = 0;
    let shift = 0;
    let more = true;
    while (more) {
      const bits = text.charCodeAt(at) - 48;
      if (Number.isNaN(bits)) throw new RangeError("The run-length text ends in the middle of a number.");
      value |= (bits & 0x1f) << shift;
      more = (bits & 0x20) !== 0;
      at += 1;
      shift += 5;
      if (!more && (bits & 0x10) !== 0) value |= -1 << shift;
    }
    if (counts.length > 2) value += counts[counts.length - 2] as number;
    counts.push(value);
  }
  return counts;
}
