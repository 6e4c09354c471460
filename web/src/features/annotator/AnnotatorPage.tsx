/** Owns the page on which one image is annotated: what it needs, before the desk can be set up. */

import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useProject } from "@/features/projects/projects";
import { openTaskQuery, useOpenTask } from "@/features/tasks/tasks";
import { Loaded } from "@/ui/Loaded";
import { Desk } from "./Desk";

export function AnnotatorPage() {
  const { taskId } = useParams({ from: "/inside/tasks/$taskId" });
  const open = useOpenTask(taskId);
  return <Loaded query={open}>{(found) => <OfProject key={found.task.id} open={found} />}</Loaded>;
}

function OfProject({ open }: { readonly open: Parameters<typeof Desk>[0]["open"] }) {
  const project = useProject(open.task.project_id);
  const client = useQueryClient();
  const [visit, setVisit] = useState(0);
  const reload = async () => {
    await client.refetchQueries(openTaskQuery(open.task.id));
    setVisit((before) => before + 1);
  };
  return <Loaded query={project}>{(found) => <Desk key={visit} project={found} open={open} onReload={reload} />}</Loaded>;
}
