/** Owns what is asked about jobs and what is done to them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Job = Schemas["Job"];
export type JobSpec = Schemas["JobSpecInput"];
export type Recipe = Schemas["Recipe"];

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

export function useRecipes() {
  return useQuery({
    queryKey: ["recipes"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/recipes", { signal })),
    select: ({ recipes }) => recipes,
  });
}

export function useSubmitJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (spec: JobSpec) => unwrap(api.POST("/api/v1/jobs", { body: { spec, request_id: crypto.randomUUID() } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["jobs"] }),
    meta: { ownError: true },
  });
}
