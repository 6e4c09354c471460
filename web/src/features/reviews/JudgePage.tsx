/** Owns the pages on which images wait for a verdict: a reviewer's, or the customer's. */

import { Button, Center } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useProject, type Project } from "@/features/projects/projects";
import { useOpenTask } from "@/features/tasks/tasks";
import { EmptyState } from "@/ui/EmptyState";
import { Loaded, Refused } from "@/ui/Loaded";
import { JudgeDesk } from "./JudgeDesk";
import { afterJudged, useQueue, type JudgeKind } from "./reviews";

export function ReviewPage() {
  return <JudgePage kind="review" />;
}

export function VerifyPage() {
  return <JudgePage kind="verify" />;
}

function JudgePage({ kind }: { readonly kind: JudgeKind }) {
  const { projectId } = useParams({ strict: false });
  const project = useProject(projectId ?? "");
  return <Loaded query={project}>{(found) => <OfProject kind={kind} project={found} />}</Loaded>;
}

function OfProject({ kind, project }: { readonly kind: JudgeKind; readonly project: Project }) {
  const { task } = useSearch({ strict: false });
  const { tasks, error } = useQueue(project.id, kind);
  if (tasks === undefined && error !== null) return <Refused error={error} />;
  const current = task ?? tasks?.[0]?.id;
  if (tasks === undefined) return null;
  if (current === undefined) {
    return (
      <Center mih="100vh" component="main">
        <EmptyState
          icon={IconCircleCheck} title={kind === "review" ? "Nothing waits for review" : "Nothing waits for verification"}
          action={
            <Button component={Link} to={`/projects/${project.id}`}>
              To the project
            </Button>
          }
        >
          {kind === "review" ? "Images appear here when an annotator submits them." : "Images appear here when a reviewer has accepted them."}
        </EmptyState>
      </Center>
    );
  }
  return <OfTask kind={kind} project={project} taskId={current} tasks={tasks} />;
}

interface OfTaskProps {
  readonly kind: JudgeKind;
  readonly project: Project;
  readonly taskId: string;
  readonly tasks: NonNullable<ReturnType<typeof useQueue>["tasks"]>;
}

function OfTask({ kind, project, taskId, tasks }: OfTaskProps) {
  const open = useOpenTask(taskId);
  const navigate = useNavigate();
  const go = (id: string | undefined) =>
    void navigate({ to: `/projects/$projectId/${kind}`, params: { projectId: project.id }, search: id === undefined ? {} : { task: id }, replace: true });
  return (
    <Loaded query={open}>
      {(found) => (
        <JudgeDesk
          key={`${found.task.id} ${found.task.revision}`} kind={kind} project={project} open={found} tasks={tasks} onGo={go}
          onJudged={() => go(afterJudged(tasks, taskId))} onStale={() => void open.refetch()}
        />
      )}
    </Loaded>
  );
}
