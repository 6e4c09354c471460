/** Owns how a chart is drawn by uPlot: axes, lines, marks for what is no number, zoom. */

import uPlot from "uplot";
import { metric } from "@/ui/format";
import { brokenOf, type Axis, type Line, type Range } from "./lines";

export const CANVAS_HEIGHT = 196;
/** More names than this do not fit below a chart. */
export const LEGEND_LINES = 6;
const LEAST_DRAG_PX = 6;
const MARK = 5;

export interface Look {
  readonly dark: boolean;
  readonly logarithmic: boolean;
  readonly axis: Axis;
  /** The first so many lines stand faintly behind the others. */
  readonly faint: number;
}

interface Hands {
  readonly linesNow: () => readonly Line[];
  readonly onRange: (range: Range | null) => void;
  readonly onNear: (index: number | null) => void;
}

export function optionsOf(lines: readonly Line[], width: number, look: Look, hands: Hands): uPlot.Options {
  const grid = look.dark ? "#373a40" : "#e9ecef";
  const axis: uPlot.Axis = { stroke: look.dark ? "#c1c2c5" : "#495057", grid: { stroke: grid, width: 1 }, ticks: { stroke: grid } };
  return {
    width, height: CANVAS_HEIGHT,
    scales: { x: { time: look.axis === "time" }, y: { distr: look.logarithmic ? 3 : 1, range: rangeOfValues(look.logarithmic) } },
    axes: [{ ...axis, size: 32, ...(look.axis === "elapsed" ? { values: (_plot, ticks) => ticks.map(elapsed) } : {}) }, { ...axis, size: 64, values: (_plot, ticks) => ticks.map((tick) => (tick === null ? "" : metric(tick))) }],
    series: [
      { label: look.axis },
      ...lines.map((line, index): uPlot.Series => ({
        label: line.label, stroke: index < look.faint ? `${line.color}40` : line.color, width: 1.5, points: { show: lonely(line), size: 5 },
        value: (_plot, value) => (value === null ? "" : metric(value)),
      })),
    ],
    legend: { show: lines.length - look.faint <= LEGEND_LINES },
    focus: { alpha: 0.35 },
    cursor: {
      drag: { x: true, y: false, setScale: false }, focus: { prox: lines.length > 1 ? 24 : -1 },
      sync: { key: `plumbline ${look.axis}`, setSeries: false },
      bind: {
        dblclick: () => () => {
          hands.onRange(null);
          return null;
        },
      },
    },
    hooks: {
      setSelect: [(plot) => chosen(plot, hands)],
      setSeries: [(_plot, index) => hands.onNear(index === null ? null : index - 1)],
      draw: [(plot) => mark(plot, hands.linesNow().slice(look.faint))],
    },
  };
}

function elapsed(seconds: number): string {
  if (Math.abs(seconds) >= 7200) return `${metric(seconds / 3600)} h`;
  return Math.abs(seconds) >= 120 ? `${metric(seconds / 60)} min` : `${metric(seconds)} s`;
}

/** A single point has no line to be seen by. */
function lonely({ ys }: Line): boolean {
  return ys.filter(Number.isFinite).length === 1;
}

/** An axis without any value that can be drawn still needs ends. */
function rangeOfValues(logarithmic: boolean): uPlot.Scale.Range {
  return (_plot, min, max) => {
    if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return logarithmic ? [0.1, 1] : [0, 1];
    return logarithmic ? uPlot.rangeLog(min, max, 10, true) : uPlot.rangeNum(min, max, 0.1, true);
  };
}

function chosen(plot: uPlot, { onRange }: Hands): void {
  const { left, width } = plot.select;
  if (width < LEAST_DRAG_PX) return;
  onRange({ min: plot.posToVal(left, "x"), max: plot.posToVal(left + width, "x") });
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

/** A cross at the foot of the chart for NaN, a triangle at the edge where an infinity left it. */
function mark(plot: uPlot, lines: readonly Line[]): void {
  const { ctx, bbox } = plot;
  const size = MARK * uPlot.pxRatio;
  ctx.save();
  ctx.lineWidth = 1.5 * uPlot.pxRatio;
  for (const { x, value, color } of brokenOf(lines)) {
    const left = plot.valToPos(x, "x", true);
    if (left < bbox.left || left > bbox.left + bbox.width) continue;
    const top = value === Number.POSITIVE_INFINITY ? bbox.top + size : bbox.top + bbox.height - size;
    ctx.strokeStyle = color;
    ctx.fillStyle = color;
    ctx.beginPath();
    if (Number.isNaN(value)) {
      ctx.moveTo(left - size, top - size);
      ctx.lineTo(left + size, top + size);
      ctx.moveTo(left + size, top - size);
      ctx.lineTo(left - size, top + size);
      ctx.stroke();
    } else {
      const tip = value > 0 ? top - size : top + size;
      ctx.moveTo(left - size, value > 0 ? top + size : top - size);
      ctx.lineTo(left + size, value > 0 ? top + size : top - size);
      ctx.lineTo(left, tip);
      ctx.fill();
    }
  }
  ctx.restore();
}
