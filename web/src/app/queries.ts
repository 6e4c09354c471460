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

/** The session is over and could not be renewed. */
function isSignedOut(error: Error): boolean {
  return error instanceof Problem && error.status === 401;
}

/** Edits that are not saved lie in this browser and come back with the page. */
function askToSignIn(): void {
  const next = window.location.pathname + window.location.search;
  window.location.assign(`/sign-in?next=${encodeURIComponent(next)}`);
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 5_000 } },
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (isSignedOut(error) && query.queryKey[0] !== "me") askToSignIn();
      // The first load shows its error on the page; only a failed refresh needs a notice.
      if (query.state.data !== undefined) notifyProblem(error);
    },
  }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (isSignedOut(error) && mutation.meta?.ownError !== true) askToSignIn();
      else if (mutation.meta?.ownError !== true) notifyProblem(error);
    },
  }),
});
