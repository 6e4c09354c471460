/** Owns the list of objects on the image: the canvas in words, usable without seeing it. */

import { ActionIcon, ColorSwatch, Group, Text, UnstyledButton } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { Editor, EditorState } from "@/canvas/editor";
import { areaOf } from "@/canvas/geometry/hit";
import type { Annotation } from "@/canvas/model";
import { number } from "@/ui/format";
import { useEditorState } from "./use-editor";
import classes from "./annotator.module.css";

const annotationsOf = (state: EditorState) => state.annotations;
const selectionOf = (state: EditorState) => state.selection;
const hiddenOf = (state: EditorState) => state.hidden;
const ROW_HEIGHT = 30;

export function ObjectList({ editor }: { readonly editor: Editor }) {
  const annotations = useEditorState(editor, annotationsOf);
  const selection = useEditorState(editor, selectionOf);
  const hidden = useEditorState(editor, hiddenOf);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: annotations.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_HEIGHT, overscan: 10,
  });

  useEffect(() => {
    const index = annotations.findIndex((annotation) => selection.has(annotation.id));
    if (index >= 0) rows.scrollToIndex(index, { align: "auto" });
    // Only a new selection scrolls; an edit elsewhere in the list must not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selection]);

  if (annotations.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing is marked yet. Choose a label, then press N and draw.
      </Text>
    );
  }
  return (
    <div ref={scroller} className={classes.scroller} role="list" aria-label="Objects">
      <div role="presentation" style={{ height: rows.getTotalSize(), position: "relative" }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const annotation = annotations[index];
          return annotation === undefined ? null : (
            <div key={annotation.id} role="listitem" style={{ position: "absolute", top: start, left: 0, right: 0, height: ROW_HEIGHT }}>
              <ObjectRow
                editor={editor} annotation={annotation} index={index} selected={selection.has(annotation.id)}
                hidden={hidden.has(annotation.id)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface ObjectRowProps {
  readonly editor: Editor;
  readonly annotation: Annotation;
  readonly index: number;
  readonly selected: boolean;
  readonly hidden: boolean;
}

function ObjectRow({ editor, annotation, index, selected, hidden }: ObjectRowProps) {
  const color = editor.labels.find((label) => label.name === annotation.label)?.color ?? "#868e96";
  return (
    <Group gap={4} wrap="nowrap" className={classes.row} data-active={selected || undefined}>
      <UnstyledButton
        flex={1} miw={0} aria-pressed={selected} onClick={() => editor.run({ type: "select", ids: [annotation.id] })}
      >
        <Group gap="xs" wrap="nowrap">
          <ColorSwatch color={color} size={12} withShadow={false} />
          <span className="only-heard">Object {index + 1}: </span>
          <Text size="sm" truncate c={hidden ? "dimmed" : undefined}>
            {annotation.label}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {describe(annotation)}
          </Text>
        </Group>
      </UnstyledButton>
      <ActionIcon
        variant="subtle" color="gray" size="sm" aria-label={hidden ? "Show" : "Hide"} aria-pressed={hidden}
        onClick={() => editor.toggleHidden([annotation.id])}
      >
        {hidden ? <IconEyeOff size={14} /> : <IconEye size={14} />}
      </ActionIcon>
    </Group>
  );
}

function describe({ geometry, confidence }: Annotation): string {
  const kind = geometry.kind.replace("_", " ");
  const area = areaOf(geometry);
  const size = area > 0 ? `, ${number(Math.round(area))} px` : "";
  return `${kind}${size}${confidence === undefined ? "" : `, ${Math.round(confidence * 100)} %`}`;
}
