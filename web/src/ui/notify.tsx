/** Owns short notices in the corner of the screen. */

import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Problem } from "@/api/problem";

export function notifyProblem(error: unknown): void {
  const problem = error instanceof Problem ? error : null;
  notifications.show({
    id: problem === null ? undefined : `${problem.reason} ${problem.message}`,
    color: "red",
    title: problem?.title ?? "Something went wrong",
    message: <ProblemText error={error} />,
    autoClose: 12_000,
  });
}

export function notifyDone(message: string): void {
  notifications.show({ color: "teal", message, autoClose: 4_000 });
}

export function ProblemText({ error }: { readonly error: unknown }) {
  const problem = error instanceof Problem ? error : null;
  const message = error instanceof Error ? error.message : "An unexpected error. Reload the page and try again.";
  return (
    <>
      <Text size="sm">{message}</Text>
      {problem?.fields.map((field) => (
        <Text size="sm" key={field.field}>
          {field.field}: {field.message}
        </Text>
      ))}
      {problem?.traceId != null && (
        <Text size="xs" c="dimmed">
          Trace {problem.traceId}
        </Text>
      )}
    </>
  );
}
