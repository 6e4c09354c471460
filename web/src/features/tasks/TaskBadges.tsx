/** Owns how the state and the verification of a task look. */

import { Badge, Group } from "@mantine/core";
import type { Task } from "./tasks";

export const STATES: Readonly<Record<Task["state"], { readonly word: string; readonly color: string }>> = {
  STATE_UNSPECIFIED: { word: "unknown", color: "gray" },
  OPEN: { word: "open", color: "gray" },
  ANNOTATING: { word: "annotating", color: "blue" },
  IN_REVIEW: { word: "in review", color: "grape" },
  REJECTED: { word: "rejected", color: "red" },
  ACCEPTED: { word: "accepted", color: "teal" },
};

export const VERIFICATIONS: Readonly<Record<Task["verification"], { readonly word: string; readonly color: string }>> = {
  VERIFICATION_UNSPECIFIED: { word: "unknown", color: "gray" },
  UNVERIFIED: { word: "not verified", color: "gray" },
  VERIFIED: { word: "verified", color: "teal" },
  REFUSED: { word: "refused by customer", color: "red" },
  STALE: { word: "edited since verdict", color: "orange" },
};

export function TaskBadges({ task }: { readonly task: Task }) {
  const state = STATES[task.state];
  const verification = VERIFICATIONS[task.verification];
  return (
    <Group gap={4} wrap="nowrap">
      <Badge variant="light" color={state.color} tt="none" style={{ flexShrink: 0 }}>
        {state.word}
      </Badge>
      {task.verification !== "UNVERIFIED" && (
        <Badge variant="light" color={verification.color} tt="none" style={{ flexShrink: 0 }}>
          {verification.word}
        </Badge>
      )}
    </Group>
  );
}
