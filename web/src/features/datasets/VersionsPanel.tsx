/** Owns the list of published versions: what each is made of, and what changed. */

import { Accordion, Button, Group, Stack, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { Digest } from "@/ui/Digest";
import { EmptyState } from "@/ui/EmptyState";
import { Facts } from "@/ui/Facts";
import { bytes, count, time } from "@/ui/format";
import { CompositionBars } from "./CompositionBars";
import { useVersions, type Dataset, type Version } from "./datasets";
import { VersionDiff } from "./VersionDiff";

export function VersionsPanel({ dataset }: { readonly dataset: Dataset }) {
  const versions = useVersions(dataset.id);
  if (versions.items?.length === 0) {
    return (
      <EmptyState icon={IconLock} title="Nothing is published yet">
        Publishing freezes the draft as version 1, with a digest that anyone can compute again from the files.
      </EmptyState>
    );
  }
  const items = versions.items ?? [];
  return (
    <>
      <Accordion variant="separated" defaultValue={String(dataset.latest_version)} chevronPosition="left" order={2}>
        {items.map((version) => (
          <Accordion.Item key={version.number} value={String(version.number)}>
            <Accordion.Control>
              <Group gap="md">
                <Text fw={600}>v{version.number}</Text>
                <Text size="sm">{count(version.image_count, "image")}</Text>
                <Text size="sm" c="dimmed">
                  {version.publisher?.name}, {time(version.create_time)}
                </Text>
                <Text size="sm" fs="italic">
                  {version.note}
                </Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <About version={version} numbers={items.map(({ number }) => number)} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
      {versions.hasNextPage && (
        <Button mt="md" variant="default" onClick={() => void versions.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

function About({ version, numbers }: { readonly version: Version; readonly numbers: readonly number[] }) {
  return (
    <Stack gap="lg">
      <Facts
        facts={[
          ["Digest", <Digest key="digest" value={version.digest} />],
          ["md5 of the frame", <Digest key="frame" value={version.frame_md5} />],
          ["Bytes", bytes(version.size)],
        ]}
      />
      <CompositionBars composition={version.composition} total={version.image_count} datasetId={version.dataset_id} />
      {version.number > 1 && <VersionDiff datasetId={version.dataset_id} number={version.number} numbers={numbers} />}
    </Stack>
  );
}
