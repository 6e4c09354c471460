/**
 * Measures the annotation canvas: the time of one redraw while panning and while dragging one of many
 * polygons. Run by benchmarks through `window.measure`; open it by hand with `npm run dev` at /bench/.
 */

import { Editor } from "../src/canvas/editor";
import type { Annotation, Label } from "../src/canvas/model";
import { Stage } from "../src/canvas/stage";

const LABELS: readonly Label[] = [
  { name: "crack", color: "#e03131" }, { name: "chip", color: "#1971c2" }, { name: "stain", color: "#2f9e44" },
];
const IMAGE = { width: 4000, height: 2500 };

declare global {
  interface Window {
    measure: (shapes: number, corners: number, frames: number) => Promise<Record<string, number[]>>;
  }
}

function polygons(shapes: number, corners: number): Annotation[] {
  const columns = Math.ceil(Math.sqrt(shapes * 1.6));
  return Array.from({ length: shapes }, (_, i) => {
    const cx = ((i % columns) + 0.5) * (IMAGE.width / columns);
    const cy = (Math.floor(i / columns) + 0.5) * (IMAGE.height / (shapes / columns));
    const ring = Array.from({ length: corners }, (_corner, k) => {
      const angle = (2 * Math.PI * k) / corners;
      const radius = 16 + 6 * Math.sin(3 * angle + i);
      return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)];
    }).flat();
    return { id: `p${i}`, label: (LABELS[i % 3] as Label).name, z: i, geometry: { kind: "polygon", parts: [[ring]] } };
  });
}

const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

/** Milliseconds from one frame to the next while `step` changes something in each. */
async function frameTimes(frames: number, step: (frame: number) => void): Promise<number[]> {
  const times: number[] = [];
  let last = await nextFrame();
  for (let frame = 0; frame < frames; frame += 1) {
    step(frame);
    const now = await nextFrame();
    times.push(now - last);
    last = now;
  }
  return times;
}

window.measure = async (shapes, corners, frames) => {
  const root = document.getElementById("stage") as HTMLElement;
  root.replaceChildren();
  const editor = new Editor({ labels: LABELS });
  const stage = new Stage(root, editor);
  editor.load(IMAGE, polygons(shapes, corners));
  await frameTimes(5, () => editor.run({ type: "fit" }));
  const pan = await frameTimes(frames, (frame) => editor.run({ type: "pan", dx: frame % 2 === 0 ? 3 : -3, dy: 1 }));
  editor.run({ type: "fit" });
  const target = editor.scene.get("p0");
  const [x, y] = target?.geometry.kind === "polygon" ? (target.geometry.parts[0]?.[0] ?? []) : [];
  const at = (dx: number) => ({ point: { x: (x ?? 0) - 6 + dx, y: y ?? 0 }, shift: false, ctrl: false, alt: false });
  editor.pointer("down", at(0));
  const edit = await frameTimes(frames, (frame) => editor.pointer("move", at(20 + frame)));
  editor.pointer("up", at(20 + frames));
  stage.destroy();
  return { pan, edit };
};
