/** Owns the sheet that lists the keys. */

import { Group, Kbd, Modal, SimpleGrid, Stack, Text } from "@mantine/core";
import { BINDINGS } from "@/canvas/keys";

export function KeySheet({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size="xl">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {BINDINGS.map(({ title, bindings }) => (
          <Stack gap={6} key={title}>
            <Text fw={600}>{title}</Text>
            {bindings.map(({ keys, does }) => (
              <Group key={keys} justify="space-between" gap="xs" wrap="nowrap">
                <Text size="sm">{does}</Text>
                <Kbd style={{ whiteSpace: "nowrap" }}>{keys}</Kbd>
              </Group>
            ))}
          </Stack>
        ))}
      </SimpleGrid>
    </Modal>
  );
}
