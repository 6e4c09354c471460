/** Owns the fields of a recipe's configuration. */

import { NumberInput, Select, SimpleGrid, Switch } from "@mantine/core";
import type { Setting } from "./settings";

export type Config = Readonly<Record<string, number | boolean>>;

interface SettingFieldsProps {
  readonly settings: readonly Setting[];
  /** What differs from the defaults. */
  readonly config: Config;
  readonly onChange: (config: Config) => void;
}

export function SettingFields({ settings, config, onChange }: SettingFieldsProps) {
  const set = (key: string, value: number | boolean) => onChange({ ...config, [key]: value });
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {settings.map((setting) => (
        <SettingField key={setting.key} setting={setting} value={config[setting.key] ?? setting.initial} onChange={(value) => set(setting.key, value)} />
      ))}
    </SimpleGrid>
  );
}

interface SettingFieldProps {
  readonly setting: Setting;
  readonly value: number | boolean | undefined;
  readonly onChange: (value: number | boolean) => void;
}

function SettingField({ setting, value, onChange }: SettingFieldProps) {
  const words = { label: setting.label, description: setting.help };
  if (setting.kind === "switch") return <Switch {...words} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  if (setting.kind === "choice") {
    return <Select {...words} allowDeselect={false} value={String(value)} onChange={(chosen) => onChange(Number(chosen))} data={setting.choices.map(String)} />;
  }
  return (
    <NumberInput
      {...words} value={Number(value)} allowDecimal={!setting.whole} decimalScale={8} {...(setting.min === undefined ? {} : { min: setting.min })}
      {...(setting.max === undefined ? {} : { max: setting.max })} onChange={(entered) => entered !== "" && onChange(Number(entered))}
    />
  );
}
