/** Owns hearing what happens in the workspace while a page is open. */

import { useEffect, useRef } from "react";
import { followEvents, type PlatformEvent } from "./events";

const NEXT = -1;

/** Calls `onEvent` for everything that happens from now on. */
export function useLiveEvents(onEvent: (event: PlatformEvent) => void): void {
  const latest = useRef(onEvent);
  useEffect(() => {
    latest.current = onEvent;
  });
  useEffect(() => {
    const stop = new AbortController();
    void followEvents(NEXT, (event) => latest.current(event), stop.signal);
    return () => stop.abort();
  }, []);
}
