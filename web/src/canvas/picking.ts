/** Owns the choice among several things under the pointer. Distances are image pixels. */

import { handlesOf, type Handle } from "./geometry/handles";
import { areaOf, hits } from "./geometry/hit";
import type { Annotation, Geometry, Label, Point } from "./model";

/** Of the candidates under the point the one with the smallest area; of equal ones the topmost. */
export function smallestHit(
  candidates: readonly Annotation[], point: Point, reach: number, labels: readonly Label[],
): Annotation | null {
  let best: Annotation | null = null;
  for (const annotation of candidates) {
    const edges = labels.find((label) => label.name === annotation.label)?.edges;
    if (!hits(annotation.geometry, point, reach, edges)) continue;
    if (best === null || areaOf(annotation.geometry) <= areaOf(best.geometry)) best = annotation;
  }
  return best;
}

export function nearestHandle(geometry: Geometry, point: Point, reach: number, rotateReach: number): Handle | null {
  let best: Handle | null = null;
  let nearest = reach;
  for (const handle of handlesOf(geometry, rotateReach)) {
    const distance = Math.hypot(handle.x - point.x, handle.y - point.y);
    if (distance > nearest || (distance === nearest && best !== null)) continue;
    best = handle;
    nearest = distance;
  }
  return best;
}
