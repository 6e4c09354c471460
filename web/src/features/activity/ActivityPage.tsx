/** Owns the page that shows what happens in the workspace, as it happens. */

import { Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import type { PlatformEvent } from "@/api/events";
import { EmptyState } from "@/ui/EmptyState";
import { ago } from "@/ui/format";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import { useEvents } from "./activity";
import { sentenceOf } from "./sentence";

export function ActivityPage() {
  const events = useEvents();
  return (
    <Page title="Activity" subtitle="Every change in the workspace, newest first. New ones appear by themselves.">
      <Loaded query={events}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={IconActivity} title="Nothing has happened yet">
              Uploads, published versions, annotations, runs and moves of aliases will be listed here.
            </EmptyState>
          ) : (
            <Stack gap={6} component="ol" p={0} m={0} aria-live="polite">
              {list.map((event) => (
                <EventRow key={event.sequence} event={event} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

function EventRow({ event }: { readonly event: PlatformEvent }) {
  const [, service = ""] = event.type.split(".");
  return (
    <Paper component="li" withBorder px="md" py={8} style={{ listStyle: "none" }}>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Badge variant="light" color="gray" tt="none" w={104} style={{ flexShrink: 0 }}>
            {service}
          </Badge>
          <Text size="sm" truncate>
            {sentenceOf(event)}
          </Text>
        </Group>
        <Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {event.actorname} · {ago(event.time)}
        </Text>
      </Group>
    </Paper>
  );
}
