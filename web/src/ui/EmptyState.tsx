/** Owns what a list shows when it has nothing: what belongs here, and how to begin. */

import { Code, Paper, Stack, Text, ThemeIcon } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly icon: TablerIcon;
  readonly title: string;
  readonly children: ReactNode;
  /** The same on the command line. */
  readonly command?: string;
  readonly action?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, command, action }: EmptyStateProps) {
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="sm" maw={520} mx="auto" ta="center">
        <ThemeIcon size={48} radius="xl" variant="light" aria-hidden>
          <Icon size={26} stroke={1.5} />
        </ThemeIcon>
        <Text fw={600}>{title}</Text>
        <Text c="dimmed" size="sm" component="div">
          {children}
        </Text>
        {action}
        {command !== undefined && <Code>{command}</Code>}
      </Stack>
    </Paper>
  );
}
