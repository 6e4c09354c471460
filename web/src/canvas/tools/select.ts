/** Owns the select tool: click, sweep, move, resize, add and remove corners. */

import { boxBetween } from "../geometry/box";
import { dragged, withoutVertex, type Handle } from "../geometry/handles";
import { moved } from "../geometry/move";
import type { Annotation, Change, Point } from "../model";
import { Tool, type Chart, type PointerInput, type ToolHost } from "./tool";

type State = "idle" | "pressed" | "moving" | "resizing" | "sweeping";

/** A press becomes a drag after this many screen pixels, so a click never moves anything. */
const DRAG_AFTER = 3;

export class SelectTool extends Tool<State> {
  readonly name = "select";
  readonly cursor = "default";
  readonly #host: ToolHost;
  #start: Point = { x: 0, y: 0 };
  #grabbed: readonly Annotation[] = [];
  #handle: Handle | null = null;

  protected readonly chart: Chart<State> = {
    idle: { mode: "idle", on: { down: (input) => this.#press(input) } },
    pressed: {
      mode: "dragging",
      on: {
        move: (input) => this.#beginMove(input),
        up: () => "idle",
        cancel: () => "idle",
      },
    },
    moving: {
      mode: "dragging",
      on: { move: (input) => this.#move(input), up: () => this.#drop(), cancel: () => this.#abandon() },
    },
    resizing: {
      mode: "dragging",
      on: { move: (input) => this.#resize(input), up: () => this.#drop(), cancel: () => this.#abandon() },
    },
    sweeping: {
      mode: "dragging",
      on: {
        move: (input) => this.#sweep(input),
        up: (input) => this.#endSweep(input),
        cancel: () => this.#abandon(),
      },
    },
  };

  constructor(host: ToolHost) {
    super("idle");
    this.#host = host;
  }

  #press(input: PointerInput): State {
    this.#start = input.point;
    const held = this.#host.handleAt(input.point);
    if (held !== null) return this.#grab(held.annotation, held.handle, input);
    const hit = this.#host.hitAt(input.point);
    if (hit === null) {
      if (!input.shift) this.#host.select([]);
      return "sweeping";
    }
    if (input.shift) this.#toggle(hit.id);
    else if (!this.#host.selection.has(hit.id)) this.#host.select([hit.id]);
    return "pressed";
  }

  #grab(annotation: Annotation, handle: Handle, input: PointerInput): State {
    if (input.alt) {
      const geometry = withoutVertex(annotation.geometry, handle);
      if (geometry !== null) this.#host.commit([{ before: annotation, after: { ...annotation, geometry } }]);
      return "idle";
    }
    this.#grabbed = [annotation];
    this.#handle = handle;
    this.draft = this.#grabbed;
    this.lifted = new Set([annotation.id]);
    return "resizing";
  }

  #toggle(id: string): void {
    const ids = new Set(this.#host.selection);
    if (!ids.delete(id)) ids.add(id);
    this.#host.select([...ids]);
  }

  #beginMove(input: PointerInput): State | undefined {
    const distance = Math.hypot(input.point.x - this.#start.x, input.point.y - this.#start.y);
    if (distance < this.#host.reach(DRAG_AFTER)) return undefined;
    this.#grabbed = [...this.#host.selection].flatMap((id) => this.#host.scene.get(id) ?? []);
    if (this.#grabbed.length === 0) return "idle";
    this.lifted = new Set(this.#grabbed.map((annotation) => annotation.id));
    this.#move(input);
    return "moving";
  }

  #move(input: PointerInput): undefined {
    const dx = input.point.x - this.#start.x;
    const dy = input.point.y - this.#start.y;
    this.draft = this.#grabbed.map((annotation) => ({ ...annotation, geometry: moved(annotation.geometry, dx, dy) }));
  }

  #resize(input: PointerInput): undefined {
    const [annotation] = this.#grabbed;
    if (annotation === undefined || this.#handle === null) return;
    // A handle is rarely hit in its middle: the offset keeps it from jumping to the pointer.
    const to = {
      x: this.#handle.x + input.point.x - this.#start.x,
      y: this.#handle.y + input.point.y - this.#start.y,
    };
    this.draft = [{ ...annotation, geometry: dragged(annotation.geometry, this.#handle, to) }];
  }

  #drop(): State {
    const changes = this.draft.flatMap((after): Change[] => {
      const before = this.#grabbed.find((annotation) => annotation.id === after.id);
      return before === undefined || before === after ? [] : [{ before, after }];
    });
    this.#abandon();
    this.#host.commit(changes);
    return "idle";
  }

  #sweep(input: PointerInput): undefined {
    const { x, y, w, h } = boxBetween(this.#start, input.point);
    this.marquee = { minX: x, minY: y, maxX: x + w, maxY: y + h };
  }

  #endSweep(input: PointerInput): State {
    const swept = this.marquee === null ? [] : this.#host.idsWithin(this.marquee);
    if (swept.length > 0) this.#host.select(input.shift ? [...this.#host.selection, ...swept] : swept);
    return this.#abandon();
  }

  #abandon(): State {
    this.clearDraft();
    this.#grabbed = [];
    this.#handle = null;
    return "idle";
  }
}
