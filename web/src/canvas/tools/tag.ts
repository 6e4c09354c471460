/** Owns tags: labels of the whole image. A click, or a label's key, puts the tag on or takes it off. */

import { Tool, type Chart, type ToolHost } from "./tool";

export class TagTool extends Tool<"idle"> {
  readonly name = "tag";
  readonly cursor = "pointer";

  protected readonly chart: Chart<"idle">;

  constructor(host: ToolHost) {
    super("idle");
    this.chart = { idle: { mode: "idle", on: { down: () => toggleTag(host) } } };
  }
}

export function toggleTag(host: ToolHost): undefined {
  const label = host.activeLabel?.name;
  const before = host.scene.all().find(({ geometry, label: name }) => geometry.kind === "tag" && name === label);
  const after = before === undefined ? host.create({ kind: "tag" }) : null;
  if (before !== undefined || after !== null) host.commit([{ before: before ?? null, after }]);
}
