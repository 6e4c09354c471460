/** Owns one list of runs: what is loaded of it, what is unfolded in it. */

import { Group, Loader } from "@mantine/core";
import { useMemo, useState, type ReactNode } from "react";
import { Refused } from "@/ui/Loaded";
import { nestedRows } from "./nesting";
import { RunGrid, type GridColumns, type Selection } from "./RunGrid";
import type { useRunPages } from "./run-pages";

interface RunListProps {
  readonly label: string;
  readonly pages: ReturnType<typeof useRunPages>;
  readonly columns: GridColumns;
  readonly selection: Selection;
  readonly maxHeight: string | number;
  readonly nothing: ReactNode;
}

export function RunList({ label, pages, columns, selection, maxHeight, nothing }: RunListProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const { data } = pages;
  const rows = useMemo(() => (data === undefined ? [] : nestedRows(data.runs, data.children, open)), [data, open]);
  if (data === undefined) {
    if (pages.error !== null) return <Refused error={pages.error} onRetry={() => void pages.refetch()} />;
    return (
      <Group justify="center" p="xl" role="status" aria-label="Loading">
        <Loader size="sm" />
      </Group>
    );
  }
  if (rows.length === 0) return nothing;
  const fold = (id: string) => setOpen((before) => (before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id])));
  return (
    <RunGrid
      label={label} rows={rows} columns={columns} selection={selection} onFold={fold} maxHeight={maxHeight}
      more={{ has: pages.hasNextPage, loading: pages.isFetchingNextPage, load: pages.fetchNextPage }}
    />
  );
}
