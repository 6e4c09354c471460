/** Owns the way from an input of a run to the thing itself. */

import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";

export type RunInput = Schemas["Input"];

export function InputLink({ input }: { readonly input: RunInput }) {
  const sets = input.image_sets.length === 0 ? "" : ` (${input.image_sets.join(", ")})`;
  return (
    <Text size="sm" component="span">
      <Target input={input} />
      {sets}
    </Text>
  );
}

function Target({ input }: { readonly input: RunInput }) {
  const { kind, name, resource_id } = input;
  if (kind === "DATASET_VERSION") {
    return (
      <Link className="quiet-link" to="/datasets/$datasetId" params={{ datasetId: resource_id }} search={{ tab: "versions" }}>
        {name}
      </Link>
    );
  }
  if (kind === "SNAPSHOT") {
    return (
      <Link className="quiet-link" to="/projects/$projectId" params={{ projectId: resource_id }} search={{ tab: "snapshots" }}>
        {name}
      </Link>
    );
  }
  if (kind === "MODEL_VERSION") {
    return (
      <Link className="quiet-link" to="/models/$modelId" params={{ modelId: resource_id }}>
        {name}
      </Link>
    );
  }
  return name;
}
