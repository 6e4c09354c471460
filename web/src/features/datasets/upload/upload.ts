/** Owns a folder on its way into the draft, as the page sees it. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, unwrap } from "@/api/client";
import { unreachable } from "@/api/problem";
import { Hasher } from "./hashing";
import type { LocalFile } from "./local-files";
import { NOTHING_DONE, transfer, type Steps, type UploadProgress } from "./transfer";

export interface UploadRequest {
  readonly files: readonly LocalFile[];
  readonly source: string;
  readonly note: string;
  readonly tags: readonly string[];
}

export interface UploadState {
  readonly phase: "idle" | "running" | "done" | "failed";
  readonly progress: UploadProgress;
  readonly error: unknown;
}

const IDLE: UploadState = { phase: "idle", progress: NOTHING_DONE, error: null };
const PUT_ATTEMPTS = 3;
const PUT_PAUSE_MS = 800;

export function useUpload(datasetId: string) {
  const [state, setState] = useState<UploadState>(IDLE);
  const client = useQueryClient();
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const start = async (request: UploadRequest) => {
    const control = new AbortController();
    stop.current = control;
    const hasher = new Hasher();
    const onProgress = (progress: UploadProgress) => setState((before) => ({ ...before, progress }));
    setState({ phase: "running", progress: { ...NOTHING_DONE, total: request.files.length }, error: null });
    try {
      const batchId = await createBatch(datasetId, request);
      const progress = await transfer(request.files, request.tags, stepsOf(batchId, hasher), onProgress, control.signal);
      setState({ phase: "done", progress, error: null });
    } catch (error) {
      if (control.signal.aborted) setState(IDLE);
      else setState((before) => ({ ...before, phase: "failed", error }));
    } finally {
      hasher.close();
      void client.invalidateQueries({ queryKey: ["datasets"] });
    }
  };
  return { state, start, stop: () => stop.current?.abort(), reset: () => setState(IDLE) };
}

async function createBatch(dataset_id: string, { source, note }: UploadRequest): Promise<string> {
  const body = { source, note, request_id: crypto.randomUUID() };
  const batch = await unwrap(api.POST("/api/v1/datasets/{dataset_id}/batches", { params: { path: { dataset_id } }, body }));
  return batch.id;
}

function stepsOf(batch_id: string, hasher: Hasher): Steps {
  const params = { path: { batch_id } };
  return {
    hash: hasher.hash,
    prepare: async (items) => (await unwrap(api.POST("/api/v1/batches/{batch_id}:prepareUploads", { params, body: { items } }))).uploads,
    put,
    complete: async (upload_ids) =>
      (await unwrap(api.POST("/api/v1/batches/{batch_id}:completeUploads", { params, body: { upload_ids } }))).uploads,
  };
}

/** Sends bytes straight to the object store; the address carries its own permission, so no cookie goes along. */
async function put(url: string, file: File): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, { method: "PUT", body: file, credentials: "omit" }).catch(() => null);
    if (response?.ok === true) return;
    if (attempt === PUT_ATTEMPTS) {
      if (response === null) throw unreachable();
      throw new Error(`The object store refused ${file.name} with status ${response.status}. Upload the folder again; what is there already is not sent twice.`);
    }
    await new Promise((resolve) => setTimeout(resolve, PUT_PAUSE_MS * attempt));
  }
}
