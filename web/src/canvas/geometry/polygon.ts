/** Owns the arithmetic of rings: area, containment, distance, simplification. */

import type { Point, PolygonGeometry, Ring } from "../model";

/** Signed area of a ring in square pixels; positive when clockwise on screen. */
export function signedArea(ring: Ring): number {
  let twice = 0;
  const n = ring.length;
  for (let i = 0, j = n - 2; i + 1 < n; j = i, i += 2) {
    twice += (ring[j] as number) * (ring[i + 1] as number) - (ring[i] as number) * (ring[j + 1] as number);
  }
  return twice / 2;
}

/** Area of a polygon in square pixels; holes are taken off. */
export function polygonArea(polygon: PolygonGeometry): number {
  let area = 0;
  for (const [outer, ...holes] of polygon.parts) {
    if (outer !== undefined) area += Math.abs(signedArea(outer));
    for (const hole of holes) area -= Math.abs(signedArea(hole));
  }
  return area;
}

export function ringContains(ring: Ring, point: Point): boolean {
  let inside = false;
  const n = ring.length;
  for (let i = 0, j = n - 2; i + 1 < n; j = i, i += 2) {
    const xi = ring[i] as number;
    const yi = ring[i + 1] as number;
    const xj = ring[j] as number;
    const yj = ring[j + 1] as number;
    if (yi > point.y !== yj > point.y && point.x < ((xj - xi) * (point.y - yi)) / (yj - yi) + xi) {
      inside = !inside;
    }
  }
  return inside;
}

export function polygonContains(polygon: PolygonGeometry, point: Point): boolean {
  return polygon.parts.some(([outer, ...holes]) => {
    if (outer === undefined || !ringContains(outer, point)) return false;
    return !holes.some((hole) => ringContains(hole, point));
  });
}

export function distanceToSegment(p: Point, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const lengthSquared = dx * dx + dy * dy;
  const along = lengthSquared === 0 ? 0 : ((p.x - ax) * dx + (p.y - ay) * dy) / lengthSquared;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(p.x - (ax + t * dx), p.y - (ay + t * dy));
}

/** Distance to the line through the points; a closed ring also has the edge back to its start. */
export function distanceToRing(ring: Ring, point: Point, closed: boolean): number {
  let nearest = Infinity;
  const n = ring.length;
  if (n === 2) return Math.hypot(point.x - (ring[0] as number), point.y - (ring[1] as number));
  for (let i = closed ? 0 : 2, j = closed ? n - 2 : 0; i + 1 < n; j = i, i += 2) {
    const distance = distanceToSegment(
      point, ring[j] as number, ring[j + 1] as number, ring[i] as number, ring[i + 1] as number,
    );
    if (distance < nearest) nearest = distance;
  }
  return nearest;
}

/**
 * Drops points closer than `tolerance` to the last one kept. For drawing from far away only:
 * what is stored keeps every point.
 */
export function thinned(ring: Ring, tolerance: number): Ring {
  if (ring.length <= 8) return ring;
  const kept: number[] = [ring[0] as number, ring[1] as number];
  let lastX = kept[0] as number;
  let lastY = kept[1] as number;
  for (let i = 2; i + 1 < ring.length; i += 2) {
    const x = ring[i] as number;
    const y = ring[i + 1] as number;
    const last = i + 3 >= ring.length;
    if (last || Math.abs(x - lastX) > tolerance || Math.abs(y - lastY) > tolerance) {
      kept.push(x, y);
      lastX = x;
      lastY = y;
    }
  }
  return kept;
}
