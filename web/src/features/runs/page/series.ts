/** Owns asking for the points of a run's series. */

import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Range } from "@/features/charts/lines";
import type { Run } from "../runs";

/** About two points per pixel of a wide chart; the platform keeps every extreme among them. */
const CHART_POINTS = 1_000;
/** Longer than a chart is scrolled out of view and back. */
const KEPT_MS = 60_000;

/** How many points each series of a run has. */
export type PointCounts = ReadonlyMap<string, number>;

export function countsOf(metrics: Run["metrics"]): PointCounts {
  return new Map(metrics.map(({ key, point_count }) => [key, point_count]));
}

/** The series of a run by their keys, thinned; of a range of steps with as many points as of the whole. */
export function useSeries(run_id: string, all: PointCounts, keys: readonly string[], range: Range | null) {
  // The run is asked for news anyway: points are asked for again only when there are more of them.
  const counts = keys.map((key) => all.get(key));
  return useQuery({
    queryKey: ["series", run_id, keys, range, counts],
    queryFn: async ({ signal }) => {
      const steps = range === null ? {} : { from_step: range.min, to_step: range.max };
      const params = { path: { run_id }, query: { keys: [...keys], max_points: CHART_POINTS, ...steps } };
      return (await unwrap(api.GET("/api/v1/runs/{run_id}/metrics", { params, signal }))).series;
    },
    staleTime: Infinity,
    gcTime: KEPT_MS,
    placeholderData: (before) => before,
  });
}
