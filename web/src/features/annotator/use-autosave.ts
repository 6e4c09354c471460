/** Owns the bridge from saving to React and to the platform. */

import { useEffect, useState, useSyncExternalStore } from "react";
import { api, unwrap } from "@/api/client";
import type { OpenTask } from "@/features/tasks/tasks";
import { Autosave, type SaveState } from "./autosave";
import type { WireOperation } from "./wire";

export function useAutosave({ task }: OpenTask): Autosave {
  const [autosave] = useState(
    () => new Autosave({ taskId: task.id, revision: task.revision, save: saverOf(task.id), storage: window.localStorage }),
  );
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (autosave.unsaved.size > 0) event.preventDefault();
    };
    const hide = () => void autosave.flush();
    window.addEventListener("beforeunload", warn);
    window.addEventListener("pagehide", hide);
    return () => {
      window.removeEventListener("beforeunload", warn);
      window.removeEventListener("pagehide", hide);
      autosave.leave();
    };
  }, [autosave]);
  return autosave;
}

export function useSaveState(autosave: Autosave): SaveState {
  return useSyncExternalStore(autosave.subscribe, () => autosave.state);
}

function saverOf(task_id: string) {
  return async (base_revision: number, operations: WireOperation[], request_id: string): Promise<number> => {
    const body = { base_revision, operations, request_id };
    return (await unwrap(api.POST("/api/v1/tasks/{task_id}:save", { params: { path: { task_id } }, body }))).number;
  };
}
