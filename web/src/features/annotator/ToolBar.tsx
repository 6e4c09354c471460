/** Owns the column of tools beside the canvas. */

import { ActionIcon, Divider, Stack, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp, IconArrowForwardUp, IconBrush, IconCircleDashed, IconEraser, IconMaximize, IconPoint, IconPointer, IconPolygon,
  IconRectangle, IconRectangleRoundedTop, IconSchema, IconTag, IconVector, type TablerIcon,
} from "@tabler/icons-react";
import type { Command } from "@/canvas/commands";
import type { Editor, EditorState } from "@/canvas/editor";
import type { ToolName } from "@/canvas/tools/tool";
import { useEditorState } from "./use-editor";

const TOOLS: Readonly<Record<ToolName, { label: string; key: string; icon: TablerIcon }>> = {
  select: { label: "Select", key: "V", icon: IconPointer },
  box: { label: "Box", key: "R", icon: IconRectangle },
  rotated_box: { label: "Rotated box", key: "O", icon: IconRectangleRoundedTop },
  polygon: { label: "Polygon", key: "P", icon: IconPolygon },
  polyline: { label: "Polyline", key: "L", icon: IconVector },
  point: { label: "Point", key: "K", icon: IconPoint },
  skeleton: { label: "Skeleton", key: "J", icon: IconSchema },
  ellipse: { label: "Ellipse", key: "E", icon: IconCircleDashed },
  brush: { label: "Brush", key: "B", icon: IconBrush },
  tag: { label: "Tag of the whole image", key: "T", icon: IconTag },
};

const toolOf = (state: EditorState) => state.tool;
const modeOf = (state: EditorState) => state.mode;
const erasingOf = (state: EditorState) => state.brush.erasing;
const undoOf = (state: EditorState) => state.canUndo;
const redoOf = (state: EditorState) => state.canRedo;

interface ToolBarProps {
  readonly editor: Editor;
  /** The tools that the project allows, besides selecting. */
  readonly tools: readonly ToolName[];
}

export function ToolBar({ editor, tools }: ToolBarProps) {
  const current = useEditorState(editor, toolOf);
  const erasing = useEditorState(editor, erasingOf);
  const canUndo = useEditorState(editor, undoOf);
  const canRedo = useEditorState(editor, redoOf);
  useEditorState(editor, modeOf);
  const button = (command: Command, label: string, icon: TablerIcon, pressed?: boolean, enabled = true) => (
    <ToolButton
      key={label} label={label} icon={icon} pressed={pressed} onUse={() => editor.run(command)}
      disabled={!enabled || !editor.allows(command.type)}
    />
  );
  return (
    <Stack gap={4} p={6} role="toolbar" aria-label="Tools" aria-orientation="vertical">
      {(["select", ...tools] as const).map((tool) => {
        const { label, key, icon } = TOOLS[tool];
        return button({ type: "tool", tool }, `${label} (${key})`, icon, current === tool);
      })}
      {current === "brush" && button({ type: "erase" }, "Erase instead of paint (X)", IconEraser, erasing)}
      <Divider my={4} />
      {button({ type: "undo" }, "Undo (Ctrl Z)", IconArrowBackUp, undefined, canUndo)}
      {button({ type: "redo" }, "Redo (Ctrl Y)", IconArrowForwardUp, undefined, canRedo)}
      {button({ type: "fit" }, "Fit the image (0)", IconMaximize)}
    </Stack>
  );
}

interface ToolButtonProps {
  readonly label: string;
  readonly icon: TablerIcon;
  readonly pressed: boolean | undefined;
  readonly disabled: boolean;
  readonly onUse: () => void;
}

function ToolButton({ label, icon: Icon, pressed, disabled, onUse }: ToolButtonProps) {
  return (
    <Tooltip label={label} position="right">
      <ActionIcon
        variant={pressed === true ? "filled" : "subtle"} color={pressed === true ? undefined : "gray"} size="lg"
        aria-label={label} aria-pressed={pressed} disabled={disabled} onClick={onUse}
      >
        <Icon size={20} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
