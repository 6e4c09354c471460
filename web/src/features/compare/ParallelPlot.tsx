/** Owns the plot with parallel axes: one line per run, marks on the axes by mouse or keyboard. */

import { useElementSize } from "@mantine/hooks";
import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { nameOf } from "@/features/runs/RunLink";
import type { ComparedRun } from "./comparison";
import classes from "./compare.module.css";
import type { Brush, Scale } from "./scales";

const HEIGHT = 360;
const TOP = 34;
const FOOT = 26;
const SIDE = 70;
const GRIP = 22;
const KEY_STEP = 0.05;
const LEAST_MARK = 0.01;
const SNAP = 0.03;
const REACH = 10;

interface ParallelPlotProps {
  readonly runs: readonly ComparedRun[];
  readonly scales: readonly Scale[];
  readonly colors: readonly string[];
  readonly brushes: Readonly<Record<string, Brush>>;
  readonly passed: ReadonlySet<number>;
  readonly onMark: (id: string, brush: Brush | null) => void;
}

const yOf = (place: number) => TOP + (1 - place) * (HEIGHT - TOP - FOOT);
const clamp = (place: number) => Math.max(0, Math.min(1, place));
/** Who drags to an end means all of it: the best run lies exactly there. */
const snapped = (place: number) => (place < SNAP ? 0 : place > 1 - SNAP ? 1 : place);

export function ParallelPlot({ runs, scales, colors, brushes, passed, onMark }: ParallelPlotProps) {
  const { ref, width } = useElementSize();
  const [near, setNear] = useState<number | null>(null);
  const xOf = (axis: number) => SIDE + (axis * Math.max(0, width - 2 * SIDE)) / Math.max(1, scales.length - 1);
  const order = runs.map((_run, index) => index).sort((a, b) => Number(passed.has(a)) - Number(passed.has(b)));
  return (
    <div ref={ref}>
      {width > 0 && (
        <svg className={classes.plot} width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="group" aria-label="Plot with parallel axes; the table below says the same">
          <g aria-hidden>
            {order.map((index) => (
              <path
                key={index} d={pathOf(scales, index, xOf)} stroke={passed.has(index) ? colors[index] : undefined} onPointerEnter={() => setNear(index)} onPointerLeave={() => setNear(null)}
                className={[classes.line, passed.has(index) ? "" : classes.faded, near === index ? classes.near : ""].join(" ")}
              >
                <title>{nameOf(runs[index] ?? { name: "", id: "" })}</title>
              </path>
            ))}
          </g>
          {scales.map((scale, axis) => (
            <Axis key={scale.id} scale={scale} x={xOf(axis)} brush={brushes[scale.id]} onMark={(brush) => onMark(scale.id, brush)} />
          ))}
        </svg>
      )}
    </div>
  );
}

/** A line through the axes; it is broken where the run has no value. */
function pathOf(scales: readonly Scale[], index: number, xOf: (axis: number) => number): string {
  let path = "";
  let isBroken = true;
  scales.forEach(({ places }, axis) => {
    const place = places[index];
    if (place === null || place === undefined) {
      isBroken = true;
      return;
    }
    path += `${isBroken ? "M" : "L"}${xOf(axis).toFixed(1)} ${yOf(place).toFixed(1)}`;
    isBroken = false;
  });
  return path;
}

interface AxisProps {
  readonly scale: Scale;
  readonly x: number;
  readonly brush: Brush | undefined;
  readonly onMark: (brush: Brush | null) => void;
}

function Axis({ scale, x, brush, onMark }: AxisProps) {
  const start = useRef<number | null>(null);
  const placeAt = (event: PointerEvent<SVGElement>) => {
    const top = event.currentTarget.ownerSVGElement?.getBoundingClientRect().top ?? 0;
    return snapped(clamp(1 - (event.clientY - top - TOP) / (HEIGHT - TOP - FOOT)));
  };
  const press = (event: PointerEvent<SVGElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = placeAt(event);
  };
  const drag = (event: PointerEvent<SVGElement>) => {
    if (start.current === null) return;
    const place = placeAt(event);
    onMark({ low: Math.min(start.current, place), high: Math.max(start.current, place) });
  };
  const release = (event: PointerEvent<SVGElement>) => {
    if (start.current !== null && Math.abs(placeAt(event) - start.current) < LEAST_MARK) onMark(null);
    start.current = null;
  };
  const shown = brush ?? { low: 0, high: 1 };
  return (
    <g>
      <text className={classes.title} x={x} y={14} textAnchor="middle">
        {scale.label.length > 22 ? `…${scale.label.slice(-21)}` : scale.label}
        {scale.kind === "logarithmic" ? " (log)" : ""}
        <title>{scale.label}</title>
      </text>
      <line className={classes.axis} x1={x} x2={x} y1={yOf(1)} y2={yOf(0)} />
      {scale.ticks.map(({ place, text }) => (
        <text key={`${place} ${text}`} x={x + 7} y={yOf(place) + 4} aria-hidden>
          {text.length > 14 ? `${text.slice(0, 13)}…` : text}
        </text>
      ))}
      {brush !== undefined && <rect className={classes.mark} x={x - 7} width={14} y={yOf(brush.high)} height={Math.max(2, yOf(brush.low) - yOf(brush.high))} />}
      <rect
        className={classes.grip} x={x - GRIP / 2} width={GRIP} y={yOf(1) - REACH} height={yOf(0) - yOf(1) + 2 * REACH} aria-hidden onPointerDown={press} onPointerMove={drag} onPointerUp={release}
        onDoubleClick={() => onMark(null)}
      />
      <Handle scale={scale} x={x} side="high" brush={shown} onMark={onMark} />
      <Handle scale={scale} x={x} side="low" brush={shown} onMark={onMark} />
    </g>
  );
}

interface HandleProps {
  readonly scale: Scale;
  readonly x: number;
  readonly side: keyof Brush;
  readonly brush: Brush;
  readonly onMark: (brush: Brush | null) => void;
}

/** One end of a mark, moved by the keyboard. */
function Handle({ scale, x, side, brush, onMark }: HandleProps) {
  const place = brush[side];
  const press = (event: KeyboardEvent) => {
    const step = { ArrowUp: KEY_STEP, ArrowRight: KEY_STEP, ArrowDown: -KEY_STEP, ArrowLeft: -KEY_STEP, PageUp: 4 * KEY_STEP, PageDown: -4 * KEY_STEP }[event.key];
    if (event.key === "Escape" || event.key === "Delete") onMark(null);
    else if (step !== undefined) {
      const moved = clamp(place + step);
      onMark(side === "low" ? { low: Math.min(moved, brush.high), high: brush.high } : { low: brush.low, high: Math.max(moved, brush.low) });
    } else return;
    event.preventDefault();
  };
  const y = yOf(place) + (side === "high" ? -5 : 5);
  return (
    <polygon
      className={classes.handle} role="slider" tabIndex={0} aria-label={`${scale.label}, ${side === "high" ? "upper" : "lower"} end`} aria-orientation="vertical"
      aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(place * 100)} aria-valuetext={textAt(scale, place)} onKeyDown={press}
      points={side === "high" ? `${x - 6},${y - 6} ${x + 6},${y - 6} ${x},${y + 2}` : `${x - 6},${y + 6} ${x + 6},${y + 6} ${x},${y - 2}`}
    />
  );
}

function textAt({ ticks }: Scale, place: number): string {
  const nearest = ticks.toSorted((a, b) => Math.abs(a.place - place) - Math.abs(b.place - place))[0];
  return nearest === undefined ? `${Math.round(place * 100)} percent` : `near ${nearest.text}`;
}
