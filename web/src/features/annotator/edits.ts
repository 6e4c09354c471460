/** Owns edits that wait to be saved: at most one per annotation or question, and how they are put onto another base. */

import type { WireAnnotation, WireOperation } from "./wire";

export type Edits = ReadonlyMap<string, WireOperation>;

export const NO_EDITS: Edits = new Map();

/** What an operation is about. */
export function subjectOf(operation: WireOperation): string {
  if (operation.answer !== undefined) return `answer ${operation.answer.question}`;
  return operation.add?.id ?? operation.update?.id ?? operation.remove ?? "";
}

/** Waiting edits with later operations folded in: what was drawn and removed again leaves no trace. */
export function withOperations(edits: Edits, operations: Iterable<WireOperation>): Edits {
  const result = new Map(edits);
  for (const operation of operations) {
    const subject = subjectOf(operation);
    const folded = foldedInto(result.get(subject), operation);
    if (folded === null) result.delete(subject);
    else result.set(subject, folded);
  }
  return result;
}

function foldedInto(before: WireOperation | undefined, after: WireOperation): WireOperation | null {
  if (before?.add !== undefined) {
    if (after.remove !== undefined) return null;
    if (after.update !== undefined) return { add: after.update };
  }
  if (before?.remove !== undefined && after.add !== undefined) return { update: after.add };
  return after;
}

/** My edits as operations on somebody else's newer revision: mine win where both changed the same object. */
export function rebased(edits: Edits, theirs: readonly WireAnnotation[]): Edits {
  const there = new Set(theirs.map(({ id }) => id));
  const result = new Map<string, WireOperation>();
  for (const [subject, operation] of edits) {
    const put = operation.add ?? operation.update;
    if (put !== undefined) result.set(subject, there.has(put.id) ? { update: put } : { add: put });
    else if (operation.remove === undefined || there.has(operation.remove)) result.set(subject, operation);
  }
  return result;
}

/** The annotations and answers of a revision once the edits are applied. */
export function applied(annotations: readonly WireAnnotation[], edits: Edits): WireAnnotation[] {
  const result = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  for (const { add, update, remove } of edits.values()) {
    const put = add ?? update;
    if (put !== undefined) result.set(put.id, { origin: "HUMAN", confidence: 0, ...put } as WireAnnotation);
    else if (remove !== undefined) result.delete(remove);
  }
  return [...result.values()];
}
