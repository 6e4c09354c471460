/** Owns the columns of tables that have one per run. */

import { Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { nameOf } from "@/features/runs/RunLink";
import type { VirtualColumn } from "@/ui/VirtualTable";
import type { Coloring, Comparison } from "./comparison";
import { Swatch } from "./Swatch";

export function runColumns({ runs }: Comparison, { colors }: Coloring, first: string, numeric = false): VirtualColumn[] {
  const heads = runs.map((run, index) => ({
    id: run.id, width: 170, numeric,
    head: (
      <Group gap={5} wrap="nowrap" justify={numeric ? "flex-end" : "flex-start"}>
        <Swatch color={colors[index]} />
        <Text size="sm" fw={600} truncate>
          <Link className="row-link" to="/runs/$runId" params={{ runId: run.id }} title={nameOf(run)}>
            {nameOf(run)}
          </Link>
        </Text>
      </Group>
    ),
  }));
  return [{ id: "first", head: first, width: 240 }, ...heads];
}
