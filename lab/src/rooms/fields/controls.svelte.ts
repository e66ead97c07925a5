/** What the reader sets in the room Fields. */
import type { MethodId } from "../../compute/methods.ts";
import type { PanelSpec } from "../../compute/paths.ts";
import type { Family, PlanarData, Point } from "../../compute/planar.ts";
import { readState, writeState } from "../../shell/codec.ts";
import { dataWindow, draw, regression, type Samples, usualWindow, type Window } from "./data.ts";
import { codec, type FieldsState, type PanelState } from "./state.ts";

type Recipe = "family" | "samples" | "seed" | "noise" | "bend";

/** Where the paths in a table's window start, as shares of it: where they do in the paper's. */
const CORNERS: readonly Point[] = [
  [0.5, 0.92],
  [0.33, 0.17],
  [0.92, 0.67],
  [0.08, 0.67],
];

export class FieldsControls implements FieldsState {
  family = $state<Family>("gaussian");
  samples = $state(0);
  seed = $state(0);
  noise = $state(0);
  bend = $state(0);
  points = $state.raw<Samples | null>(null);
  window = $state.raw<readonly number[] | null>(null);
  priorVariance = $state<number | null>(null);
  panels = $state.raw<readonly PanelState[]>([]);
  draws = $state(0);
  starts = $state.raw<readonly Point[]>([]);
  active = $state(0);
  stepSize = $state(0);
  damping = $state(0);
  steps = $state(0);
  cursor = $state<number | null>(null);

  /** the samples that the recipe gives */
  readonly generated: Samples = $derived(
    draw({
      family: this.family,
      samples: this.samples,
      seed: this.seed,
      noise: this.noise,
      bend: this.bend,
    }),
  );
  readonly shown: Samples = $derived(this.points ?? this.generated);
  readonly data: PlanarData = $derived(regression(this.shown, this.family, this.priorVariance));
  readonly parameters: Window = $derived.by(() => {
    const bounds = this.window;
    return bounds ? { x: [bounds[0], bounds[1]], y: [bounds[2], bounds[3]] } : usualWindow;
  });
  /** does not move while a point is dragged: of generated samples it is that of the untouched ones */
  readonly dataWindow: Window = $derived.by(() => {
    const fixed = this.window ? this.#table : this.generated;
    return dataWindow(fixed ?? this.shown, this.family);
  });
  readonly specs: readonly PanelSpec[] = $derived(
    this.panels.map((panel) => ({ ...panel, damping: this.damping, draws: this.draws })),
  );
  readonly position: number = $derived(Math.min(this.cursor ?? this.steps, this.steps));

  /** the samples of a table as they came */
  #table = $state.raw<Samples | null>(null);

  constructor(params: ReadonlyMap<string, string>) {
    this.load(params);
  }

  load(params: ReadonlyMap<string, string>): void {
    const state = readState(codec, params);
    Object.assign(this, state);
    this.active = Math.min(state.active, state.starts.length - 1);
    this.#table = state.window && state.points;
  }

  params(): ReadonlyMap<string, string> {
    return writeState<FieldsState>(codec, this);
  }

  /** Sets part of the recipe; the samples are drawn anew, what was dragged is forgotten. */
  generate(recipe: Partial<Pick<FieldsState, Recipe>>): void {
    this.points = null;
    this.window = null;
    Object.assign(this, recipe);
  }

  /** Takes the samples of a table. */
  take(points: Samples, family: Family, { x, y }: Window): void {
    const across = ([from, to]: Point, share: number): number =>
      Number((from + share * (to - from)).toPrecision(4));
    this.family = family;
    this.points = points;
    this.#table = points;
    this.window = [...x, ...y].map((bound) => Number(bound.toPrecision(5)));
    this.starts = CORNERS.map(([b, w]): Point => [across(x, b), across(y, w)]);
    this.active = 0;
    this.cursor = null;
  }

  movePoint(n: number, [x, y]: Point): void {
    const points = this.#edited();
    points[2 * n] = Math.fround(x);
    points[2 * n + 1] = this.#target(y);
    this.points = points;
  }

  addPoint([x, y]: Point): void {
    this.points = Float64Array.of(...this.#edited(), Math.fround(x), this.#target(y));
  }

  /** Two samples stay: a line needs them. */
  removePoint(n: number): void {
    if (this.shown.length <= 4) return;
    this.points = this.#edited().filter((_, k) => k >> 1 !== n);
  }

  moveStart(index: number, to: Point): void {
    this.active = index;
    this.starts = this.starts.map((start, i) => (i === index ? to : start));
  }

  setPanel(index: number, change: Partial<PanelState>): void {
    this.panels = this.panels.map((panel, i) => (i === index ? { ...panel, ...change } : panel));
  }

  setMethod(index: number, method: MethodId): void {
    this.setPanel(index, { method, scale: usualScale(method) });
  }

  /** Moves the cursor; at the last step it stays with the end, also when there are more steps. */
  seek(position: number): void {
    this.cursor = position >= this.steps ? null : Math.max(0, position);
  }

  /** The paper's Figure 1: its samples, prior and starts. */
  paper(): void {
    this.load(
      new Map([
        ["n", "1000"],
        ["prior", "0.1"],
      ]),
    );
  }

  /** In single precision, as the address will hold them: a copy of the view is the view. */
  #edited(): Samples {
    return (this.points ?? this.generated).map(Math.fround);
  }

  #target(y: number): number {
    return this.family === "gaussian" ? Math.fround(y) : Number(y > 0.5);
  }
}

/** The speeds of the paper's Figure 1; the others go at their own. */
function usualScale(method: MethodId): number {
  if (method === "GD") return 1 / 3;
  return method === "EFGD" ? 3 : 1;
}
