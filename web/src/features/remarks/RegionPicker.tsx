/** Owns drawing the region a remark is pinned to: one rectangle over the canvas, in image pixels. */

import { useEffect, useState, type PointerEvent } from "react";
import type { Editor } from "@/canvas/editor";
import { boxBetween } from "@/canvas/geometry/box";
import type { Point } from "@/canvas/model";
import classes from "./region-picker.module.css";
import type { Region } from "./remarks";

interface RegionPickerProps {
  readonly editor: Editor;
  /** Null when it was given up, with Escape or by a mere click. */
  readonly onPicked: (region: Region | null) => void;
}

const SMALLEST = 1;

export function RegionPicker({ editor, onPicked }: RegionPickerProps) {
  const [span, setSpan] = useState<readonly [Point, Point] | null>(null);
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.key === "Escape") onPicked(null);
    };
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, [onPicked]);
  const down = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setSpan([pointOf(event), pointOf(event)]);
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    if (span !== null) setSpan([span[0], pointOf(event)]);
  };
  const up = (event: PointerEvent<HTMLDivElement>) => {
    if (span === null) return;
    const ends = [span[0], pointOf(event)].map((point) => editor.clamped(editor.view.toImage(point))) as [Point, Point];
    const { x, y, w, h } = boxBetween(...ends);
    setSpan(null);
    onPicked(w >= SMALLEST && h >= SMALLEST ? { x, y, width: w, height: h } : null);
  };
  const shown = span === null ? null : boxBetween(...span);
  return (
    <div
      className={classes.picker} onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={() => setSpan(null)}
      data-testid="region-picker"
    >
      <span className={classes.hint}>Draw a box around what you mean. Esc gives up.</span>
      {shown !== null && <span className={classes.box} style={{ left: shown.x, top: shown.y, width: shown.w, height: shown.h }} />}
    </div>
  );
}

function pointOf(event: PointerEvent<HTMLDivElement>): Point {
  const frame = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - frame.left, y: event.clientY - frame.top };
}
