/** Owns runs in groups that share a value: how many, how good on average, and the runs of each. */

import { Button, Collapse, Group, Paper, Stack, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight, IconStack2 } from "@tabler/icons-react";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { EmptyState } from "@/ui/EmptyState";
import { count, metric } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { labelOf } from "./columns";
import { both, groupCondition } from "./conditions";
import type { GridColumns, Selection } from "./RunGrid";
import { RunList } from "./RunList";
import { useRunGroups, useRunPages } from "./run-pages";
import type { RunsView } from "./view";

type RunGroup = Schemas["RunGroup"];

const STEP = 50;
const SHOWN_METRICS = 3;

interface GroupListProps {
  readonly view: RunsView;
  readonly columns: GridColumns;
  readonly selection: Selection;
}

export function GroupList({ view, columns, selection }: GroupListProps) {
  const groups = useRunGroups(view, columns.ids);
  const [shown, setShown] = useState(STEP);
  return (
    <Loaded query={groups}>
      {(found) =>
        found.length === 0 ? (
          <EmptyState icon={IconStack2} title="No groups">
            No run matches. Take back a filter above.
          </EmptyState>
        ) : (
          <Stack gap="xs">
            {found.slice(0, shown).map((group) => (
              <GroupPanel key={JSON.stringify(group.values)} group={group} view={view} columns={columns} selection={selection} />
            ))}
            {found.length > shown && (
              <Group justify="center">
                <Button variant="default" onClick={() => setShown(shown + STEP)}>
                  Show more of {count(found.length, "group")}
                </Button>
              </Group>
            )}
          </Stack>
        )
      }
    </Loaded>
  );
}

function GroupPanel({ group, view, columns, selection }: GroupListProps & { readonly group: RunGroup }) {
  const [opened, { toggle }] = useDisclosure();
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  const [cell] = group.values;
  const column = view.group ?? "";
  const title = `${labelOf(column)}: ${cell?.is_set === true ? cell.text : "not set"}`;
  return (
    <Paper withBorder component="section" aria-label={title}>
      <UnstyledButton onClick={toggle} aria-expanded={opened} w="100%" px="sm" py={8}>
        <Group gap="md">
          <Group gap={6}>
            <Chevron size={16} aria-hidden />
            <Text fw={600} size="sm">
              {title}
            </Text>
          </Group>
          <Text size="sm" c="dimmed">
            {count(group.run_count, "run")}
          </Text>
          {group.metrics.filter(({ run_count }) => run_count > 0).slice(0, SHOWN_METRICS).map(({ key, mean, min, max }) => (
            <Text key={key} size="sm">
              {key}: {metric(Number(mean))}{" "}
              <Text span size="xs" c="dimmed">
                {metric(Number(min))} to {metric(Number(max))}
              </Text>
            </Text>
          ))}
        </Group>
      </UnstyledButton>
      <Collapse expanded={opened}>
        {opened && (
          <RunsOfGroup
            label={`Runs with ${title}`} view={{ ...view, filter: both(view.filter, groupCondition(column, cell?.is_set === true ? cell.text : null)) }}
            columns={columns} selection={selection}
          />
        )}
      </Collapse>
    </Paper>
  );
}

function RunsOfGroup({ label, view, columns, selection }: GroupListProps & { readonly label: string }) {
  const pages = useRunPages(view);
  return <RunList label={label} pages={pages} columns={columns} selection={selection} maxHeight={420} nothing={<Text p="sm">No run.</Text>} />;
}
