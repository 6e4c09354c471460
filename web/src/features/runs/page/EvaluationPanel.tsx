/** Owns how good a model is on each part of the data, and the images it got wrong. */

import { Box, Group, Select, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { IconTarget } from "@tabler/icons-react";
import { useState } from "react";
import { EmptyState } from "@/ui/EmptyState";
import { count, metric, number } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { Thumbnail } from "@/ui/Thumbnail";
import { useEvaluation, type Evaluation } from "../runs";

type Failure = Evaluation["failures"][number];
type Slice = Evaluation["slices"][number];

const KINDS: Readonly<Record<Failure["kind"], string>> = {
  KIND_UNSPECIFIED: "failure", FALSE_POSITIVE: "false alarm", FALSE_NEGATIVE: "missed", WRONG_LABEL: "wrong label",
};
const SHOWN = 120;

export function EvaluationPanel({ runId }: { readonly runId: string }) {
  const evaluation = useEvaluation(runId);
  return (
    <Loaded query={evaluation}>
      {({ slices, failures }) =>
        slices.length === 0 ? (
          <EmptyState icon={IconTarget} title="Not evaluated">
            An evaluation run shows here how good the model is per source, tag and image set, and every image it got wrong.
          </EmptyState>
        ) : (
          <Stack>
            <Slices slices={slices} />
            <Failures failures={failures} />
          </Stack>
        )
      }
    </Loaded>
  );
}

function Slices({ slices }: { readonly slices: readonly Slice[] }) {
  const keys = [...new Set(slices.flatMap(({ metrics }) => metrics.map(({ key }) => key)))];
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table aria-label="Results per part of the data">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Part of the data</Table.Th>
            {["images", ...keys].map((key) => (
              <Table.Th key={key} scope="col" ta="right">
                {key}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {slices.map((slice) => (
            <Table.Tr key={`${slice.dimension} ${slice.value}`}>
              <Table.Td>{slice.dimension === "all" ? "everything" : `${slice.dimension.replace("_", " ")}: ${slice.value}`}</Table.Td>
              <Table.Td ta="right">{number(slice.image_count)}</Table.Td>
              {keys.map((key) => {
                const found = slice.metrics.find((one) => one.key === key);
                return (
                  <Table.Td key={key} ta="right">
                    {found === undefined ? "" : metric(Number(found.value))}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Failures({ failures }: { readonly failures: readonly Failure[] }) {
  const [kind, setKind] = useState<string | null>(null);
  const [part, setPart] = useState<string | null>(null);
  const parts = [...new Set(failures.flatMap(({ source, tags }) => [source, ...tags]))].filter((value) => value !== "").sort();
  const found = failures.filter((one) => (kind === null || one.kind === kind) && (part === null || one.source === part || one.tags.includes(part)));
  if (failures.length === 0) return <Text>It got every image right.</Text>;
  return (
    <section>
      <Group justify="space-between" align="flex-end" mb="sm">
        <Title order={2}>{count(found.length, "image")} it got wrong</Title>
        <Group gap="sm">
          <Select
            aria-label="Kind" placeholder="Any kind" clearable w={150} value={kind} onChange={setKind}
            data={[...new Set(failures.map((one) => one.kind))].map((value) => ({ value, label: KINDS[value] }))}
          />
          <Select aria-label="Source or tag" placeholder="Any source or tag" clearable w={190} value={part} onChange={setPart} data={parts} />
        </Group>
      </Group>
      <SimpleGrid cols={{ base: 2, sm: 4, lg: 6 }} spacing="xs">
        {found.slice(0, SHOWN).map((failure, index) => (
          <Box key={`${failure.image_sha256} ${index}`}>
            <Box h={120}>
              <Thumbnail sha256={failure.image_sha256} alt={failure.path} />
            </Box>
            <Text size="xs" truncate title={failure.path}>
              {failure.path}
            </Text>
            <Text size="xs" c="dimmed">
              {KINDS[failure.kind]}: {failure.predicted === "" ? "nothing" : failure.predicted} ({metric(Number(failure.score))}), expected{" "}
              {failure.expected === "" ? "nothing" : failure.expected}
            </Text>
          </Box>
        ))}
      </SimpleGrid>
      {found.length > SHOWN && (
        <Text size="sm" mt="sm" c="dimmed">
          The first {SHOWN} are shown.
        </Text>
      )}
    </section>
  );
}
