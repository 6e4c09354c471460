/** Owns what is asked about several runs together. */

import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Range } from "@/features/charts/lines";
import type { Comparison } from "./comparison";

const NEWS_MS = 5_000;
/** All lines of one chart together: more points than these no screen can show. */
const CHART_POINTS = 30_000;

export function useComparison(run_ids: readonly string[]) {
  return useQuery({
    queryKey: ["runs", "comparison", run_ids],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/runs:compare", { params: { query: { run_ids: [...run_ids] } }, signal })),
    enabled: run_ids.length >= 2,
    refetchInterval: ({ state }) => (state.data?.runs.some(({ status }) => status === "RUNNING") === true ? NEWS_MS : false),
    placeholderData: (before) => before,
  });
}

/** One series of every run, thinned; asked for again when the runs have more points. */
export function useComparedSeries({ runs, metrics }: Comparison, key: string, range: Range | null) {
  const run_ids = runs.map(({ id }) => id);
  const counts = metrics.find((row) => row.key === key)?.cells.map(({ point_count }) => point_count) ?? [];
  const max_points = Math.max(200, Math.min(1000, Math.floor(CHART_POINTS / run_ids.length)));
  return useQuery({
    queryKey: ["series", "compared", run_ids, key, range, counts],
    queryFn: async ({ signal }) => {
      const steps = range === null ? {} : { from_step: range.min, to_step: range.max };
      const query = { run_ids, keys: [key], max_points, ...steps };
      const answer = await unwrap(api.GET("/api/v1/metrics:compare", { params: { query }, signal }));
      return answer.runs.map(({ series }) => series[0]);
    },
    staleTime: Infinity,
    gcTime: 60_000,
    placeholderData: (before) => before,
  });
}
