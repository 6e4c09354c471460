/**
 * Owns the handles of a selected geometry and what dragging one does.
 * A handle's id is stable while it is dragged. Does not draw handles.
 */

import type { BoxGeometry, EllipseGeometry, Geometry, Point, PolygonGeometry, Ring, RotatedBoxGeometry } from "../model";
import { boxBetween, normalizedAngle, rotateAbout } from "./box";

export interface Handle extends Point {
  readonly id: string;
  /** Midpoints add a corner when dragged; the rotation handle turns. */
  readonly role: "resize" | "vertex" | "midpoint" | "rotate";
  readonly cursor: string;
}

/** -1, 0 or 1 along each side: where a handle sits on a box. */
const SIDES: readonly (readonly [string, -1 | 0 | 1, -1 | 0 | 1, string])[] = [
  ["nw", -1, -1, "nwse-resize"], ["n", 0, -1, "ns-resize"], ["ne", 1, -1, "nesw-resize"],
  ["e", 1, 0, "ew-resize"], ["se", 1, 1, "nwse-resize"], ["s", 0, 1, "ns-resize"],
  ["sw", -1, 1, "nesw-resize"], ["w", -1, 0, "ew-resize"],
];

/** Handles in image pixels; `reach` is how far outside the rotation handle stands. */
export function handlesOf(geometry: Geometry, reach: number): Handle[] {
  switch (geometry.kind) {
    case "box":
    case "rotated_box":
    case "ellipse":
      return frameHandles(frameOf(geometry), reach, geometry.kind !== "box");
    case "polygon":
      return geometry.parts.flatMap((part, p) => part.flatMap((ring, r) => ringHandles(ring, `${p}.${r}`, true)));
    case "polyline":
      return ringHandles(geometry.points, "line", false);
    case "skeleton":
      return geometry.nodes.flatMap((node, i) =>
        node.visibility > 0 ? [{ id: `node.${i}`, x: node.x, y: node.y, role: "vertex", cursor: "move" } as const] : [],
      );
    default:
      return [];
  }
}

/** The geometry after `handle` was dragged from where it was to `to`. */
export function dragged(geometry: Geometry, handle: Handle, to: Point): Geometry {
  switch (geometry.kind) {
    case "box":
      return draggedBox(geometry, handle, to);
    case "rotated_box":
    case "ellipse":
      return draggedFrame(geometry, handle, to);
    case "polygon":
      return draggedPolygon(geometry, handle, to);
    case "polyline":
      return { ...geometry, points: draggedRing(geometry.points, handle, to) };
    case "skeleton": {
      const index = Number(handle.id.split(".")[1]);
      return { ...geometry, nodes: geometry.nodes.map((node, i) => (i === index ? { ...node, x: to.x, y: to.y } : node)) };
    }
    default:
      return geometry;
  }
}

/** The geometry without one corner, or null when too few would be left. */
export function withoutVertex(geometry: Geometry, handle: Handle): Geometry | null {
  if (handle.role !== "vertex") return null;
  const index = Number(handle.id.split(".").at(-1));
  const cut = (ring: Ring) => ring.filter((_, i) => i >> 1 !== index);
  if (geometry.kind === "polyline") {
    return geometry.points.length > 4 ? { ...geometry, points: cut(geometry.points) } : null;
  }
  if (geometry.kind !== "polygon") return null;
  const [p, r] = handle.id.split(".").map(Number);
  if ((geometry.parts[p as number]?.[r as number]?.length ?? 0) <= 6) return null;
  return mapRing(geometry, p as number, r as number, cut);
}

type Framed = BoxGeometry | RotatedBoxGeometry | EllipseGeometry;
interface Frame { cx: number; cy: number; w: number; h: number; angle: number }

function frameOf(geometry: Framed): Frame {
  if (geometry.kind === "box") {
    return { cx: geometry.x + geometry.w / 2, cy: geometry.y + geometry.h / 2, w: geometry.w, h: geometry.h, angle: 0 };
  }
  if (geometry.kind === "rotated_box") return geometry;
  return { cx: geometry.cx, cy: geometry.cy, w: 2 * geometry.rx, h: 2 * geometry.ry, angle: geometry.angle };
}

function frameHandles(frame: Frame, reach: number, turns: boolean): Handle[] {
  const centre = { x: frame.cx, y: frame.cy };
  const at = (x: number, y: number) => rotateAbout({ x: frame.cx + x, y: frame.cy + y }, centre, frame.angle);
  const handles: Handle[] = SIDES.map(([id, sx, sy, cursor]) => ({
    id, role: "resize", cursor, ...at((sx * frame.w) / 2, (sy * frame.h) / 2),
  }));
  if (turns) handles.push({ id: "rotate", role: "rotate", cursor: "grab", ...at(0, -frame.h / 2 - reach) });
  return handles;
}

function ringHandles(ring: Ring, prefix: string, closed: boolean): Handle[] {
  const handles: Handle[] = [];
  const n = ring.length / 2;
  for (let i = 0; i < n; i += 1) {
    const x = ring[2 * i] as number;
    const y = ring[2 * i + 1] as number;
    handles.push({ id: `${prefix}.${i}`, x, y, role: "vertex", cursor: "move" });
    if (i + 1 === n && !closed) continue;
    const next = (i + 1) % n;
    const midpoint = { x: (x + (ring[2 * next] as number)) / 2, y: (y + (ring[2 * next + 1] as number)) / 2 };
    handles.push({ id: `${prefix}.${i}`, role: "midpoint", cursor: "copy", ...midpoint });
  }
  return handles;
}

function draggedBox(box: BoxGeometry, handle: Handle, to: Point): BoxGeometry {
  const side = SIDES.find(([id]) => id === handle.id);
  if (side === undefined) return box;
  const [, sx, sy] = side;
  const fixed = { x: sx > 0 ? box.x : box.x + box.w, y: sy > 0 ? box.y : box.y + box.h };
  const freed = {
    x: sx === 0 ? box.x : to.x,
    y: sy === 0 ? box.y : to.y,
  };
  return boxBetween(fixed, freed);
}

function draggedFrame<G extends RotatedBoxGeometry | EllipseGeometry>(geometry: G, handle: Handle, to: Point): G {
  const frame = frameOf(geometry);
  const centre = { x: frame.cx, y: frame.cy };
  if (handle.role === "rotate") {
    const degrees = (Math.atan2(to.y - frame.cy, to.x - frame.cx) * 180) / Math.PI + 90;
    return { ...geometry, angle: normalizedAngle(degrees) };
  }
  const side = SIDES.find(([id]) => id === handle.id);
  if (side === undefined) return geometry;
  const [, sx, sy] = side;
  const own = rotateAbout(to, centre, -frame.angle);
  const fixedX = frame.cx - (sx * frame.w) / 2;
  const fixedY = frame.cy - (sy * frame.h) / 2;
  const w = sx === 0 ? frame.w : Math.abs(own.x - fixedX);
  const h = sy === 0 ? frame.h : Math.abs(own.y - fixedY);
  const middle = { x: sx === 0 ? frame.cx : (own.x + fixedX) / 2, y: sy === 0 ? frame.cy : (own.y + fixedY) / 2 };
  const moved = rotateAbout(middle, centre, frame.angle);
  if (geometry.kind === "rotated_box") return { ...geometry, cx: moved.x, cy: moved.y, w, h };
  return { ...geometry, cx: moved.x, cy: moved.y, rx: w / 2, ry: h / 2 };
}

function draggedPolygon(polygon: PolygonGeometry, handle: Handle, to: Point): PolygonGeometry {
  const [p, r] = handle.id.split(".").map(Number);
  return mapRing(polygon, p as number, r as number, (ring) => draggedRing(ring, handle, to));
}

function draggedRing(ring: Ring, handle: Handle, to: Point): Ring {
  const index = Number(handle.id.split(".").at(-1));
  const flat = [...ring];
  if (handle.role === "midpoint") flat.splice(2 * (index + 1), 0, to.x, to.y);
  else flat.splice(2 * index, 2, to.x, to.y);
  return flat;
}

function mapRing(polygon: PolygonGeometry, p: number, r: number, change: (ring: Ring) => Ring): PolygonGeometry {
  const parts = polygon.parts.map((part, i) => (i === p ? part.map((ring, j) => (j === r ? change(ring) : ring)) : part));
  return { ...polygon, parts };
}
