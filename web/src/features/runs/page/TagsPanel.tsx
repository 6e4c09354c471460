/** Owns the tags of a run. */

import { Button, Group, Pill, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useMay } from "@/features/session/session";
import { Panel } from "@/ui/Panel";
import { useUpdateRun, type Run } from "../runs";

const LONGEST = 60;

export function TagsPanel({ run }: { readonly run: Run }) {
  const update = useUpdateRun(run.id);
  const may = useMay("experiments.UpdateRun") && run.delete_time === undefined;
  return (
    <Panel title="Tags">
      <Stack gap="sm">
        {run.tags.length === 0 && <Text size="sm">None.</Text>}
        <Group gap={6}>
          {run.tags.map(({ key, value }) => (
            <Pill
              key={key} withRemoveButton={may} title={`${key}: ${value}`} onRemove={() => update.mutate({ remove_tags: [key] })}
              removeButtonProps={{ "aria-label": `Remove tag ${key}`, "aria-hidden": false, tabIndex: 0 }}
            >
              {key}: {value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value}
            </Pill>
          ))}
        </Group>
        {may && <NewTag onSet={(key, value) => update.mutate({ set_tags: [{ key, value }] })} />}
      </Stack>
    </Panel>
  );
}

function NewTag({ onSet }: { readonly onSet: (key: string, value: string) => void }) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSet(key.trim(), value);
    setKey("");
    setValue("");
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs">
        <TextInput aria-label="Tag" placeholder="Tag" size="xs" w={130} value={key} onChange={(event) => setKey(event.currentTarget.value)} />
        <TextInput aria-label="Value of the tag" placeholder="Value" size="xs" w={170} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
        <Button size="xs" variant="default" type="submit" disabled={key.trim() === ""}>
          Set tag
        </Button>
      </Group>
    </form>
  );
}
