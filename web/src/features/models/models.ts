/** Owns what is asked about models, their versions, aliases and lineage, and what is done to them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Model = Schemas["Model"];
export type ModelVersion = Schemas["ModelVersion"];
export type Lineage = Schemas["GetLineageResponse"];

const modelsQuery = pagesQuery(["models"], (page_token, signal) =>
  unwrap(api.GET("/api/v1/models", { params: { query: { page_token } }, signal })),
);

export function useModels() {
  return usePages(modelsQuery, (page) => page.models);
}

export function useModel(model_id: string) {
  return useQuery({
    queryKey: ["models", model_id],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/models/{model_id}", { params: { path: { model_id } }, signal })),
  });
}

export function useModelVersions(model_id: string) {
  const options = pagesQuery(["models", model_id, "versions"], (page_token, signal) =>
    unwrap(api.GET("/api/v1/models/{model_id}/versions", { params: { path: { model_id }, query: { page_token } }, signal })),
  );
  return usePages(options, (page) => page.versions);
}

export function useAliasChanges(model_id: string, alias: string) {
  const options = pagesQuery(["models", model_id, "aliases", alias], (page_token, signal) => {
    const params = { path: { model_id, alias }, query: { page_token } };
    return unwrap(api.GET("/api/v1/models/{model_id}/aliases/{alias}/changes", { params, signal }));
  });
  return usePages(options, (page) => page.changes);
}

export function useLineage(model_id: string, version: string) {
  return useQuery({
    queryKey: ["models", model_id, "lineage", version],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/models/{model_id}/versions/{version}:lineage", { params: { path: { model_id, version } }, signal })),
  });
}

export function useSetAlias(model_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (move: { alias: string; version: number; reason: string }) => {
      const body = { ...move, request_id: crypto.randomUUID() };
      return unwrap(api.POST("/api/v1/models/{model_id}:setAlias", { params: { path: { model_id } }, body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["models"] }),
    meta: { ownError: true },
  });
}
