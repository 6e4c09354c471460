/** Owns axis-aligned bounds of geometries, in image pixels. */

import type { EllipseGeometry, Geometry, Point, Ring, RotatedBoxGeometry } from "../model";
import { cornersOf } from "./box";

export interface Bounds {
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** Bounds of a geometry, or null when it has no place on the image (a tag, an empty polygon). */
export function boundsOf(geometry: Geometry): Bounds | null {
  switch (geometry.kind) {
    case "tag":
      return null;
    case "box":
      return box(geometry.x, geometry.y, geometry.w, geometry.h);
    case "rotated_box":
      return ofRotatedBox(geometry);
    case "polygon":
      return ofRings(geometry.parts.map((part) => part[0] ?? []));
    case "polyline":
      return ofRings([geometry.points]);
    case "point":
      return box(geometry.x, geometry.y, 0, 0);
    case "skeleton":
      return ofRings([
        geometry.nodes.filter((node) => node.visibility > 0).flatMap((node) => [node.x, node.y]),
      ]);
    case "ellipse":
      return ofEllipse(geometry);
    case "mask":
      return box(geometry.left, geometry.top, geometry.width, geometry.height);
  }
}

export function overlaps(a: Bounds, b: Bounds): boolean {
  return a.minX <= b.maxX && b.minX <= a.maxX && a.minY <= b.maxY && b.minY <= a.maxY;
}

export function union(a: Bounds, b: Bounds): Bounds {
  return {
    minX: Math.min(a.minX, b.minX),
    minY: Math.min(a.minY, b.minY),
    maxX: Math.max(a.maxX, b.maxX),
    maxY: Math.max(a.maxY, b.maxY),
  };
}

/** The square that reaches `reach` pixels from a point to every side. */
export function around(point: Point, reach: number): Bounds {
  return box(point.x - reach, point.y - reach, 2 * reach, 2 * reach);
}

function box(x: number, y: number, w: number, h: number): Bounds {
  return { minX: x, minY: y, maxX: x + w, maxY: y + h };
}

function ofRings(rings: readonly Ring[]): Bounds | null {
  const bounds: Bounds = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const x = ring[i] as number;
      const y = ring[i + 1] as number;
      if (x < bounds.minX) bounds.minX = x;
      if (x > bounds.maxX) bounds.maxX = x;
      if (y < bounds.minY) bounds.minY = y;
      if (y > bounds.maxY) bounds.maxY = y;
    }
  }
  return bounds.minX > bounds.maxX ? null : bounds;
}

function ofRotatedBox(geometry: RotatedBoxGeometry): Bounds {
  return ofRings([cornersOf(geometry).flatMap((corner) => [corner.x, corner.y])]) as Bounds;
}

function ofEllipse({ cx, cy, rx, ry, angle }: EllipseGeometry): Bounds {
  const radians = (angle * Math.PI) / 180;
  const halfWidth = Math.hypot(rx * Math.cos(radians), ry * Math.sin(radians));
  const halfHeight = Math.hypot(rx * Math.sin(radians), ry * Math.cos(radians));
  return box(cx - halfWidth, cy - halfHeight, 2 * halfWidth, 2 * halfHeight);
}
