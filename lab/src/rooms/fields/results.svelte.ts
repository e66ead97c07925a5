/** What the worker of the room Fields finds, kept up to date with the controls. */
import { type Remote, wrap } from "comlink";
import { type Contour, contour, evenLevels } from "../../compute/contours.ts";
import { latest } from "../../compute/latest.ts";
import type { Path } from "../../compute/paths.ts";
import type { Family, PlanarData, Point } from "../../compute/planar.ts";
import { notice } from "../../shell/notice.svelte.ts";
import type { FieldsControls } from "./controls.svelte.ts";
import { regression, type Samples, tableWindow, type Window } from "./data.ts";
import type { Answer, FieldsWorker, Probe, Request } from "./worker.ts";

const CONTOURS = 9;
/** evaluations of single samples above which one start's paths come before the others' */
const HURRY = 5e5;

type Inputs = Pick<Request, "window" | "panels" | "starts" | "stepSize" | "steps"> & {
  readonly data: PlanarData;
};

export class FieldsResults {
  surface = $state.raw<Answer["surface"]>();
  fields = $state.raw<readonly Float64Array[]>([]);
  /** `paths[start][panel]` */
  paths = $state.raw<readonly (readonly Path[])[]>([]);
  probe = $state.raw<Probe | null>(null);
  readonly contours: readonly Contour[] = $derived.by(() => {
    if (!this.surface) return [];
    const { grid, loss } = this.surface;
    const levels = evenLevels(grid, CONTOURS, Number.isNaN(loss) ? undefined : loss);
    return levels.map((level) => contour(grid, level));
  });

  readonly #controls: FieldsControls;
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #remote: Remote<FieldsWorker> = wrap<FieldsWorker>(this.#worker);
  readonly #stop: () => void;
  #asked: Inputs | undefined;
  #stale = { data: false, surface: false, fields: false, paths: new Set<number>() };

  readonly #updates = latest<void, Answer>(
    () => this.#update(),
    (answer) => this.#show(answer),
    (error) => notice.warn(error),
  );
  readonly #probes = latest<Point, Probe>(
    (at) => this.#remote.probe([...at], this.#plain().panels),
    (probe) => {
      this.probe = probe;
    },
    (error) => notice.warn(error),
  );

  constructor(controls: FieldsControls) {
    this.#controls = controls;
    this.#stop = $effect.root(() => {
      $effect(() => this.#compare(this.#inputs()));
    });
  }

  /** Shows what the methods do at θ; null for nowhere. */
  look(at: Point | null): void {
    if (at) this.#probes.ask(at);
    else {
      this.#probes.cancel();
      this.probe = null;
    }
  }

  /** A window for samples that are not shown yet. */
  async windowFor(points: Samples, family: Family): Promise<Window> {
    const data = regression(points, family, this.#controls.priorVariance);
    const minimum = await this.#remote.minimum(data);
    return tableWindow(points, family, minimum ?? [0, 0]);
  }

  close(): void {
    this.#stop();
    this.#worker.terminate();
  }

  #inputs(): Inputs {
    const { data, parameters, specs, starts, stepSize, steps } = this.#controls;
    return { data, window: parameters, panels: specs, starts, stepSize, steps };
  }

  /** Notes what an input changes, and asks for it. */
  #compare(inputs: Inputs): void {
    const before = this.#asked;
    this.#asked = inputs;
    const stale = this.#stale;
    const data = inputs.data !== before?.data;
    const surface = data || inputs.window !== before?.window;
    const fields = surface || inputs.panels !== before?.panels;
    const all =
      data ||
      inputs.panels !== before?.panels ||
      inputs.stepSize !== before?.stepSize ||
      inputs.steps !== before?.steps;
    stale.data ||= data;
    stale.surface ||= surface;
    stale.fields ||= fields;
    inputs.starts.forEach((start, i) => {
      if (all || start !== before?.starts[i]) stale.paths.add(i);
    });
    if (stale.data || stale.surface || stale.fields || stale.paths.size > 0)
      this.#updates.ask(undefined);
  }

  #plain(): Inputs {
    if (!this.#asked) throw new Error("nothing was asked for yet");
    return this.#asked;
  }

  #update(): Promise<Answer> {
    const inputs = this.#plain();
    const { data, ...rest } = inputs;
    const { surface, fields } = this.#stale;
    const request: Request = {
      ...rest,
      ...(this.#stale.data && { data }),
      wants: { surface, fields, paths: this.#next(inputs) },
    };
    this.#stale = { ...this.#stale, data: false, surface: false, fields: false };
    return this.#remote.update(request);
  }

  /** The starts whose paths come with the next answer: all, or where that would take long the reader's own first. */
  #next({ data, starts, steps, panels }: Inputs): number[] {
    const { paths } = this.#stale;
    const known = [...paths].filter((i) => i < starts.length);
    const work = data.family === "bernoulli" ? data.y.length * steps * panels.length : 0;
    const active = this.#controls.active;
    const few = Math.max(1, Math.floor(HURRY / Math.max(1, work)));
    const ordered = known.sort((i, j) => Number(j === active) - Number(i === active));
    const chosen = ordered.slice(0, few);
    this.#stale.paths = new Set(ordered.slice(few));
    return chosen;
  }

  #show(answer: Answer): void {
    if (answer.surface) this.surface = answer.surface;
    if (answer.fields) this.fields = answer.fields;
    if (answer.paths.length > 0) {
      const paths = this.#controls.starts.map((_, i) => this.paths[i] ?? []);
      for (const { start, paths: found } of answer.paths) paths[start] = found;
      this.paths = paths;
    }
    if (this.#stale.paths.size > 0) this.#updates.ask(undefined);
  }
}
