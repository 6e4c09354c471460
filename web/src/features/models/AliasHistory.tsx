/** Owns the history of one alias: which version it named when, and why. */

import { Text, Timeline } from "@mantine/core";
import { IconFlag } from "@tabler/icons-react";
import { time } from "@/ui/format";
import { Panel } from "@/ui/Panel";
import { useAliasChanges } from "./models";

export function AliasHistory({ modelId, alias }: { readonly modelId: string; readonly alias: string }) {
  const changes = useAliasChanges(modelId, alias);
  return (
    <Panel title={`History of ${alias}`}>
      <Timeline bulletSize={22} lineWidth={2}>
        {(changes.items ?? []).map((change) => (
          <Timeline.Item
            key={change.create_time} bullet={<IconFlag size={12} aria-hidden />}
            title={titleOf(change)}
          >
            <Text size="sm">{change.reason}</Text>
            <Text size="xs" c="dimmed">
              {change.actor?.name}, {time(change.create_time)}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </Panel>
  );
}

function titleOf({ old_version, new_version }: { readonly old_version: number; readonly new_version: number }): string {
  if (new_version === 0) return `Taken off version ${old_version}`;
  return old_version === 0 ? `Version ${new_version}` : `Version ${old_version} → ${new_version}`;
}
