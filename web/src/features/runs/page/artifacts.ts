/** Owns what is asked about the files of a run. */

import { useMutation, useQuery } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "@/api/client";
import { pagesQuery, usePages } from "@/api/pages";
import type { Run } from "../runs";

export type Artifact = Schemas["Artifact"];

const NEWS_MS = 4_000;
const PAGE = 500;
const MOST_FILES = 20_000;
/** Addresses of the object store are good for longer than this. */
const SIGNED_MS = 4 * 60_000;

export function useArtifacts(run_id: string) {
  const options = pagesQuery(["runs", run_id, "artifacts"], (page_token, signal) =>
    unwrap(api.GET("/api/v1/runs/{run_id}/artifacts", { params: { path: { run_id }, query: { page_token } }, signal })),
  );
  return usePages(options, (page) => page.artifacts);
}

/** All files below a folder, or the file of this path; asked again while the run is running. */
export function useFilesBelow({ id: run_id, status }: Run, path: string) {
  return useQuery({
    queryKey: ["runs", run_id, "artifacts", "below", path, status],
    queryFn: async ({ signal }) => {
      const files: Artifact[] = [];
      let page_token = "";
      do {
        const query = { path, page_size: PAGE, page_token };
        const page = await unwrap(api.GET("/api/v1/runs/{run_id}/artifacts", { params: { path: { run_id }, query }, signal }));
        files.push(...page.artifacts);
        page_token = page.next_page_token;
      } while (page_token !== "" && files.length < MOST_FILES);
      return files;
    },
    refetchInterval: status === "RUNNING" ? NEWS_MS : false,
    placeholderData: (before) => before,
  });
}

async function signed(run_id: string, path: string, signal?: AbortSignal): Promise<string> {
  const params = { path: { run_id }, query: { path } };
  return (await unwrap(api.GET("/api/v1/runs/{run_id}/artifacts:sign", { params, ...(signal === undefined ? {} : { signal }) }))).url;
}

/** An address from which the browser gets a file for some minutes. */
export function useSignedUrl({ run_id, path, sha256 }: Artifact) {
  return useQuery({ queryKey: ["artifact", run_id, path, sha256, "url"], queryFn: ({ signal }) => signed(run_id, path, signal), staleTime: SIGNED_MS, gcTime: SIGNED_MS });
}

/** The last `most` bytes of files as one text; a file is fetched once. */
export function useTail(files: readonly Artifact[], most: number) {
  return useQuery({
    queryKey: ["artifact", "tail", files.map(({ run_id, path, sha256 }) => `${run_id} ${path} ${sha256}`), most],
    queryFn: async ({ client, signal }) => {
      const texts: string[] = [];
      let left = most;
      for (const { run_id, path, sha256, size } of files.toReversed()) {
        if (left <= 0) break;
        const wanted = Math.min(left, Number(size));
        texts.unshift(await client.fetchQuery({ queryKey: ["artifact", run_id, path, sha256, wanted], queryFn: () => bytesOf(run_id, path, Number(size), wanted, signal), staleTime: Infinity }));
        left -= wanted;
      }
      return { text: texts.join(""), isCut: left <= 0 };
    },
    staleTime: Infinity,
    placeholderData: (before) => before,
  });
}

async function bytesOf(run_id: string, path: string, size: number, wanted: number, signal: AbortSignal): Promise<string> {
  if (size === 0) return "";
  const url = await signed(run_id, path, signal);
  const response = await fetch(url, { signal, headers: wanted < size ? { Range: `bytes=-${wanted}` } : {} });
  if (!response.ok) throw new Error(`The object store answers with status ${response.status} for ${path}.`);
  return (await response.text()).slice(-wanted);
}

export function useDownloadArtifact(run_id: string) {
  return useMutation({ mutationFn: (path: string) => signed(run_id, path), onSuccess: (url) => window.location.assign(url) });
}
