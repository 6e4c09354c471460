/** Owns the dialog that says what must hold before an alias may point at a version. */

import { Button, Checkbox, Group, Modal, MultiSelect, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { Refused } from "@/ui/Loaded";
import { notifyDone } from "@/ui/notify";
import { conditionsOf, draftOf, NEW_METRIC, type MetricDraft } from "./gate-draft";
import { useSetGate, type Gate } from "./gates";

const ROLES = ["OWNER", "MANAGER", "DEVELOPER", "REVIEWER", "CUSTOMER"];
const DIMENSIONS = [
  { value: "all", label: "everything" }, { value: "source", label: "source" }, { value: "tag", label: "tag" }, { value: "image_set", label: "image set" },
];

export function EditGate({ modelId, gate }: { readonly modelId: string; readonly gate?: Gate }) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        {gate === undefined ? "New gate" : "Change"}
        {gate !== undefined && <span className="only-heard"> the gate of {gate.alias}</span>}
      </Button>
      <Modal opened={opened} onClose={close} size="lg" title={gate === undefined ? "New gate" : `Gate of ${gate.alias}`}>
        <GateForm modelId={modelId} gate={gate} onDone={close} />
      </Modal>
    </>
  );
}

function GateForm({ modelId, gate, onDone }: { readonly modelId: string; readonly gate: Gate | undefined; readonly onDone: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(gate));
  const save = useSetGate(modelId);
  const change = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }));
  const changeMetric = (index: number, part: Partial<MetricDraft>) =>
    change({ metrics: draft.metrics.map((one, place) => (place === index ? { ...one, ...part } : one)) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { alias, approvals, roles } = draft;
    save.mutate({ alias: alias.trim(), conditions: conditionsOf(draft), approval_count: approvals, approver_roles: [...roles] }, {
      onSuccess: () => {
        notifyDone(`The gate of ${alias} is set.`);
        onDone();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label="Alias it guards" required disabled={gate !== undefined} value={draft.alias} onChange={(event) => change({ alias: event.currentTarget.value })} />
        <Checkbox
          label="Every training image is verified by the customer" checked={draft.isVerified} onChange={(event) => change({ isVerified: event.currentTarget.checked })}
        />
        <Checkbox label="No test image was trained on" checked={draft.isSeparate} onChange={(event) => change({ isSeparate: event.currentTarget.checked })} />
        {draft.metrics.map((one, index) => (
          <Stack key={index} gap={4} component="fieldset" m={0} p={0} style={{ border: 0 }}>
            <Text size="sm" fw={500} component="legend">
              A metric of the newest evaluation
            </Text>
            <SimpleGrid cols={{ base: 1, sm: 4 }} spacing="xs">
              <TextInput label="Metric" required placeholder="f1" value={one.key} onChange={(event) => changeMetric(index, { key: event.currentTarget.value })} />
              <NumberInput label="At least" required step={0.01} value={one.threshold} onChange={(value) => changeMetric(index, { threshold: Number(value) })} />
              <Select label="On" data={DIMENSIONS} allowDeselect={false} value={one.dimension} onChange={(dimension) => changeMetric(index, { dimension: dimension ?? "all" })} />
              {one.dimension !== "all" && <TextInput label="Which" required placeholder="site A" value={one.value} onChange={(event) => changeMetric(index, { value: event.currentTarget.value })} />}
            </SimpleGrid>
            <Group>
              <Button size="compact-xs" variant="subtle" leftSection={<IconTrash size={14} />} onClick={() => change({ metrics: draft.metrics.filter((_one, place) => place !== index) })}>
                Leave this metric out
              </Button>
            </Group>
          </Stack>
        ))}
        <Group>
          <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => change({ metrics: [...draft.metrics, NEW_METRIC] })}>
            Ask for a metric
          </Button>
        </Group>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NumberInput label="Approvals needed" min={0} max={20} allowDecimal={false} value={draft.approvals} onChange={(value) => change({ approvals: Number(value) })} />
          <MultiSelect
            label="Roles whose word counts" data={ROLES.map((value) => ({ value, label: value.toLowerCase() }))} value={[...draft.roles]}
            onChange={(roles) => change({ roles })}
          />
        </SimpleGrid>
        {save.isError && <Refused error={save.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={draft.alias.trim() === ""}>
            Set gate
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
