/** Owns telling people who leave a dialog that what it started goes on, and where to find it. */

import { useEffect, useRef } from "react";
import { notifyDone } from "@/ui/notify";

export function useLeavingNotice(noun: "export" | "import", running: boolean): void {
  const latest = useRef(running);
  useEffect(() => {
    latest.current = running;
  });
  useEffect(
    () => () => {
      if (latest.current) notifyDone(`The ${noun} goes on. Find it under “Import & export”.`);
    },
    [noun],
  );
}
