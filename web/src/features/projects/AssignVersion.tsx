/** Owns the dialog that brings the images of a dataset version into a project, spread over its image sets. */

import { Button, Group, Modal, NumberInput, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPhotoPlus } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { useDatasets } from "@/features/datasets/datasets";
import { VersionSelect } from "@/features/datasets/VersionSelect";
import { useMay } from "@/features/session/session";
import { count } from "@/ui/format";
import { Refused } from "@/ui/Loaded";
import { notifyDone } from "@/ui/notify";
import { useAssignVersion, type Project } from "./projects";

export function AssignVersion({ project }: { readonly project: Project }) {
  const [opened, { open, close }] = useDisclosure();
  if (!useMay("annotation.AssignVersion")) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconPhotoPlus size={16} />} onClick={open}>
        Add images
      </Button>
      <Modal opened={opened} onClose={close} title="Images of a dataset version">
        <AssignForm project={project} onDone={close} />
      </Modal>
    </>
  );
}

function AssignForm({ project, onDone }: { readonly project: Project; readonly onDone: () => void }) {
  const [datasetId, setDatasetId] = useState<string | null>(null);
  const [version, setVersion] = useState<string | null>(null);
  const [percents, setPercents] = useState<Readonly<Record<string, number>>>(() => evenly(project.image_sets));
  const datasets = useDatasets();
  const assign = useAssignVersion(project.id);
  const total = Object.values(percents).reduce((sum, part) => sum + part, 0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const split = Object.entries(percents).filter(([, part]) => part > 0).map(([image_set, part]) => ({ image_set, share: part / 100 }));
    assign.mutate({ dataset_id: datasetId ?? "", version: Number(version ?? 0), split, tag_rules: [] }, {
      onSuccess: ({ created_count, kept_count }) => {
        notifyDone(`${count(created_count, "new task")}, ${count(kept_count, "image")} known already.`);
        onDone();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label="Dataset" required searchable value={datasetId} onChange={setDatasetId}
          data={(datasets.items ?? []).filter((dataset) => dataset.latest_version > 0).map(({ id, name }) => ({ value: id, label: name }))}
        />
        {datasetId !== null && <VersionSelect datasetId={datasetId} value={version} onChange={setVersion} />}
        <Group grow>
          {project.image_sets.map((name) => (
            <NumberInput
              key={name} label={name} suffix=" %" min={0} max={100} value={percents[name] ?? 0}
              onChange={(value) => setPercents({ ...percents, [name]: Number(value) })}
            />
          ))}
        </Group>
        <Text size="sm" c={total === 100 ? "dimmed" : "red"}>
          {total === 100 ? "An image stays in its set when more are added." : `The sets add up to ${total} %, not 100.`}
        </Text>
        {assign.isError && <Refused error={assign.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={assign.isPending} disabled={datasetId === null || total !== 100}>
            Add images
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** 70, 10, 20 for the usual three sets; everything to the first of others. */
function evenly(sets: readonly string[]): Readonly<Record<string, number>> {
  const shares = sets.length === 3 ? [70, 10, 20] : [100];
  return Object.fromEntries(sets.map((name, index) => [name, shares[index] ?? 0]));
}
