/** Owns the menus above the list of runs: experiment, kind, status, groups, deleted runs. */

import { Group, Select, Switch } from "@mantine/core";
import { useExperiments } from "../runs";
import { ColumnPicker } from "./ColumnPicker";
import { FIXED, keyedOf, labelOf } from "./columns";
import { KINDS, STATUSES, type RunsView } from "./view";

const WORDS = { metrics: "metric", params: "parameter", tags: "tag" } as const;
const GROUPS = ["experiment", "status", "kind", "creator"];

interface QuickFiltersProps {
  readonly view: RunsView;
  readonly onChange: (part: Partial<Record<keyof RunsView, unknown>>) => void;
  readonly columns: readonly string[];
  readonly possible: readonly string[];
  readonly onColumns: (ids: readonly string[] | undefined) => void;
}

export function QuickFilters({ view, onChange, columns, possible, onColumns }: QuickFiltersProps) {
  const experiments = useExperiments();
  const lower = (values: readonly string[]) => values.map((value) => ({ value, label: value.toLowerCase() }));
  const keyed = possible.filter((id) => keyedOf(id) !== null && keyedOf(id)?.family !== "metrics");
  const grouped = view.group !== undefined && keyedOf(view.group) !== null ? [view.group] : [];
  return (
    <Group gap="xs">
      <Select
        aria-label="Experiment" placeholder="Any experiment" clearable searchable w={190} size="xs" value={view.experiment ?? null} limit={200}
        data={(experiments.data ?? []).map(({ id, name }) => ({ value: id, label: name }))} onChange={(experiment) => onChange({ experiment })}
      />
      <Select aria-label="Kind" placeholder="Any kind" clearable w={130} size="xs" value={view.kind ?? null} data={lower(KINDS)} onChange={(kind) => onChange({ kind })} />
      <Select
        aria-label="Status" placeholder="Any status" clearable w={130} size="xs" value={view.status ?? null} data={lower(STATUSES)}
        onChange={(status) => onChange({ status })}
      />
      <Select
        aria-label="Group by" placeholder="No groups" clearable searchable w={170} size="xs" value={view.group ?? null} limit={200}
        onChange={(group) => onChange({ group })}
        data={[
          { group: "Run", items: GROUPS.map((value) => ({ value, label: FIXED[value]?.label ?? value })) },
          { group: "Parameters and tags", items: [...new Set([...keyed, ...grouped])].map((value) => ({ value, label: `${labelOf(value)} (${WORDS[keyedOf(value)?.family ?? "tags"]})` })) },
        ]}
      />
      <ColumnPicker chosen={columns} possible={possible} onChoose={onColumns} />
      <Switch size="xs" label="Deleted" checked={view.deleted === true} onChange={(event) => onChange({ deleted: event.currentTarget.checked || undefined })} />
    </Group>
  );
}
