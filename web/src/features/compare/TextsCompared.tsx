/** Owns texts of runs side by side: parameters, tags, records. */

import { Group, Stack, Switch, Table, Text } from "@mantine/core";
import { useState } from "react";
import { count } from "@/ui/format";
import { VirtualCell, VirtualTable } from "@/ui/VirtualTable";
import type { Coloring, Comparison } from "./comparison";
import classes from "./compare.module.css";
import { runColumns } from "./run-columns";

interface TextsComparedProps {
  readonly label: string;
  readonly comparison: Comparison;
  readonly rows: Comparison["params"];
  readonly coloring: Coloring;
}

export function TextsCompared({ label, comparison, rows, coloring }: TextsComparedProps) {
  const differing = rows.filter(({ differs }) => differs);
  const [all, setAll] = useState(false);
  const shown = all ? rows : differing;
  return (
    <Stack gap="sm">
      <DifferingOnly all={all} onAll={setAll} total={rows.length} differing={differing.length} />
      {shown.length === 0 ? (
        <Text>{rows.length === 0 ? "None of the runs has any." : "They are the same in all runs."}</Text>
      ) : (
        <VirtualTable
          label={label} columns={runColumns(comparison, coloring, "Name")} rows={shown} keyOf={({ key }) => key} maxHeight="60dvh" pinned={1}
          cells={({ key, cells, differs }) => (
            <>
              <Table.Th scope="row" fw={differs ? 600 : 400} className={classes.key} title={key}>
                {key}
              </Table.Th>
              {cells.map(({ is_set, text }, index) => (
                <VirtualCell key={index} title={text}>
                  {is_set ? text : <Text span size="sm" c="dimmed">not set</Text>}
                </VirtualCell>
              ))}
            </>
          )}
        />
      )}
    </Stack>
  );
}

interface DifferingOnlyProps {
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
  readonly total: number;
  readonly differing: number;
}

export function DifferingOnly({ all, onAll, total, differing }: DifferingOnlyProps) {
  return (
    <Group gap="lg">
      <Switch label="Only what differs" checked={!all} onChange={(event) => onAll(!event.currentTarget.checked)} />
      <Text size="sm" c="dimmed" role="status">
        {differing} of {count(total, "row")} differ
      </Text>
    </Group>
  );
}
