/** Owns the question "what is under the pointer?" for one geometry. Distances are image pixels. */

import type { EllipseGeometry, Geometry, MaskGeometry, Point, SkeletonGeometry } from "../model";
import { cornersOf, rotateAbout } from "./box";
import { distanceToRing, distanceToSegment, polygonArea, polygonContains, ringContains } from "./polygon";
import { maskArea } from "./rle";

/** Edges of a skeleton come from its label, so they are passed in. */
export type Edges = readonly (readonly [number, number])[];

/** Whether `point` is on or in the geometry, give or take `tolerance` pixels. */
export function hits(geometry: Geometry, point: Point, tolerance: number, edges: Edges = []): boolean {
  switch (geometry.kind) {
    case "tag":
      return false;
    case "box":
    case "rotated_box": {
      const ring = cornersOf(geometry).flatMap((corner) => [corner.x, corner.y]);
      return ringContains(ring, point) || distanceToRing(ring, point, true) <= tolerance;
    }
    case "polygon":
      return (
        polygonContains(geometry, point) ||
        geometry.parts.some((part) => part.some((ring) => distanceToRing(ring, point, true) <= tolerance))
      );
    case "polyline":
      return distanceToRing(geometry.points, point, false) <= tolerance;
    case "point":
      return Math.hypot(point.x - geometry.x, point.y - geometry.y) <= tolerance;
    case "skeleton":
      return hitsSkeleton(geometry, point, tolerance, edges);
    case "ellipse":
      return hitsEllipse(geometry, point, tolerance);
    case "mask":
      return hitsMask(geometry, point);
  }
}

/** Area in square pixels; zero for what has none. Used to prefer the small object inside a big one. */
export function areaOf(geometry: Geometry): number {
  switch (geometry.kind) {
    case "box":
    case "rotated_box":
      return geometry.w * geometry.h;
    case "polygon":
      return polygonArea(geometry);
    case "ellipse":
      return Math.PI * geometry.rx * geometry.ry;
    case "mask":
      return maskArea(geometry);
    default:
      return 0;
  }
}

function hitsSkeleton(skeleton: SkeletonGeometry, point: Point, tolerance: number, edges: Edges): boolean {
  const near = skeleton.nodes.some(
    (node) => node.visibility > 0 && Math.hypot(node.x - point.x, node.y - point.y) <= tolerance,
  );
  if (near) return true;
  return edges.some(([from, to]) => {
    const a = skeleton.nodes[from];
    const b = skeleton.nodes[to];
    if (a === undefined || b === undefined || a.visibility === 0 || b.visibility === 0) return false;
    return distanceToSegment(point, a.x, a.y, b.x, b.y) <= tolerance;
  });
}

function hitsEllipse(ellipse: EllipseGeometry, point: Point, tolerance: number): boolean {
  const own = rotateAbout(point, { x: ellipse.cx, y: ellipse.cy }, -ellipse.angle);
  const across = (own.x - ellipse.cx) / (ellipse.rx + tolerance);
  const down = (own.y - ellipse.cy) / (ellipse.ry + tolerance);
  return across * across + down * down <= 1;
}

function hitsMask(mask: MaskGeometry, point: Point): boolean {
  const x = Math.floor(point.x) - mask.left;
  const y = Math.floor(point.y) - mask.top;
  if (x < 0 || y < 0 || x >= mask.width || y >= mask.height) return false;
  let remaining = y * mask.width + x;
  for (let i = 0; i < mask.counts.length; i += 1) {
    const count = mask.counts[i] as number;
    if (remaining < count) return i % 2 === 1;
    remaining -= count;
  }
  return false;
}
