/** Owns the list of runs. */

import { Table, Text } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { EmptyState } from "@/ui/EmptyState";
import { ago } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { Page } from "@/ui/Page";
import { useRuns, type Run } from "./runs";
import { RunStatus } from "./RunStatus";

export function RunsPage() {
  const runs = useRuns();
  return (
    <Page title="Runs" subtitle="What was trained, evaluated and inferred, from which data, with which result.">
      <ListTable
        label="Runs" list={runs} columns={["Run", "Kind", "Status", "Inputs", "By", "Started"]}
        row={(run) => <RunRow key={run.id} run={run} />}
        empty={
          <EmptyState icon={IconFlask} title="No run yet" command='with plumbline.start_run("tile-defects") as run: ...'>
            Start a training job, log from your own code with the Python library, or point an MLflow client here.
          </EmptyState>
        }
      />
    </Page>
  );
}

function RunRow({ run }: { readonly run: Run }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={500}>{run.name}</Text>
        <Text size="xs" c="dimmed">
          {run.experiment_name}
        </Text>
      </Table.Td>
      <Table.Td>{run.kind.toLowerCase()}</Table.Td>
      <Table.Td>
        <RunStatus status={run.status} />
      </Table.Td>
      <Table.Td>{run.inputs.map((input) => input.name).join(", ")}</Table.Td>
      <Table.Td>{run.creator?.name}</Table.Td>
      <Table.Td>{ago(run.start_time)}</Table.Td>
    </Table.Tr>
  );
}
