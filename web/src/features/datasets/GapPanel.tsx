/** Owns the gap: what has been uploaded but is not yet in the newest version, per source. */

import { Table, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { EmptyState } from "@/ui/EmptyState";
import { count, number, time } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { useGap } from "./datasets";

const COLUMNS = ["Source", "Not accepted yet", "In the draft", "Not published", "Published"];

export function GapPanel({ datasetId }: { readonly datasetId: string }) {
  const gap = useGap(datasetId);
  return (
    <Loaded query={gap}>
      {({ newest, sources }) => {
        const waiting = sources.reduce((sum, { pending_count, unpublished_count }) => sum + pending_count + unpublished_count, 0);
        if (sources.length === 0) {
          return (
            <EmptyState icon={IconCircleCheck} title="Nothing uploaded yet">
              Once images arrive, this page says what is not in the newest version, per source.
            </EmptyState>
          );
        }
        return (
          <>
            <Text mb="sm">
              {newest === undefined || newest.number === 0
                ? "Nothing is published yet. "
                : `Newest: ${newest.dataset_name}@v${newest.number} with ${count(newest.image_count, "image")}, ${time(newest.create_time)}. `}
              {waiting === 0 ? "Nothing waits outside it." : `${count(waiting, "image")} ${waiting === 1 ? "waits" : "wait"} outside it.`}
            </Text>
            <Table aria-label="Gap per source">
              <Table.Thead>
                <Table.Tr>
                  {COLUMNS.map((column, index) => (
                    <Table.Th key={column} scope="col" ta={index === 0 ? "left" : "right"}>
                      {column}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {sources.map((row) => (
                  <Table.Tr key={row.source}>
                    <Table.Td>{row.source}</Table.Td>
                    {[row.pending_count, row.draft_count, row.unpublished_count, row.published_count].map((value, index) => (
                      <Table.Td key={COLUMNS[index + 1]} ta="right">
                        {number(value)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </>
        );
      }}
    </Loaded>
  );
}
