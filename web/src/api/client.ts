/** Owns the typed client of the platform's REST interface. Its types are derived from the contract. */

import createClient from "openapi-fetch";
import { platformFetch } from "./http";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: platformFetch });

/** The body of an answer; refusals were thrown by `platformFetch` already. */
export async function unwrap<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer;
  if (data === undefined) throw new Error("The platform answered without content.");
  return data;
}
