/** Owns the editor of one task: loaded with the newest revision and what an earlier visit could not save. */

import { useEffect, useState } from "react";
import { Editor } from "@/canvas/editor";
import type { ToolName } from "@/canvas/tools/tool";
import type { Project } from "@/features/projects/projects";
import type { OpenTask } from "@/features/tasks/tasks";
import { unsavedOf, type Autosave } from "./autosave";
import { applied, NO_EDITS, rebased, withOperations } from "./edits";
import { toolsOf } from "./tools";
import { fromWire, operationToWire, type WireOperation } from "./wire";

export type Answers = Readonly<Record<string, string>>;

interface DeskEditor {
  readonly editor: Editor;
  readonly answers: Answers;
  readonly answer: (question: string, value: string) => void;
}

/** What the hand had taken up last: it stays when the next image comes. */
const carried: { tool: ToolName; label: string | null } = { tool: "select", label: null };

export function useDeskEditor(project: Project, open: OpenTask, autosave: Autosave, mayEdit: boolean): DeskEditor {
  const { task } = open;
  const [start] = useState(() => startOf(open));
  const [answers, setAnswers] = useState(start.answers);
  const [editor] = useState(() => {
    const made = new Editor({
      labels: project.labels, readOnly: !mayEdit,
      onOperations: (operations) => autosave.push(operations.map((operation) => operationToWire(operation, task))),
    });
    made.load(task, fromWire(start.annotations));
    takeUp(made, project);
    return made;
  });
  useEffect(() => {
    if (start.restored.length > 0) autosave.push(start.restored);
  }, [autosave, start]);
  useEffect(
    () => () => {
      carried.tool = editor.tool.name;
      carried.label = editor.activeLabel?.name ?? null;
    },
    [editor],
  );
  const answer = (question: string, value: string) => {
    setAnswers((before) => ({ ...before, [question]: value }));
    autosave.push([{ answer: { question, value } }]);
  };
  return { editor, answers, answer };
}

function takeUp(editor: Editor, project: Project): void {
  const tools = toolsOf(project.tools);
  editor.lastDrawingTool = tools[0] ?? "box";
  if (editor.mode === "idle" && tools.includes(carried.tool)) editor.useTool(carried.tool);
  const { label } = carried;
  if (label !== null && project.labels.some(({ name }) => name === label)) editor.setActiveLabel(label);
}

function startOf({ task, revision }: OpenTask) {
  const annotations = revision?.annotations ?? [];
  const answers: Record<string, string> = Object.fromEntries((revision?.answers ?? []).map(({ question, value }) => [question, value]));
  const kept = unsavedOf(window.localStorage, task.id);
  const edits = withOperations(NO_EDITS, kept?.operations ?? []);
  // The person's own unsaved work of an earlier visit; somebody may have saved in between.
  const mine = kept === null || kept.base === task.revision ? edits : rebased(edits, annotations);
  for (const { answer } of mine.values()) if (answer !== undefined) answers[answer.question ?? ""] = answer.value ?? "";
  const restored: WireOperation[] = [...mine.values()];
  return { annotations: applied(annotations, mine), answers: answers as Answers, restored };
}
