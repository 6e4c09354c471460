/** Owns publishing the draft as the next version. */

import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLock } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { useMay } from "@/features/session/session";
import { count } from "@/ui/format";
import { Refused } from "@/ui/Loaded";
import { notifyDone } from "@/ui/notify";
import { usePublish, type Dataset } from "./datasets";

export function Publish({ dataset }: { readonly dataset: Dataset }) {
  const [opened, { open, close }] = useDisclosure();
  const may = useMay("storage.PublishDataset");
  if (!may) return null;
  const next = `${dataset.name}@v${dataset.latest_version + 1}`;
  return (
    <>
      <Button leftSection={<IconLock size={16} />} onClick={open} disabled={dataset.draft_change_count === 0}>
        Publish v{dataset.latest_version + 1}
      </Button>
      <Modal opened={opened} onClose={close} title={`Publish ${next}`}>
        <PublishForm dataset={dataset} next={next} onDone={close} />
      </Modal>
    </>
  );
}

interface PublishFormProps {
  readonly dataset: Dataset;
  readonly next: string;
  readonly onDone: () => void;
}

function PublishForm({ dataset, next, onDone }: PublishFormProps) {
  const [note, setNote] = useState("");
  const publish = usePublish(dataset.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    publish.mutate(note, {
      onSuccess: (version) => {
        notifyDone(`${next} is published with ${count(version.image_count, "image")}.`);
        onDone();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">
          {count(dataset.draft_image_count, "image")}, {count(dataset.draft_change_count, "change")} since the last version. A
          published version never changes.
        </Text>
        <TextInput label="Note" data-autofocus value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        {publish.isError && <Refused error={publish.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={publish.isPending}>
            Publish
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
