/**
 * Owns which command is legal in which mode. The editor asks this table before it does anything,
 * and buttons ask it whether to be enabled; a test walks every cell.
 */

import type { Command } from "./commands";

/**
 * empty: no image. reviewing: read only. idle: nothing in progress.
 * drawing: a shape is half placed, the pointer is up. dragging: the pointer is held down.
 */
export type Mode = "empty" | "reviewing" | "idle" | "drawing" | "dragging";

export type CommandType = Command["type"];

const EVERYTHING: readonly CommandType[] = [
  "tool", "draw", "finish", "cancel", "undo", "redo", "delete", "label", "next", "select", "select-all",
  "hide", "nudge", "brush", "erase", "attributes", "zoom", "fit", "pan",
];

export const LEGAL: Readonly<Record<Mode, ReadonlySet<CommandType>>> = {
  empty: new Set<CommandType>(["tool", "label", "brush", "erase"]),
  reviewing: new Set<CommandType>(["cancel", "next", "select", "hide", "zoom", "fit", "pan"]),
  idle: new Set<CommandType>(EVERYTHING),
  // Undo and delete take back the last point; changing the tool would throw the shape away, so it may not.
  drawing: new Set<CommandType>(["draw", "finish", "cancel", "undo", "delete", "label", "brush", "erase", "zoom", "fit", "pan"]),
  dragging: new Set<CommandType>(["cancel"]),
};

export const MODES = Object.keys(LEGAL) as Mode[];
export const COMMANDS = EVERYTHING;

export function isLegal(mode: Mode, command: CommandType): boolean {
  return LEGAL[mode].has(command);
}
