/**
 * Owns the editing of one image without a screen: scene, selection, tools, history, view.
 * Every edit leaves through `onOperations`. Does not draw (stage.ts) and does not know the server.
 */

import { execute, type Command } from "./commands";
import { around, union, type Bounds } from "./geometry/bounds";
import { History } from "./history";
import { operationOf, Scene } from "./model";
import type { Annotation, Change, Geometry, Label, Operation, Point } from "./model";
import { isLegal, type CommandType, type Mode } from "./modes";
import { nearestHandle, smallestHit } from "./picking";
import { SpatialIndex } from "./spatial";
import { createTools } from "./tools/all";
import type { Brush, Gesture, PointerInput, Tool, ToolHost, ToolName } from "./tools/tool";
import { View } from "./view";

export interface EditorOptions {
  readonly labels: readonly Label[];
  readonly readOnly?: boolean;
  readonly onOperations?: (operations: readonly Operation[]) => void;
  /** A new annotation id (UUID). */
  readonly newId?: () => string;
  /** Milliseconds; only differences matter. */
  readonly now?: () => number;
}

/** What a user interface shows; a new value after every change, so it can be compared by identity. */
export interface EditorState {
  readonly annotations: readonly Annotation[];
  readonly selection: ReadonlySet<string>;
  readonly hidden: ReadonlySet<string>;
  readonly tool: ToolName;
  readonly mode: Mode;
  readonly label: string | null;
  readonly brush: Brush;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly scale: number;
}

const HIT_REACH = 6;
const HANDLE_REACH = 8;
/** How far the rotation handle stands outside its shape, in screen pixels. */
export const ROTATE_REACH = 24;
const BRUSH_LIMITS = { smallest: 0.5, largest: 500 };

export class Editor implements ToolHost {
  readonly scene = new Scene();
  readonly view = new View();
  readonly history = new History();
  readonly labels: readonly Label[];
  selection: ReadonlySet<string> = new Set();
  hidden: ReadonlySet<string> = new Set();
  brush: Brush = { radius: 12, erasing: false };
  tool: Tool;
  lastDrawingTool: ToolName = "box";
  readonly #index = new SpatialIndex();
  readonly #tools: Readonly<Record<ToolName, Tool>>;
  readonly #options: EditorOptions;
  readonly #listeners = new Set<() => void>();
  #activeLabel: string | null;
  #loaded = false;
  #state: EditorState | null = null;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.labels = options.labels;
    this.#activeLabel = options.labels[0]?.name ?? null;
    this.#tools = createTools(this);
    this.tool = this.#tools.select;
  }

  get mode(): Mode {
    if (!this.#loaded) return "empty";
    return this.#options.readOnly === true ? "reviewing" : this.tool.mode;
  }

  get activeLabel(): Label | null {
    return this.labels.find((label) => label.name === this.#activeLabel) ?? null;
  }

  get imageSize(): { width: number; height: number } {
    return { width: this.view.imageWidth, height: this.view.imageHeight };
  }

  get state(): EditorState {
    this.#state ??= {
      annotations: this.scene.all(), selection: this.selection, hidden: this.hidden, tool: this.tool.name,
      mode: this.mode, label: this.#activeLabel, brush: this.brush, canUndo: this.history.canUndo,
      canRedo: this.history.canRedo, scale: this.view.scale,
    };
    return this.#state;
  }

  /** Starts on another image. The view is kept when the size is the same, so zoom survives "next". */
  load(image: { width: number; height: number }, annotations: readonly Annotation[]): void {
    this.tool.send("cancel");
    const keepView = this.#loaded && image.width === this.view.imageWidth && image.height === this.view.imageHeight;
    this.view.setImageSize(image.width, image.height);
    if (!keepView) this.view.fit();
    this.scene.reset(annotations);
    this.#index.reset(annotations);
    this.history.clear();
    this.selection = new Set();
    this.hidden = new Set();
    this.#loaded = true;
    this.#changed();
  }

  /** Does a command if it is legal now; says whether it was. */
  run(command: Command): boolean {
    if (!this.allows(command.type)) return false;
    execute(this, command);
    this.#changed();
    return true;
  }

  allows(command: CommandType): boolean {
    return isLegal(this.mode, command);
  }

  /** Feeds a pointer gesture to the tool. In a read-only editor a press only selects. */
  pointer(gesture: Extract<Gesture, "down" | "move" | "up" | "double">, input: PointerInput): void {
    if (this.mode === "empty") return;
    if (this.mode === "reviewing") {
      const hit = gesture === "down" ? this.hitAt(input.point) : undefined;
      if (hit !== undefined) this.select(hit === null ? [] : [hit.id]);
    } else {
      this.tool.send(gesture, input);
    }
    this.#changed();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  commit(changes: readonly Change[], mergeKey: string | null = null): void {
    if (changes.length === 0) return;
    this.history.push(changes, (this.#options.now ?? Date.now)(), mergeKey);
    this.#apply(changes);
  }

  /** Applies what history gave back; null when it had nothing. */
  replay(changes: readonly Change[] | null): void {
    if (changes !== null) this.#apply(changes);
  }

  select(ids: readonly string[]): void {
    this.selection = new Set(ids);
    this.#changed();
  }

  revealSelection(): void {
    const bounds = [...this.selection].flatMap((id) => this.#index.boundsOf(id) ?? []);
    if (bounds.length > 0) this.moveView((view) => view.reveal(bounds.reduce<Bounds>(union, bounds[0] as Bounds)));
  }

  useTool(name: ToolName): void {
    this.tool = this.#tools[name];
    if (name !== "select") this.lastDrawingTool = name;
    this.#changed();
  }

  setActiveLabel(name: string): void {
    this.#activeLabel = name;
    this.#changed();
  }

  setBrush(brush: Partial<Brush>): void {
    const merged = { ...this.brush, ...brush };
    const radius = Math.min(BRUSH_LIMITS.largest, Math.max(BRUSH_LIMITS.smallest, merged.radius));
    this.brush = { ...merged, radius };
    this.#changed();
  }

  toggleHidden(ids: readonly string[]): void {
    const hidden = new Set(this.hidden);
    const show = ids.every((id) => hidden.has(id));
    for (const id of ids) if (show) hidden.delete(id); else hidden.add(id);
    this.hidden = hidden;
    this.#changed();
  }

  moveView(move: (view: View) => void): void {
    move(this.view);
    this.#changed();
  }

  reach(screenPixels: number): number {
    return this.view.toImageLength(screenPixels);
  }

  clamped(point: Point): Point {
    const { width, height } = this.imageSize;
    return { x: Math.min(width, Math.max(0, point.x)), y: Math.min(height, Math.max(0, point.y)) };
  }

  visibleWithin(bounds: Bounds): Annotation[] {
    return this.#index.within(bounds).filter((annotation) => !this.hidden.has(annotation.id));
  }

  idsWithin(bounds: Bounds): string[] {
    return this.visibleWithin(bounds).map((annotation) => annotation.id);
  }

  hitAt(point: Point): Annotation | null {
    const reach = this.reach(HIT_REACH);
    const near = this.visibleWithin(around(point, reach));
    return smallestHit(near, point, reach, this.labels);
  }

  handleAt(point: Point) {
    const [id, ...others] = this.selection;
    const annotation = id === undefined || others.length > 0 ? undefined : this.scene.get(id);
    if (annotation === undefined) return null;
    const handle = nearestHandle(annotation.geometry, point, this.reach(HANDLE_REACH), this.reach(ROTATE_REACH));
    return handle === null ? null : { annotation, handle };
  }

  create(geometry: Geometry): Annotation | null {
    if (this.#activeLabel === null) return null;
    const id = (this.#options.newId ?? (() => crypto.randomUUID()))();
    return { id, label: this.#activeLabel, geometry, origin: "HUMAN", ...this.scene.onTop() };
  }

  #apply(changes: readonly Change[]): void {
    this.scene.apply(changes);
    this.#index.apply(changes);
    this.selection = new Set([...this.selection].filter((id) => this.scene.get(id) !== undefined));
    this.#options.onOperations?.(changes.map(operationOf));
    this.#changed();
  }

  #changed(): void {
    this.#state = null;
    for (const listener of this.#listeners) listener();
  }
}
