/**
 * Owns the R-tree over the annotations of one image: what is in a rectangle, what is under a point.
 * Does not own the annotations.
 */

import RBush from "rbush";
import { boundsOf, type Bounds } from "./geometry/bounds";
import type { Annotation, Change } from "./model";

interface Entry extends Bounds {
  readonly annotation: Annotation;
}

export class SpatialIndex {
  readonly #tree = new RBush<Entry>();
  readonly #entries = new Map<string, Entry>();

  reset(annotations: readonly Annotation[]): void {
    this.#tree.clear();
    this.#entries.clear();
    const entries = annotations.flatMap((annotation) => entryOf(annotation) ?? []);
    for (const entry of entries) this.#entries.set(entry.annotation.id, entry);
    this.#tree.load(entries);
  }

  apply(changes: readonly Change[]): void {
    for (const { before, after } of changes) {
      const id = (after ?? before)?.id;
      const old = id === undefined ? undefined : this.#entries.get(id);
      if (old !== undefined) {
        this.#tree.remove(old);
        this.#entries.delete(old.annotation.id);
      }
      const entry = after === null ? null : entryOf(after);
      if (entry !== null) {
        this.#entries.set(entry.annotation.id, entry);
        this.#tree.insert(entry);
      }
    }
  }

  /** Annotations whose bounds touch the rectangle, bottom to top. */
  within(bounds: Bounds): Annotation[] {
    return this.#tree
      .search(bounds)
      .map((entry) => entry.annotation)
      .sort((a, b) => a.z - b.z);
  }

  boundsOf(id: string): Bounds | undefined {
    return this.#entries.get(id);
  }
}

function entryOf(annotation: Annotation): Entry | null {
  const bounds = boundsOf(annotation.geometry);
  return bounds === null ? null : { ...bounds, annotation };
}
