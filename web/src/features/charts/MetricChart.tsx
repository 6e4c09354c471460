/** Owns one chart: its frame, its zoom, and what it says to people who do not see it. */

import { ActionIcon, Box, Group, Loader, Paper, Text, Tooltip, useComputedColorScheme } from "@mantine/core";
import { IconZoomReset } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { count, metric } from "@/ui/format";
import { alignedOf, brokenOf, smoothed, type Axis, type Line, type Range } from "./lines";
import { CANVAS_HEIGHT, LEGEND_LINES, optionsOf } from "./plot";
import classes from "./chart.module.css";

export interface Drawing {
  readonly axis: Axis;
  readonly logarithmic: boolean;
  /** 0 draws every point as it is, 0.99 almost a straight line. */
  readonly smoothing: number;
}

interface MetricChartProps {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly drawing: Drawing;
  readonly range: Range | null;
  readonly onRange: (range: Range | null) => void;
  readonly loading: boolean;
}

export function MetricChart({ title, lines, drawing, range, onRange, loading }: MetricChartProps) {
  const { axis, logarithmic, smoothing } = drawing;
  const [near, setNear] = useState<number | null>(null);
  const dark = useComputedColorScheme("light") === "dark";
  const drawn = useMemo(() => (smoothing > 0 ? [...lines.map(asRaw), ...lines.map((line) => smoothed(line, smoothing))] : lines), [lines, smoothing]);
  const broken = useMemo(() => brokenOf(lines).length, [lines]);
  const root = usePlot(drawn, { dark, logarithmic, axis, faint: drawn.length - lines.length }, range, onRange, setNear);
  const newest = lines.slice(0, LEGEND_LINES).map(({ label, ys }) => `${label} ${metric(ys.at(-1))}`).join(", ");
  const nearest = near === null ? undefined : drawn[near];
  return (
    <Paper withBorder px="sm" py={6} className={classes.card}>
      <Group justify="space-between" wrap="nowrap" h={26} gap="xs">
        <Text size="sm" fw={600} truncate title={title}>
          {title}
        </Text>
        <Group gap={4} wrap="nowrap">
          {loading && <Loader size={14} aria-hidden />}
          {broken > 0 && (
            <Text size="xs" c="red" style={{ whiteSpace: "nowrap" }}>
              {count(broken, "value")} not finite
            </Text>
          )}
          {range !== null && (
            <Tooltip label="See everything">
              <ActionIcon size="sm" variant="subtle" aria-label={`See everything of ${title}`} onClick={() => onRange(null)}>
                <IconZoomReset size={16} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </Group>
      <Box ref={root} className={classes.chart} mih={CANVAS_HEIGHT} role="img" aria-label={`Chart of ${title}. Newest: ${newest}`} />
      {lines.length > LEGEND_LINES && (
        <Text size="xs" c="dimmed" truncate aria-hidden>
          {nearest === undefined ? count(lines.length, "line") : nearest.label}
        </Text>
      )}
    </Paper>
  );
}

function asRaw(line: Line): Line {
  return { ...line, label: `${line.label} as logged` };
}

/** Keeps a plot in an element: made anew when its look changes, given new points otherwise. */
function usePlot(
  lines: readonly Line[], look: Parameters<typeof optionsOf>[2], range: Range | null, onRange: (range: Range | null) => void,
  onNear: (index: number | null) => void,
) {
  const root = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const now = useRef({ lines, onRange });
  const names = lines.map(({ label, color }) => `${label}\n${color}`).join("\n\n");
  const { dark, logarithmic, axis, faint } = look;
  useEffect(() => {
    now.current = { lines, onRange };
  });
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    const hands = { linesNow: () => now.current.lines, onRange: (chosen: Range | null) => now.current.onRange(chosen), onNear };
    const made = new uPlot(optionsOf(now.current.lines, element.clientWidth, { dark, logarithmic, axis, faint }, hands), [[]], element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: CANVAS_HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, dark, logarithmic, axis, faint, onNear]);
  useEffect(() => {
    const { current } = plot;
    if (current === null) return;
    const data = alignedOf(lines, logarithmic);
    current.batch(() => {
      current.setData(data, false);
      const [first, last] = [data[0][0], data[0].at(-1)];
      if (range !== null) current.setScale("x", { min: range.min, max: range.max });
      else if (first !== undefined && last !== undefined) current.setScale("x", first === last ? { min: first - 1, max: last + 1 } : { min: first, max: last });
    });
  }, [lines, range, names, dark, logarithmic, axis, faint, onNear]);
  return root;
}
