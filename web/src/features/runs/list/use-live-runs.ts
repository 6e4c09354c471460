/** Owns how the list of runs follows what happens: a short list by itself, a long one when asked to. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useLiveEvents } from "@/api/live";

const RUN_EVENT = /\.experiments\.run\.(created|updated|finished|deleted|restored)\./;
/** Many events of one moment are one reason to ask. */
const SETTLE_MS = 1_000;

/** How many runs were created that the list does not show yet, and how to show them. */
export function useLiveRuns(followsByItself: boolean) {
  const client = useQueryClient();
  const [created, setCreated] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLiveEvents(({ type }) => {
    if (!RUN_EVENT.test(type)) return;
    if (!followsByItself) {
      if (type.includes(".created.")) setCreated((before) => before + 1);
      return;
    }
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ queryKey: ["runs", "list"] });
      void client.invalidateQueries({ queryKey: ["runs", "groups"] });
    }, SETTLE_MS);
  });
  const show = () => {
    setCreated(0);
    void client.resetQueries({ queryKey: ["runs", "list"] });
  };
  return { created, show };
}
