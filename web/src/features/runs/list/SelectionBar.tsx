/** Owns what can be done with the chosen runs: compare, tag, delete, restore. */

import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp, IconGitCompare, IconTag, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useMay } from "@/features/session/session";
import { count } from "@/ui/format";
import { notifyDone } from "@/ui/notify";
import { useChangeRuns, type BulkChange } from "../runs";
import type { Selection } from "./RunGrid";

export const MOST_COMPARED = 100;

export function SelectionBar({ selection, deleted }: { readonly selection: Selection; readonly deleted: boolean }) {
  const ids = [...selection.ids];
  const change = useChangeRuns();
  const [mayEdit, mayDelete] = [useMay("experiments.UpdateRun"), useMay("experiments.DeleteRun")];
  const [tagging, tags] = useDisclosure();
  const [deleting, deletion] = useDisclosure();
  const apply = (what: BulkChange, done: string) =>
    change.mutate({ ids, change: what }, {
      onSuccess: (changed) => {
        notifyDone(`${count(changed, "run")} ${done}.`);
        tags.close();
        deletion.close();
        if (what.kind !== "tag") selection.onChange(new Set());
      },
    });
  const comparable = ids.length >= 2 && ids.length <= MOST_COMPARED;
  return (
    <Group gap="xs" role="group" aria-label="Chosen runs">
      <Text size="sm">{count(ids.length, "run")} selected</Text>
      {comparable ? (
        <Button size="xs" component={Link} to={`/runs/compare?ids=${encodeURIComponent(JSON.stringify(ids))}`} leftSection={<IconGitCompare size={15} />}>
          Compare
        </Button>
      ) : (
        <Button size="xs" disabled leftSection={<IconGitCompare size={15} />}>
          {ids.length < 2 ? "Compare: select another" : `Compare: at most ${MOST_COMPARED}`}
        </Button>
      )}
      {mayEdit && !deleted && (
        <Button size="xs" variant="default" leftSection={<IconTag size={15} />} onClick={tags.open}>
          Tag
        </Button>
      )}
      {mayDelete && !deleted && (
        <Button size="xs" variant="default" leftSection={<IconTrash size={15} />} onClick={deletion.open}>
          Delete
        </Button>
      )}
      {mayDelete && deleted && (
        <Button size="xs" variant="default" loading={change.isPending} leftSection={<IconArrowBackUp size={15} />} onClick={() => apply({ kind: "restore" }, "restored")}>
          Restore
        </Button>
      )}
      <Button size="xs" variant="subtle" onClick={() => selection.onChange(new Set())}>
        Clear
      </Button>
      <Modal opened={tagging} onClose={tags.close} title={`Tag ${count(ids.length, "run")}`}>
        <TagForm pending={change.isPending} onTag={(key, value) => apply({ kind: "tag", key, value }, `tagged ${key}`)} />
      </Modal>
      <Modal opened={deleting} onClose={deletion.close} title={`Delete ${count(ids.length, "run")}?`}>
        <Stack>
          <Text size="sm">Deleted runs leave the list and take no more writes. Switch on “Deleted” above the list to find and restore them.</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={deletion.close}>
              Keep
            </Button>
            <Button color="red" loading={change.isPending} onClick={() => apply({ kind: "delete" }, "deleted")}>
              Delete
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}

function TagForm({ pending, onTag }: { readonly pending: boolean; readonly onTag: (key: string, value: string) => void }) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onTag(key.trim(), value);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label="Tag" placeholder="team" required data-autofocus value={key} onChange={(event) => setKey(event.currentTarget.value)} />
        <TextInput label="Value" placeholder="vision" value={value} onChange={(event) => setValue(event.currentTarget.value)} />
        <Group justify="flex-end">
          <Button type="submit" loading={pending} disabled={key.trim() === ""}>
            Set tag
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
