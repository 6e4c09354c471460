/** Owns the column beside the canvas: labels, objects, questions, proposals, display window, what others said. */

import { RangeSlider, Stack, Text, Title } from "@mantine/core";
import type { Editor } from "@/canvas/editor";
import type { DisplayWindow } from "@/canvas/layers/image";
import type { Annotation } from "@/canvas/model";
import type { Project } from "@/features/projects/projects";
import { RemarkList } from "@/features/remarks/RemarkList";
import { Verdicts } from "@/features/reviews/Verdicts";
import type { OpenTask } from "@/features/tasks/tasks";
import classes from "./desk.module.css";
import { LabelPicker } from "./LabelPicker";
import { ObjectList } from "./ObjectList";
import { Proposals } from "./Proposals";
import { Questions } from "./Questions";
import type { Answers } from "./use-desk-editor";

interface DeskPanelsProps {
  readonly project: Project;
  readonly open: OpenTask;
  readonly editor: Editor;
  readonly answers: Answers;
  /** Null when nothing may be changed. */
  readonly onAnswer: ((question: string, value: string) => void) | null;
  readonly displayWindow: DisplayWindow;
  readonly onDisplayWindow: (window: DisplayWindow) => void;
  readonly onProposals: (proposals: readonly Annotation[]) => void;
}

export function DeskPanels({ project, open, editor, answers, onAnswer, displayWindow, onDisplayWindow, onProposals }: DeskPanelsProps) {
  return (
    <aside className={classes.side} aria-label="Annotations">
      {onAnswer !== null && (
        <section>
          <Title order={2} size="h3" mb={4}>
            Labels
          </Title>
          <LabelPicker editor={editor} />
        </section>
      )}
      <Proposals taskId={open.task.id} editor={editor} onShow={onProposals} />
      <section>
        <Title order={2} size="h3" mb={4}>
          Objects
        </Title>
        <ObjectList editor={editor} />
      </section>
      <Questions questions={project.questions} answers={answers} onAnswer={onAnswer} />
      <Stack gap={4}>
        <Text size="sm" fw={600} id="display-window">
          Display window
        </Text>
        <RangeSlider
          aria-labelledby="display-window" min={0} max={1} step={0.01} minRange={0.02} size="sm" label={(value) => `${Math.round(value * 100)} %`}
          value={[displayWindow.low, displayWindow.high]} onChange={([low, high]) => onDisplayWindow({ low, high })}
          thumbFromLabel="Shown as black" thumbToLabel="Shown as white"
        />
      </Stack>
      <Verdicts reviews={open.reviews} verifications={open.verifications} revision={open.task.revision} />
      <RemarkList remarks={open.remarks} />
    </aside>
  );
}
