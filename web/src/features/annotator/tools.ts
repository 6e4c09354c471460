/** Owns which tools of the canvas a project allows. */

import type { Schemas } from "@/api/client";
import type { ToolName } from "@/canvas/tools/tool";

const NAMES: Readonly<Record<Schemas["Project"]["tools"][number], ToolName | null>> = {
  TOOL_UNSPECIFIED: null, BOX: "box", ROTATED_BOX: "rotated_box", POLYGON: "polygon", POLYLINE: "polyline", POINT: "point",
  SKELETON: "skeleton", ELLIPSE: "ellipse", BRUSH: "brush", TAG: "tag",
};

export function toolsOf(tools: readonly Schemas["Project"]["tools"][number][]): ToolName[] {
  return tools.flatMap((tool) => NAMES[tool] ?? []);
}
