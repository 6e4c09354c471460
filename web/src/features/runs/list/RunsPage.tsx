/** Owns the list of runs. */

import { SegmentedControl, Table, Text } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { EmptyState } from "@/ui/EmptyState";
import { ago, metric } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { Page } from "@/ui/Page";
import { useRuns, type Run } from "../runs";
import { RunStatus } from "../RunStatus";

/** Metrics of a run that fit into its row. */
const SHOWN = 3;
const KINDS = [
  { value: "", label: "All" }, { value: "TRAINING", label: "Training" }, { value: "EVALUATION", label: "Evaluation" },
  { value: "INFERENCE", label: "Inference" },
];

function isKind(value: string): value is Run["kind"] {
  return value !== "" && KINDS.some((kind) => kind.value === value);
}

export function RunsPage() {
  const [kind, setKind] = useState("");
  const runs = useRuns(isKind(kind) ? { kind } : {});
  return (
    <Page
      title="Runs" subtitle="What was trained, evaluated and inferred, from which data, with which result."
      actions={<SegmentedControl aria-label="Kind of run" data={KINDS} value={kind} onChange={setKind} />}
    >
      <ListTable
        label="Runs" list={runs} columns={["Run", "Kind", "Status", "Inputs", "Metrics", "By", "Started"]}
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
        <Link className="row-link" to="/runs/$runId" params={{ runId: run.id }}>
          {run.name === "" ? run.id : run.name}
        </Link>
        <Text size="xs" c="dimmed">
          {run.experiment_name}
        </Text>
      </Table.Td>
      <Table.Td>{run.kind.toLowerCase()}</Table.Td>
      <Table.Td>
        <RunStatus status={run.status} />
      </Table.Td>
      <Table.Td>{run.inputs.map((input) => input.name).join(", ")}</Table.Td>
      <Table.Td>{run.metrics.slice(0, SHOWN).map(({ key, last }) => `${key} ${metric(Number(last))}`).join(", ")}</Table.Td>
      <Table.Td>{run.creator?.name}</Table.Td>
      <Table.Td>{ago(run.start_time)}</Table.Td>
    </Table.Tr>
  );
}
