/** Owns the bridge from the canvas editor to React: one slice of its state, re-rendered when it changes. */

import { useCallback, useSyncExternalStore } from "react";
import type { Editor, EditorState } from "@/canvas/editor";

/** `select` must return the same value while nothing relevant changed: a field, not a new object. */
export function useEditorState<T>(editor: Editor, select: (state: EditorState) => T): T {
  const read = useCallback(() => select(editor.state), [editor, select]);
  return useSyncExternalStore(editor.subscribe, read);
}
