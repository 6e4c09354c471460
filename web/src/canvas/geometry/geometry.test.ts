import { describe, expect, it } from "vitest";
import type { EllipseGeometry, Geometry, PolygonGeometry, RotatedBoxGeometry } from "../model";
import { boundsOf } from "./bounds";
import { cornersOf } from "./box";
import { dragged, handlesOf, withoutVertex, type Handle } from "./handles";
import { hits } from "./hit";
import { moved } from "./move";
import { polygonArea, thinned } from "./polygon";

const frame: PolygonGeometry = {
  kind: "polygon",
  parts: [[[0, 0, 10, 0, 10, 10, 0, 10], [4, 4, 6, 4, 6, 6, 4, 6]]],
};
const turned: RotatedBoxGeometry = { kind: "rotated_box", cx: 50, cy: 50, w: 40, h: 20, angle: 90 };

function handle(geometry: Geometry, id: string, role: Handle["role"]): Handle {
  const found = handlesOf(geometry, 10).find((each) => each.id === id && each.role === role);
  if (found === undefined) throw new Error(`no handle ${id}`);
  return found;
}

describe("polygons", () => {
  it("takes holes off the area and out of the inside", () => {
    expect(polygonArea(frame)).toBe(96);
    expect(hits(frame, { x: 2, y: 2 }, 0)).toBe(true);
    expect(hits(frame, { x: 5, y: 5 }, 0)).toBe(false);
    expect(hits(frame, { x: 11, y: 5 }, 2)).toBe(true);
  });

  it("adds a corner at a midpoint and removes one, but never below three", () => {
    const more = dragged(frame, handle(frame, "0.0.0", "midpoint"), { x: 5, y: -3 });
    expect(more.kind === "polygon" && more.parts[0]?.[0]).toEqual([0, 0, 5, -3, 10, 0, 10, 10, 0, 10]);
    const less = withoutVertex(frame, handle(frame, "0.1.2", "vertex"));
    expect(less?.kind === "polygon" && less.parts[0]?.[1]).toEqual([4, 4, 6, 4, 4, 6]);
    expect(withoutVertex(less as Geometry, handle(less as Geometry, "0.1.0", "vertex"))).toBeNull();
  });

  it("thins only what cannot be seen and keeps the ends", () => {
    const line = Array.from({ length: 100 }, (_, i) => [i / 10, 0]).flat();
    const thin = thinned(line, 1);
    expect(thin.length).toBeLessThan(24);
    expect(thin.slice(-2)).toEqual([9.9, 0]);
  });
});

describe("rotated boxes", () => {
  it("starts its corners at its own top-left and turns clockwise", () => {
    const [first, second] = cornersOf(turned);
    expect(first.x).toBeCloseTo(60);
    expect(first.y).toBeCloseTo(30);
    expect(second.x).toBeCloseTo(60);
    expect(second.y).toBeCloseTo(70);
  });

  it("has the bounds of its corners", () => {
    const bounds = boundsOf(turned);
    expect(bounds?.minX).toBeCloseTo(40);
    expect(bounds?.maxY).toBeCloseTo(70);
  });

  it("keeps the opposite side where it is when resized", () => {
    const east = handle(turned, "e", "resize");
    const longer = dragged(turned, east, { x: 50, y: 90 }) as RotatedBoxGeometry;
    expect(longer.w).toBeCloseTo(60);
    expect(longer.cy).toBeCloseTo(60);
    expect(cornersOf(longer)[0].y).toBeCloseTo(30);
  });

  it("turns to where the handle is pulled", () => {
    const right = dragged(turned, handle(turned, "rotate", "rotate"), { x: 50, y: 0 }) as RotatedBoxGeometry;
    expect(right.angle).toBeCloseTo(0);
    const left = dragged(turned, handle(turned, "rotate", "rotate"), { x: 0, y: 50 }) as RotatedBoxGeometry;
    expect(left.angle).toBeCloseTo(270);
  });
});

describe("other shapes", () => {
  const ellipse: EllipseGeometry = { kind: "ellipse", cx: 0, cy: 0, rx: 10, ry: 2, angle: 90 };

  it("hits an ellipse along its own axes", () => {
    expect(hits(ellipse, { x: 0, y: 9 }, 0)).toBe(true);
    expect(hits(ellipse, { x: 9, y: 0 }, 0)).toBe(false);
    expect(boundsOf(ellipse)?.maxY).toBeCloseTo(10);
  });

  it("hits a mask by its pixels", () => {
    const ring: Geometry = { kind: "mask", left: 1, top: 1, width: 3, height: 2, counts: [0, 4, 1, 1] };
    expect(hits(ring, { x: 1.5, y: 2.5 }, 3)).toBe(true);
    expect(hits(ring, { x: 2.5, y: 2.5 }, 3)).toBe(false);
    expect(hits(ring, { x: 0.9, y: 1.5 }, 3)).toBe(false);
  });

  it("moves masks by whole pixels and everything else exactly", () => {
    expect(moved({ kind: "mask", left: 1, top: 1, width: 1, height: 1, counts: [0, 1] }, 1.4, -0.6)).toMatchObject({
      left: 2, top: 0,
    });
    expect(moved(frame, 0.25, 0).parts[0]?.[0]?.[0]).toBe(0.25);
  });

  it("has no bounds for a tag", () => {
    expect(boundsOf({ kind: "tag" })).toBeNull();
  });
});
