/** Owns what is asked about jobs and what is done to them. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Job = Schemas["Job"];

const NEWS_MS = 3_000;

const jobsQuery = pagesQuery(["jobs"], (page_token, signal) =>
  unwrap(api.GET("/api/v1/jobs", { params: { query: { page_token } }, signal })),
);

export function useJobs() {
  return usePages({ ...jobsQuery, refetchInterval: NEWS_MS }, (page) => page.jobs);
}

export function useCancelJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (job_id: string) => unwrap(api.POST("/api/v1/jobs/{job_id}:cancel", { params: { path: { job_id } }, body: {} })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["jobs"] }),
  });
}
