/** Owns the arithmetic of upright and rotated boxes. Angles are degrees, clockwise on screen. */

import type { BoxGeometry, Point, RotatedBoxGeometry } from "../model";

export function rotateAbout(point: Point, centre: Point, degrees: number): Point {
  const radians = (degrees * Math.PI) / 180;
  const cos = Math.cos(radians);
  const sin = Math.sin(radians);
  const dx = point.x - centre.x;
  const dy = point.y - centre.y;
  return { x: centre.x + dx * cos - dy * sin, y: centre.y + dx * sin + dy * cos };
}

/** The four corners, clockwise from the box's own top-left. */
export function cornersOf(box: BoxGeometry | RotatedBoxGeometry): [Point, Point, Point, Point] {
  if (box.kind === "box") {
    const { x, y, w, h } = box;
    return [{ x, y }, { x: x + w, y }, { x: x + w, y: y + h }, { x, y: y + h }];
  }
  const { cx, cy, w, h, angle } = box;
  const centre = { x: cx, y: cy };
  const turn = (x: number, y: number) => rotateAbout({ x: cx + x, y: cy + y }, centre, angle);
  return [turn(-w / 2, -h / 2), turn(w / 2, -h / 2), turn(w / 2, h / 2), turn(-w / 2, h / 2)];
}

/** The upright box between two opposite corners, in any order. */
export function boxBetween(a: Point, b: Point): BoxGeometry {
  return {
    kind: "box",
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    w: Math.abs(a.x - b.x),
    h: Math.abs(a.y - b.y),
  };
}

export function normalizedAngle(degrees: number): number {
  const turned = degrees % 360;
  return turned < 0 ? turned + 360 : turned;
}
