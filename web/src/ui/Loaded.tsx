/** Owns the three states of anything that is loaded: waiting, refused, here. */

import { Alert, Button, Group, Loader } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Problem } from "@/api/problem";
import { ProblemText } from "./notify";

interface LoadedProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}

export function Loaded<T>({ query, children }: LoadedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Refused error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Group justify="center" p="xl" role="status" aria-label="Loading">
      <Loader size="sm" />
    </Group>
  );
}

export function Refused({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const title = error instanceof Problem ? error.title : "Something went wrong";
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle />} title={title}>
      <ProblemText error={error} />
      {onRetry !== undefined && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
