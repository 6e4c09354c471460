/** Owns the choice of one version of a dataset; nothing chosen means the newest. */

import { Select } from "@mantine/core";
import { count } from "@/ui/format";
import { useVersions } from "./datasets";

interface VersionSelectProps {
  readonly datasetId: string;
  readonly value: string | null;
  readonly onChange: (version: string | null) => void;
}

export function VersionSelect({ datasetId, value, onChange }: VersionSelectProps) {
  const versions = useVersions(datasetId);
  const data = (versions.items ?? []).map(({ number, image_count }) => ({ value: String(number), label: `v${number}, ${count(image_count, "image")}` }));
  return <Select label="Version" placeholder="The newest" clearable value={value} onChange={onChange} data={data} />;
}
