/** Owns what a version is made of: sources, contributors, batches, tags. */

import { SimpleGrid } from "@mantine/core";
import type { Schemas } from "@/api/client";
import { Bars } from "@/ui/Bars";
import { time } from "@/ui/format";
import { useBatches } from "./datasets";

interface CompositionBarsProps {
  readonly composition: Schemas["Composition"] | undefined;
  readonly total: number;
  readonly datasetId: string;
}

export function CompositionBars({ composition, total, datasetId }: CompositionBarsProps) {
  const batches = useBatches(datasetId);
  if (composition === undefined) return null;
  const names = new Map((batches.items ?? []).map((batch) => [batch.id, nameOf(batch)]));
  const bars = (shares: readonly Schemas["Share"][]) => shares.map(({ value, image_count }) => ({ name: value, count: image_count }));
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
      <Bars title="Sources" bars={bars(composition.sources)} whole={total} />
      <Bars title="Contributors" bars={bars(composition.contributors)} whole={total} />
      <Bars title="Tags" bars={bars(composition.tags)} whole={total} />
      <Bars title="Batches" bars={bars(composition.batches).map((bar) => ({ ...bar, name: names.get(bar.name) ?? bar.name }))} whole={total} />
    </SimpleGrid>
  );
}

function nameOf({ note, source, contributor, create_time }: Schemas["Batch"]): string {
  return `${note === "" ? source : note}, ${contributor?.name ?? ""}, ${time(create_time)}`;
}
