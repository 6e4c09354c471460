/** Owns paged lists: one query per list, the next page by its token. */

import { infiniteQueryOptions, useInfiniteQuery, type QueryKey } from "@tanstack/react-query";

interface Page {
  readonly next_page_token: string;
}

export function pagesQuery<P extends Page>(queryKey: QueryKey, load: (pageToken: string, signal: AbortSignal) => Promise<P>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page: P) => (page.next_page_token === "" ? undefined : page.next_page_token),
  });
}


/** All items loaded so far, and what is needed to load more. */
export function usePages<P extends Page, T>(
  options: ReturnType<typeof pagesQuery<P>>, itemsOf: (page: P) => readonly T[],
) {
  const query = useInfiniteQuery(options);
  const items = query.data?.pages.flatMap((page) => itemsOf(page));
  return { ...query, items };
}
