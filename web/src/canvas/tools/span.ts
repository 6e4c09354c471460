/**
 * Owns the tools that draw between two opposite corners: box, rotated box, ellipse.
 * Works by dragging and by two clicks.
 */

import { boxBetween } from "../geometry/box";
import type { BoxGeometry, Geometry, Point } from "../model";
import { Tool, type Chart, type PointerInput, type ToolHost } from "./tool";

type State = "idle" | "pressed" | "dragging" | "placing";
type SpanToolName = "box" | "rotated_box" | "ellipse";

const DRAG_AFTER = 3;
/** Smaller than this on either side (image pixels) is a slip of the hand, not an object. */
const SMALLEST = 0.5;

const SHAPES: Readonly<Record<SpanToolName, (box: BoxGeometry) => Geometry>> = {
  box: (box) => box,
  rotated_box: ({ x, y, w, h }) => ({ kind: "rotated_box", cx: x + w / 2, cy: y + h / 2, w, h, angle: 0 }),
  ellipse: ({ x, y, w, h }) => ({ kind: "ellipse", cx: x + w / 2, cy: y + h / 2, rx: w / 2, ry: h / 2, angle: 0 }),
};

export class SpanTool extends Tool<State> {
  readonly name: SpanToolName;
  readonly cursor = "crosshair";
  readonly #host: ToolHost;
  #start: Point = { x: 0, y: 0 };

  protected readonly chart: Chart<State> = {
    idle: { mode: "idle", on: { down: (input) => this.#press(input) } },
    pressed: {
      mode: "dragging",
      on: {
        move: (input) => (this.#movedEnough(input) ? this.#stretch(input, "dragging") : undefined),
        up: () => "placing",
        cancel: () => this.#abandon(),
      },
    },
    dragging: {
      mode: "dragging",
      on: {
        move: (input) => this.#stretch(input),
        up: (input) => this.#finish(input),
        cancel: () => this.#abandon(),
      },
    },
    placing: {
      mode: "drawing",
      on: {
        move: (input) => this.#stretch(input),
        down: (input) => this.#finish(input),
        cancel: () => this.#abandon(),
        back: () => this.#abandon(),
      },
    },
  };

  constructor(name: SpanToolName, host: ToolHost) {
    super("idle");
    this.name = name;
    this.#host = host;
  }

  #press(input: PointerInput): State | undefined {
    if (this.#host.activeLabel === null) return undefined;
    this.#host.select([]);
    this.#start = this.#host.clamped(input.point);
    return "pressed";
  }

  #movedEnough(input: PointerInput): boolean {
    const distance = Math.hypot(input.point.x - this.#start.x, input.point.y - this.#start.y);
    return distance >= this.#host.reach(DRAG_AFTER);
  }

  #boxTo(input: PointerInput): BoxGeometry {
    const end = this.#host.clamped(input.point);
    if (!input.shift) return boxBetween(this.#start, end);
    const side = Math.min(Math.abs(end.x - this.#start.x), Math.abs(end.y - this.#start.y));
    const x = this.#start.x + Math.sign(end.x - this.#start.x) * side;
    const y = this.#start.y + Math.sign(end.y - this.#start.y) * side;
    return boxBetween(this.#start, { x, y });
  }

  #stretch(input: PointerInput, next?: State): State | undefined {
    const annotation = this.#host.create(SHAPES[this.name](this.#boxTo(input)));
    this.draft = annotation === null ? [] : [annotation];
    return next;
  }

  #finish(input: PointerInput): State {
    const box = this.#boxTo(input);
    this.#abandon();
    if (box.w < SMALLEST || box.h < SMALLEST) return "idle";
    const annotation = this.#host.create(SHAPES[this.name](box));
    if (annotation !== null) {
      this.#host.commit([{ before: null, after: annotation }]);
      this.#host.select([annotation.id]);
    }
    return "idle";
  }

  #abandon(): State {
    this.clearDraft();
    return "idle";
  }
}
