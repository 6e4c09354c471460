/** Owns the way back from a model version to its data: run, inputs, and what the images are made of. */

import { Group, Paper, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import { api, unwrap } from "@/api/client";
import { InputLink } from "@/features/runs/InputLink";
import type { Run } from "@/features/runs/runs";
import { Bars } from "@/ui/Bars";
import { Digest } from "@/ui/Digest";
import { Loaded } from "@/ui/Loaded";
import { useLineage, type Lineage } from "./models";
import classes from "./lineage.module.css";

export function LineagePanel({ modelId, version }: { readonly modelId: string; readonly version: string }) {
  const lineage = useLineage(modelId, version);
  return <Loaded query={lineage}>{(found) => <Content lineage={found} />}</Loaded>;
}

function Content({ lineage }: { readonly lineage: Lineage }) {
  const { version, training, ancestors, evaluations, inferences } = lineage;
  const inputs = training?.inputs ?? [];
  const dataset = inputs.find(({ kind }) => kind === "DATASET_VERSION");
  return (
    <Stack>
      <div className={classes.chain}>
        <Step title="Model version">
          {version?.model_name}@{version?.number}
          <Digest value={version?.artifact?.sha256 ?? ""} />
        </Step>
        {training !== undefined && (
          <Step title="Training">
            <RunLink run={training} />
            <Text size="xs" c="dimmed">
              {training.creator?.name}
            </Text>
          </Step>
        )}
        <Step title="Computed from" last>
          {inputs.map((input) => (
            <Group key={input.name} gap={6}>
              <InputLink input={input} />
              <Digest value={input.digest} />
            </Group>
          ))}
        </Step>
      </div>
      {dataset !== undefined && <Composition datasetId={dataset.resource_id} number={dataset.number} />}
      <RunLine title="Continues or repeats" runs={ancestors} />
      <RunLine title="Evaluated by" runs={evaluations} />
      <RunLine title="Used by" runs={inferences} />
    </Stack>
  );
}

function Step({ title, last = false, children }: { readonly title: string; readonly last?: boolean; readonly children: ReactNode }) {
  return (
    <>
      <Paper withBorder p="sm">
        <Text size="xs" c="dimmed">
          {title}
        </Text>
        {children}
      </Paper>
      {!last && <IconArrowRight size={18} className={classes.arrow} role="img" aria-label="comes from" />}
    </>
  );
}

function Composition({ datasetId: dataset_id, number }: { readonly datasetId: string; readonly number: number }) {
  const version = useQuery({
    queryKey: ["datasets", dataset_id, "versions", number],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/datasets/{dataset_id}/versions/{number}", { params: { path: { dataset_id, number } }, signal })),
  });
  return (
    <Loaded query={version}>
      {({ composition, image_count, dataset_name }) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {(["sources", "contributors"] as const).map((part) => (
            <Bars
              key={part} title={`${dataset_name}@v${number}: ${part}`} whole={image_count}
              bars={(composition?.[part] ?? []).map((share) => ({ name: share.value, count: share.image_count }))}
            />
          ))}
        </SimpleGrid>
      )}
    </Loaded>
  );
}

function RunLine({ title, runs }: { readonly title: string; readonly runs: readonly Run[] }) {
  if (runs.length === 0) return null;
  return (
    <Text size="sm">
      {title}:{" "}
      {runs.map((run, index) => (
        <Fragment key={run.id}>
          {index > 0 && ", "}
          <RunLink run={run} />
        </Fragment>
      ))}
    </Text>
  );
}

function RunLink({ run }: { readonly run: Run }) {
  return (
    <Link className="quiet-link" to="/runs/$runId" params={{ runId: run.id }}>
      {run.name === "" ? run.id : run.name}
    </Link>
  );
}
