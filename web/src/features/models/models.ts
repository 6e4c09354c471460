/** Owns what is asked about models. */

import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Model = Schemas["Model"];

const modelsQuery = pagesQuery(["models"], (page_token, signal) =>
  unwrap(api.GET("/api/v1/models", { params: { query: { page_token } }, signal })),
);

export function useModels() {
  return usePages(modelsQuery, (page) => page.models);
}
