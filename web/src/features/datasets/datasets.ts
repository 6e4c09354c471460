/** Owns what is asked about datasets, their versions and images, and what is done to them. */

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Dataset = Schemas["Dataset"];
export type Version = Schemas["Version"];
export type Image = Schemas["Image"];
export type Difference = Schemas["Difference"];

export interface ImageFilter {
  /** 0 is the draft. */
  readonly version: number;
  readonly source?: string;
  readonly tag?: string;
  readonly path_prefix?: string;
}

const PAGE = 200;

const datasetsQuery = pagesQuery(["datasets"], (page_token, signal) =>
  unwrap(api.GET("/api/v1/datasets", { params: { query: { page_token } }, signal })),
);

export function useDatasets() {
  return usePages(datasetsQuery, (page) => page.datasets);
}

export const datasetQuery = (dataset_id: string) =>
  queryOptions({
    queryKey: ["datasets", dataset_id],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/datasets/{dataset_id}", { params: { path: { dataset_id } }, signal })),
  });

export function useDataset(datasetId: string) {
  return useQuery(datasetQuery(datasetId));
}

export function useVersions(dataset_id: string) {
  const options = pagesQuery(["datasets", dataset_id, "versions"], (page_token, signal) =>
    unwrap(api.GET("/api/v1/datasets/{dataset_id}/versions", { params: { path: { dataset_id }, query: { page_token } }, signal })),
  );
  return usePages(options, (page) => page.versions);
}

export function useImages(dataset_id: string, filter: ImageFilter) {
  const options = pagesQuery(["datasets", dataset_id, "images", filter], (page_token, signal) => {
    const query = { ...filter, page_token, page_size: PAGE };
    return unwrap(api.GET("/api/v1/datasets/{dataset_id}/images", { params: { path: { dataset_id }, query }, signal }));
  });
  return usePages(options, (page) => page.images);
}

export function useImage(sha256: string) {
  return useQuery({
    queryKey: ["images", sha256],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/images/{sha256}", { params: { path: { sha256 } }, signal })),
  });
}

export function useGap(dataset_id: string) {
  return useQuery({
    queryKey: ["datasets", dataset_id, "gap"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/datasets/{dataset_id}:gap", { params: { path: { dataset_id } }, signal })),
  });
}

export function useDiff(dataset_id: string, number: number, base: number) {
  const options = pagesQuery(["datasets", dataset_id, "diff", number, base], (page_token, signal) => {
    const params = { path: { dataset_id, number }, query: { base, page_token, page_size: PAGE } };
    return unwrap(api.GET("/api/v1/datasets/{dataset_id}/versions/{number}:diff", { params, signal }));
  });
  return usePages(options, (page) => page.differences);
}

export function useBatches(dataset_id: string) {
  const options = pagesQuery(["datasets", dataset_id, "batches"], (page_token, signal) =>
    unwrap(api.GET("/api/v1/datasets/{dataset_id}/batches", { params: { path: { dataset_id }, query: { page_token } }, signal })),
  );
  return usePages(options, (page) => page.batches);
}

export function useCreateDataset() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; description: string }) =>
      unwrap(api.POST("/api/v1/datasets", { body: { ...body, request_id: crypto.randomUUID() } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["datasets"] }),
    meta: { ownError: true },
  });
}

export function usePublish(dataset_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (note: string) => {
      const body = { note, request_id: crypto.randomUUID() };
      return unwrap(api.POST("/api/v1/datasets/{dataset_id}:publish", { params: { path: { dataset_id } }, body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["datasets"] }),
    meta: { ownError: true },
  });
}

export function useTagImages(dataset_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { paths: string[]; add_tags?: string[]; remove_tags?: string[] }) =>
      unwrap(api.POST("/api/v1/datasets/{dataset_id}/images:tag", { params: { path: { dataset_id } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["datasets", dataset_id] }),
  });
}
