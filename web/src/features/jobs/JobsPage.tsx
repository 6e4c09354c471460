/** Owns the list of jobs: what waits, what runs and how far it is, what became of it. */

import { Badge, Button, Progress, Table, Text } from "@mantine/core";
import { IconCpu } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMay } from "@/features/session/session";
import { EmptyState } from "@/ui/EmptyState";
import { ago } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { Page } from "@/ui/Page";
import { useCancelJob, useJobs, type Job } from "./jobs";
import { StartJob } from "./StartJob";

const COLORS: Readonly<Record<Job["state"], string>> = {
  STATE_UNSPECIFIED: "gray", QUEUED: "gray", RUNNING: "blue", FINISHED: "teal", FAILED: "red", CANCELLED: "gray",
};

export function JobsPage() {
  const jobs = useJobs();
  return (
    <Page title="Jobs" subtitle="Trainings, evaluations and predictions that the platform runs, newest first." actions={<StartJob />}>
      <ListTable
        label="Jobs" list={jobs} columns={["Job", "State", "Progress", "Worker", "By", "Submitted", ""]}
        row={(job) => <JobRow key={job.id} job={job} />}
        empty={
          <EmptyState icon={IconCpu} title="No job yet">
            A job names a recipe, a dataset version and a snapshot of annotations; a worker takes it from the queue.
          </EmptyState>
        }
      />
    </Page>
  );
}

function JobRow({ job }: { readonly job: Job }) {
  const { spec } = job;
  const name = spec?.run_name !== undefined && spec.run_name !== "" ? spec.run_name : job.id;
  return (
    <Table.Tr>
      <Table.Td>
        {job.run_id === "" ? (
          <Text fw={500} size="sm">
            {name}
          </Text>
        ) : (
          <Link className="row-link" to="/runs/$runId" params={{ runId: job.run_id }}>
            {name}
          </Link>
        )}
        <Text size="xs" c="dimmed">
          {spec?.kind.toLowerCase()} {spec?.recipe}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge color={COLORS[job.state]} variant="light" tt="none">
          {job.cancel_requested && job.state === "RUNNING" ? "stopping" : job.state.toLowerCase()}
        </Badge>
        {job.error !== "" && (
          <Text size="xs" c="red" maw={260}>
            {job.error}
          </Text>
        )}
      </Table.Td>
      <Table.Td miw={140}>
        <Done job={job} />
      </Table.Td>
      <Table.Td>{job.worker}</Table.Td>
      <Table.Td>{job.creator?.name}</Table.Td>
      <Table.Td>{ago(job.create_time)}</Table.Td>
      <Table.Td ta="right">
        <Cancel job={job} />
      </Table.Td>
    </Table.Tr>
  );
}

function Done({ job: { progress, state, model_version } }: { readonly job: Job }) {
  if (model_version !== "") return <Text size="sm">{model_version}</Text>;
  if (progress === undefined || progress.total === 0 || state !== "RUNNING") return null;
  const share = (100 * progress.done) / progress.total;
  return (
    <>
      <Progress value={share} aria-label={`${progress.stage}: ${Math.round(share)} %`} />
      <Text size="xs" c="dimmed">
        {progress.stage} {progress.done} of {progress.total}
      </Text>
    </>
  );
}

function Cancel({ job }: { readonly job: Job }) {
  const cancel = useCancelJob();
  const may = useMay("trainer.CancelJob");
  if (!may || job.cancel_requested || (job.state !== "QUEUED" && job.state !== "RUNNING")) return null;
  return (
    <Button size="compact-xs" variant="subtle" color="red" loading={cancel.isPending} onClick={() => cancel.mutate(job.id)}>
      Cancel
    </Button>
  );
}
