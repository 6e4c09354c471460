/** Owns the fields of a format's options. */

import { Checkbox, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { nameBeside, sentence, titleOf, valueOf, withValue, type OptionValues } from "./options";
import type { FormatOption } from "./transfers";

interface OptionFieldsProps {
  readonly options: readonly FormatOption[];
  /** What differs from the defaults. */
  readonly values: OptionValues;
  readonly onChange: (values: OptionValues) => void;
  readonly disabled?: boolean;
}

export function OptionFields({ options, values, onChange, disabled = false }: OptionFieldsProps) {
  if (options.length === 0) return null;
  const field = (option: FormatOption) => (
    <OptionField
      key={option.name} option={option} value={valueOf(option, values)} disabled={disabled} onChange={(value) => onChange(withValue(values, option, value))}
    />
  );
  const [switches, others] = [options.filter(isSwitch), options.filter((option) => !isSwitch(option))];
  return (
    <Stack gap="sm">
      {others.length > 0 && (
        <SimpleGrid cols={{ base: 1, sm: others.length === 1 ? 1 : 2 }} spacing="md" verticalSpacing="sm">
          {others.map(field)}
        </SimpleGrid>
      )}
      {switches.map(field)}
    </Stack>
  );
}

function isSwitch({ type }: FormatOption): boolean {
  return type === "BOOLEAN";
}

interface OptionFieldProps {
  readonly option: FormatOption;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly disabled: boolean;
}

function OptionField({ option, value, onChange, disabled }: OptionFieldProps) {
  const words = { label: <Title option={option} />, description: sentence(option.help), disabled };
  if (isSwitch(option)) {
    return <Checkbox {...words} checked={value === "true"} onChange={(event) => onChange(String(event.currentTarget.checked))} />;
  }
  if (option.choices.length > 0) {
    return <Select {...words} data={option.choices} value={value} allowDeselect={false} onChange={(chosen) => onChange(chosen ?? "")} />;
  }
  if (option.type === "NUMBER") {
    return <NumberInput {...words} allowDecimal={false} min={0} value={Number(value)} onChange={(entered) => onChange(String(entered))} />;
  }
  return <TextInput {...words} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

function Title({ option }: { readonly option: FormatOption }) {
  return (
    <>
      {titleOf(option)}{" "}
      <Text span size="xs" c="dimmed" ff="monospace">
        {nameBeside(option)}
      </Text>
    </>
  );
}
