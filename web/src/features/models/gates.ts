/** Owns what is asked about the gates of a model, and what is done to them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";

export type Gate = Schemas["Gate"];
export type GateCheck = Schemas["GateCheck"];
export type GateState = Schemas["CheckGateResponse"];
export type Approval = Schemas["Approval"];
export type Verdict = "APPROVE" | "REJECT";
export type GateDraft = Pick<Gate, "alias" | "conditions" | "approval_count" | "approver_roles">;

export function useGates(model_id: string) {
  return useQuery({
    queryKey: ["models", model_id, "gates"],
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/models/{model_id}/gates", { params: { path: { model_id } }, signal }))).gates,
  });
}

export function useGateState(model_id: string, version: string, alias: string) {
  return useQuery({
    queryKey: ["models", model_id, "gates", alias, version],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/models/{model_id}/versions/{version}:checkGate", { params: { path: { model_id, version }, query: { alias } }, signal })),
  });
}

export function useSetGate(model_id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ alias, conditions, approval_count, approver_roles }: GateDraft) => {
      const body = { alias, conditions, approval_count, approver_roles, request_id: crypto.randomUUID() };
      return unwrap(api.POST("/api/v1/models/{model_id}:setGate", { params: { path: { model_id } }, body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["models", model_id] }),
    meta: { ownError: true },
  });
}

export function useApprove(model_id: string, version: string, alias: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ verdict, comment }: { readonly verdict: Verdict; readonly comment: string }) => {
      const body = { alias, verdict, comment, request_id: crypto.randomUUID() };
      return unwrap(api.POST("/api/v1/models/{model_id}/versions/{version}:approve", { params: { path: { model_id, version } }, body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["models", model_id] }),
    meta: { ownError: true },
  });
}
