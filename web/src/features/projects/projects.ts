/** Owns what is asked about annotation projects. */

import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Project = Schemas["Project"];

const projectsQuery = pagesQuery(["projects"], (page_token, signal) =>
  unwrap(api.GET("/api/v1/projects", { params: { query: { page_token } }, signal })),
);

export function useProjects() {
  return usePages(projectsQuery, (page) => page.projects);
}
