/** Owns a loss report as people read it: what, how much, what becomes of it. */

import { Table } from "@mantine/core";
import { number } from "@/ui/format";
import type { Loss } from "./transfers";
import { byWeight, lostHow, lostThing } from "./words";

export function LossTable({ losses }: { readonly losses: readonly Loss[] }) {
  return (
    <Table.ScrollContainer
      type="native" minWidth={320} maxHeight={250}
      tabIndex={0} role="group" aria-label="What is lost" bd="1px solid var(--mantine-color-default-border)"
    >
      <Table aria-label="What is lost" verticalSpacing={4} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" ta="right" w={90}>
              Count
            </Table.Th>
            <Table.Th scope="col">What</Table.Th>
            <Table.Th scope="col">What becomes of it</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {byWeight(losses).map((loss) => (
            <Table.Tr key={`${loss.code} ${loss.kind} ${loss.action}`}>
              <Table.Td ta="right" style={{ fontVariantNumeric: "tabular-nums" }}>
                {number(loss.count)}
              </Table.Td>
              <Table.Td>{lostThing(loss)}</Table.Td>
              <Table.Td>{lostHow(loss)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
