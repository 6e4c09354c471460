/** Owns the snapshots of a project: numbered sets of revisions that never change. */

import { Button, Checkbox, Group, Modal, Stack, Table, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCamera } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { useMay } from "@/features/session/session";
import { ExportSnapshot } from "@/features/transfers/exports/ExportSnapshot";
import { Digest } from "@/ui/Digest";
import { EmptyState } from "@/ui/EmptyState";
import { count, number, time } from "@/ui/format";
import { ListTable } from "@/ui/ListTable";
import { Refused } from "@/ui/Loaded";
import { notifyDone } from "@/ui/notify";
import { useCreateSnapshot, useSnapshots, type Project, type Snapshot } from "./projects";

export function SnapshotsPanel({ project }: { readonly project: Project }) {
  const snapshots = useSnapshots(project.id);
  const [opened, { open, close }] = useDisclosure();
  const may = useMay("annotation.CreateSnapshot");
  return (
    <Stack>
      {may && (
        <Group>
          <Button leftSection={<IconCamera size={16} />} onClick={open}>
            New snapshot
          </Button>
        </Group>
      )}
      <ListTable
        label="Snapshots" list={snapshots} columns={["Snapshot", "Images", "Objects", "Sets", "Verified", "Digest", "By", ""]}
        row={(snapshot) => <SnapshotRow key={snapshot.number} snapshot={snapshot} />}
        empty={
          <EmptyState icon={IconCamera} title="No snapshot yet">
            A snapshot freezes the annotations of all accepted images, so that a training can name exactly what it learned from.
          </EmptyState>
        }
      />
      <Modal opened={opened} onClose={close} title="New snapshot">
        <SnapshotForm project={project} onDone={close} />
      </Modal>
    </Stack>
  );
}

function SnapshotRow({ snapshot }: { readonly snapshot: Snapshot }) {
  return (
    <Table.Tr>
      <Table.Td>
        {snapshot.project_name}@s{snapshot.number} {snapshot.note !== "" && <em>{snapshot.note}</em>}
      </Table.Td>
      <Table.Td>{number(snapshot.image_count)}</Table.Td>
      <Table.Td>{number(snapshot.annotation_count)}</Table.Td>
      <Table.Td>{snapshot.sets.map(({ image_set, task_count }) => `${image_set} ${task_count}`).join(", ")}</Table.Td>
      <Table.Td>
        {number(snapshot.verifications?.verified_count)} of {number(snapshot.image_count)}
      </Table.Td>
      <Table.Td>
        <Digest value={snapshot.digest} />
      </Table.Td>
      <Table.Td>
        {snapshot.creator?.name}, {time(snapshot.create_time)}
      </Table.Td>
      <Table.Td ta="right">
        <ExportSnapshot snapshot={snapshot} />
      </Table.Td>
    </Table.Tr>
  );
}

function SnapshotForm({ project, onDone }: { readonly project: Project; readonly onDone: () => void }) {
  const [note, setNote] = useState("");
  const [unreviewed, setUnreviewed] = useState(false);
  const create = useCreateSnapshot(project.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ note, include_unreviewed: unreviewed }, {
      onSuccess: (snapshot) => {
        notifyDone(`Snapshot s${snapshot.number} holds ${count(snapshot.image_count, "image")}.`);
        onDone();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label="Note" data-autofocus value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        <Checkbox
          label="Take every annotated image, not only accepted ones" checked={unreviewed}
          onChange={(event) => setUnreviewed(event.currentTarget.checked)}
        />
        {create.isError && <Refused error={create.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
