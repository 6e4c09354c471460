/** Owns what a form shows of a recipe's configuration: the settings of its JSON Schema that are a number, a switch or a choice. */

export interface Setting {
  readonly key: string;
  readonly label: string;
  readonly help: string;
  readonly kind: "number" | "switch" | "choice";
  readonly initial: number | boolean | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly whole: boolean;
  readonly choices: readonly number[];
}

interface Property {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly number[];
  readonly minimum?: number;
  readonly maximum?: number;
}

const KINDS: Readonly<Record<string, Setting["kind"]>> = { integer: "number", number: "number", boolean: "switch" };

/**
 * By name, because the schema comes without an order. Lists and tables of a configuration are left to the command line and
 * the API: they keep their defaults.
 */
export function settingsOf(schema: Readonly<Record<string, unknown>> | undefined): Setting[] {
  const properties = (schema?.["properties"] ?? {}) as Readonly<Record<string, Property>>;
  const settings = Object.entries(properties).flatMap(([key, property]) => {
    const kind = property.enum === undefined ? KINDS[property.type ?? ""] : "choice";
    if (kind === undefined) return [];
    const setting: Setting = {
      key, kind,
      label: property.title ?? key,
      help: property.description ?? "",
      initial: property.default as Setting["initial"],
      min: property.minimum,
      max: property.maximum,
      whole: property.type === "integer",
      choices: property.enum ?? [],
    };
    return [setting];
  });
  return settings.sort((one, other) => one.label.localeCompare(other.label));
}
