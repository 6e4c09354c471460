/** Owns the runs below a run: its folds, repetitions and evaluations. */

import { Button, Group, Table } from "@mantine/core";
import { IconGitCompare } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { metric, span } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { VirtualCell, VirtualTable } from "@/ui/VirtualTable";
import { RunLink } from "../RunLink";
import { useRunsBelow } from "../runs";
import { RunStatus } from "../RunStatus";

const MOST_COMPARED = 100;
const SHOWN_METRICS = 3;

export function NestedRuns({ runId }: { readonly runId: string }) {
  const below = useRunsBelow(runId);
  const runs = below.data ?? [];
  if (runs.length === 0) return null;
  const ids = [runId, ...runs.map(({ id }) => id)].slice(0, MOST_COMPARED);
  const keys = [...new Set(runs.flatMap(({ metrics }) => metrics.map(({ key }) => key)))].filter((key) => !key.startsWith("system/")).slice(0, SHOWN_METRICS);
  return (
    <Panel
      title="Runs below it"
      actions={
        <Button size="xs" variant="default" component={Link} to={`/runs/compare?ids=${encodeURIComponent(JSON.stringify(ids))}`} leftSection={<IconGitCompare size={15} />}>
          Compare them
        </Button>
      }
    >
      <VirtualTable
        label="Runs below it" rows={runs} keyOf={({ id }) => id} maxHeight={360}
        columns={[
          { id: "run", head: "Run", width: 260 }, { id: "status", head: "Status", width: 120 }, { id: "kind", head: "Kind", width: 110 },
          ...keys.map((key) => ({ id: key, head: key, width: 140, numeric: true })), { id: "took", head: "Took", width: 110, numeric: true },
        ]}
        cells={(run) => (
          <>
            <VirtualCell>
              <RunLink run={run} />
            </VirtualCell>
            <Table.Td>
              <Group>
                <RunStatus status={run.status} />
              </Group>
            </Table.Td>
            <VirtualCell>{run.kind === "KIND_UNSPECIFIED" ? "" : run.kind.toLowerCase()}</VirtualCell>
            {keys.map((key) => {
              const found = run.metrics.find((one) => one.key === key);
              return (
                <VirtualCell key={key} numeric>
                  {found === undefined ? "" : metric(Number(found.last))}
                </VirtualCell>
              );
            })}
            <VirtualCell numeric>{span(run.start_time, run.end_time)}</VirtualCell>
          </>
        )}
      />
    </Panel>
  );
}
