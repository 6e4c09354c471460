/** Owns what a run is: from what it was computed, with which parameters, how it is related, what people note about it. */

import { Group, SimpleGrid, Stack, Table, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { matches } from "@/features/charts/sections";
import { Digest } from "@/ui/Digest";
import { Facts } from "@/ui/Facts";
import { span, time } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { VirtualCell, VirtualTable } from "@/ui/VirtualTable";
import { InputLink } from "../InputLink";
import type { Run } from "../runs";
import { NestedRuns } from "./NestedRuns";
import { NotePanel } from "./NotePanel";
import { RecordPanel } from "./RecordPanel";
import { TagsPanel } from "./TagsPanel";

export function Overview({ run }: { readonly run: Run }) {
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Panel title="About">
          <Facts facts={aboutOf(run)} />
        </Panel>
        <NotePanel run={run} />
        <Panel title="Inputs">
          <Inputs run={run} />
        </Panel>
        <TagsPanel run={run} />
      </SimpleGrid>
      <Panel title="Parameters">
        <Params params={run.params} />
      </Panel>
      <NestedRuns runId={run.id} />
      <RecordPanel run={run} />
    </Stack>
  );
}

function aboutOf(run: Run) {
  const other = (id: string, words: string) => (
    <Link className="quiet-link" to="/runs/$runId" params={{ runId: id }}>
      {words}
    </Link>
  );
  const facts: [string, ReactNode][] = [
    ["experiment", <Link key="experiment" className="quiet-link" to="/runs" search={{ experiment: run.experiment_id }}>{run.experiment_name}</Link>],
    ["by", run.user_name === "" || run.user_name === run.creator?.name ? run.creator?.name : `${run.user_name}, with the token of ${run.creator?.name ?? ""}`],
    ["started", time(run.start_time)],
    [run.end_time === undefined ? "running for" : "took", span(run.start_time, run.end_time)],
    ["id", run.id],
  ];
  if (run.parent_run_id !== "") facts.push(["below", other(run.parent_run_id, "The run it repeats, continues, evaluates or belongs to")]);
  if (run.forked_from_run_id !== "") facts.push(["forked from", other(run.forked_from_run_id, `Another run at step ${run.forked_from_step}`)]);
  if (run.job_id !== "") facts.push(["job", <Link key="job" className="quiet-link" to="/jobs">{run.job_id}</Link>]);
  return facts;
}

function Inputs({ run }: { readonly run: Run }) {
  if (run.inputs.length === 0 && run.datasets.length === 0) return <Text size="sm">None were named.</Text>;
  return (
    <Stack gap="xs">
      <Facts
        facts={run.inputs.map((input) => [
          input.kind.replace("_", " ").toLowerCase(),
          <Group key={input.name} gap={8}>
            <InputLink input={input} />
            <Digest value={input.digest} />
          </Group>,
        ])}
      />
      {run.datasets.length > 0 && (
        <>
          <Text size="xs" c="dimmed">
            As the client described them; Plumbline does not keep these:
          </Text>
          <Facts facts={run.datasets.map(({ name, digest, source_type, source }) => [name, `${digest} ${source_type} ${source}`])} />
        </>
      )}
    </Stack>
  );
}

const FEW = 12;

function Params({ params }: { readonly params: Run["params"] }) {
  const [typed, setTyped] = useState("");
  if (params.length === 0) return <Text size="sm">None were logged.</Text>;
  return (
    <Stack gap="xs">
      {params.length > FEW && (
        <TextInput aria-label="Find parameters" placeholder="Find parameters" size="xs" w={240} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
      )}
      <VirtualTable
        label="Parameters" rows={params.filter(({ key }) => matches(key, typed.trim()))} keyOf={({ key }) => key} maxHeight={380}
        columns={[{ id: "key", head: "Name", width: 320 }, { id: "value", head: "Value", width: 480 }]}
        cells={({ key, value }) => (
          <>
            <Table.Th scope="row" fw={400}>
              {key}
            </Table.Th>
            <VirtualCell title={value}>{value}</VirtualCell>
          </>
        )}
      />
    </Stack>
  );
}
