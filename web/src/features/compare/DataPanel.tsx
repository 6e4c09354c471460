/** Owns which data each run was computed from, and how far those data differ. */

import { Group, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Digest } from "@/ui/Digest";
import { number } from "@/ui/format";
import { VirtualTable } from "@/ui/VirtualTable";
import type { Coloring, Comparison } from "./comparison";
import { runColumns } from "./run-columns";

export function DataPanel({ comparison, coloring }: { readonly comparison: Comparison; readonly coloring: Coloring }) {
  const { inputs, data_differences } = comparison;
  if (inputs.length === 0) return <Text>None of the runs names what it was computed from.</Text>;
  return (
    <Stack>
      <VirtualTable
        label="Inputs" columns={runColumns(comparison, coloring, "Computed from")} rows={inputs} keyOf={({ kind, resource_id, name }) => `${kind} ${resource_id} ${name}`}
        maxHeight="50dvh" pinned={1} rowHeight={44}
        cells={({ kind, name, cells, differs }) => (
          <>
            <Table.Th scope="row" fw={differs ? 600 : 400}>
              {name}
              <Text size="xs" c="dimmed">
                {kind.replace("_", " ").toLowerCase()}
              </Text>
            </Table.Th>
            {cells.map((cell, index) => (
              <Table.Td key={index}>
                {cell.digest === "" ? (
                  <Text size="sm" c="dimmed">
                    not used
                  </Text>
                ) : (
                  <Group gap={6} wrap="nowrap">
                    {cell.number > 0 && `${kind === "SNAPSHOT" ? "s" : kind === "DATASET_VERSION" ? "v" : ""}${cell.number}`}
                    <Digest value={cell.digest} />
                  </Group>
                )}
              </Table.Td>
            ))}
          </>
        )}
      />
      {data_differences.length > 0 && (
        <section>
          <Title order={2} mb="xs">
            How far the data differ
          </Title>
          <Table aria-label="How far the data differ" w="auto">
            <Table.Thead>
              <Table.Tr>
                {["Dataset", "From", "To", "Added", "Removed", "Changed"].map((head) => (
                  <Table.Th key={head} scope="col">
                    {head}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data_differences.map((one) => (
                <Table.Tr key={`${one.dataset_id} ${one.old_number} ${one.new_number}`}>
                  <Table.Td>
                    <Link className="quiet-link" to="/datasets/$datasetId" params={{ datasetId: one.dataset_id }} search={{ tab: "versions" }}>
                      {one.dataset_name}
                    </Link>
                  </Table.Td>
                  <Table.Td>v{one.old_number}</Table.Td>
                  <Table.Td>v{one.new_number}</Table.Td>
                  {[one.added_count, one.removed_count, one.changed_count].map((value, index) => (
                    <Table.Td key={index} ta="right">
                      {number(value)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
    </Stack>
  );
}
