/**
 * Owns undo and redo: two stacks of edits. Does not apply them; the editor does.
 */

import { inverse, type Change } from "./model";

interface Entry {
  readonly changes: readonly Change[];
  readonly mergeKey: string | null;
  readonly time: number;
}

/** Edits with the same merge key closer together than this become one undo step (milliseconds). */
const MERGE_WITHIN_MS = 800;

export class History {
  #done: Entry[] = [];
  #undone: Entry[] = [];

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** Records an edit that was just made. Whatever had been undone can no longer be redone. */
  push(changes: readonly Change[], time: number, mergeKey: string | null = null): void {
    this.#undone = [];
    const last = this.#done.at(-1);
    if (mergeKey !== null && last?.mergeKey === mergeKey && time - last.time < MERGE_WITHIN_MS) {
      this.#done[this.#done.length - 1] = { changes: merged(last.changes, changes), mergeKey, time };
      return;
    }
    this.#done.push({ changes, mergeKey, time });
  }

  /** The changes that take the last edit back, or null when there is none. */
  undo(): readonly Change[] | null {
    const entry = this.#done.pop();
    if (entry === undefined) return null;
    this.#undone.push(entry);
    return inverse(entry.changes);
  }

  /** The changes that make the last undone edit again, or null when there is none. */
  redo(): readonly Change[] | null {
    const entry = this.#undone.pop();
    if (entry === undefined) return null;
    this.#done.push({ ...entry, mergeKey: null });
    return entry.changes;
  }

  clear(): void {
    this.#done = [];
    this.#undone = [];
  }
}

/** Two edits as one: the earliest "before" and the latest "after" of every object. */
function merged(first: readonly Change[], second: readonly Change[]): Change[] {
  const byId = new Map<string, Change>();
  for (const change of [...first, ...second]) {
    const id = (change.after ?? change.before)?.id;
    if (id === undefined) continue;
    const earlier = byId.get(id);
    byId.set(id, earlier === undefined ? change : { before: earlier.before, after: change.after });
  }
  return [...byId.values()];
}
