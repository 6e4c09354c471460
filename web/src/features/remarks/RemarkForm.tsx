/** Owns writing a remark about the image or about a region of it. */

import { Button, Group, Stack, Textarea } from "@mantine/core";
import { IconMapPin } from "@tabler/icons-react";
import { useState } from "react";
import { useMay } from "@/features/session/session";
import { useCreateRemark, type Region } from "./remarks";

interface RemarkFormProps {
  readonly taskId: string;
  readonly region: Region | null;
  readonly picking: boolean;
  readonly onPick: () => void;
  readonly onDone: () => void;
}

export function RemarkForm({ taskId, region, picking, onPick, onDone }: RemarkFormProps) {
  const [text, setText] = useState("");
  const create = useCreateRemark(taskId);
  if (!useMay("annotation.CreateRemark")) return null;
  const add = () =>
    create.mutate({ text: text.trim(), region }, {
      onSuccess: () => {
        setText("");
        onDone();
      },
    });
  return (
    <Stack gap={6}>
      <Textarea label="New remark" autosize minRows={2} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Group gap="xs">
        <Button size="xs" variant={picking ? "light" : "default"} leftSection={<IconMapPin size={14} />} aria-pressed={picking} onClick={onPick}>
          {region === null ? "Pin to a region" : "Pin elsewhere"}
        </Button>
        <Button size="xs" disabled={text.trim() === ""} loading={create.isPending} onClick={add}>
          Add remark
        </Button>
      </Group>
    </Stack>
  );
}
