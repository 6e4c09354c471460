/** Owns a short list of remarks, with the button that resolves one. */

import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useMay } from "@/features/session/session";
import { ago } from "@/ui/format";
import { useResolveRemark, type Remark } from "./remarks";

export function RemarkList({ remarks }: { readonly remarks: readonly Remark[] }) {
  if (remarks.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h3" mb={4}>
        Remarks
      </Title>
      <Stack gap="xs">
        {remarks.map((remark) => (
          <RemarkCard key={remark.id} remark={remark} />
        ))}
      </Stack>
    </section>
  );
}

export function RemarkCard({ remark }: { readonly remark: Remark }) {
  const resolve = useResolveRemark();
  const may = useMay("annotation.ResolveRemark");
  // The list it came from may not be asked again while somebody draws; the answer is enough to show it.
  const [now, setNow] = useState(remark);
  const open = now.state === "UNRESOLVED";
  return (
    <Paper withBorder p="xs">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {now.text}
        </Text>
        <Badge size="sm" variant="light" color={open ? "orange" : "gray"} tt="none" style={{ flexShrink: 0 }}>
          {open ? "open" : "resolved"}
        </Badge>
      </Group>
      <Group justify="space-between" mt={4}>
        <Text size="xs" c="dimmed">
          {now.author?.name}, {ago(now.create_time)}
          {now.region === undefined ? "" : ", pinned"}
        </Text>
        {open && may && (
          <Button size="compact-xs" variant="subtle" loading={resolve.isPending} onClick={() => resolve.mutate(now, { onSuccess: setNow })}>
            Resolve
          </Button>
        )}
      </Group>
    </Paper>
  );
}
