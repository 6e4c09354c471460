/** Owns the desk of somebody who judges: the image as it is, its neighbours in the queue, the verdict, remarks. */

import { Anchor, Group, Text, Title } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Editor } from "@/canvas/editor";
import { WHOLE_RANGE } from "@/canvas/layers/image";
import { CanvasView } from "@/features/annotator/CanvasView";
import classes from "@/features/annotator/desk.module.css";
import { KeySheet } from "@/features/annotator/KeySheet";
import { ObjectList } from "@/features/annotator/ObjectList";
import { pinsOf } from "@/features/annotator/pins";
import { Questions } from "@/features/annotator/Questions";
import { useBitmap } from "@/features/annotator/use-bitmap";
import { useKeys } from "@/features/annotator/use-keys";
import { fromWire } from "@/features/annotator/wire";
import type { Project } from "@/features/projects/projects";
import { RegionPicker } from "@/features/remarks/RegionPicker";
import { RemarkForm } from "@/features/remarks/RemarkForm";
import { RemarkList } from "@/features/remarks/RemarkList";
import type { Region } from "@/features/remarks/remarks";
import { TaskBadges } from "@/features/tasks/TaskBadges";
import type { OpenTask, Task } from "@/features/tasks/tasks";
import { Refused } from "@/ui/Loaded";
import { QueueStrip } from "./QueueStrip";
import type { JudgeKind } from "./reviews";
import { useVerdict, VerdictForm } from "./VerdictForm";
import { Verdicts } from "./Verdicts";

interface JudgeDeskProps {
  readonly kind: JudgeKind;
  readonly project: Project;
  readonly open: OpenTask;
  readonly tasks: readonly Task[];
  readonly onGo: (taskId: string) => void;
  readonly onJudged: () => void;
  /** Somebody saved a newer revision than the one shown. */
  readonly onStale: () => void;
}

export function JudgeDesk({ kind, project, open, tasks, onGo, onJudged, onStale }: JudgeDeskProps) {
  const { task, revision } = open;
  useDocumentTitle(`${kind === "review" ? "Review" : "Verify"} ${task.path} · Plumbline`);
  const [editor] = useState(() => {
    const made = new Editor({ labels: project.labels, readOnly: true });
    made.load(task, fromWire(revision?.annotations ?? []));
    return made;
  });
  const { image, error } = useBitmap(task.image_sha256);
  const [region, setRegion] = useState<Region | null>(null);
  const [picking, setPicking] = useState(false);
  const [keysShown, keys] = useDisclosure();
  const verdict = useVerdict(kind, task, onJudged, onStale);
  const pins = useMemo(() => pinsOf(open.remarks, region), [open.remarks, region]);
  const answers = Object.fromEntries((revision?.answers ?? []).map(({ question, value }) => [question, value]));
  const step = (by: 1 | -1) => {
    const next = tasks[tasks.findIndex(({ id }) => id === task.id) + by];
    if (next !== undefined) onGo(next.id);
  };
  useKeys(editor, (command) => {
    if (command === "help") keys.open();
    else if (command === "next-task") step(1);
    else if (command === "previous-task") step(-1);
    else if (command === "accept") verdict.give("ACCEPT");
    else if (command === "reject") verdict.give("REJECT");
  });
  const picked = (found: Region | null) => {
    setPicking(false);
    if (found !== null) setRegion(found);
  };

  return (
    <div className={classes.desk}>
      <header className={classes.header}>
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Anchor component={Link} to={`/projects/${project.id}`} size="sm" style={{ whiteSpace: "nowrap" }}>
            <Group gap={4} wrap="nowrap">
              <IconArrowLeft size={16} aria-hidden />
              {project.name}
            </Group>
          </Anchor>
          <Text size="sm" truncate title={task.path}>
            {task.path}
          </Text>
          <TaskBadges task={task} />
        </Group>
        <Text size="sm" c="dimmed">
          {kind === "review" ? "Review" : "Verification"} · revision {task.revision}
        </Text>
      </header>
      <nav className={classes.tools} aria-label="Waiting images">
        <QueueStrip tasks={tasks} currentId={task.id} onGo={onGo} />
      </nav>
      <main className={classes.canvas} id="content">
        <Title order={1} className="only-heard">
          {task.path}
        </Title>
        {error === null ? <CanvasView editor={editor} image={image} displayWindow={WHOLE_RANGE} pins={pins} /> : <Refused error={error} />}
        {picking && <RegionPicker editor={editor} onPicked={picked} />}
      </main>
      <aside className={classes.side} aria-label="Verdict">
        <VerdictForm kind={kind} verdict={verdict} task={task} />
        <section>
          <Title order={2} size="h3" mb={4}>
            Objects
          </Title>
          <ObjectList editor={editor} />
        </section>
        <Questions questions={project.questions} answers={answers} onAnswer={null} />
        <RemarkForm taskId={task.id} region={region} picking={picking} onPick={() => setPicking(!picking)} onDone={() => setRegion(null)} />
        <RemarkList remarks={open.remarks} />
        <Verdicts reviews={open.reviews} verifications={open.verifications} revision={task.revision} />
      </aside>
      <KeySheet opened={keysShown} onClose={keys.close} />
    </div>
  );
}
