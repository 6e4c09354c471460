/** Owns how server state is cached, retried, and how its errors become visible. */

import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "@/api/problem";
import { notifyProblem } from "@/ui/notify";

const ATTEMPTS = 2;

/** Refusals do not get better by asking again; a lost connection or an overload may. */
function retry(failures: number, error: Error): boolean {
  if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) return false;
  return failures < ATTEMPTS;
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 5_000 } },
  queryCache: new QueryCache({
    onError: (error, query) => {
      // The first load shows its error on the page; only a failed refresh needs a notice.
      if (query.state.data !== undefined) notifyProblem(error);
    },
  }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (mutation.meta?.ownError !== true) notifyProblem(error);
    },
  }),
});
