/** Owns how charts are drawn and which are shown; the choice is kept in this browser. */

import { Group, SegmentedControl, Slider, Switch, Text, TextInput } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import type { Axis } from "./lines";
import type { Drawing } from "./MetricChart";

const AXES = [{ value: "step", label: "Step" }, { value: "elapsed", label: "Elapsed" }, { value: "time", label: "Time" }] as const satisfies readonly { value: Axis; label: string }[];
const START: Drawing = { axis: "step", logarithmic: false, smoothing: 0 };

export function useDrawing() {
  return useLocalStorage<Drawing>({ key: "plumbline.drawing", defaultValue: START, getInitialValueInEffect: false });
}

interface ChartControlsProps {
  readonly drawing: Drawing;
  readonly onDrawing: (drawing: Drawing) => void;
  readonly typed: string;
  readonly onTyped: (typed: string) => void;
  readonly found: string;
}

export function ChartControls({ drawing, onDrawing, typed, onTyped, found }: ChartControlsProps) {
  return (
    <Group gap="lg" align="center">
      <TextInput
        aria-label="Find metrics" placeholder="Find metrics, such as val loss" w={260} leftSection={<IconSearch size={15} />} value={typed}
        onChange={(event) => onTyped(event.currentTarget.value)}
      />
      <Text size="sm" c="dimmed" role="status">
        {found}
      </Text>
      <SegmentedControl aria-label="Horizontal axis" size="xs" data={[...AXES]} value={drawing.axis} onChange={(axis) => onDrawing({ ...drawing, axis: axis as Axis })} />
      <Group gap="xs" wrap="nowrap">
        <Text size="sm">
          Smoothing
        </Text>
        <Slider
          w={120} min={0} max={0.99} step={0.01} label={(value) => value.toFixed(2)} thumbLabel="Smoothing"
          value={drawing.smoothing} onChange={(smoothing) => onDrawing({ ...drawing, smoothing })}
        />
      </Group>
      <Switch label="Logarithmic" checked={drawing.logarithmic} onChange={(event) => onDrawing({ ...drawing, logarithmic: event.currentTarget.checked })} />
    </Group>
  );
}
