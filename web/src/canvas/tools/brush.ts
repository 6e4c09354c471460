/**
 * Owns the brush: paints and erases masks. Strokes extend the selected mask; with none selected,
 * painting starts a new one and erasing works on the mask under the pointer. One stroke is one edit.
 */

import { Bitmap } from "../geometry/bitmap";
import type { Annotation, Point } from "../model";
import { Tool, type Chart, type PointerInput, type ToolHost } from "./tool";

type State = "idle" | "painting";

export class BrushTool extends Tool<State> {
  readonly name = "brush";
  readonly cursor = "none";
  readonly #host: ToolHost;
  #target: Annotation | null = null;
  #last: Point = { x: 0, y: 0 };

  protected readonly chart: Chart<State> = {
    idle: { mode: "idle", on: { down: (input) => this.#begin(input) } },
    painting: {
      mode: "dragging",
      on: {
        move: (input) => this.#paint(input),
        up: () => this.#finish(),
        cancel: () => this.#abandon(),
      },
    },
  };

  constructor(host: ToolHost) {
    super("idle");
    this.#host = host;
  }

  #begin(input: PointerInput): State | undefined {
    const target = this.#maskToEdit(input);
    const label = target?.label ?? this.#host.activeLabel?.name;
    if (label === undefined || (target === null && this.#erases(input))) return undefined;
    this.#target = target;
    const mask = target?.geometry.kind === "mask" ? target.geometry : null;
    const { width, height } = this.#host.imageSize;
    this.working = { bitmap: new Bitmap(width, height, mask), label };
    if (target !== null) this.lifted = new Set([target.id]);
    this.#last = input.point;
    this.#paint(input);
    return "painting";
  }

  #maskToEdit(input: PointerInput): Annotation | null {
    const [id, ...others] = this.#host.selection;
    const selected = id === undefined || others.length > 0 ? undefined : this.#host.scene.get(id);
    if (selected?.geometry.kind === "mask") return selected;
    if (!this.#erases(input)) return null;
    const hit = this.#host.hitAt(input.point);
    return hit?.geometry.kind === "mask" ? hit : null;
  }

  #erases(input: PointerInput): boolean {
    return this.#host.brush.erasing !== input.alt;
  }

  #paint(input: PointerInput): undefined {
    const value = this.#erases(input) ? 0 : 1;
    this.working?.bitmap.paint(this.#last, input.point, this.#host.brush.radius, value);
    this.#last = input.point;
  }

  #finish(): State {
    const mask = this.working?.bitmap.toMask() ?? null;
    const before = this.#target;
    this.#abandon();
    const after = mask === null ? null : before === null ? this.#host.create(mask) : { ...before, geometry: mask };
    if (before !== null || after !== null) this.#host.commit([{ before, after }]);
    this.#host.select(after === null ? [] : [after.id]);
    return "idle";
  }

  #abandon(): State {
    this.clearDraft();
    this.#target = null;
    return "idle";
  }
}
