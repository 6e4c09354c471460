/**
 * Owns what every tool is: a small state chart fed with gestures.
 * Does not draw; the overlay layer reads `draft`, `marquee` and `working`.
 */

import type { Bitmap } from "../geometry/bitmap";
import type { Bounds } from "../geometry/bounds";
import type { Handle } from "../geometry/handles";
import type { Annotation, Change, Geometry, Label, Point, Scene } from "../model";
import type { Mode } from "../modes";

export type ToolName =
  | "select" | "box" | "rotated_box" | "polygon" | "polyline" | "point" | "skeleton" | "ellipse" | "brush" | "tag";

export interface PointerInput {
  /** Image pixels. */
  readonly point: Point;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
}

export type Gesture = "down" | "move" | "up" | "double" | "finish" | "cancel" | "back";

export interface Brush {
  /** Image pixels. */
  readonly radius: number;
  readonly erasing: boolean;
}

/** What a tool may ask of the editor. */
export interface ToolHost {
  readonly scene: Scene;
  readonly selection: ReadonlySet<string>;
  readonly brush: Brush;
  readonly activeLabel: Label | null;
  readonly imageSize: { readonly width: number; readonly height: number };
  /** Screen pixels as image pixels at the present zoom. */
  reach(screenPixels: number): number;
  /** The point moved onto the image, if it lies outside. */
  clamped(point: Point): Point;
  hitAt(point: Point): Annotation | null;
  handleAt(point: Point): { readonly annotation: Annotation; readonly handle: Handle } | null;
  idsWithin(bounds: Bounds): string[];
  select(ids: readonly string[]): void;
  commit(changes: readonly Change[], mergeKey?: string): void;
  /** A new annotation with the active label on top of the others; null when no label is chosen. */
  create(geometry: Geometry): Annotation | null;
}

/** One state: the mode it means for the editor, and the next state for each gesture it understands. */
export interface ChartState<S extends string> {
  readonly mode: Mode;
  readonly on: Partial<Record<Gesture, (input: PointerInput) => S | undefined>>;
}

export type Chart<S extends string> = Readonly<Record<S, ChartState<S>>>;

export interface Working {
  readonly bitmap: Bitmap;
  readonly label: string;
}

const NOWHERE: PointerInput = { point: { x: 0, y: 0 }, shift: false, ctrl: false, alt: false };
const NOTHING: ReadonlySet<string> = new Set();

export abstract class Tool<S extends string = string> {
  abstract readonly name: ToolName;
  abstract readonly cursor: string;
  protected abstract readonly chart: Chart<S>;
  /** Shapes in progress, drawn by the overlay. */
  draft: readonly Annotation[] = [];
  /** Scene shapes that the draft stands for; the static layer leaves them out. */
  lifted: ReadonlySet<string> = NOTHING;
  marquee: Bounds | null = null;
  working: Working | null = null;
  state: S;

  protected constructor(initial: S) {
    this.state = initial;
  }

  get mode(): Mode {
    return this.chart[this.state].mode;
  }

  send(gesture: Gesture, input: PointerInput = NOWHERE): void {
    const next = this.chart[this.state].on[gesture]?.(input);
    if (next !== undefined) this.state = next;
  }

  protected clearDraft(): void {
    this.draft = [];
    this.lifted = NOTHING;
    this.marquee = null;
    this.working = null;
  }
}
