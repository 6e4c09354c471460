/** Owns the product's mark and name. */

import { Group, Text } from "@mantine/core";

export function Brand({ size = 26 }: { readonly size?: number }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <img src="/plumbline.svg" alt="" width={size} height={size} />
      <Text fw={600} fz={size * 0.65} lts={-0.2}>
        Plumbline
      </Text>
    </Group>
  );
}
