/**
 * Owns every request to the platform: the session cookie, the header that proves a write comes from
 * this page, refused answers as `Problem`. Does not know any resource.
 */

import { problemOf, unreachable } from "./problem";

export const API_ROOT = "/api";
const READING = new Set(["GET", "HEAD"]);

/** `fetch` for the platform's own addresses. Throws Problem when refused or unreachable. */
export async function platformFetch(input: Request | string, init?: RequestInit): Promise<Response> {
  const request = new Request(input, { credentials: "same-origin", ...init });
  if (!READING.has(request.method)) request.headers.set("X-Plumb-CSRF", "1");
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw unreachable();
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** A JSON request to one of the hand-written routes that the contract does not describe. */
export async function sendJson<T>(method: "POST" | "DELETE", path: string, body?: unknown): Promise<T> {
  const response = await platformFetch(API_ROOT + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await platformFetch(API_ROOT + path, signal === undefined ? {} : { signal });
  return (await response.json()) as T;
}
