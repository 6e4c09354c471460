/** Owns the desk of an annotator: canvas, tools and panels around one image, saved by itself. */

import { Alert, Title } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { WHOLE_RANGE } from "@/canvas/layers/image";
import type { Annotation } from "@/canvas/model";
import type { Project } from "@/features/projects/projects";
import { useMay } from "@/features/session/session";
import { useSubmitTask, type OpenTask } from "@/features/tasks/tasks";
import { Refused } from "@/ui/Loaded";
import { notifyDone } from "@/ui/notify";
import { CanvasView } from "./CanvasView";
import { ConflictDialog } from "./ConflictDialog";
import classes from "./desk.module.css";
import { DeskHeader } from "./DeskHeader";
import { DeskPanels } from "./DeskPanels";
import { KeySheet } from "./KeySheet";
import { pinsOf } from "./pins";
import { toolsOf } from "./tools";
import { ToolBar } from "./ToolBar";
import { useAutosave } from "./use-autosave";
import { useBitmap } from "./use-bitmap";
import { useDeskEditor } from "./use-desk-editor";
import { useKeys } from "./use-keys";

interface DeskProps {
  readonly project: Project;
  readonly open: OpenTask;
  /** Starts over from what the platform has now. */
  readonly onReload: () => Promise<void>;
}

const NOTHING: readonly Annotation[] = [];
/** How long leaving waits for the last save; what comes later is kept in the browser. */
const LEAVE_MS = 3_000;

export function Desk({ project, open, onReload }: DeskProps) {
  const { task } = open;
  useDocumentTitle(`${task.path} · Plumbline`);
  const mayEdit = useMay("annotation.SaveAnnotations");
  const autosave = useAutosave(open);
  const { editor, answers, answer } = useDeskEditor(project, open, autosave, mayEdit);
  const { image, error } = useBitmap(task.image_sha256);
  const [displayWindow, setDisplayWindow] = useState(WHOLE_RANGE);
  const [proposals, setProposals] = useState(NOTHING);
  const [keysShown, keys] = useDisclosure();
  const pins = useMemo(() => pinsOf(open.remarks), [open.remarks]);
  const submit = useSubmitTask();
  const navigate = useNavigate();

  const go = async (taskId: string) => {
    await Promise.race([autosave.flush(), new Promise((resolve) => setTimeout(resolve, LEAVE_MS))]);
    if (taskId === "") await navigate({ to: "/projects/$projectId", params: { projectId: project.id } });
    else await navigate({ to: "/tasks/$taskId", params: { taskId } });
  };
  const hand = async () => {
    await autosave.flush();
    const { status, revision } = autosave.state;
    if (status !== "saved") return;
    await submit.mutateAsync({ task_id: task.id, revision });
    notifyDone(`${task.path} is handed over to review.`);
    await go(open.next_task_id);
  };
  useKeys(editor, (command) => {
    if (command === "help") keys.open();
    else if (command === "save") void autosave.flush();
    else if (command === "next-task" && open.next_task_id !== "") void go(open.next_task_id);
    else if (command === "previous-task" && open.previous_task_id !== "") void go(open.previous_task_id);
  });
  useEffect(() => () => setProposals(NOTHING), [task.id]);

  return (
    <div className={classes.desk}>
      <DeskHeader
        project={project} open={open} autosave={autosave} submitting={submit.isPending} onGo={go} onSubmit={hand} onHelp={keys.open}
      />
      <nav className={classes.tools} aria-label="Drawing">
        <ToolBar editor={editor} tools={mayEdit ? toolsOf(project.tools) : []} />
      </nav>
      <main className={classes.canvas} id="content">
        <Title order={1} className="only-heard">
          {task.path}
        </Title>
        {error === null ? (
          <CanvasView editor={editor} image={image} displayWindow={displayWindow} pins={pins} proposals={proposals} />
        ) : (
          <Alert m="md" color="red" variant="light">
            <Refused error={error} />
          </Alert>
        )}
      </main>
      <DeskPanels
        project={project} open={open} editor={editor} answers={answers} onAnswer={mayEdit ? answer : null} displayWindow={displayWindow}
        onDisplayWindow={setDisplayWindow} onProposals={setProposals}
      />
      <KeySheet opened={keysShown} onClose={keys.close} />
      <ConflictDialog autosave={autosave} onReload={onReload} />
    </div>
  );
}
