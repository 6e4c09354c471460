/** Owns what an import did not understand, and what it remarked: page by page, with file and place. */

import { Badge, Group, Pagination, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { count, number } from "@/ui/format";
import type { ImportProblem, ImportReport } from "../transfers";

const PAGE_SIZE = 20;

export function ProblemTable({ report }: { readonly report: ImportReport }) {
  const { problems, error_count, note_count } = report;
  const [page, setPage] = useState(1);
  if (problems.length === 0) return null;
  const pages = Math.ceil(problems.length / PAGE_SIZE);
  const start = (Math.min(page, pages) - 1) * PAGE_SIZE;
  const all = error_count + note_count;
  return (
    <Stack gap="xs">
      <Text size="sm">
        {count(error_count, "problem")}, {count(note_count, "note")}
        {all > problems.length && `; the first ${number(problems.length)} are listed`}
      </Text>
      <Table.ScrollContainer
        type="native" minWidth={520} maxHeight={300}
        tabIndex={0} role="group" aria-label="Problems and notes" bd="1px solid var(--mantine-color-default-border)"
      >
        <Table aria-label="Problems and notes" aria-rowcount={problems.length + 1} stickyHeader verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" w={110}>
                Kind
              </Table.Th>
              <Table.Th scope="col" w="30%">
                File and place
              </Table.Th>
              <Table.Th scope="col">What</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {problems.slice(start, start + PAGE_SIZE).map((problem, index) => (
              <ProblemRow key={start + index} problem={problem} row={start + index + 2} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {pages > 1 && (
        <Group component="nav" aria-label="Pages of problems and notes">
          <Pagination
            size="sm" total={pages} value={Math.min(page, pages)} onChange={setPage} getItemProps={(at) => ({ "aria-label": `Page ${at}` })}
            getControlProps={(control) => ({ "aria-label": control === "next" ? "Next page" : "Previous page" })}
          />
        </Group>
      )}
    </Stack>
  );
}

function ProblemRow({ problem, row }: { readonly problem: ImportProblem; readonly row: number }) {
  const isError = problem.severity === "ERROR";
  return (
    <Table.Tr aria-rowindex={row}>
      <Table.Td>
        <Badge variant="light" tt="none" color={isError ? "red" : "gray"}>
          {isError ? "problem" : "note"}
        </Badge>
      </Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>
        <Text size="sm">{problem.file === "" ? "all files" : problem.file}</Text>
        {problem.place !== "" && (
          <Text size="xs" c="dimmed" ff="monospace">
            {problem.place}
          </Text>
        )}
      </Table.Td>
      <Table.Td style={{ overflowWrap: "anywhere" }}>{problem.message}</Table.Td>
    </Table.Tr>
  );
}
