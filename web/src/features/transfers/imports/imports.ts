/** Owns what the import dialog asks of the platform: a place for the file, a check of it, the import. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, unwrap } from "@/api/client";
import type { OptionValues } from "../options";
import { useTransfer, type Transfer } from "../transfers";
import { putFile } from "./put-file";

export interface UploadState {
  readonly file: File | null;
  /** Bytes. */
  readonly sent: number;
  /** Of the upload once all bytes have arrived. */
  readonly uploadId: string | null;
  readonly error: unknown;
}

const NO_UPLOAD: UploadState = { file: null, sent: 0, uploadId: null, error: null };

/** One file on its way to the platform; leaving the dialog stops it. */
export function useFileUpload(project_id: string) {
  const [state, setState] = useState(NO_UPLOAD);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const start = async (file: File) => {
    stop.current?.abort();
    const control = new AbortController();
    stop.current = control;
    setState({ ...NO_UPLOAD, file });
    try {
      const params = { path: { project_id } };
      const { id, put_url } = await unwrap(
        api.POST("/api/v1/projects/{project_id}:prepareImport", { params, body: { file_name: file.name }, signal: control.signal }),
      );
      await putFile(put_url, file, (sent) => setState((before) => ({ ...before, sent })), control.signal);
      setState({ file, sent: file.size, uploadId: id, error: null });
    } catch (error) {
      if (!control.signal.aborted) setState((before) => ({ ...before, error }));
    }
  };
  const reset = () => {
    stop.current?.abort();
    setState(NO_UPLOAD);
  };
  return { state, start, reset };
}

export interface Reading {
  readonly projectId: string;
  readonly uploadId: string;
  /** Empty: guessed from the files. */
  readonly format: string;
  readonly options: OptionValues;
}

function importing({ projectId: project_id, uploadId: upload_id, format, options }: Reading, how: { skip_invalid: boolean; dry_run: boolean }): Promise<Transfer> {
  const body = { upload_id, format, options: { ...options }, ...how, request_id: crypto.randomUUID() };
  return unwrap(api.POST("/api/v1/projects/{project_id}:importAnnotations", { params: { path: { project_id } }, body }));
}

/** What an import would do, read and checked in full with nothing written. */
export function useDryRun(reading: Reading) {
  const asked = useQuery({
    queryKey: ["transfers", "dry-run", reading],
    queryFn: () => importing(reading, { skip_invalid: false, dry_run: true }),
    staleTime: Infinity,
  });
  const followed = useTransfer(asked.data?.id ?? null);
  return { error: asked.error ?? followed.error, transfer: followed.data ?? asked.data, again: () => void asked.refetch() };
}

export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ reading, skip_invalid }: { readonly reading: Reading; readonly skip_invalid: boolean }) =>
      importing(reading, { skip_invalid, dry_run: false }),
    onSuccess: ({ project_id }) => client.invalidateQueries({ queryKey: ["transfers", "list", project_id] }),
    meta: { ownError: true },
  });
}
