/** Owns what is asked about members and what is done to them. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";

export type Member = Schemas["Member"];
export type Role = Member["role"];

/** Every role with what it is for. */
export const ROLES: readonly { readonly value: Role; readonly label: string; readonly does: string }[] = [
  { value: "OWNER", label: "Owner", does: "everything" },
  { value: "MANAGER", label: "Manager", does: "datasets, projects, trainings, members" },
  { value: "DEVELOPER", label: "Developer", does: "datasets, projects, trainings, models" },
  { value: "ANNOTATOR", label: "Annotator", does: "marks images" },
  { value: "REVIEWER", label: "Reviewer", does: "marks images and judges what others marked" },
  { value: "CUSTOMER", label: "Customer", does: "verifies annotations, remarks, reads the access report" },
  { value: "VIEWER", label: "Viewer", does: "looks only" },
];

const membersQuery = pagesQuery(["members"], (page_token, signal) =>
  unwrap(api.GET("/api/v1/members", { params: { query: { page_token } }, signal })),
);

export function useMembers() {
  return usePages(membersQuery, (page) => page.members);
}

export interface NewMember {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly organisation: string;
}

export function useInvite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (member: NewMember) => unwrap(api.POST("/api/v1/members:invite", { body: { ...member, request_id: crypto.randomUUID() } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["members"] }),
    meta: { ownError: true },
  });
}

export function useUpdateMember() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ member_id, role }: { readonly member_id: string; readonly role: Role }) =>
      unwrap(api.PATCH("/api/v1/members/{member_id}", { params: { path: { member_id } }, body: { role } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["members"] }),
    meta: { ownError: true },
  });
}

export function useRemoveMember() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (member_id: string) => unwrap(api.DELETE("/api/v1/members/{member_id}", { params: { path: { member_id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["members"] }),
    meta: { ownError: true },
  });
}

/** The address that lets the invited person in, once. */
export function linkOf(invitation: string): string {
  return `${window.location.origin}/setup?token=${encodeURIComponent(invitation)}`;
}
