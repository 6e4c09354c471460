/** Owns what is asked about annotation projects and what is done to them. */

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Project = Schemas["Project"];

const projectsQuery = pagesQuery(["projects"], (page_token, signal) =>
  unwrap(api.GET("/api/v1/projects", { params: { query: { page_token } }, signal })),
);

export function useProjects() {
  return usePages(projectsQuery, (page) => page.projects);
}

export type Progress = Schemas["GetProgressResponse"];
export type Snapshot = Schemas["Snapshot"];

export const projectQuery = (project_id: string) =>
  queryOptions({
    queryKey: ["projects", project_id],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/projects/{project_id}", { params: { path: { project_id } }, signal })),
    staleTime: 30_000,
  });

export function useProject(projectId: string) {
  return useQuery(projectQuery(projectId));
}

export function useProgress(project_id: string) {
  return useQuery({
    queryKey: ["projects", project_id, "progress"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/projects/{project_id}:progress", { params: { path: { project_id } }, signal })),
  });
}

export function useSnapshots(project_id: string) {
  const options = pagesQuery(["projects", project_id, "snapshots"], (page_token, signal) =>
    unwrap(api.GET("/api/v1/projects/{project_id}/snapshots", { params: { path: { project_id }, query: { page_token } }, signal })),
  );
  return usePages(options, (page) => page.snapshots);
}

export interface NewProject {
  readonly name: string;
  readonly description: string;
  readonly labels: { name: string; color: string }[];
  readonly tools: Project["tools"];
}

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (project: NewProject) => unwrap(api.POST("/api/v1/projects", { body: { ...project, request_id: crypto.randomUUID() } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["projects"] }),
    meta: { ownError: true },
  });
}

export interface Assignment {
  readonly dataset_id: string;
  readonly version: number;
  readonly split: { image_set: string; share: number }[];
  readonly tag_rules: { tag: string; image_set: string }[];
}

export function useAssignVersion(project_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Assignment) => unwrap(api.POST("/api/v1/projects/{project_id}:assignVersion", { params: { path: { project_id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["projects"] }),
    meta: { ownError: true },
  });
}

export function useCreateSnapshot(project_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (snapshot: { note: string; include_unreviewed: boolean }) => {
      const body = { ...snapshot, request_id: crypto.randomUUID() };
      return unwrap(api.POST("/api/v1/projects/{project_id}/snapshots", { params: { path: { project_id } }, body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["projects"] }),
    meta: { ownError: true },
  });
}
