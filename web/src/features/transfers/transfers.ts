/** Owns what is asked about exports and imports of annotations, and how one is followed to its end. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, unwrap, type Schemas } from "@/api/client";
import { useLiveEvents } from "@/api/live";
import { pagesQuery, usePages } from "@/api/pages";

export type Transfer = Schemas["Transfer"];
export type Format = Schemas["Format"];
export type FormatOption = Schemas["FormatOption"];
export type Loss = Schemas["Loss"];
export type ImportReport = Schemas["ImportReport"];
export type ImportProblem = Schemas["ImportProblem"];

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 2_000;
const PAGE_SIZE = 50;
/** A page shows at least so many transfers, as long as there are more. */
const LEAST_SHOWN = 20;

export function isOver({ state }: Transfer): boolean {
  return state === "SUCCEEDED" || state === "REFUSED" || state === "FAILED";
}

export function useFormats() {
  return useQuery({
    queryKey: ["formats"],
    queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/formats", { signal }))).formats,
    staleTime: Infinity,
  });
}

/** A transfer until it has ended: asked for often at first, then every two seconds. */
export function useTransfer(transfer_id: string | null) {
  return useQuery({
    queryKey: ["transfers", "one", transfer_id],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/transfers/{transfer_id}", { params: { path: { transfer_id: transfer_id ?? "" } }, signal })),
    enabled: transfer_id !== null,
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data !== undefined && isOver(data) ? false : pauseAfter(dataUpdateCount),
    staleTime: ({ state: { data } }) => (data !== undefined && isOver(data) ? Infinity : 0),
  });
}

export function pauseAfter(asked: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.3 ** asked);
}

/** A transfer that a dialog started, until it has ended; then what it may have changed is asked for again. */
export function useStarted(transferId: string | null) {
  const followed = useTransfer(transferId);
  const client = useQueryClient();
  const ended = followed.data !== undefined && isOver(followed.data);
  useEffect(() => {
    if (!ended) return;
    void client.invalidateQueries({ queryKey: ["transfers", "list"] });
    void client.invalidateQueries({ queryKey: ["projects"] });
    void client.invalidateQueries({ queryKey: ["tasks"] });
  }, [ended, client]);
  return followed;
}

/** What took place, not what was only asked: the previews and dry runs of the dialogs are left out. */
export function tookPlace({ kind, dry_run }: Transfer): boolean {
  return kind !== "PREVIEW" && !dry_run;
}

export function useTransfers(project_id: string) {
  const client = useQueryClient();
  useLiveEvents(({ type, data }) => {
    const isOurs = type.includes(".annotation.transfer.") && data["project_id"] === project_id;
    if (isOurs) void client.invalidateQueries({ queryKey: ["transfers", "list", project_id] });
  });
  const options = pagesQuery(["transfers", "list", project_id], async (first, signal) => {
    const shown: Transfer[] = [];
    let page_token = first;
    do {
      const params = { path: { project_id }, query: { page_token, page_size: PAGE_SIZE } };
      const page = await unwrap(api.GET("/api/v1/projects/{project_id}/transfers", { params, signal }));
      shown.push(...page.transfers.filter(tookPlace));
      page_token = page.next_page_token;
    } while (page_token !== "" && shown.length < LEAST_SHOWN);
    return { transfers: shown, next_page_token: page_token };
  });
  const isGoing = (pages: readonly { readonly transfers: readonly Transfer[] }[]) => pages.some(({ transfers }) => !transfers.every(isOver));
  const following: typeof options = { ...options, refetchInterval: ({ state }) => isGoing(state.data?.pages ?? []) && LONGEST_PAUSE_MS };
  return usePages(following, (page) => page.transfers);
}

/** Asks for the link only when somebody wants the file: that it was given is in the access report. */
export function useDownload() {
  return useMutation({
    mutationFn: (transfer_id: string) => unwrap(api.POST("/api/v1/transfers/{transfer_id}:download", { params: { path: { transfer_id } }, body: {} })),
    onSuccess: ({ url }) => window.location.assign(url),
  });
}
