/** Owns where remarks stand on the canvas. */

import type { Pin } from "@/canvas/layers/overlay";
import type { Region, Remark } from "@/features/remarks/remarks";

/** `draft` is the region of a remark that is still being written. */
export function pinsOf(remarks: readonly Remark[], draft: Region | null = null): Pin[] {
  const pins = remarks.flatMap(({ id, region, state }) => {
    if (region === undefined) return [];
    return { id, bounds: boundsOf(region), open: state === "UNRESOLVED" };
  });
  return draft === null ? pins : [...pins, { id: "draft", open: true, bounds: boundsOf(draft) }];
}

function boundsOf(region: { [K in keyof Region]: number | string }): Pin["bounds"] {
  const [x, y] = [Number(region.x), Number(region.y)];
  return { minX: x, minY: y, maxX: x + Number(region.width), maxY: y + Number(region.height) };
}
