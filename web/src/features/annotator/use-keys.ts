/** Owns listening to the keyboard for the canvas: when a key press belongs to it and when it does not. */

import { useEffect, useEffectEvent } from "react";
import type { Editor } from "@/canvas/editor";
import { commandOf, pageCommandOf, type PageCommand } from "@/canvas/keys";

const TYPING = "input:not([type='radio'], [type='checkbox']), textarea, select, [contenteditable], [role='combobox'], [role='dialog'] *";
const PRESSABLE = "button, a, input, [role='radio'], [role='option'], [role='slider']";
/** Keys that operate a focused control, which therefore go to it and not to the canvas. */
const CONTROL_KEYS = new Set([" ", "Enter", "Tab", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]);

export function useKeys(editor: Editor, onPage: (command: PageCommand) => void): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || !(event.target instanceof Element)) return;
    if (event.target.closest(TYPING) !== null) return;
    if (event.target.closest(PRESSABLE) !== null && CONTROL_KEYS.has(event.key)) return;
    const page = pageCommandOf(event, editor.mode === "reviewing");
    if (page !== null) onPage(page);
    else if (!runOn(editor, event)) return;
    event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

function runOn(editor: Editor, event: KeyboardEvent): boolean {
  const command = commandOf(event);
  if (command === null) return false;
  // Tab walks the objects and then leaves the canvas: nobody may be trapped in it.
  if (command.type === "next" && atEnd(editor, command.step)) {
    editor.run({ type: "select", ids: [] });
    return false;
  }
  return editor.run(command);
}

function atEnd(editor: Editor, step: 1 | -1): boolean {
  const last = editor.scene.all().at(step === 1 ? -1 : 0);
  return last === undefined || editor.selection.has(last.id);
}
