/** Owns the dialog that moves an alias, such as production, to another version. */

import { Autocomplete, Button, Group, Modal, NumberInput, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState, type FormEvent } from "react";
import { useMay } from "@/features/session/session";
import { Refused } from "@/ui/Loaded";
import { notifyDone } from "@/ui/notify";
import { useSetAlias, type Model } from "./models";

interface MoveAliasProps {
  readonly model: Model;
  readonly alias?: string;
  readonly version?: number;
  /** Whether the gate of the alias lets the version through. */
  readonly isOpen?: boolean;
}

export function MoveAlias({ model, alias, version, isOpen = true }: MoveAliasProps) {
  const [opened, { open, close }] = useDisclosure();
  if (!useMay("experiments.SetAlias") || model.latest_version === 0) return null;
  return (
    <>
      <Button size={alias === undefined ? "sm" : "xs"} variant={alias !== undefined && isOpen ? "filled" : "default"} onClick={open}>
        {alias === undefined ? "Set alias" : `Make it ${alias}`}
      </Button>
      <Modal opened={opened} onClose={close} title={`Alias of ${model.name}`}>
        <MoveForm model={model} alias={alias ?? "production"} version={version ?? model.latest_version} onDone={close} />
      </Modal>
    </>
  );
}

interface MoveFormProps {
  readonly model: Model;
  readonly alias: string;
  readonly version: number;
  readonly onDone: () => void;
}

function MoveForm({ model, onDone, ...start }: MoveFormProps) {
  const [alias, setAlias] = useState(start.alias);
  const [version, setVersion] = useState<string | number>(start.version);
  const [reason, setReason] = useState("");
  const move = useSetAlias(model.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    move.mutate({ alias, version: Number(version), reason }, {
      onSuccess: () => {
        notifyDone(`${alias} is now version ${version}.`);
        onDone();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Autocomplete label="Alias" required value={alias} onChange={setAlias} data={model.aliases.map(({ name }) => name)} />
        <NumberInput label="Version" required min={1} max={model.latest_version} value={version} onChange={setVersion} />
        <TextInput label="Reason" description="Kept in the history" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        {move.isError && <Refused error={move.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={move.isPending}>
            Move
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
