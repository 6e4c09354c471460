/** Owns the frame of a page: its heading, its actions, its width. */

import { Box, Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

interface PageProps {
  readonly title: string;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** As wide as the window: for tables with many columns. */
  readonly wide?: boolean;
}

export function Page({ title, subtitle, actions, children, wide = false }: PageProps) {
  useDocumentTitle(`${title} · Plumbline`);
  return (
    <Stack gap="lg" maw={wide ? undefined : 1280} mx="auto">
      <Group justify="space-between" align="flex-start">
        <Box>
          <Title order={1}>{title}</Title>
          {subtitle !== undefined && (
            <Text component="div" c="dimmed" size="sm" mt={4}>
              {subtitle}
            </Text>
          )}
        </Box>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
