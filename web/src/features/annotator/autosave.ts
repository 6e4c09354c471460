/**
 * Owns saving by itself: edits wait a moment, leave together against the revision they were made on, and are
 * kept in this browser until the platform has them. Does not know the canvas or HTTP.
 */

import { Problem } from "@/api/problem";
import { NO_EDITS, withOperations, type Edits } from "./edits";
import type { WireOperation } from "./wire";

export type SaveStatus = "saved" | "waiting" | "saving" | "unreachable" | "conflict" | "refused";

export interface SaveState {
  readonly status: SaveStatus;
  readonly revision: number;
  /** Why it is not saved. */
  readonly problem: Problem | null;
}

export interface AutosaveOptions {
  readonly taskId: string;
  readonly revision: number;
  /** Answers with the new revision number. The same `requestId` has one effect, however often it is sent. */
  readonly save: (base: number, operations: WireOperation[], requestId: string) => Promise<number>;
  /** Where unsaved edits survive a closed page. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

export interface Unsaved {
  readonly base: number;
  readonly operations: readonly WireOperation[];
}

interface Batch {
  readonly requestId: string;
  readonly edits: Edits;
}

const SETTLE_MS = 600;
const RETRY_FIRST_MS = 2_000;
const RETRY_LONGEST_MS = 30_000;

export class Autosave {
  readonly #options: AutosaveOptions;
  readonly #listeners = new Set<() => void>();
  #edits: Edits = NO_EDITS;
  #batch: Batch | null = null;
  #sending: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = RETRY_FIRST_MS;
  #state: SaveState;

  constructor(options: AutosaveOptions) {
    this.#options = options;
    this.#state = { status: "saved", revision: options.revision, problem: null };
  }

  get state(): SaveState {
    return this.#state;
  }

  /** Everything the platform does not have yet. */
  get unsaved(): Edits {
    return withOperations(this.#batch?.edits ?? NO_EDITS, this.#edits.values());
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  push = (operations: readonly WireOperation[]): void => {
    this.#edits = withOperations(this.#edits, operations);
    this.#keep();
    // Over a conflict the person decides; an unreachable platform is tried again by its own clock.
    if (this.#state.status === "conflict" || this.#state.status === "unreachable") return;
    if (this.#sending === null) this.#set({ status: this.unsaved.size === 0 ? "saved" : "waiting", problem: null });
    this.#sendIn(SETTLE_MS);
  };

  /** Saves now; resolves when there is nothing to send or the attempt failed. */
  flush = async (): Promise<void> => {
    clearTimeout(this.#timer);
    while (this.#sending !== null) await this.#sending;
    if (this.#state.status === "conflict" || (this.#batch === null && this.#edits.size === 0)) return;
    this.#sending = this.#send().finally(() => {
      this.#sending = null;
    });
    await this.#sending;
  };

  /** Ends the attempts; what is not saved stays in this browser for the next time the task is opened. */
  leave(): void {
    void this.flush().finally(() => clearTimeout(this.#timer));
  }

  /** Forgets what is not saved. */
  discard(): void {
    clearTimeout(this.#timer);
    this.#batch = null;
    this.#edits = NO_EDITS;
    this.#options.storage.removeItem(keyOf(this.#options.taskId));
    this.#set({ status: "saved", problem: null });
  }

  #sendIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  async #send(): Promise<void> {
    // A batch whose answer was lost leaves again unchanged, so that the platform knows it.
    this.#batch ??= { requestId: crypto.randomUUID(), edits: this.#edits };
    const { edits, requestId } = this.#batch;
    if (edits === this.#edits) this.#edits = NO_EDITS;
    this.#set({ status: "saving" });
    try {
      const revision = await this.#options.save(this.#state.revision, [...edits.values()], requestId);
      this.#batch = null;
      this.#retryMs = RETRY_FIRST_MS;
      this.#set({ status: this.#edits.size === 0 ? "saved" : "waiting", revision, problem: null });
      this.#keep();
      if (this.#edits.size > 0) this.#sendIn(SETTLE_MS);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 412) {
      this.#set({ status: "conflict", problem: error });
    } else if (error.status >= 400 && error.status < 500 && error.status !== 401 && error.status !== 429) {
      // The platform will never take this as it is: merge it back, so that undoing the edit heals it.
      this.#edits = this.unsaved;
      this.#batch = null;
      this.#set({ status: "refused", problem: error });
    } else {
      this.#set({ status: "unreachable", problem: error });
      this.#sendIn(this.#retryMs);
      this.#retryMs = Math.min(RETRY_LONGEST_MS, this.#retryMs * 2);
    }
  }

  #keep(): void {
    const { storage, taskId } = this.#options;
    const operations = [...this.unsaved.values()];
    const unsaved: Unsaved = { base: this.#state.revision, operations };
    try {
      if (operations.length === 0) storage.removeItem(keyOf(taskId));
      else storage.setItem(keyOf(taskId), JSON.stringify(unsaved));
    } catch (error) {
      // A full or forbidden storage only loses the second copy: the edits are still in memory and on their way.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  #set(change: Partial<SaveState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** What an earlier visit could not save, or null. */
export function unsavedOf(storage: Pick<Storage, "getItem">, taskId: string): Unsaved | null {
  const text = storage.getItem(keyOf(taskId));
  return text === null ? null : (JSON.parse(text) as Unsaved);
}

function keyOf(taskId: string): string {
  return `plumb.unsaved.${taskId}`;
}
