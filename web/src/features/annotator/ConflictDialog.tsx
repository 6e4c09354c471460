/** Owns the choice when somebody else saved the same image in between. */

import { Button, Group, List, Modal, Stack, Text } from "@mantine/core";
import type { Problem } from "@/api/problem";
import { count, time } from "@/ui/format";
import type { Autosave } from "./autosave";
import { useSaveState } from "./use-autosave";

interface ConflictDialogProps {
  readonly autosave: Autosave;
  readonly onReload: () => Promise<void>;
}

export function ConflictDialog({ autosave, onReload }: ConflictDialogProps) {
  const { status, problem } = useSaveState(autosave);
  const takeTheirs = () => {
    autosave.discard();
    void onReload();
  };
  // What is not saved lies in this browser, and reloading puts it onto their revision.
  const keepMine = () => void onReload();
  return (
    <Modal opened={status === "conflict"} onClose={keepMine} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false} title="Somebody else saved this image">
      {status === "conflict" && problem !== null && (
        <Stack>
          <Text size="sm">
            {text(problem, "author_name")} saved revision {text(problem, "revision")} ({time(text(problem, "create_time"))}) while you were
            working. In it:
          </Text>
          <List size="sm">
            {differences(problem).map((line) => (
              <List.Item key={line}>{line}</List.Item>
            ))}
            <List.Item>{count(autosave.unsaved.size, "change")} of yours not saved</List.Item>
          </List>
          <Text size="sm">Keeping yours puts your changes on top of theirs; where both changed one object, yours counts.</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={takeTheirs}>
              Load theirs
            </Button>
            <Button onClick={keepMine} data-autofocus>
              Keep mine
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function differences(problem: Problem): string[] {
  const parts = [["added", "object", "added"], ["changed", "object", "changed"], ["removed", "object", "removed"], ["answered", "question", "answered"]] as const;
  return parts.flatMap(([key, noun, verb]) => {
    const many = Number(text(problem, `${key}_count`));
    return many > 0 ? `${count(many, noun)} ${verb}` : [];
  });
}

function text(problem: Problem, key: string): string {
  const value = problem.metadata[key];
  return typeof value === "string" ? value : "";
}
