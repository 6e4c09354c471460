/** Owns the list of tools: one instance of each, for one editor. */

import { BrushTool } from "./brush";
import { PathTool } from "./path";
import { PointTool, SkeletonTool } from "./point";
import { SelectTool } from "./select";
import { SpanTool } from "./span";
import { TagTool } from "./tag";
import type { Tool, ToolHost, ToolName } from "./tool";

export function createTools(host: ToolHost): Readonly<Record<ToolName, Tool>> {
  return {
    select: new SelectTool(host),
    box: new SpanTool("box", host),
    rotated_box: new SpanTool("rotated_box", host),
    ellipse: new SpanTool("ellipse", host),
    polygon: new PathTool("polygon", host),
    polyline: new PathTool("polyline", host),
    point: new PointTool(host),
    skeleton: new SkeletonTool(host),
    brush: new BrushTool(host),
    tag: new TagTool(host),
  };
}
