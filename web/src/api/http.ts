/**
 * Owns every request to the platform: the session cookie and its renewal, the header that proves a
 * write comes from this page, refused answers as `Problem`. Does not know any resource.
 */

import { problemOf, unreachable } from "./problem";

const READING = new Set(["GET", "HEAD"]);
const SESSIONS = "/api/v1/sessions";
let renewal: Promise<boolean> | null = null;

/** `fetch` for the platform's own addresses. Throws Problem when refused or unreachable. */
export async function platformFetch(input: Request | string, init?: RequestInit): Promise<Response> {
  const request = new Request(input, { credentials: "same-origin", ...init });
  if (!READING.has(request.method)) request.headers.set("X-Plumb-CSRF", "1");
  const again = request.clone();
  let response = await answerTo(request);
  // Access lasts minutes, the session days: the first refusal renews it, once for all waiting requests.
  const renewable = response.status === 401 && !new URL(request.url).pathname.startsWith(SESSIONS);
  if (renewable && (await renewSession())) response = await answerTo(again);
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** A JSON request to one of the hand-written routes that the contract does not describe. */
export async function sendJson<T>(method: "POST" | "DELETE", path: string, body?: unknown): Promise<T> {
  const response = await platformFetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  return (await response.json()) as T;
}

async function answerTo(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw unreachable();
  }
}

/** Continues the session, once for everybody who asks at the same time; false when it is over. */
export function renewSession(): Promise<boolean> {
  renewal ??= answerTo(new Request(`${SESSIONS}:refresh`, { method: "POST", headers: { "X-Plumb-CSRF": "1" } }))
    .then((response) => response.ok)
    .finally(() => {
      renewal = null;
    });
  return renewal;
}
