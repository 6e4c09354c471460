/** Owns moving a whole geometry by an offset in image pixels. */

import type { Geometry, Ring } from "../model";

export function moved<G extends Geometry>(geometry: G, dx: number, dy: number): G;
export function moved(geometry: Geometry, dx: number, dy: number): Geometry {
  switch (geometry.kind) {
    case "tag":
      return geometry;
    case "box":
    case "point":
      return { ...geometry, x: geometry.x + dx, y: geometry.y + dy };
    case "rotated_box":
    case "ellipse":
      return { ...geometry, cx: geometry.cx + dx, cy: geometry.cy + dy };
    case "polygon":
      return { ...geometry, parts: geometry.parts.map((part) => part.map((ring) => shifted(ring, dx, dy))) };
    case "polyline":
      return { ...geometry, points: shifted(geometry.points, dx, dy) };
    case "skeleton":
      return { ...geometry, nodes: geometry.nodes.map((node) => ({ ...node, x: node.x + dx, y: node.y + dy })) };
    case "mask":
      // A mask lives on the pixel grid, so it moves by whole pixels.
      return { ...geometry, left: geometry.left + Math.round(dx), top: geometry.top + Math.round(dy) };
  }
}

function shifted(ring: Ring, dx: number, dy: number): Ring {
  return ring.map((value, index) => value + (index % 2 === 0 ? dx : dy));
}
