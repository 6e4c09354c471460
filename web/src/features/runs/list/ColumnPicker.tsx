/** Owns choosing the columns of the list of runs. */

import { Button, Checkbox, Popover, ScrollArea, Stack, Text, TextInput } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useState } from "react";
import { matches } from "@/features/charts/sections";
import { FIXED, isColumn, keyedOf, labelOf, type Family } from "./columns";

const MOST_SHOWN = 150;
const TITLES: Readonly<Record<Family | "fixed", string>> = { fixed: "Run", metrics: "Metrics", params: "Parameters", tags: "Tags" };

interface ColumnPickerProps {
  readonly chosen: readonly string[];
  /** Columns that the loaded runs could fill. */
  readonly possible: readonly string[];
  /** Undefined: as at the beginning. */
  readonly onChoose: (ids: readonly string[] | undefined) => void;
}

export function ColumnPicker({ chosen, possible, onChoose }: ColumnPickerProps) {
  const [typed, setTyped] = useState("");
  const all = [...new Set([...Object.keys(FIXED).filter(isColumn), ...chosen, ...possible])];
  const found = all.filter((id) => matches(labelOf(id), typed.trim()));
  const toggle = (id: string) => onChoose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <Popover position="bottom-start" width={320} withArrow trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns3 size={15} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <Stack gap="xs">
          <TextInput aria-label="Find columns" placeholder="Find columns" size="xs" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
          <ScrollArea.Autosize mah={340} viewportProps={{ tabIndex: 0, role: "group", "aria-label": "Columns to choose from" }}>
            {(["fixed", "metrics", "params", "tags"] as const).map((family) => {
              const ids = found.filter((id) => (keyedOf(id)?.family ?? "fixed") === family);
              return ids.length === 0 ? null : (
                <Stack key={family} gap={6} mb="sm">
                  <Text size="xs" fw={600}>
                    {TITLES[family]}
                  </Text>
                  {ids.slice(0, MOST_SHOWN).map((id) => (
                    <Checkbox key={id} size="xs" label={labelOf(id)} checked={chosen.includes(id)} onChange={() => toggle(id)} />
                  ))}
                  {ids.length > MOST_SHOWN && (
                    <Text size="xs" c="dimmed">
                      {ids.length - MOST_SHOWN} more: type a part of the name.
                    </Text>
                  )}
                </Stack>
              );
            })}
          </ScrollArea.Autosize>
          <Button size="compact-xs" variant="subtle" onClick={() => onChoose(undefined)}>
            As at the beginning
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
