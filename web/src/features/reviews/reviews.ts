/** Owns which tasks wait for a verdict, and the difference between a reviewer's and the customer's. */

import { useTasks, type Task } from "@/features/tasks/tasks";

export type JudgeKind = "review" | "verify";

export interface Queue {
  readonly tasks: readonly Task[] | undefined;
  readonly error: Error | null;
}

/** A reviewer gets what was handed in; the customer what is accepted and has no verdict, or an outdated one. */
export function useQueue(projectId: string, kind: JudgeKind): Queue {
  const first = useTasks(projectId, kind === "review" ? { state: "IN_REVIEW" } : { state: "ACCEPTED", verification: "UNVERIFIED" });
  const outdated = useTasks(projectId, { state: kind === "review" ? "IN_REVIEW" : "ACCEPTED", verification: "STALE" });
  const error = first.error ?? outdated.error;
  if (kind === "review") return { tasks: first.items, error: first.error };
  const ready = first.items !== undefined && outdated.items !== undefined;
  return { tasks: ready ? [...(outdated.items ?? []), ...(first.items ?? [])] : undefined, error };
}

/** The task to look at after one was judged: the next in the queue, else the first that is left. */
export function afterJudged(tasks: readonly Task[], judgedId: string): string | undefined {
  const at = tasks.findIndex(({ id }) => id === judgedId);
  const rest = tasks.filter(({ id }) => id !== judgedId);
  return (rest[at] ?? rest[0])?.id;
}
