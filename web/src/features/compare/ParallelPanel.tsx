/** Owns the choice of axes, the marks on them, and the table of the runs that pass: the plot in words. */

import { Button, Group, MultiSelect, Pill, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { nameOf, RunLink } from "@/features/runs/RunLink";
import { count, metric } from "@/ui/format";
import { VirtualCell, VirtualTable } from "@/ui/VirtualTable";
import type { Coloring, Comparison } from "./comparison";
import { ParallelPlot } from "./ParallelPlot";
import { passing, scaleOf, type Brush, type Measured, type Scale } from "./scales";
import { Swatch } from "./Swatch";

const START_PARAMS = 5;
const START_METRICS = 2;
const MOST_AXES = 12;

export function ParallelPanel({ comparison, coloring }: { readonly comparison: Comparison; readonly coloring: Coloring }) {
  const choices = useMemo(() => measuredOf(comparison), [comparison]);
  const [chosen, setChosen] = useState<readonly string[]>(() => startOf(comparison));
  const [brushes, setBrushes] = useState<Readonly<Record<string, Brush>>>({});
  const scales = useMemo(
    () => chosen.flatMap((id) => choices.filter((one) => one.id === id)).map((one) => scaleOf(one, metric)),
    [chosen, choices],
  );
  const { runs } = comparison;
  const passed = passing(scales, brushes, runs.length);
  const mark = (id: string, brush: Brush | null) =>
    setBrushes((before) => (brush === null ? Object.fromEntries(Object.entries(before).filter(([key]) => key !== id)) : { ...before, [id]: brush }));
  if (choices.length === 0) return <Text>The runs have neither parameters nor metrics.</Text>;
  return (
    <Stack gap="sm">
      <MultiSelect
        label="Axes" description="From left to right, in the order chosen" searchable clearable hidePickedOptions maxValues={MOST_AXES} limit={100}
        data={choices.map(({ id, label }) => ({ value: id, label }))} value={[...chosen]} onChange={setChosen}
      />
      {scales.length < 2 ? (
        <Text>Choose at least two axes.</Text>
      ) : (
        <>
          <Text size="xs" c="dimmed">
            Drag along an axis to mark a part of it: only runs that pass stay in color. With the keyboard, move the ends of a mark with the arrow keys.
          </Text>
          <ParallelPlot runs={runs} scales={scales} colors={coloring.colors} brushes={brushes} passed={new Set(passed)} onMark={mark} />
          <Group justify="space-between" mih={30}>
            <Text size="sm" role="status">
              {passed.length} of {count(runs.length, "run")} {passed.length === 1 ? "passes" : "pass"}
            </Text>
            <Group gap="xs">
              {scales.filter(({ id }) => brushes[id] !== undefined).map((scale) => (
                <Pill key={scale.id} withRemoveButton onRemove={() => mark(scale.id, null)} removeButtonProps={{ "aria-label": `Take the mark on ${scale.label} away`, "aria-hidden": false, tabIndex: 0 }}>
                  {scale.label}
                </Pill>
              ))}
              {Object.keys(brushes).length > 0 && (
                <Button size="compact-xs" variant="subtle" onClick={() => setBrushes({})}>
                  Take all marks away
                </Button>
              )}
            </Group>
          </Group>
          <PassingTable comparison={comparison} coloring={coloring} scales={scales} passed={passed} />
        </>
      )}
    </Stack>
  );
}

interface PassingTableProps {
  readonly comparison: Comparison;
  readonly coloring: Coloring;
  readonly scales: readonly Scale[];
  readonly passed: readonly number[];
}

function PassingTable({ comparison, coloring, scales, passed }: PassingTableProps) {
  const rows = passed.flatMap((index) => {
    const run = comparison.runs[index];
    return run === undefined ? [] : [{ run, index }];
  });
  return (
    <VirtualTable
      label="Runs that pass" rows={rows} keyOf={({ run }) => run.id} maxHeight={320} pinned={1}
      columns={[{ id: "run", head: "Run", width: 220 }, ...scales.map(({ id, label, kind }) => ({ id, head: label, width: 150, numeric: kind !== "words" }))]}
      cells={({ run, index }) => (
        <>
          <VirtualCell title={nameOf(run)}>
            <Group gap={6} wrap="nowrap">
              <Swatch color={coloring.colors[index]} />
              <RunLink run={run} />
            </Group>
          </VirtualCell>
          {scales.map(({ id, values, kind }) => {
            const value = values[index];
            return (
              <VirtualCell key={id} numeric={kind !== "words"}>
                {typeof value === "number" ? metric(value) : (value ?? "")}
              </VirtualCell>
            );
          })}
        </>
      )}
    />
  );
}

function measuredOf({ params, metrics }: Comparison): Measured[] {
  return [
    ...params.map(({ key, cells }) => ({ id: `params.${key}`, label: key, values: cells.map(({ is_set, text }) => (is_set ? text : undefined)) })),
    ...metrics.map(({ key, cells }) => ({ id: `metrics.${key}`, label: key, values: cells.map(({ point_count, last }) => (point_count === 0 ? undefined : Number(last))) })),
  ];
}

/** What differs says most: a few parameters, then a few metrics. */
function startOf({ params, metrics }: Comparison): string[] {
  const differing = <T extends { readonly differs: boolean; readonly key: string }>(rows: readonly T[]) => rows.filter(({ differs }) => differs).map(({ key }) => key);
  const numbers = differing(metrics).filter((key) => !key.startsWith("system/"));
  return [...differing(params).slice(0, START_PARAMS).map((key) => `params.${key}`), ...numbers.slice(0, START_METRICS).map((key) => `metrics.${key}`)];
}
