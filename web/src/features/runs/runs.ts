/** Owns what is asked about runs: their metrics, evaluation and files. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Run = Schemas["Run"];
export type Evaluation = Schemas["GetEvaluationResponse"];
export type Artifact = Schemas["Artifact"];

export interface RunFilter {
  readonly kind?: Run["kind"];
  readonly status?: Run["status"];
}

/** How often a running run is asked for news. */
const NEWS_MS = 2_000;

export function useRuns(filter: RunFilter) {
  const options = pagesQuery(["runs", "list", filter], (page_token, signal) =>
    unwrap(api.GET("/api/v1/runs", { params: { query: { ...filter, page_token } }, signal })),
  );
  return usePages(options, (page) => page.runs);
}

export function useRun(run_id: string) {
  return useQuery({
    queryKey: ["runs", run_id],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id } }, signal })),
    refetchInterval: (query) => (query.state.data?.status === "RUNNING" ? NEWS_MS : false),
  });
}

export function useEvaluation(run_id: string) {
  return useQuery({
    queryKey: ["runs", run_id, "evaluation"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/runs/{run_id}/evaluation", { params: { path: { run_id } }, signal })),
  });
}

export function useArtifacts(run_id: string) {
  const options = pagesQuery(["runs", run_id, "artifacts"], (page_token, signal) =>
    unwrap(api.GET("/api/v1/runs/{run_id}/artifacts", { params: { path: { run_id }, query: { page_token } }, signal })),
  );
  return usePages(options, (page) => page.artifacts);
}

export function useDownloadArtifact(run_id: string) {
  return useMutation({
    mutationFn: (path: string) =>
      unwrap(api.GET("/api/v1/runs/{run_id}/artifacts:sign", { params: { path: { run_id }, query: { path } } })),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}

export function useRepeatRun(run_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/runs/{run_id}:repeat", { params: { path: { run_id } }, body: { request_id: crypto.randomUUID() } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["jobs"] }),
  });
}
