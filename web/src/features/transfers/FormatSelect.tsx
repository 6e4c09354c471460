/** Owns the choice of a format: found by its name, told apart by its summary. */

import { Select, Stack, Text } from "@mantine/core";
import type { Format } from "./transfers";

interface FormatSelectProps {
  readonly formats: readonly Format[];
  readonly value: string;
  readonly onChange: (name: string) => void;
  /** What an empty value means, where it may be empty. */
  readonly none?: string;
  readonly disabled?: boolean;
}

export function FormatSelect({ formats, value, onChange, none, disabled = false }: FormatSelectProps) {
  const summaries = new Map(formats.map(({ name, summary }) => [name, summary]));
  const choices = formats.map(({ name, title }) => ({ value: name, label: title }));
  return (
    <Select
      label="Format" searchable allowDeselect={false} disabled={disabled} maxDropdownHeight={320} nothingFoundMessage="There is no such format."
      data={none === undefined ? choices : [{ value: "", label: none }, ...choices]}
      value={value} onChange={(chosen) => onChange(chosen ?? "")} {...(value === "" ? {} : { description: summaries.get(value) })}
      inputWrapperOrder={["label", "input", "description", "error"]}
      renderOption={({ option }) => (
        <Stack gap={0}>
          <Text size="sm">{option.label}</Text>
          <Text size="xs" c="dimmed">
            {summaries.get(option.value)}
          </Text>
        </Stack>
      )}
    />
  );
}
