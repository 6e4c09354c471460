/** Owns the tasks of a project as images, with filters. */

import { Group, Select, Stack } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Project } from "@/features/projects/projects";
import { EmptyState } from "@/ui/EmptyState";
import { count } from "@/ui/format";
import { Refused } from "@/ui/Loaded";
import { TileGrid } from "@/ui/TileGrid";
import { STATES, VERIFICATIONS } from "./TaskBadges";
import { useTasks, type Task } from "./tasks";

const STATE_CHOICES = choicesOf(STATES);
const VERIFICATION_CHOICES = choicesOf(VERIFICATIONS);

export function TasksPanel({ project }: { readonly project: Project }) {
  const [state, setState] = useState<string | null>(null);
  const [verification, setVerification] = useState<string | null>(null);
  const [imageSet, setImageSet] = useState<string | null>(null);
  const [label, setLabel] = useState<string | null>(null);
  const tasks = useTasks(project.id, {
    ...(state === null ? {} : { state: state as Task["state"] }),
    ...(verification === null ? {} : { verification: verification as Task["verification"] }),
    ...(imageSet === null ? {} : { image_set: imageSet }),
    ...(label === null ? {} : { label }),
  });
  const navigate = useNavigate();
  const items = tasks.items ?? [];
  const open = (index: number) => {
    const task = items[index];
    if (task !== undefined) void navigate({ to: "/tasks/$taskId", params: { taskId: task.id } });
  };
  return (
    <Stack>
      <Group gap="sm">
        <Select label="State" placeholder="Any" clearable w={170} value={state} onChange={setState} data={STATE_CHOICES} />
        <Select label="Verification" placeholder="Any" clearable w={200} value={verification} onChange={setVerification} data={VERIFICATION_CHOICES} />
        <Select label="Image set" placeholder="Any" clearable w={170} value={imageSet} onChange={setImageSet} data={project.image_sets} />
        <Select label="Has label" placeholder="Any" clearable w={170} value={label} onChange={setLabel} data={project.labels.map(({ name }) => name)} />
      </Group>
      {tasks.items === undefined && tasks.error !== null && <Refused error={tasks.error} />}
      {tasks.items?.length === 0 && (
        <EmptyState icon={IconPhoto} title="No task fits">
          Change the filter, or add images to the project.
        </EmptyState>
      )}
      {items.length > 0 && (
        <TileGrid
          label="Tasks" tiles={items.map((task) => ({ key: task.id, sha256: task.image_sha256, title: task.path, detail: detailOf(task) }))}
          onOpen={open} more={{ has: tasks.hasNextPage, loading: tasks.isFetchingNextPage, load: tasks.fetchNextPage }}
        />
      )}
    </Stack>
  );
}

function detailOf(task: Task): string {
  const parts = [STATES[task.state].word, count(task.annotation_count, "object")];
  if (task.verification !== "UNVERIFIED") parts.push(VERIFICATIONS[task.verification].word);
  if (task.open_remark_count > 0) parts.push(count(task.open_remark_count, "remark"));
  return parts.join(" · ");
}

function choicesOf(words: Readonly<Record<string, { readonly word: string }>>) {
  return Object.entries(words)
    .filter(([value]) => !value.endsWith("UNSPECIFIED"))
    .map(([value, { word }]) => ({ value, label: word }));
}
