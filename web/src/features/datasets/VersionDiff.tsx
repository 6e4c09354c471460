/** Owns what differs between two versions, as counts and as images. */

import { Badge, Box, Button, Group, Select, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { count } from "@/ui/format";
import { Refused } from "@/ui/Loaded";
import { Thumbnail } from "@/ui/Thumbnail";
import { useDiff, type Difference } from "./datasets";

interface VersionDiffProps {
  readonly datasetId: string;
  readonly number: number;
  readonly numbers: readonly number[];
}

const COLORS: Readonly<Record<Difference["kind"], string>> = {
  KIND_UNSPECIFIED: "gray", ADDED: "teal", REMOVED: "red", CHANGED: "blue",
};

export function VersionDiff({ datasetId, number, numbers }: VersionDiffProps) {
  const [base, setBase] = useState(String(number - 1));
  const diff = useDiff(datasetId, number, Number(base));
  const totals = diff.data?.pages[0];
  return (
    <Stack gap="sm">
      <Group>
        <Title order={3}>What changed since</Title>
        <Select
          aria-label="Older version" size="xs" w={90} value={base} onChange={(value) => setBase(value ?? base)} allowDeselect={false}
          data={numbers.filter((other) => other < number).map((other) => ({ value: String(other), label: `v${other}` }))}
        />
        {totals !== undefined && (
          <Text size="sm" c="dimmed">
            {count(totals.added_count, "image")} added, {totals.removed_count} removed, {totals.changed_count} changed
            {totals.sources.map(({ value, image_count }) => ` · ${value} ${image_count > 0 ? "+" : ""}${image_count}`)}
          </Text>
        )}
      </Group>
      {diff.error !== null && <Refused error={diff.error} />}
      {diff.items?.length === 0 && <Text size="sm">Nothing.</Text>}
      <SimpleGrid cols={{ base: 3, sm: 5, lg: 7 }} spacing="xs">
        {(diff.items ?? []).map((difference) => (
          <DifferenceTile key={difference.path} difference={difference} />
        ))}
      </SimpleGrid>
      {diff.hasNextPage && (
        <Button variant="default" size="xs" onClick={() => void diff.fetchNextPage()} loading={diff.isFetchingNextPage}>
          Show more
        </Button>
      )}
    </Stack>
  );
}

function DifferenceTile({ difference }: { readonly difference: Difference }) {
  const sha256 = difference.new_sha256 === "" ? difference.old_sha256 : difference.new_sha256;
  return (
    <Box>
      <Box h={96}>
        <Thumbnail sha256={sha256} alt="" />
      </Box>
      <Group gap={6} wrap="nowrap" mt={4}>
        <Badge size="xs" color={COLORS[difference.kind]} variant="light" tt="none" style={{ flexShrink: 0 }}>
          {difference.kind.toLowerCase()}
        </Badge>
        <Text size="xs" truncate title={difference.path}>
          {difference.path}
        </Text>
      </Group>
      {difference.fields.length > 0 && (
        <Text size="xs" c="dimmed">
          {difference.fields.join(", ")}
        </Text>
      )}
    </Box>
  );
}
