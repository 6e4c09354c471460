/** Owns the page of one run: what went in, how it goes or went, what came out. */

import { Alert, Button, Code, Group, SimpleGrid, Stack, Tabs, Text } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMay } from "@/features/session/session";
import { Digest } from "@/ui/Digest";
import { Facts } from "@/ui/Facts";
import { time } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { notifyDone } from "@/ui/notify";
import { Page } from "@/ui/Page";
import { Panel } from "@/ui/Panel";
import { ArtifactsPanel } from "./ArtifactsPanel";
import { EvaluationPanel } from "./EvaluationPanel";
import { InputLink } from "../InputLink";
import { ChartsPanel } from "./ChartsPanel";
import { RunStatus } from "../RunStatus";
import { useRepeatRun, useRun, type Run } from "../runs";

export function RunPage() {
  const { runId } = useParams({ from: "/inside/shell/runs/$runId" });
  const run = useRun(runId);
  return <Loaded query={run}>{(found) => <Content key={found.id} run={found} />}</Loaded>;
}

function Content({ run }: { readonly run: Run }) {
  const subtitle = (
    <Group gap="xs">
      <RunStatus status={run.status} />
      {run.kind.toLowerCase()} in {run.experiment_name} · {run.creator?.name}, {time(run.start_time)}
      {run.end_time !== undefined && ` to ${time(run.end_time)}`}
    </Group>
  );
  return (
    <Page title={run.name === "" ? run.id : run.name} subtitle={subtitle} actions={<Repeat run={run} />}>
      {run.error !== "" && (
        <Alert color="red" variant="light" title="It failed">
          {run.error}
        </Alert>
      )}
      <Tabs defaultValue={run.kind === "EVALUATION" ? "evaluation" : "metrics"} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="metrics">Metrics</Tabs.Tab>
          <Tabs.Tab value="evaluation">Evaluation</Tabs.Tab>
          <Tabs.Tab value="origin">Inputs and parameters</Tabs.Tab>
          <Tabs.Tab value="files">Files</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="metrics">
          <ChartsPanel run={run} metrics={run.metrics} nothing="This run logged none." />
        </Tabs.Panel>
        <Tabs.Panel value="evaluation">
          <EvaluationPanel runId={run.id} />
        </Tabs.Panel>
        <Tabs.Panel value="origin">
          <Origin run={run} />
        </Tabs.Panel>
        <Tabs.Panel value="files">
          <ArtifactsPanel runId={run.id} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Repeat({ run }: { readonly run: Run }) {
  const repeat = useRepeatRun(run.id);
  const navigate = useNavigate();
  const may = useMay("trainer.RepeatRun");
  if (!may || run.kind !== "TRAINING" || run.status === "RUNNING" || run.record === undefined) return null;
  const start = () =>
    repeat.mutate(undefined, {
      onSuccess: () => {
        notifyDone("A job with the same data, configuration and seed is queued.");
        void navigate({ to: "/jobs" });
      },
    });
  return (
    <Button variant="default" leftSection={<IconRepeat size={16} />} onClick={start} loading={repeat.isPending}>
      Repeat
    </Button>
  );
}

function Origin({ run }: { readonly run: Run }) {
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Panel title="Inputs">
          {run.inputs.length === 0 && <Text size="sm">None were named.</Text>}
          <Facts
            facts={run.inputs.map((input) => [
              input.kind.replace("_", " ").toLowerCase(),
              <Group key={input.name} gap={8}>
                <InputLink input={input} />
                <Digest value={input.digest} />
              </Group>,
            ])}
          />
          {run.parent_run_id !== "" && (
            <Text size="sm" mt="sm">
              <Link className="quiet-link" to="/runs/$runId" params={{ runId: run.parent_run_id }}>
                The run it repeats, continues or evaluates
              </Link>
            </Text>
          )}
        </Panel>
        <Panel title="Parameters">
          {run.params.length === 0 && <Text size="sm">None were logged.</Text>}
          <Facts facts={run.params.map(({ key, value }) => [key, value])} />
        </Panel>
      </SimpleGrid>
      {run.tags.length > 0 && (
        <Panel title="Tags">
          <Facts facts={run.tags.map(({ key, value }) => [key, value])} />
        </Panel>
      )}
      {run.record !== undefined && (
        <Panel title="Record for repeating it" actions={<Digest value={run.record_digest} />}>
          <Code block mah={420} style={{ overflow: "auto" }} tabIndex={0}>
            {JSON.stringify(run.record, null, 2)}
          </Code>
        </Panel>
      )}
    </Stack>
  );
}
