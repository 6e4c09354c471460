/** Owns the Path2D of a geometry, in image pixels. */

import { cornersOf } from "../geometry/box";
import { thinned } from "../geometry/polygon";
import type { Geometry, Label, Ring, SkeletonGeometry } from "../model";

/** `detail` is the size of a screen pixel in image pixels: finer corners cannot be seen. */
export function pathOf(geometry: Geometry, label: Label | undefined, detail: number): Path2D {
  const path = new Path2D();
  switch (geometry.kind) {
    case "box":
      path.rect(geometry.x, geometry.y, geometry.w, geometry.h);
      break;
    case "rotated_box":
      addRing(path, cornersOf(geometry).flatMap(({ x, y }) => [x, y]), true);
      break;
    case "polygon":
      for (const ring of geometry.parts.flat()) addRing(path, thinned(ring, detail), true);
      break;
    case "polyline":
      addRing(path, thinned(geometry.points, detail), false);
      break;
    case "ellipse": {
      const { cx, cy, rx, ry, angle } = geometry;
      path.ellipse(cx, cy, rx, ry, (angle * Math.PI) / 180, 0, 2 * Math.PI);
      break;
    }
    case "skeleton":
      addSkeleton(path, geometry, label);
      break;
    case "mask":
      path.rect(geometry.left, geometry.top, geometry.width, geometry.height);
      break;
    case "point":
    case "tag":
      break;
  }
  return path;
}

function addRing(path: Path2D, ring: Ring, closed: boolean): void {
  for (let i = 0; i + 1 < ring.length; i += 2) {
    const x = ring[i] as number;
    const y = ring[i + 1] as number;
    if (i === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  if (closed) path.closePath();
}

function addSkeleton(path: Path2D, skeleton: SkeletonGeometry, label: Label | undefined): void {
  for (const [from, to] of label?.edges ?? []) {
    const a = skeleton.nodes[from];
    const b = skeleton.nodes[to];
    if (a === undefined || b === undefined || a.visibility === 0 || b.visibility === 0) continue;
    path.moveTo(a.x, a.y);
    path.lineTo(b.x, b.y);
  }
}
