/** Owns one answer: the verdict as a word, the sentence, and the evidence as table and images. */

import { Badge, Box, Collapse, Group, Paper, SimpleGrid, Table, Text, Title, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useId, type ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { Digest } from "@/ui/Digest";
import { count } from "@/ui/format";
import { Thumbnail } from "@/ui/Thumbnail";

type Answer = Schemas["Finding"];

const COLORS: Readonly<Record<Answer["verdict"], string>> = { YES: "teal", NO: "red", PARTLY: "orange", UNKNOWN: "gray" };

export function AnswerCard({ answer }: { readonly answer: Answer }) {
  const id = useId();
  const { columns = [], rows = [], images = [], links = {} } = answer;
  return (
    <Paper component="section" withBorder p="md" aria-labelledby={id}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} id={id}>
          <Text span c="dimmed" inherit>
            {answer.id}{" "}
          </Text>
          {answer.question}
        </Title>
        <Badge size="lg" variant="light" color={COLORS[answer.verdict]} tt="none" style={{ flexShrink: 0 }}>
          {answer.verdict.toLowerCase()}
        </Badge>
      </Group>
      <Text mt={6}>{answer.summary}</Text>
      <Group gap="md" mt={6}>
        {Object.entries(links).map(([name, value]) => (
          <EvidenceLink key={name} name={name} value={value} />
        ))}
      </Group>
      {rows.length > 0 && (
        <Fold title={`Evidence: ${count(rows.length, "row")}`}>
          <Rows columns={columns} rows={rows} />
        </Fold>
      )}
      {images.length > 0 && (
        <Fold title={count(images.length, "image")}>
          <SimpleGrid cols={{ base: 2, sm: 4, lg: 6 }} spacing="xs">
            {images.map((image) => (
              <Box key={`${image.image_sha256} ${image.caption}`}>
                <Box h={110}>
                  <Thumbnail sha256={image.image_sha256} alt={image.path} />
                </Box>
                <Text size="xs" truncate title={image.path}>
                  {image.path}
                </Text>
                <Text size="xs" c="dimmed">
                  {image.caption}
                </Text>
              </Box>
            ))}
          </SimpleGrid>
        </Fold>
      )}
    </Paper>
  );
}

function Fold({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const [opened, { toggle }] = useDisclosure(true);
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  return (
    <Box mt="sm">
      <UnstyledButton onClick={toggle} aria-expanded={opened}>
        <Group gap={4}>
          <Chevron size={14} aria-hidden />
          <Text size="sm" fw={500}>
            {title}
          </Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={opened}>
        <Box pt={6}>{children}</Box>
      </Collapse>
    </Box>
  );
}

function Rows({ columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }) {
  return (
    <Table.ScrollContainer minWidth={420} mah={320}>
      <Table verticalSpacing={4} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column} scope="col">
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={index}>
              {row.map((cell, column) => (
                <Table.Td key={column}>{/^sha256:/.test(cell) ? <Digest value={cell} /> : cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function EvidenceLink({ name, value }: { readonly name: string; readonly value: string }) {
  const words = name.replaceAll("_", " ");
  if (name === "run_id") return <Link className="quiet-link" to="/runs/$runId" params={{ runId: value }}>Open the run</Link>;
  if (name === "dataset_id") return <Link className="quiet-link" to="/datasets/$datasetId" params={{ datasetId: value }} search={{ tab: "versions" }}>Open the dataset</Link>;
  if (name === "project_id") return <Link className="quiet-link" to="/projects/$projectId" params={{ projectId: value }}>Open the project</Link>;
  return (
    <Group gap={4}>
      <Text size="sm" c="dimmed">
        {words}
      </Text>
      <Digest value={value} />
    </Group>
  );
}
