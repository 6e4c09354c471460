/** Owns what can be done with one run: repeat, compare, delete, restore. */

import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp, IconGitCompare, IconRepeat, IconTrash } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMay } from "@/features/session/session";
import { notifyDone } from "@/ui/notify";
import { nameOf } from "../RunLink";
import { useChangeRuns, useRepeatRun, type Run } from "../runs";

export function RunActions({ run }: { readonly run: Run }) {
  const origin = run.forked_from_run_id === "" ? run.parent_run_id : run.forked_from_run_id;
  return (
    <>
      {origin !== "" && (
        <Button variant="default" component={Link} to={`/runs/compare?ids=${encodeURIComponent(JSON.stringify([origin, run.id]))}`} leftSection={<IconGitCompare size={16} />}>
          Compare with its origin
        </Button>
      )}
      <Repeat run={run} />
      <Life run={run} />
    </>
  );
}

function Repeat({ run }: { readonly run: Run }) {
  const repeat = useRepeatRun(run.id);
  const navigate = useNavigate();
  const may = useMay("trainer.RepeatRun");
  if (!may || run.kind !== "TRAINING" || run.status === "RUNNING" || run.record === undefined) return null;
  const start = () =>
    repeat.mutate(undefined, {
      onSuccess: () => {
        notifyDone("A job with the same data, configuration and seed is queued.");
        void navigate({ to: "/jobs" });
      },
    });
  return (
    <Button variant="default" leftSection={<IconRepeat size={16} />} onClick={start} loading={repeat.isPending}>
      Repeat
    </Button>
  );
}

function Life({ run }: { readonly run: Run }) {
  const change = useChangeRuns();
  const [opened, { open, close }] = useDisclosure();
  const may = useMay("experiments.DeleteRun");
  if (!may) return null;
  if (run.delete_time !== undefined) {
    return (
      <Button variant="default" leftSection={<IconArrowBackUp size={16} />} loading={change.isPending} onClick={() => change.mutate({ ids: [run.id], change: { kind: "restore" } })}>
        Restore
      </Button>
    );
  }
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={16} />} onClick={open}>
        Delete
      </Button>
      <Modal opened={opened} onClose={close} title={`Delete ${nameOf(run)}?`}>
        <Stack>
          <Text size="sm">It leaves the list and takes no more writes. It can be restored.</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep
            </Button>
            <Button color="red" loading={change.isPending} onClick={() => change.mutate({ ids: [run.id], change: { kind: "delete" } }, { onSuccess: close })}>
              Delete
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
