/** Owns what is asked about tasks and what is done to them. */

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Task = Schemas["Task"];
export type OpenTask = Schemas["GetTaskResponse"] & { readonly task: Task };
export type Review = Schemas["Review"];
export type Verdict = "ACCEPT" | "REJECT";

export interface TaskFilter {
  readonly state?: Task["state"];
  readonly verification?: Task["verification"];
  readonly image_set?: string;
  readonly label?: string;
  readonly assignee_id?: string;
}

const PAGE = 200;

export function useTasks(project_id: string, filter: TaskFilter) {
  const options = pagesQuery(["projects", project_id, "tasks", filter], (page_token, signal) => {
    const query = { ...filter, page_token, page_size: PAGE };
    return unwrap(api.GET("/api/v1/projects/{project_id}/tasks", { params: { path: { project_id }, query }, signal }));
  });
  return usePages(options, (page) => page.tasks);
}

/** A task as it is now. Whoever edits it asks again deliberately: a refresh under the pen would lose the base. */
export const openTaskQuery = (task_id: string) =>
  queryOptions({
    queryKey: ["tasks", task_id],
    queryFn: async ({ signal }) => {
      const answer = await unwrap(api.GET("/api/v1/tasks/{task_id}", { params: { path: { task_id } }, signal }));
      if (answer.task === undefined) throw new Error("The platform answered without the task.");
      return answer as OpenTask;
    },
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export function useOpenTask(taskId: string) {
  return useQuery(openTaskQuery(taskId));
}

export function usePredictions(task_id: string) {
  return useQuery({
    queryKey: ["tasks", task_id, "predictions"],
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/v1/tasks/{task_id}/predictions", { params: { path: { task_id } }, signal }))).predictions,
  });
}

export function useSubmitTask() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ task_id, revision }: { task_id: string; revision: number }) => {
      const body = { revision, request_id: crypto.randomUUID() };
      return unwrap(api.POST("/api/v1/tasks/{task_id}:submit", { params: { path: { task_id } }, body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["projects"] }),
  });
}

export interface Judgement {
  readonly task: Task;
  readonly verdict: Verdict;
  readonly comment: string;
}

/** A reviewer's verdict, or the customer's. */
export function useJudge(kind: "review" | "verify") {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ task, verdict, comment }: Judgement) => {
      const body = { revision: task.revision, verdict, comment, request_id: crypto.randomUUID() };
      const options = { params: { path: { task_id: task.id } }, body };
      return unwrap(kind === "review" ? api.POST("/api/v1/tasks/{task_id}:review", options) : api.POST("/api/v1/tasks/{task_id}:verify", options));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["projects"] }),
  });
}

export function useTakeNext(project_id: string) {
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/projects/{project_id}/tasks:takeNext", { params: { path: { project_id } }, body: {} })),
  });
}
