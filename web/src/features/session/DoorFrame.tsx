/** Owns the frame of the pages that can be seen without signing in. */

import { Center, Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { Brand } from "@/ui/Brand";

interface DoorFrameProps {
  readonly title: string;
  readonly hint: string;
  readonly children: ReactNode;
}

export function DoorFrame({ title, hint, children }: DoorFrameProps) {
  useDocumentTitle(`${title} · Plumbline`);
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w={400} gap="lg">
        <Brand size={36} />
        <Paper withBorder p="xl">
          <Stack>
            <Title order={1}>{title}</Title>
            {children}
          </Stack>
        </Paper>
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      </Stack>
    </Center>
  );
}
