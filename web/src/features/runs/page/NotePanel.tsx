/** Owns what people note about a run. */

import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useMay } from "@/features/session/session";
import { Panel } from "@/ui/Panel";
import { useUpdateRun, type Run } from "../runs";
import classes from "./page.module.css";

export function NotePanel({ run }: { readonly run: Run }) {
  const [draft, setDraft] = useState<string | null>(null);
  const update = useUpdateRun(run.id);
  const may = useMay("experiments.UpdateRun") && run.delete_time === undefined;
  const save = () => update.mutate({ note: draft ?? "" }, { onSuccess: () => setDraft(null) });
  if (draft === null) {
    return (
      <Panel
        title="Note"
        actions={may && (
          <Button size="xs" variant="default" onClick={() => setDraft(run.note)}>
            {run.note === "" ? "Write" : "Edit"}
            <span className="only-heard"> the note</span>
          </Button>
        )}
      >
        <Text size="sm" className={classes.note} c={run.note === "" ? "dimmed" : undefined}>
          {run.note === "" ? "Nothing noted." : run.note}
        </Text>
      </Panel>
    );
  }
  return (
    <Panel title="Note">
      <Stack gap="xs">
        <Textarea aria-label="Note" autosize minRows={3} data-autofocus value={draft} onChange={(event) => setDraft(event.currentTarget.value)} />
        <Group gap="xs">
          <Button size="xs" loading={update.isPending} onClick={save}>
            Save note
          </Button>
          <Button size="xs" variant="default" onClick={() => setDraft(null)}>
            Leave as it was
          </Button>
        </Group>
      </Stack>
    </Panel>
  );
}
