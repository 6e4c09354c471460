/**
 * Owns the shape of what is drawn: points, geometries, annotations, and the scene that holds them.
 * Does not draw, does not know pointers, keys or the server.
 *
 * Coordinates are float64 pixels of the oriented full-resolution image. The origin is the top-left
 * corner of the top-left pixel, so pixel i covers [i, i + 1). Angles are degrees, clockwise on screen.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Corners as x0, y0, x1, y1, ...; the first point is not repeated at the end. */
export type Ring = readonly number[];

export interface TagGeometry {
  readonly kind: "tag";
}
export interface BoxGeometry {
  readonly kind: "box";
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
/** A box turned about its centre; angle in [0, 360). */
export interface RotatedBoxGeometry {
  readonly kind: "rotated_box";
  readonly cx: number;
  readonly cy: number;
  readonly w: number;
  readonly h: number;
  readonly angle: number;
}
/** Each part is one outer ring followed by its holes. */
export interface PolygonGeometry {
  readonly kind: "polygon";
  readonly parts: readonly (readonly Ring[])[];
}
export interface PolylineGeometry {
  readonly kind: "polyline";
  readonly points: Ring;
}
export interface PointGeometry {
  readonly kind: "point";
  readonly x: number;
  readonly y: number;
}
/** Visibility: 0 absent, 1 labelled but hidden, 2 visible. */
export interface SkeletonNode extends Point {
  readonly name: string;
  readonly visibility: 0 | 1 | 2;
}
export interface SkeletonGeometry {
  readonly kind: "skeleton";
  readonly nodes: readonly SkeletonNode[];
}
export interface EllipseGeometry {
  readonly kind: "ellipse";
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
  readonly angle: number;
}
/** Run lengths over a crop, row by row, starting with a (possibly zero) count of background pixels. */
export interface MaskGeometry {
  readonly kind: "mask";
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly counts: readonly number[];
}

export type Geometry =
  | TagGeometry
  | BoxGeometry
  | RotatedBoxGeometry
  | PolygonGeometry
  | PolylineGeometry
  | PointGeometry
  | SkeletonGeometry
  | EllipseGeometry
  | MaskGeometry;

export type GeometryKind = Geometry["kind"];

/** One object on one image. Never changed in place: an edit makes a new value with the same id. */
export interface Annotation {
  readonly id: string;
  readonly label: string;
  readonly geometry: Geometry;
  /** Drawing order; the highest is on top. */
  readonly z: number;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly origin?: "HUMAN" | "MODEL" | "IMPORTED";
  /** In [0, 1]; of model output only. */
  readonly confidence?: number;
  /** What no tool edits, as it came: it goes back with the annotation. */
  readonly kept?: Readonly<Record<string, unknown>>;
}

export interface Label {
  readonly name: string;
  /** CSS color. */
  readonly color: string;
  /** Node names and the edges between them (by index), for skeletons. */
  readonly nodes?: readonly string[];
  readonly edges?: readonly (readonly [number, number])[];
}

/** One object before and after an edit; null means absent. Swapping the two undoes it. */
export interface Change {
  readonly before: Annotation | null;
  readonly after: Annotation | null;
}

export interface Operation {
  readonly op: "add" | "update" | "remove";
  readonly annotation: Annotation;
}

/** The wire form of a change; a removal carries the object as it was. */
export function operationOf(change: Change): Operation {
  if (change.after === null) {
    if (change.before === null) throw new Error("A change needs an object before or after it.");
    return { op: "remove", annotation: change.before };
  }
  return { op: change.before === null ? "add" : "update", annotation: change.after };
}

export function inverse(changes: readonly Change[]): Change[] {
  return changes.map(({ before, after }) => ({ before: after, after: before })).reverse();
}

/** The annotations of one image, by id, with a stable drawing order. */
export class Scene {
  readonly #byId = new Map<string, Annotation>();
  #ordered: readonly Annotation[] | null = null;

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Annotation | undefined {
    return this.#byId.get(id);
  }

  /** All annotations from bottom to top. The same array is returned until something changes. */
  all(): readonly Annotation[] {
    this.#ordered ??= [...this.#byId.values()].sort((a, b) => a.z - b.z);
    return this.#ordered;
  }

  /** What puts an annotation above all others: here, and once it is saved among those that came with an order of their own. */
  onTop(): Pick<Annotation, "z" | "kept"> {
    const highest = this.all().at(-1);
    const came = highest?.kept?.["z"];
    return { z: (highest?.z ?? 0) + 1, ...(came === undefined ? {} : { kept: { z: came } }) };
  }

  reset(annotations: readonly Annotation[]): void {
    this.#byId.clear();
    for (const annotation of annotations) this.#byId.set(annotation.id, annotation);
    this.#ordered = null;
  }

  apply(changes: readonly Change[]): void {
    for (const { before, after } of changes) {
      if (after !== null) this.#byId.set(after.id, after);
      else if (before !== null) this.#byId.delete(before.id);
    }
    this.#ordered = null;
  }
}
