/** Owns what a version is made of: sources, contributors, batches, tags. */

import { SimpleGrid } from "@mantine/core";
import type { Schemas } from "@/api/client";
import { Bars } from "@/ui/Bars";

interface CompositionBarsProps {
  readonly composition: Schemas["Composition"] | undefined;
  readonly total: number;
}

export function CompositionBars({ composition, total }: CompositionBarsProps) {
  if (composition === undefined) return null;
  const bars = (shares: readonly Schemas["Share"][]) => shares.map(({ value, image_count }) => ({ name: value, count: image_count }));
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
      <Bars title="Sources" bars={bars(composition.sources)} whole={total} />
      <Bars title="Contributors" bars={bars(composition.contributors)} whole={total} />
      <Bars title="Tags" bars={bars(composition.tags)} whole={total} />
      <Bars title="Batches" bars={bars(composition.batches)} whole={total} />
    </SimpleGrid>
  );
}
