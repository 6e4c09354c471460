/** Owns the metrics of runs side by side, in numbers. */

import { Group, SegmentedControl, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { matches } from "@/features/charts/sections";
import { metric } from "@/ui/format";
import { VirtualCell, VirtualTable } from "@/ui/VirtualTable";
import type { Coloring, Comparison } from "./comparison";
import classes from "./compare.module.css";
import { runColumns } from "./run-columns";
import { DifferingOnly } from "./TextsCompared";

const SIDES = [{ value: "last", label: "Last" }, { value: "min", label: "Minimum" }, { value: "max", label: "Maximum" }] as const;
type Side = (typeof SIDES)[number]["value"];

export function MetricsCompared({ comparison, coloring }: { readonly comparison: Comparison; readonly coloring: Coloring }) {
  const [side, setSide] = useState<Side>("last");
  const [typed, setTyped] = useState("");
  const [all, setAll] = useState(true);
  const found = comparison.metrics.filter(({ key }) => matches(key, typed.trim()));
  const differing = found.filter(({ differs }) => differs);
  const rows = all ? found : differing;
  return (
    <Stack gap="sm">
      <Group gap="lg">
        <TextInput aria-label="Find metrics" placeholder="Find metrics" w={220} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        <SegmentedControl aria-label="Which value" size="xs" data={[...SIDES]} value={side} onChange={(value) => setSide(value as Side)} />
        <DifferingOnly all={all} onAll={setAll} total={found.length} differing={differing.length} />
      </Group>
      {rows.length === 0 ? (
        <Text>No metric to show.</Text>
      ) : (
        <VirtualTable
          label="Metrics" columns={runColumns(comparison, coloring, "Metric", true)} rows={rows} keyOf={({ key }) => key} maxHeight="60dvh" pinned={1}
          cells={({ key, cells }) => (
            <>
              <Table.Th scope="row" fw={400} className={classes.key} title={key}>
                {key}
              </Table.Th>
              {cells.map((cell, index) => (
                <VirtualCell key={index} numeric title={cell.point_count === 0 ? "not logged" : `at step ${cell.last_step}`}>
                  {cell.point_count === 0 ? "" : metric(Number(cell[side]))}
                </VirtualCell>
              ))}
            </>
          )}
        />
      )}
    </Stack>
  );
}
