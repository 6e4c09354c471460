/**
 * Owns the tools that place corner after corner: polygon and polyline.
 * A held pointer draws freehand; a click on the first corner, Enter or a double click finishes.
 */

import type { Geometry, Point } from "../model";
import { Tool, type Chart, type PointerInput, type ToolHost } from "./tool";

type State = "idle" | "placing" | "tracing";

/** Freehand corners are this far apart, in screen pixels. */
const TRACE_STEP = 8;
const CLOSE_WITHIN = 10;

export class PathTool extends Tool<State> {
  readonly name: "polygon" | "polyline";
  readonly cursor = "crosshair";
  readonly #host: ToolHost;
  #points: Point[] = [];

  protected readonly chart: Chart<State> = {
    idle: { mode: "idle", on: { down: (input) => this.#begin(input) } },
    placing: {
      mode: "drawing",
      on: {
        move: (input) => this.#preview(input),
        down: (input) => this.#place(input),
        double: () => this.#finish(),
        finish: () => this.#finish(),
        back: () => this.#stepBack(),
        cancel: () => this.#abandon(),
      },
    },
    tracing: {
      mode: "drawing",
      on: {
        move: (input) => this.#trace(input),
        up: () => "placing",
        finish: () => this.#finish(),
        cancel: () => this.#abandon(),
      },
    },
  };

  constructor(name: "polygon" | "polyline", host: ToolHost) {
    super("idle");
    this.name = name;
    this.#host = host;
  }

  #begin(input: PointerInput): State | undefined {
    if (this.#host.activeLabel === null) return undefined;
    this.#host.select([]);
    this.#points = [];
    return this.#place(input);
  }

  #place(input: PointerInput): State | undefined {
    const [first] = this.#points;
    const closes = this.name === "polygon" && this.#points.length > 2 && first !== undefined;
    if (closes && distance(first, input.point) <= this.#host.reach(CLOSE_WITHIN)) return this.#finish();
    this.#points.push(this.#host.clamped(input.point));
    this.#preview(input);
    return "tracing";
  }

  #trace(input: PointerInput): undefined {
    const last = this.#points.at(-1);
    if (last !== undefined && distance(last, input.point) >= this.#host.reach(TRACE_STEP)) {
      this.#points.push(this.#host.clamped(input.point));
    }
    this.#preview(input);
  }

  #preview(input: PointerInput): undefined {
    const annotation = this.#host.create(this.#geometry([...this.#points, this.#host.clamped(input.point)]));
    this.draft = annotation === null ? [] : [annotation];
  }

  #stepBack(): State | undefined {
    this.#points.pop();
    const last = this.#points.at(-1);
    if (last === undefined) return this.#abandon();
    this.#preview({ point: last, shift: false, ctrl: false, alt: false });
    return undefined;
  }

  #finish(): State | undefined {
    const points = withoutRepeats(this.#points, this.#host.reach(1));
    if (points.length < (this.name === "polygon" ? 3 : 2)) return undefined;
    const annotation = this.#host.create(this.#geometry(points));
    this.#abandon();
    if (annotation !== null) {
      this.#host.commit([{ before: null, after: annotation }]);
      this.#host.select([annotation.id]);
    }
    return "idle";
  }

  #geometry(points: readonly Point[]): Geometry {
    const ring = points.flatMap(({ x, y }) => [x, y]);
    return this.name === "polygon" ? { kind: "polygon", parts: [[ring]] } : { kind: "polyline", points: ring };
  }

  #abandon(): State {
    this.#points = [];
    this.clearDraft();
    return "idle";
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** A double click places its corner twice; the copy goes. */
function withoutRepeats(points: readonly Point[], tolerance: number): Point[] {
  return points.filter((point, i) => {
    const previous = points[i - 1];
    return previous === undefined || distance(previous, point) > tolerance;
  });
}
