/** Owns the dialog that creates a dataset. */

import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useMay } from "@/features/session/session";
import { Refused } from "@/ui/Loaded";
import { useCreateDataset } from "./datasets";

export function CreateDataset() {
  const [opened, { open, close }] = useDisclosure();
  if (!useMay("storage.CreateDataset")) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={open}>
        New dataset
      </Button>
      <Modal opened={opened} onClose={close} title="New dataset">
        <CreateForm />
      </Modal>
    </>
  );
}

function CreateForm() {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const create = useCreateDataset();
  const navigate = useNavigate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ name, description }, {
      onSuccess: ({ id }) => void navigate({ to: "/datasets/$datasetId", params: { datasetId: id } }),
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name" required data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)}
          description="Lower-case letters, digits and dashes; versions are then called name@v1, name@v2 ..."
        />
        <TextInput label="Description" value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
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
