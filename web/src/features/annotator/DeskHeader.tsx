/** Owns the bar above the canvas: where one is, whether it is saved, where to go next. */

import { ActionIcon, Anchor, Button, Group, Text, Tooltip } from "@mantine/core";
import { IconArrowLeft, IconChevronLeft, IconChevronRight, IconKeyboard } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Project } from "@/features/projects/projects";
import { useMay } from "@/features/session/session";
import { TaskBadges } from "@/features/tasks/TaskBadges";
import type { OpenTask } from "@/features/tasks/tasks";
import type { Autosave, SaveState } from "./autosave";
import classes from "./desk.module.css";
import { useSaveState } from "./use-autosave";

interface DeskHeaderProps {
  readonly project: Project;
  readonly open: OpenTask;
  readonly autosave: Autosave;
  readonly submitting: boolean;
  readonly onGo: (taskId: string) => Promise<void>;
  readonly onSubmit: () => Promise<void>;
  readonly onHelp: () => void;
}

export function DeskHeader({ project, open, autosave, submitting, onGo, onSubmit, onHelp }: DeskHeaderProps) {
  const { task, previous_task_id, next_task_id } = open;
  const saved = useSaveState(autosave);
  const maySubmit = useMay("annotation.SubmitTask");
  const submittable = saved.revision > task.revision || ["OPEN", "ANNOTATING", "REJECTED"].includes(task.state);
  return (
    <header className={classes.header}>
      <Group gap="sm" wrap="nowrap" miw={0}>
        <Anchor component={Link} to={`/projects/${project.id}`} size="sm" style={{ whiteSpace: "nowrap" }}>
          <Group gap={4} wrap="nowrap">
            <IconArrowLeft size={16} aria-hidden />
            {project.name}
          </Group>
        </Anchor>
        <Text size="sm" truncate title={task.path}>
          {task.path}
        </Text>
        <TaskBadges task={task} />
      </Group>
      <Group gap="xs" wrap="nowrap">
        <SaveLine state={saved} onRetry={() => void autosave.flush()} />
        <Step label="Previous image (D)" icon={IconChevronLeft} to={previous_task_id} onGo={onGo} />
        <Step label="Next image (F)" icon={IconChevronRight} to={next_task_id} onGo={onGo} />
        <Tooltip label="Keys (?)">
          <ActionIcon variant="subtle" color="gray" aria-label="Keys" onClick={onHelp}>
            <IconKeyboard size={18} />
          </ActionIcon>
        </Tooltip>
        {maySubmit && (
          <Button size="xs" onClick={() => void onSubmit()} loading={submitting} disabled={!submittable || saved.status === "conflict"}>
            Submit
          </Button>
        )}
      </Group>
    </header>
  );
}

interface StepProps {
  readonly label: string;
  readonly icon: typeof IconChevronLeft;
  readonly to: string;
  readonly onGo: (taskId: string) => Promise<void>;
}

function Step({ label, icon: Icon, to, onGo }: StepProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" aria-label={label} disabled={to === ""} onClick={() => void onGo(to)}>
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function SaveLine({ state, onRetry }: { readonly state: SaveState; readonly onRetry: () => void }) {
  const bad = state.status === "unreachable" || state.status === "refused";
  return (
    <Group gap={6} wrap="nowrap" role="status" aria-live="polite">
      <Text size="sm" c={bad ? "red" : "dimmed"} style={{ whiteSpace: "nowrap" }} title={state.problem?.message}>
        {sentenceOf(state)}
      </Text>
      {bad && (
        <Button size="compact-xs" variant="default" onClick={onRetry}>
          Try now
        </Button>
      )}
    </Group>
  );
}

function sentenceOf({ status, revision, problem }: SaveState): string {
  switch (status) {
    case "saved":
      return revision === 0 ? "Nothing saved yet" : `Saved, revision ${revision}`;
    case "waiting":
      return "Not saved yet";
    case "saving":
      return "Saving";
    case "unreachable":
      return `Not saved: ${problem?.status === 401 ? "signed out" : "no connection"}. Kept in this browser`;
    case "refused":
      return `Not saved: ${problem?.message ?? "refused"}`;
    case "conflict":
      return "Not saved: somebody else saved";
  }
}
