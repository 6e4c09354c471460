import { describe, expect, it } from "vitest";
import type { Annotation, Geometry } from "@/canvas/model";
import { fromWire, operationToWire, toWire, type WireAnnotation } from "./wire";

const SIZE = { width: 64, height: 48 };
const UNSAID = { confidence: 0, group: 0, z: 0, occluded: false, truncated: false, difficult: false };
const GEOMETRIES: readonly Geometry[] = [
  { kind: "box", x: 1.25, y: 2, w: 10.5, h: 4 },
  { kind: "rotated_box", cx: 20, cy: 10, w: 8, h: 3, angle: 359.5 },
  { kind: "polygon", parts: [[[0, 0, 9, 0, 9, 9], [2, 2, 3, 2, 3, 3]], [[20, 20, 30, 20, 30, 30]]] },
  { kind: "polyline", points: [0, 0, 5.5, 6.25] },
  { kind: "point", x: 3, y: 4 },
  { kind: "skeleton", nodes: [{ name: "head", x: 1, y: 2, visibility: 2 }, { name: "hand", x: 0, y: 0, visibility: 0 }] },
  { kind: "ellipse", cx: 30, cy: 20, rx: 5, ry: 2, angle: 45 },
  { kind: "mask", left: 5, top: 6, width: 3, height: 2, counts: [0, 2, 1, 3] },
  { kind: "tag" },
];

/** What comes back from the platform: the same shape, with the fields that are always present. */
function answered(annotation: Annotation): WireAnnotation {
  return { ...UNSAID, ...toWire(annotation, SIZE) } as WireAnnotation;
}

describe("wire", () => {
  it.each(GEOMETRIES.map((geometry) => [geometry.kind, geometry] as const))("takes a %s there and back", (_kind, geometry) => {
    const annotation: Annotation = { id: "a", label: "crack", geometry, z: 1, origin: "HUMAN", attributes: { deep: true } };
    expect(fromWire([answered(annotation)])).toEqual([annotation]);
  });

  it("keeps the drawing order and the confidence of a model", () => {
    const made: Annotation[] = [1, 2].map((z) => ({
      id: `m${z}`, label: "crack", geometry: { kind: "point", x: z, y: z }, z, origin: "MODEL", confidence: 0.5,
    }));
    expect(fromWire(made.map(answered))).toEqual(made);
  });

  it("gives back what no tool edits, and draws the higher on top", () => {
    const said = { group: 4, z: 2, occluded: true, difficult: true, foreign: { coco: { id: 7 } } };
    const high = { ...answered({ id: "high", label: "crack", geometry: { kind: "tag" }, z: 1 }), ...said, truncated: false };
    const low = answered({ id: "low", label: "crack", geometry: { kind: "tag" }, z: 2 });
    const [first, second] = fromWire([high, low]);
    expect([first?.id, first?.kept, second?.id]).toEqual(["low", undefined, "high"]);
    expect(toWire({ ...second as Annotation, label: "dent" }, SIZE)).toMatchObject({ ...said, label: "dent" });
    expect(toWire(second as Annotation, SIZE)).not.toHaveProperty("truncated");
  });

  it("leaves out what has no shape", () => {
    expect(fromWire([{ ...UNSAID, id: "x", label: "crack", origin: "HUMAN" }])).toEqual([]);
  });

  it("names a removed annotation by its id alone", () => {
    const annotation: Annotation = { id: "a", label: "crack", geometry: { kind: "tag" }, z: 1 };
    expect(operationToWire({ op: "remove", annotation }, SIZE)).toEqual({ remove: "a" });
    expect(operationToWire({ op: "update", annotation }, SIZE)).toEqual({ update: toWire(annotation, SIZE) });
  });
});
