/** Owns what is asked about runs. */

import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Run = Schemas["Run"];

const runsQuery = pagesQuery(["runs"], (page_token, signal) =>
  unwrap(api.GET("/api/v1/runs", { params: { query: { page_token } }, signal })),
);

export function useRuns() {
  return usePages(runsQuery, (page) => page.runs);
}
