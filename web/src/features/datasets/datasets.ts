/** Owns what is asked about datasets and their versions. */

import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Dataset = Schemas["Dataset"];

const datasetsQuery = pagesQuery(["datasets"], (page_token, signal) =>
  unwrap(api.GET("/api/v1/datasets", { params: { query: { page_token } }, signal })),
);

export function useDatasets() {
  return usePages(datasetsQuery, (page) => page.datasets);
}
