/** Owns what models propose for this image: shown dashed when wanted, and taken over one by one or all. */

import { ActionIcon, Button, Group, Stack, Switch, Text, Title, Tooltip } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { Editor, EditorState } from "@/canvas/editor";
import type { Annotation } from "@/canvas/model";
import { usePredictions } from "@/features/tasks/tasks";
import { count } from "@/ui/format";
import { useEditorState } from "./use-editor";
import { fromWire } from "./wire";

const annotationsOf = (state: EditorState) => state.annotations;
const modeOf = (state: EditorState) => state.mode;
const NOTHING: readonly Annotation[] = [];

interface ProposalsProps {
  readonly taskId: string;
  readonly editor: Editor;
  readonly onShow: (proposals: readonly Annotation[]) => void;
}

export function Proposals({ taskId, editor, onShow }: ProposalsProps) {
  const predictions = usePredictions(taskId);
  const [shown, setShown] = useState(false);
  const there = useEditorState(editor, annotationsOf);
  const mode = useEditorState(editor, modeOf);
  const newest = predictions.data?.[0];
  const proposals = useMemo(() => fromWire(newest?.annotations ?? []), [newest]);
  if (newest === undefined) return null;
  const taken = new Set(there.map(({ id }) => id));
  const open = proposals.filter(({ id }) => !taken.has(id));
  const show = (on: boolean, list: readonly Annotation[]) => {
    setShown(on);
    onShow(on ? list : NOTHING);
  };
  const accept = (chosen: readonly Annotation[]) => {
    const { z, kept } = editor.scene.onTop();
    const onTop = (annotation: Annotation, index: number) => ({ ...annotation, z: z + index, kept: { ...annotation.kept, ...kept } });
    editor.commit(chosen.map((annotation, index) => ({ before: null, after: onTop(annotation, index) })));
    const ids = new Set(chosen.map(({ id }) => id));
    show(shown, open.filter(({ id }) => !ids.has(id)));
  };
  return (
    <section>
      <Group justify="space-between" mb={4}>
        <Title order={2} size="h3">
          Proposals
        </Title>
        <Switch size="xs" label="Show" checked={shown} onChange={(event) => show(event.currentTarget.checked, open)} />
      </Group>
      <Text size="xs" c="dimmed">
        {newest.model_version === "" ? "A model" : newest.model_version} proposes {count(open.length, "object")} more.
      </Text>
      {shown && open.length > 0 && (
        <Stack gap={2} mt={6}>
          {open.map((annotation) => (
            <Group key={annotation.id} justify="space-between" wrap="nowrap">
              <Text size="sm" truncate>
                {annotation.label}, {Math.round((annotation.confidence ?? 0) * 100)} %
              </Text>
              <Tooltip label="Accept">
                <ActionIcon variant="light" size="sm" aria-label={`Accept ${annotation.label}`} disabled={mode !== "idle"} onClick={() => accept([annotation])}>
                  <IconCheck size={14} />
                </ActionIcon>
              </Tooltip>
            </Group>
          ))}
          <Button size="compact-sm" variant="light" disabled={mode !== "idle"} onClick={() => accept(open)}>
            Accept all
          </Button>
        </Stack>
      )}
    </section>
  );
}
