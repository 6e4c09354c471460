/** Owns the tools that place named or single points: point and skeleton. */

import type { SkeletonNode } from "../model";
import { Tool, type Chart, type PointerInput, type ToolHost } from "./tool";

export class PointTool extends Tool<"idle"> {
  readonly name = "point";
  readonly cursor = "crosshair";
  readonly #host: ToolHost;

  protected readonly chart: Chart<"idle"> = {
    idle: { mode: "idle", on: { down: (input) => this.#place(input) } },
  };

  constructor(host: ToolHost) {
    super("idle");
    this.#host = host;
  }

  #place(input: PointerInput): undefined {
    const { x, y } = this.#host.clamped(input.point);
    const annotation = this.#host.create({ kind: "point", x, y });
    if (annotation === null) return;
    this.#host.commit([{ before: null, after: annotation }]);
    this.#host.select([annotation.id]);
  }
}

type State = "idle" | "placing";

/**
 * Places the nodes of the active label in order; with Ctrl a node is labelled but hidden.
 * A label without named nodes gets numbered ones until Enter.
 */
export class SkeletonTool extends Tool<State> {
  readonly name = "skeleton";
  readonly cursor = "crosshair";
  readonly #host: ToolHost;
  #nodes: SkeletonNode[] = [];

  protected readonly chart: Chart<State> = {
    idle: { mode: "idle", on: { down: (input) => this.#place(input) } },
    placing: {
      mode: "drawing",
      on: {
        down: (input) => this.#place(input),
        finish: () => this.#finish(),
        back: () => this.#stepBack(),
        cancel: () => this.#abandon(),
      },
    },
  };

  constructor(host: ToolHost) {
    super("idle");
    this.#host = host;
  }

  #names(): readonly string[] {
    return this.#host.activeLabel?.nodes ?? [];
  }

  #place(input: PointerInput): State | undefined {
    if (this.#host.activeLabel === null) return undefined;
    const names = this.#names();
    const name = names[this.#nodes.length] ?? String(this.#nodes.length + 1);
    const { x, y } = this.#host.clamped(input.point);
    this.#nodes.push({ name, x, y, visibility: input.ctrl ? 1 : 2 });
    if (this.#nodes.length === names.length) return this.#finish();
    this.#preview();
    return "placing";
  }

  #preview(): void {
    const annotation = this.#host.create({ kind: "skeleton", nodes: [...this.#nodes] });
    this.draft = annotation === null ? [] : [annotation];
  }

  #stepBack(): State | undefined {
    this.#nodes.pop();
    if (this.#nodes.length === 0) return this.#abandon();
    this.#preview();
    return undefined;
  }

  #finish(): State {
    const absent = this.#names()
      .slice(this.#nodes.length)
      .map((name): SkeletonNode => ({ name, x: 0, y: 0, visibility: 0 }));
    const annotation = this.#host.create({ kind: "skeleton", nodes: [...this.#nodes, ...absent] });
    this.#abandon();
    if (annotation !== null) {
      this.#host.commit([{ before: null, after: annotation }]);
      this.#host.select([annotation.id]);
    }
    return "idle";
  }

  #abandon(): State {
    this.#nodes = [];
    this.clearDraft();
    return "idle";
  }
}
