/**
 * Owns the screen side of the editor: three stacked canvases, pointer and wheel input, redraws.
 * Does not own keyboard input (the page decides when keys belong to the canvas) or any edit.
 */

import type { Editor } from "./editor";
import { ImageLayer, type DisplayWindow } from "./layers/image";
import { OverlayLayer, type Pin } from "./layers/overlay";
import { Painter } from "./layers/painter";
import { ShapesLayer } from "./layers/shapes";
import type { Annotation, Point } from "./model";
import type { PointerInput } from "./tools/tool";

const WHEEL_ZOOM = 1.0015;

export class Stage {
  readonly #root: HTMLElement;
  readonly #editor: Editor;
  readonly #canvases: readonly HTMLCanvasElement[];
  readonly #image: ImageLayer;
  readonly #shapes: ShapesLayer;
  readonly #overlay: OverlayLayer;
  readonly #observer: ResizeObserver;
  readonly #stop = new AbortController();
  #frame = 0;
  #drawn: readonly unknown[] = [];
  #pointer: Point | null = null;
  #panFrom: Point | null = null;
  #spaceHeld = false;
  #fitted = false;
  #background = "#1a1b1e";

  constructor(root: HTMLElement, editor: Editor) {
    this.#root = root;
    this.#editor = editor;
    this.#canvases = [0, 1, 2].map(() => addCanvas(root));
    const [image, shapes, overlay] = this.#canvases as [HTMLCanvasElement, HTMLCanvasElement, HTMLCanvasElement];
    const painter = new Painter(editor.labels);
    this.#image = new ImageLayer(image);
    this.#shapes = new ShapesLayer(shapes, painter);
    this.#overlay = new OverlayLayer(overlay, painter);
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(root);
    this.#listen();
    const unsubscribe = editor.subscribe(() => this.redraw());
    this.#stop.signal.addEventListener("abort", unsubscribe);
  }

  setImage(image: ImageBitmap | null): void {
    this.#image.setImage(image);
    this.#drawn = [];
    this.redraw();
  }

  setWindow(window: DisplayWindow): void {
    this.#image.setWindow(window);
  }

  setPins(pins: readonly Pin[]): void {
    this.#overlay.pins = pins;
    this.redraw();
  }

  setProposals(proposals: readonly Annotation[]): void {
    this.#overlay.proposals = proposals;
    this.redraw();
  }

  /** The color around the image. */
  setBackground(color: string): void {
    this.#background = color;
    this.#drawn = [];
    this.redraw();
  }

  destroy(): void {
    this.#stop.abort();
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
    for (const canvas of this.#canvases) canvas.remove();
  }

  redraw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = 0;
    const ratio = window.devicePixelRatio || 1;
    const { view, tool, selection, hidden, scene } = this.#editor;
    const seen = [view.scale, view.offsetX, view.offsetY, view.width, view.height, ratio];
    const shown = [...seen, scene.all(), selection, hidden, tool.lifted];
    // While a tool drags, none of these change and the expensive layers keep their pixels.
    if (differs(seen, this.#drawn)) this.#image.draw(view, ratio, this.#background);
    if (differs(shown, this.#drawn)) this.#shapes.draw(this.#editor, ratio);
    this.#drawn = shown;
    this.#overlay.draw(this.#editor, ratio, this.#pointer);
    this.#root.style.cursor = this.#cursor();
  }

  #cursor(): string {
    if (this.#panFrom !== null) return "grabbing";
    if (this.#spaceHeld) return "grab";
    if (this.#editor.tool.name !== "select" || this.#pointer === null) return this.#editor.tool.cursor;
    const point = this.#editor.view.toImage(this.#pointer);
    const handle = this.#editor.allows("nudge") ? this.#editor.handleAt(point) : null;
    return handle?.handle.cursor ?? (this.#editor.hitAt(point) === null ? "default" : "pointer");
  }

  #resize(): void {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.#root;
    for (const canvas of this.#canvases) {
      canvas.width = Math.max(1, Math.round(clientWidth * ratio));
      canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    }
    this.#editor.moveView((view) => {
      view.resize(clientWidth, clientHeight);
      if (!this.#fitted) view.fit();
    });
    this.#fitted = clientWidth > 0;
    this.#drawn = [];
    this.redraw();
  }

  #listen(): void {
    const { signal } = this.#stop;
    const root = this.#root;
    root.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    root.addEventListener("pointermove", (event) => this.#move(event), { signal });
    root.addEventListener("pointerup", (event) => this.#up(event), { signal });
    root.addEventListener("pointercancel", () => this.#editor.run({ type: "cancel" }), { signal });
    root.addEventListener("pointerleave", () => this.#leave(), { signal });
    root.addEventListener("dblclick", (event) => this.#editor.pointer("double", this.#inputOf(event)), { signal });
    root.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    root.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    window.addEventListener("keydown", (event) => this.#space(event, true), { signal });
    window.addEventListener("keyup", (event) => this.#space(event, false), { signal });
  }

  #space(event: KeyboardEvent, held: boolean): void {
    if (event.code !== "Space" || (held && event.target !== this.#root && event.target !== document.body)) return;
    this.#spaceHeld = held;
    if (held) event.preventDefault();
    this.redraw();
  }

  #down(event: PointerEvent): void {
    this.#root.focus({ preventScroll: true });
    this.#root.setPointerCapture(event.pointerId);
    if (event.button !== 0 || this.#spaceHeld) {
      this.#panFrom = this.#screenOf(event);
      this.redraw();
      return;
    }
    this.#editor.pointer("down", this.#inputOf(event));
  }

  #move(event: PointerEvent): void {
    this.#pointer = this.#screenOf(event);
    if (this.#panFrom !== null) {
      const { x, y } = this.#pointer;
      this.#editor.moveView((view) => view.panBy(x - (this.#panFrom as Point).x, y - (this.#panFrom as Point).y));
      this.#panFrom = this.#pointer;
      return;
    }
    // A fast hand makes several positions per frame; the brush needs them all.
    const positions = event.getCoalescedEvents();
    for (const position of positions.length > 0 ? positions : [event]) {
      this.#editor.pointer("move", this.#inputOf(position));
    }
  }

  #up(event: PointerEvent): void {
    if (this.#panFrom !== null) {
      this.#panFrom = null;
      this.redraw();
      return;
    }
    this.#editor.pointer("up", this.#inputOf(event));
  }

  #leave(): void {
    this.#pointer = null;
    this.redraw();
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const anchor = this.#screenOf(event);
    this.#editor.moveView((view) => {
      if (event.shiftKey) view.panBy(-event.deltaY, 0);
      else view.zoomAt(anchor, WHEEL_ZOOM ** -event.deltaY);
    });
  }

  #screenOf(event: MouseEvent): Point {
    const box = this.#root.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #inputOf(event: MouseEvent): PointerInput {
    return {
      point: this.#editor.view.toImage(this.#screenOf(event)),
      shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey, alt: event.altKey,
    };
  }
}

function differs(now: readonly unknown[], before: readonly unknown[]): boolean {
  return now.some((value, index) => value !== before[index]);
}

function addCanvas(root: HTMLElement): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  Object.assign(canvas.style, { position: "absolute", inset: "0", width: "100%", height: "100%", touchAction: "none" });
  canvas.setAttribute("aria-hidden", "true");
  root.append(canvas);
  return canvas;
}
