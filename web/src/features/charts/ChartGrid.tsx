/** Owns a grid of any number of charts under headings: only those in view exist. */

import { Text, UnstyledButton } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { count } from "@/ui/format";
import type { Section } from "./sections";
import classes from "./chart.module.css";

const CHART_WIDTH = 400;
const CHART_HEIGHT = 278;
const HEADING_HEIGHT = 40;
const GAP = 12;

type Row<C> = { readonly heading: Section<C> } | { readonly charts: readonly C[] };

interface ChartGridProps<C> {
  readonly sections: readonly Section<C>[];
  readonly keyOf: (chart: C) => string;
  readonly children: (chart: C) => ReactNode;
  /** The heading of those without a folder. */
  readonly noun?: string;
  readonly unit?: string;
}

export function ChartGrid<C>({ sections, keyOf, children, noun = "Metrics", unit = "chart" }: ChartGridProps<C>) {
  const root = useRef<HTMLDivElement>(null);
  const { ref: sized, width } = useElementSize();
  const ref = useMergedRef(root, sized);
  const [top, setTop] = useState(0);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const columns = Math.max(1, Math.floor((width + GAP) / (CHART_WIDTH + GAP)));
  const rows = useMemo(() => rowsOf(sections, closed, columns), [sections, closed, columns]);
  const heightOf = (index: number) => ("heading" in (rows[index] ?? {}) ? HEADING_HEIGHT : CHART_HEIGHT + GAP);
  const window = useWindowVirtualizer({ count: rows.length, estimateSize: heightOf, overscan: 1, scrollMargin: top });
  useLayoutEffect(() => {
    if (root.current !== null) setTop(Math.round(root.current.getBoundingClientRect().top + globalThis.scrollY));
    window.measure();
  }, [width, rows, window]);
  const toggle = (name: string) => setClosed((before) => (before.has(name) ? new Set([...before].filter((one) => one !== name)) : new Set([...before, name])));
  return (
    <div ref={ref} style={{ height: window.getTotalSize(), position: "relative" }}>
      {width > 0 && window.getVirtualItems().map(({ index, start }) => {
        const row = rows[index];
        if (row === undefined) return null;
        const style = { transform: `translateY(${start - top}px)` };
        if ("heading" in row) {
          return (
            <div key={`heading ${row.heading.name}`} className={classes.row} style={style}>
              <Heading name={row.heading.name || noun} size={count(row.heading.charts.length, unit)} open={!closed.has(row.heading.name)} onToggle={() => toggle(row.heading.name)} />
            </div>
          );
        }
        return (
          <div key={row.charts.map(keyOf).join("\n")} className={classes.row} style={{ ...style, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
            {row.charts.map((chart) => (
              <div key={keyOf(chart)}>{children(chart)}</div>
            ))}
          </div>
        );
      })}
    </div>
  );
}

interface HeadingProps {
  readonly name: string;
  readonly size: string;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function Heading({ name, size, open, onToggle }: HeadingProps) {
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <UnstyledButton className={classes.heading} onClick={onToggle} aria-expanded={open}>
      <Chevron size={16} aria-hidden />
      <Text size="sm" fw={600}>
        {name}
      </Text>
      <Text size="sm" c="dimmed">
        {size}
      </Text>
    </UnstyledButton>
  );
}

/** A single section needs no heading. */
function rowsOf<C>(sections: readonly Section<C>[], closed: ReadonlySet<string>, columns: number): Row<C>[] {
  return sections.flatMap((section) => {
    const rows: Row<C>[] = sections.length === 1 ? [] : [{ heading: section }];
    if (sections.length > 1 && closed.has(section.name)) return rows;
    for (let start = 0; start < section.charts.length; start += columns) rows.push({ charts: section.charts.slice(start, start + columns) });
    return rows;
  });
}
