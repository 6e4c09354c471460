/** Owns loading the list of runs page by page, with the runs that are nested below those of a page. */

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { fieldOf, keyedOf, orderOf, rowOf, type RunRow } from "./columns";
import { both, oneOf, viewCondition } from "./conditions";
import { isNested, type RunsView } from "./view";

const PAGE = 200;
const MOST_CHILDREN = 1_000;
const DEEPEST = 4;
/** Running runs log metrics without an event. */
const NEWS_MS = 5_000;
/** More pages than these are not asked for again by themselves. */
const FRESH_PAGES = 3;

export interface RunPages {
  readonly runs: readonly RunRow[];
  readonly children: readonly RunRow[];
}

interface Asked {
  readonly filter?: string;
  readonly order_by?: string[];
  readonly experiment_ids?: string[];
  readonly kind?: RunsView["kind"];
  readonly status?: RunsView["status"];
  readonly view?: "ACTIVE" | "DELETED";
}

function askedOf({ filter, sort, experiment, kind, status, deleted }: RunsView): Asked {
  return {
    order_by: orderOf(sort), view: deleted === true ? "DELETED" : "ACTIVE", ...(filter === undefined ? {} : { filter }),
    ...(experiment === undefined ? {} : { experiment_ids: [experiment] }), ...(kind === undefined ? {} : { kind }),
    ...(status === undefined ? {} : { status }),
  };
}

async function pageOf(asked: Asked, page_token: string, page_size: number, signal: AbortSignal) {
  const page = await unwrap(api.GET("/api/v1/runs", { params: { query: { ...asked, page_size, page_token } }, signal }));
  return { runs: page.runs.map(rowOf), next_page_token: page.next_page_token };
}

/** The runs below these ones, and below those, in the same order. */
async function childrenOf(parents: readonly RunRow[], order_by: string[], signal: AbortSignal): Promise<RunRow[]> {
  const found: RunRow[] = [];
  let generation = parents;
  for (let depth = 0; depth < DEEPEST && generation.length > 0; depth += 1) {
    const next: RunRow[] = [];
    for (let start = 0; start < generation.length; start += PAGE) {
      const filter = oneOf("parent_run_id", generation.slice(start, start + PAGE).map(({ id }) => id));
      next.push(...(await pageOf({ filter, order_by }, "", MOST_CHILDREN, signal)).runs);
    }
    found.push(...next);
    generation = next;
  }
  return found;
}

export function useRunPages(view: RunsView) {
  const asked = askedOf(view);
  const nested = isNested(view);
  return useInfiniteQuery({
    queryKey: ["runs", "list", asked, nested],
    queryFn: async ({ pageParam, signal }) => {
      if (!nested) return { ...(await pageOf(asked, pageParam, PAGE, signal)), children: [] };
      const page = await pageOf({ ...asked, filter: "parent_run_id = ''" }, pageParam, PAGE, signal);
      return { ...page, children: await childrenOf(page.runs, asked.order_by ?? [], signal) };
    },
    initialPageParam: "",
    getNextPageParam: (page) => (page.next_page_token === "" ? undefined : page.next_page_token),
    placeholderData: keepPreviousData,
    select: ({ pages }): RunPages => ({ runs: pages.flatMap((page) => page.runs), children: pages.flatMap((page) => page.children) }),
    refetchInterval: ({ state: { data } }) =>
      (data?.pages.length ?? 0) <= FRESH_PAGES && data?.pages.some(({ runs }) => runs.some(({ status }) => status === "RUNNING")) === true ? NEWS_MS : false,
  });
}

/** How many runs share each value of a column, with the mean of the metrics that are shown. */
export function useRunGroups(view: RunsView, columns: readonly string[]) {
  const { filter, experiment_ids, view: life } = askedOf(view);
  const metric_keys = columns.flatMap((id) => (keyedOf(id)?.family === "metrics" ? [keyedOf(id)?.key ?? ""] : [])).slice(0, 20);
  const group_by = [fieldOf(view.group ?? "") ?? ""];
  return useQuery({
    queryKey: ["runs", "groups", filter, experiment_ids, view.kind, view.status, life, group_by, metric_keys],
    queryFn: async ({ signal }) => {
      const query = { filter: both(filter, viewCondition(view)), group_by, metric_keys, ...(experiment_ids === undefined ? {} : { experiment_ids }), ...(life === undefined ? {} : { view: life }) };
      return (await unwrap(api.GET("/api/v1/runs:group", { params: { query }, signal }))).groups;
    },
    placeholderData: keepPreviousData,
  });
}
