/** Owns the list of labels: which one new objects get, and which key gives it. */

import { ColorSwatch, Group, Kbd, Stack, Text, UnstyledButton } from "@mantine/core";
import type { Editor, EditorState } from "@/canvas/editor";
import { useEditorState } from "./use-editor";
import classes from "./annotator.module.css";

const labelOf = (state: EditorState) => state.label;
const DIGITS = 9;

export function LabelPicker({ editor }: { readonly editor: Editor }) {
  const active = useEditorState(editor, labelOf);
  return (
    <Stack gap={2} role="radiogroup" aria-label="Label">
      {editor.labels.map((label, index) => (
        <UnstyledButton
          key={label.name} className={classes.row} role="radio" aria-checked={active === label.name}
          data-active={active === label.name || undefined} onClick={() => editor.run({ type: "label", index })}
        >
          <Group gap="xs" wrap="nowrap">
            <ColorSwatch color={label.color} size={14} withShadow={false} />
            <Text size="sm" truncate flex={1}>
              {label.name}
            </Text>
            {index < DIGITS && <Kbd size="xs">{index + 1}</Kbd>}
          </Group>
        </UnstyledButton>
      ))}
    </Stack>
  );
}
