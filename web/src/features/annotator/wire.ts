/** Owns the translation between annotations of the contract and of the canvas. Loses nothing either way. */

import type { Schemas } from "@/api/client";
import { fromCocoRle, toCocoRle } from "@/canvas/geometry/rle";
import type { Annotation, Geometry, Operation, SkeletonNode } from "@/canvas/model";

export type WireAnnotation = Schemas["Annotation"];
export type WireOperation = Schemas["OperationInput"];
type WireGeometry = Schemas["Geometry"];
type WireGeometryInput = Schemas["GeometryInput"];

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** What no tool of the canvas edits; left out where it says nothing. */
const KEPT = ["group", "z", "occluded", "truncated", "difficult", "foreign"] as const;

function keptOf(annotation: WireAnnotation): Pick<Annotation, "kept"> {
  const said = KEPT.filter((name) => Boolean(annotation[name]));
  return said.length === 0 ? {} : { kept: Object.fromEntries(said.map((name) => [name, annotation[name]])) };
}

/** The canvas forms of a revision's annotations, the highest and last on top; those without a shape are left out. */
export function fromWire(annotations: readonly WireAnnotation[]): Annotation[] {
  const ordered = [...annotations].sort((one, other) => (one.z ?? 0) - (other.z ?? 0));
  return ordered.flatMap((annotation, index) => {
    const geometry = annotation.geometry === undefined ? null : geometryFromWire(annotation.geometry);
    if (geometry === null) return [];
    const { id, label, attributes, origin } = annotation;
    return {
      id, label, geometry, z: index + 1, origin: origin === "ORIGIN_UNSPECIFIED" ? "HUMAN" : origin,
      ...(attributes === undefined ? {} : { attributes }),
      // Zero stands for "none" on the wire; only a model has a confidence.
      ...(origin === "MODEL" ? { confidence: Number(annotation.confidence) } : {}),
      ...keptOf(annotation),
    } satisfies Annotation;
  });
}

export function toWire(annotation: Annotation, size: ImageSize): Schemas["AnnotationInput"] {
  const { id, label, geometry, attributes, origin, confidence, kept } = annotation;
  return {
    ...kept, id, label, geometry: geometryToWire(geometry, size), origin: origin ?? "HUMAN",
    ...(attributes === undefined ? {} : { attributes: { ...attributes } }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}

export function operationToWire({ op, annotation }: Operation, size: ImageSize): WireOperation {
  if (op === "remove") return { remove: annotation.id };
  return op === "add" ? { add: toWire(annotation, size) } : { update: toWire(annotation, size) };
}

export function geometryFromWire(wire: WireGeometry): Geometry | null {
  const { box, rotated_box, polygon, polyline, point, skeleton, ellipse, mask } = wire;
  if (box !== undefined) return { kind: "box", x: Number(box.x), y: Number(box.y), w: Number(box.width), h: Number(box.height) };
  if (rotated_box !== undefined) {
    const { cx, cy, width, height, angle } = rotated_box;
    return { kind: "rotated_box", cx: Number(cx), cy: Number(cy), w: Number(width), h: Number(height), angle: Number(angle) };
  }
  if (polygon !== undefined) {
    const parts = polygon.parts.map(({ outer, holes }) => [outer.map(Number), ...holes.map(({ points }) => points.map(Number))]);
    return { kind: "polygon", parts };
  }
  if (polyline !== undefined) return { kind: "polyline", points: polyline.points.map(Number) };
  if (point !== undefined) return { kind: "point", x: Number(point.x), y: Number(point.y) };
  if (skeleton !== undefined) return { kind: "skeleton", nodes: skeleton.nodes.map(nodeFromWire) };
  if (ellipse !== undefined) {
    const { cx, cy, rx, ry, angle } = ellipse;
    return { kind: "ellipse", cx: Number(cx), cy: Number(cy), rx: Number(rx), ry: Number(ry), angle: Number(angle) };
  }
  if (mask !== undefined) return fromCocoRle({ size: [mask.height, mask.width], counts: mask.counts });
  return wire.tag === undefined ? null : { kind: "tag" };
}

function nodeFromWire({ name, x, y, visibility }: Schemas["SkeletonNode"]): SkeletonNode {
  return { name, x: Number(x), y: Number(y), visibility: visibility === 2 ? 2 : visibility === 1 ? 1 : 0 };
}

function geometryToWire(geometry: Geometry, size: ImageSize): WireGeometryInput {
  switch (geometry.kind) {
    case "box":
      return { box: { x: geometry.x, y: geometry.y, width: geometry.w, height: geometry.h } };
    case "rotated_box": {
      const { cx, cy, w, h, angle } = geometry;
      return { rotated_box: { cx, cy, width: w, height: h, angle } };
    }
    case "polygon":
      return {
        polygon: {
          parts: geometry.parts.map(([outer = [], ...holes]) => ({
            outer: [...outer], holes: holes.map((points) => ({ points: [...points] })),
          })),
        },
      };
    case "polyline":
      return { polyline: { points: [...geometry.points] } };
    case "point":
      return { point: { x: geometry.x, y: geometry.y } };
    case "skeleton":
      return { skeleton: { nodes: geometry.nodes.map((node) => ({ ...node })) } };
    case "ellipse": {
      const { cx, cy, rx, ry, angle } = geometry;
      return { ellipse: { cx, cy, rx, ry, angle } };
    }
    case "mask": {
      const { size: [height, width], counts } = toCocoRle(geometry, size.width, size.height);
      if (typeof counts !== "string") throw new Error("A mask leaves as compressed text.");
      return { mask: { height, width, counts } };
    }
    case "tag":
      return { tag: {} };
  }
}
