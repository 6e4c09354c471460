/** Owns the box in which runs are searched for: examples, completed words, and where a filter went wrong. */

import { Anchor, Autocomplete, Button, Code, Group, Popover, Stack, Text } from "@mantine/core";
import { IconFilter, IconQuestionMark } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { Problem } from "@/api/problem";
import { completions, placeOf } from "./conditions";
import classes from "./list.module.css";

const EXAMPLES = [
  ["metrics.f1 > 0.9 AND params.lr < 0.01", "numbers of metrics and parameters"],
  ["min(metrics.`val/loss`) < 0.2", "the least value a metric ever had; back-ticks around odd names"],
  ["dataset.name = 'tiles' AND dataset.version >= 3", "what it was computed from"],
  ["tags.team IN ('vision', 'lab') OR creator = 'Ada Novak'", "one of several, or a person"],
  ["NOT (status = 'FAILED') AND run_name ILIKE '%resnet%'", "part of a name, in any case"],
] as const;

interface FilterBoxProps {
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly columns: readonly string[];
  readonly error: unknown;
}

export function FilterBox({ filter, onFilter, columns, error }: FilterBoxProps) {
  const [typed, setTyped] = useState(filter);
  const [shown, setShown] = useState(filter);
  if (shown !== filter) {
    // The address changed by another hand, such as the back button.
    setShown(filter);
    setTyped(filter);
  }
  const words = completions(typed, columns);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onFilter(typed.trim());
  };
  return (
    <form onSubmit={submit} role="search">
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <Autocomplete
          aria-label="Filter" placeholder="metrics.f1 > 0.9 AND dataset.name = 'tiles'" style={{ flex: 1 }} leftSection={<IconFilter size={16} />}
          classNames={{ input: classes.filter ?? "" }} spellCheck={false} autoComplete="off" value={typed} onChange={setTyped} clearable
          onClear={() => onFilter("")} data={words.map(({ value }) => value)} filter={({ options }) => options} maxDropdownHeight={260}
          renderOption={({ option }) => <Code>{words.find(({ value }) => value === option.value)?.word}</Code>}
        />
        <Button type="submit" variant="default">
          Search
        </Button>
        <Examples onPick={(example) => {
          setTyped(example);
          onFilter(example);
        }} />
      </Group>
      {error !== null && filter !== "" && <Mistake filter={filter} error={error} />}
    </form>
  );
}

function Mistake({ filter, error }: { readonly filter: string; readonly error: unknown }) {
  const place = error instanceof Problem ? placeOf(error.metadata) : null;
  return (
    <Stack gap={2} mt={6} role="alert">
      {place !== null && (
        <pre className={classes.mistake} aria-hidden>
          {filter}
          {"\n"}
          {" ".repeat(place)}^
        </pre>
      )}
      <Text size="sm" c="red">
        {error instanceof Error ? error.message : "The filter was refused."}
      </Text>
    </Stack>
  );
}

function Examples({ onPick }: { readonly onPick: (example: string) => void }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={470} withArrow trapFocus>
      <Popover.Target>
        <Button variant="subtle" leftSection={<IconQuestionMark size={15} />} onClick={() => setOpened((before) => !before)}>
          Examples
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Examples of filters">
        <Stack gap="sm">
          {EXAMPLES.map(([example, meaning]) => (
            <div key={example}>
              <Anchor
                component="button" type="button" size="sm" ff="monospace" ta="left"
                onClick={() => {
                  setOpened(false);
                  onPick(example);
                }}
              >
                {example}
              </Anchor>
              <Text size="xs" c="dimmed">
                {meaning}
              </Text>
            </div>
          ))}
          <Text size="xs" c="dimmed">
            Compare with = != &gt; &gt;= &lt; &lt;=, LIKE, ILIKE, IN (…), IS NULL; join with AND, OR, NOT and parentheses. Enter searches.
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
