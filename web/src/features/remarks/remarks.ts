/** Owns what is asked about remarks and what is done to them. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Remark = Schemas["Remark"];

export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function useRemarks(project_id: string, state: "UNRESOLVED" | "RESOLVED" | null) {
  const options = pagesQuery(["projects", project_id, "remarks", state], (page_token, signal) => {
    const query = state === null ? { page_token } : { page_token, state };
    return unwrap(api.GET("/api/v1/projects/{project_id}/remarks", { params: { path: { project_id }, query }, signal }));
  });
  return usePages(options, (page) => page.remarks);
}

export function useCreateRemark(task_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ text, region }: { text: string; region: Region | null }) => {
      const body = { text, request_id: crypto.randomUUID(), ...(region === null ? {} : { region }) };
      return unwrap(api.POST("/api/v1/tasks/{task_id}/remarks", { params: { path: { task_id } }, body }));
    },
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: ["projects"] }), client.invalidateQueries({ queryKey: ["tasks", task_id] })]),
  });
}

export function useResolveRemark() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: Remark) => unwrap(api.POST("/api/v1/remarks/{remark_id}:resolve", { params: { path: { remark_id: id } }, body: {} })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["projects"] }),
  });
}
