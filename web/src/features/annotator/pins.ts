/** Owns where remarks stand on the canvas. */

import type { Pin } from "@/canvas/layers/overlay";
import type { Remark } from "@/features/tasks/tasks";

export function pinsOf(remarks: readonly Remark[]): Pin[] {
  return remarks.flatMap(({ id, region, state }) => {
    if (region === undefined) return [];
    const [x, y] = [Number(region.x), Number(region.y)];
    const bounds = { minX: x, minY: y, maxX: x + Number(region.width), maxY: y + Number(region.height) };
    return { id, bounds, open: state === "UNRESOLVED" };
  });
}
