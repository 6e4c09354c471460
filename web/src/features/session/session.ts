/** Owns the signed-in member as the user interface knows it. The cookie itself is the gateway's. */

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { sendJson } from "@/api/http";

export type Me = Required<Pick<Schemas["GetMeResponse"], "member" | "workspace" | "methods">>;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/me", { signal }))) as Me,
  staleTime: 60_000,
});

/** The signed-in member. Only for pages behind the sign-in. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  if (data === undefined) throw new Error("This page needs a signed-in member.");
  return data;
}

/** Whether the role allows a method, such as `storage.PublishDataset`; the server decides again. */
export function useMay(method: string): boolean {
  return useMe().methods.includes(method);
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface Acceptance extends Credentials {
  readonly invitation: string;
  readonly name: string;
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Credentials) => sendJson<unknown>("POST", "/api/v1/sessions", credentials),
    onSuccess: () => client.resetQueries(),
    meta: { ownError: true },
  });
}

/** Uses a one-time link: sets name and password and signs in. */
export function useAcceptInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (acceptance: Acceptance) => sendJson<unknown>("POST", "/api/v1/sessions:accept", acceptance),
    onSuccess: () => client.resetQueries(),
    meta: { ownError: true },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => sendJson<unknown>("DELETE", "/api/v1/sessions"),
    onSuccess: () => client.clear(),
  });
}
