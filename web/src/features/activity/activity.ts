/** Owns the feed of the workspace: the newest events of the past, then those that happen now. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, unwrap } from "@/api/client";
import { followEvents, type PlatformEvent } from "@/api/events";

const SHOWN = 200;
const KEY = ["events"];

/** The newest events, newest first; new ones appear by themselves. */
export function useEvents() {
  const client = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: ({ signal }) => newestEvents(signal), staleTime: Infinity });
  const loaded = query.isSuccess;
  useEffect(() => {
    if (!loaded) return;
    const stop = new AbortController();
    const after = Number(client.getQueryData<readonly PlatformEvent[]>(KEY)?.[0]?.sequence ?? 0);
    const add = (event: PlatformEvent) =>
      client.setQueryData<readonly PlatformEvent[]>(KEY, (old = []) => withEvent(old, event));
    void followEvents(after, add, stop.signal);
    return () => stop.abort();
  }, [client, loaded]);
  return query;
}

export function withEvent(events: readonly PlatformEvent[], event: PlatformEvent): readonly PlatformEvent[] {
  if (events.some(({ sequence }) => sequence === event.sequence)) return events;
  return [event, ...events].slice(0, SHOWN);
}

async function newestEvents(signal: AbortSignal): Promise<readonly PlatformEvent[]> {
  const head = await unwrap(api.GET("/api/v1/events", { params: { query: { after: 0, limit: 1 } }, signal }));
  const after = Math.max(0, head.newest_sequence - SHOWN);
  const page = await unwrap(api.GET("/api/v1/events", { params: { query: { after, limit: SHOWN } }, signal }));
  return (page.events as unknown as PlatformEvent[]).toReversed();
}
