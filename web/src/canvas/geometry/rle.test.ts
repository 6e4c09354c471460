import { describe, expect, it } from "vitest";
import type { MaskGeometry } from "../model";
import { compressCounts, decodeRuns, encodeRuns, expandCounts, fromCocoRle, maskArea, toCocoRle } from "./rle";

// 4 rows x 5 columns, ones at rows 1-2, columns 1-3, except (row 2, column 2); as pycocotools writes it.
const RING: MaskGeometry = { kind: "mask", left: 1, top: 1, width: 3, height: 2, counts: [0, 4, 1, 1] };

describe("COCO run lengths", () => {
  it("writes what pycocotools writes", () => {
    expect(toCocoRle(RING, 5, 4)).toEqual({ size: [4, 5], counts: "522O112" });
    expect(expandCounts("522O112")).toEqual([5, 2, 2, 1, 3, 2, 5]);
    expect(maskArea(RING)).toBe(5);
  });

  it("reads plain and compressed counts into the same cropped mask", () => {
    expect(fromCocoRle({ size: [4, 5], counts: "522O112" })).toEqual(RING);
    expect(fromCocoRle({ size: [4, 5], counts: [5, 2, 2, 1, 3, 2, 5] })).toEqual(RING);
  });

  it("keeps large counts and large differences", () => {
    const counts = [0, 1_000_000, 31, 32, 5, 70_000, 1, 2, 999_999];
    expect(expandCounts(compressCounts(counts))).toEqual(counts);
  });

  it("cuts what lies outside the image", () => {
    const outside: MaskGeometry = { ...RING, left: -1 };
    expect(fromCocoRle(toCocoRle(outside, 5, 4))).toEqual({ ...RING, left: 0, top: 1, width: 2, counts: [0, 2, 1, 1] });
  });

  it("has no mask for an empty image, and refuses runs that do not add up", () => {
    expect(fromCocoRle({ size: [2, 2], counts: [4] })).toBeNull();
    expect(() => decodeRuns([1, 2], 4)).toThrow(RangeError);
    expect(() => decodeRuns([1, 9], 4)).toThrow(RangeError);
    expect(() => expandCounts("o")).toThrow(RangeError);
  });

  it("round-trips random pixels", () => {
    let seed = 7;
    const pixels = Uint8Array.from({ length: 400 }, () => ((seed = (seed * 1103515245 + 12345) % 2147483648) >> 16) & 1);
    expect(decodeRuns(encodeRuns(pixels), 400)).toEqual(pixels);
  });
});
