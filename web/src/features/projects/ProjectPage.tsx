/** Owns the page of one project: how far it is, its tasks, remarks and snapshots, what came in and went out. */

import { Button, Tabs } from "@mantine/core";
import { IconPencil, IconRosetteDiscountCheck, IconEyeCheck } from "@tabler/icons-react";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { RemarksPanel } from "@/features/remarks/RemarksPanel";
import { useMay } from "@/features/session/session";
import { TasksPanel } from "@/features/tasks/TasksPanel";
import { useTakeNext } from "@/features/tasks/tasks";
import { ImportAnnotations } from "@/features/transfers/imports/ImportAnnotations";
import { TransfersPanel } from "@/features/transfers/TransfersPanel";
import { Loaded } from "@/ui/Loaded";
import { Page } from "@/ui/Page";
import { AssignVersion } from "./AssignVersion";
import { ProgressPanel } from "./ProgressPanel";
import { useProject, type Project } from "./projects";
import { SnapshotsPanel } from "./SnapshotsPanel";

const ROUTE = "/inside/shell/projects/$projectId";
const TABS = ["progress", "tasks", "remarks", "snapshots", "transfers"] as const;
export type ProjectTab = (typeof TABS)[number];

export function isProjectTab(value: unknown): value is ProjectTab {
  return TABS.some((tab) => tab === value);
}

export function ProjectPage() {
  const { projectId } = useParams({ from: ROUTE });
  const project = useProject(projectId);
  return <Loaded query={project}>{(found) => <Content project={found} />}</Loaded>;
}

function Content({ project }: { readonly project: Project }) {
  const { tab = "progress" } = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: "/projects/$projectId" });
  const maySeeTransfers = useMay("annotation.ListTransfers");
  const show = (value: string | null) => void navigate({ search: isProjectTab(value) ? { tab: value } : {} });
  const images = project.assigned_versions.map(({ dataset_name, version }) => `${dataset_name}@v${version}`).join(", ");
  const subtitle = [project.description, images === "" ? "no images yet" : `images of ${images}`].filter((part) => part !== "").join(" · ");
  return (
    <Page title={project.name} subtitle={subtitle} actions={<Actions project={project} />}>
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="progress">Progress</Tabs.Tab>
          <Tabs.Tab value="tasks">Tasks</Tabs.Tab>
          <Tabs.Tab value="remarks">Remarks</Tabs.Tab>
          <Tabs.Tab value="snapshots">Snapshots</Tabs.Tab>
          {maySeeTransfers && <Tabs.Tab value="transfers">Import &amp; export</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="progress">
          <ProgressPanel project={project} />
        </Tabs.Panel>
        <Tabs.Panel value="tasks">
          <TasksPanel project={project} />
        </Tabs.Panel>
        <Tabs.Panel value="remarks">
          <RemarksPanel projectId={project.id} />
        </Tabs.Panel>
        <Tabs.Panel value="snapshots">
          <SnapshotsPanel project={project} />
        </Tabs.Panel>
        {maySeeTransfers && (
          <Tabs.Panel value="transfers">
            <TransfersPanel projectId={project.id} />
          </Tabs.Panel>
        )}
      </Tabs>
    </Page>
  );
}

function Actions({ project }: { readonly project: Project }) {
  const mayReview = useMay("annotation.ReviewTask");
  const mayVerify = useMay("annotation.VerifyTask");
  const mayAnnotate = useMay("annotation.TakeNextTask");
  const take = useTakeNext(project.id);
  const navigate = useNavigate();
  const annotate = () => take.mutate(undefined, { onSuccess: ({ id }) => void navigate({ to: "/tasks/$taskId", params: { taskId: id } }) });
  return (
    <>
      <AssignVersion project={project} />
      <ImportAnnotations projectId={project.id} />
      {mayReview && (
        <Button component={Link} variant="default" leftSection={<IconEyeCheck size={16} />} to={`/projects/${project.id}/review`}>
          Review
        </Button>
      )}
      {mayVerify && (
        <Button component={Link} leftSection={<IconRosetteDiscountCheck size={16} />} to={`/projects/${project.id}/verify`}>
          Verify
        </Button>
      )}
      {mayAnnotate && (
        <Button leftSection={<IconPencil size={16} />} onClick={annotate} loading={take.isPending} disabled={project.task_count === 0}>
          Annotate
        </Button>
      )}
    </>
  );
}
