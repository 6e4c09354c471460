/** Owns what the export dialog asks of the platform: what would be lost, and the export itself. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { OptionValues } from "../options";
import { useTransfer } from "../transfers";

export interface SnapshotName {
  readonly projectId: string;
  readonly number: number;
}

export interface Choice {
  readonly format: string;
  readonly options: OptionValues;
}

/** What an export in a format would lose. A snapshot never changes, so one answer per choice is enough. */
export function usePreview({ projectId: project_id, number }: SnapshotName, choice: Choice) {
  const asked = useQuery({
    queryKey: ["transfers", "preview", project_id, number, choice],
    queryFn: ({ signal }) => {
      const params = { path: { project_id, number } };
      const body = { format: choice.format, options: { ...choice.options } };
      return unwrap(api.POST("/api/v1/projects/{project_id}/snapshots/{number}:previewExport", { params, body, signal }));
    },
    enabled: choice.format !== "",
    staleTime: Infinity,
  });
  const followed = useTransfer(asked.data?.id ?? null);
  return { error: asked.error ?? followed.error, transfer: followed.data ?? asked.data, again: () => void asked.refetch() };
}

export interface ExportRequest extends Choice {
  readonly include_images: boolean;
  readonly allow_loss: boolean;
}

export function useExport({ projectId: project_id, number }: SnapshotName) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: ExportRequest) => {
      const body = { ...request, options: { ...request.options }, request_id: crypto.randomUUID() };
      return unwrap(api.POST("/api/v1/projects/{project_id}/snapshots/{number}:export", { params: { path: { project_id, number } }, body }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ["transfers", "list", project_id] }),
    meta: { ownError: true },
  });
}
