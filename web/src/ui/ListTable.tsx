/** Owns a list as a table: waiting, refused, empty, rows, and "more". */

import { Button, Group, Loader, Table } from "@mantine/core";
import type { ReactNode } from "react";
import { Refused } from "./Loaded";

interface ListTableProps<T> {
  readonly list: {
    readonly items: readonly T[] | undefined;
    readonly error: Error | null;
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
    readonly refetch: () => unknown;
  };
  readonly columns: readonly string[];
  readonly empty: ReactNode;
  readonly row: (item: T) => ReactNode;
  readonly label: string;
}

export function ListTable<T>({ list, columns, empty, row, label }: ListTableProps<T>) {
  if (list.items === undefined) {
    if (list.error !== null) return <Refused error={list.error} onRetry={() => void list.refetch()} />;
    return (
      <Group justify="center" p="xl" role="status" aria-label="Loading">
        <Loader size="sm" />
      </Group>
    );
  }
  if (list.items.length === 0) return empty;
  return (
    <>
      <Table.ScrollContainer minWidth={560}>
        <Table aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column} scope="col">
                  {column}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{list.items.map(row)}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {list.hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </Group>
      )}
    </>
  );
}
