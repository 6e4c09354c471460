/** Owns what is asked about runs: their metrics, evaluation and files. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { eachOf } from "./each";

export type Run = Schemas["Run"];
export type Evaluation = Schemas["GetEvaluationResponse"];

export interface RunChange {
  readonly name?: string;
  readonly note?: string;
  readonly set_tags?: Schemas["Param"][];
  readonly remove_tags?: string[];
}

/** How often a running run is asked for news. */
const NEWS_MS = 2_000;

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

export function useRepeatRun(run_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/runs/{run_id}:repeat", { params: { path: { run_id } }, body: { request_id: crypto.randomUUID() } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["jobs"] }),
  });
}

/** The first thousand runs below a run, in the order they were started. */
export function useRunsBelow(parent_run_id: string) {
  return useQuery({
    queryKey: ["runs", "below", parent_run_id],
    queryFn: async ({ signal }) => {
      const query = { parent_run_id, page_size: 1000, order_by: ["start_time ASC"] };
      return (await unwrap(api.GET("/api/v1/runs", { params: { query }, signal }))).runs;
    },
  });
}

/** The experiments of the workspace, by name; the first thousand. */
export function useExperiments() {
  return useQuery({
    queryKey: ["experiments"],
    queryFn: async ({ signal }) => {
      const query = { page_size: 1000, order_by: ["name ASC"] };
      return (await unwrap(api.GET("/api/v1/experiments", { params: { query }, signal }))).experiments;
    },
  });
}

export function useUpdateRun(run_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: RunChange) => unwrap(api.PATCH("/api/v1/runs/{run_id}", { params: { path: { run_id } }, body: change })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}

export type BulkChange = { readonly kind: "delete" } | { readonly kind: "restore" } | { readonly kind: "tag"; readonly key: string; readonly value: string };

/** The same change to many runs; answers how many have it. */
export function useChangeRuns() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ ids, change }: { readonly ids: readonly string[]; readonly change: BulkChange }) =>
      eachOf(ids, (run_id) => {
        const params = { path: { run_id } };
        if (change.kind === "delete") return unwrap(api.DELETE("/api/v1/runs/{run_id}", { params }));
        if (change.kind === "restore") return unwrap(api.POST("/api/v1/runs/{run_id}:restore", { params, body: {} }));
        return unwrap(api.PATCH("/api/v1/runs/{run_id}", { params, body: { set_tags: [{ key: change.key, value: change.value }] } }));
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
}
