/** Owns the dialog that creates a project: its name, labels and tools. */

import { ActionIcon, Button, Checkbox, ColorInput, Group, Modal, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useMay } from "@/features/session/session";
import { Refused } from "@/ui/Loaded";
import { useCreateProject, type Project } from "./projects";

type Tool = Project["tools"][number];
interface LabelDraft {
  readonly name: string;
  readonly color: string;
}

const TOOLS: readonly { readonly value: Tool; readonly label: string }[] = [
  { value: "BOX", label: "Box" }, { value: "ROTATED_BOX", label: "Rotated box" }, { value: "POLYGON", label: "Polygon" },
  { value: "POLYLINE", label: "Polyline" }, { value: "POINT", label: "Point" }, { value: "ELLIPSE", label: "Ellipse" },
  { value: "BRUSH", label: "Brush (mask)" }, { value: "TAG", label: "Tag of the whole image" },
];
/** Told apart on grey images, and by people who do not see red and green. */
const COLORS = ["#e03131", "#1971c2", "#e8590c", "#9c36b5", "#2f9e44", "#0c8599", "#f08c00", "#c2255c"];

export function CreateProject() {
  const [opened, { open, close }] = useDisclosure();
  if (!useMay("annotation.CreateProject")) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={open}>
        New project
      </Button>
      <Modal opened={opened} onClose={close} title="New project" size="lg">
        <CreateForm />
      </Modal>
    </>
  );
}

function CreateForm() {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [labels, setLabels] = useState<readonly LabelDraft[]>([{ name: "", color: COLORS[0] ?? "" }]);
  const [tools, setTools] = useState<string[]>(["BOX", "POLYGON", "BRUSH"]);
  const create = useCreateProject();
  const navigate = useNavigate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const chosen = TOOLS.map(({ value }) => value).filter((tool) => tools.includes(tool));
    const named = labels.filter((label) => label.name.trim() !== "").map((label) => ({ ...label, name: label.name.trim() }));
    create.mutate({ name, description, labels: named, tools: chosen }, {
      onSuccess: ({ id }) => void navigate({ to: "/projects/$projectId", params: { projectId: id } }),
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label="Name" required data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput label="Description" value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
        <LabelFields labels={labels} onChange={setLabels} />
        <Checkbox.Group label="Tools" value={tools} onChange={setTools}>
          <SimpleGrid cols={{ base: 2, sm: 3 }} mt="xs" spacing="xs">
            {TOOLS.map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
        {create.isError && <Refused error={create.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending} disabled={tools.length === 0}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface LabelFieldsProps {
  readonly labels: readonly LabelDraft[];
  readonly onChange: (labels: readonly LabelDraft[]) => void;
}

function LabelFields({ labels, onChange }: LabelFieldsProps) {
  const change = (index: number, part: Partial<LabelDraft>) =>
    onChange(labels.map((label, at) => (at === index ? { ...label, ...part } : label)));
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        Labels
      </Text>
      {labels.map((label, index) => (
        <Group key={index} gap="xs" wrap="nowrap">
          <TextInput
            aria-label={`Label ${index + 1}`} placeholder="crack" required={index === 0} flex={1} value={label.name}
            onChange={(event) => change(index, { name: event.currentTarget.value })}
          />
          <ColorInput
            aria-label={`Color of label ${index + 1}`} w={140} value={label.color} swatches={COLORS} onChange={(color) => change(index, { color })}
          />
          <ActionIcon
            variant="subtle" color="gray" aria-label={`Remove label ${index + 1}`} disabled={labels.length === 1}
            onClick={() => onChange(labels.filter((_, at) => at !== index))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="default" size="xs" leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...labels, { name: "", color: COLORS[labels.length % COLORS.length] ?? "" }])}
        >
          Another label
        </Button>
      </Group>
    </Stack>
  );
}
