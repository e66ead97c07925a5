/** What the workers of the room Fields find, one for each panel, kept up to date with the controls. */
import { type Remote, wrap } from "comlink";
import { type Contour, contour, evenLevels } from "../../compute/contours.ts";
import { latest } from "../../compute/latest.ts";
import type { PanelSpec, Path } from "../../compute/paths.ts";
import type { Family, PlanarData, Point } from "../../compute/planar.ts";
import { notice } from "../../shell/notice.svelte.ts";
import { watched } from "../../shell/worker.ts";
import type { FieldsControls } from "./controls.svelte.ts";
import { regression, type Samples, tableWindow, type Window } from "./data.ts";
import type { Answer, FieldsWorker, Probe, Request, Surface } from "./worker.ts";

const CONTOURS = 9;
/** evaluations of single samples that a panel has time for within a frame */
const FRAME = 3e5;
/** evaluations that one with drawn labels takes the time of: they are the library's own walk over the samples */
const DRAWN = 20;

interface Inputs extends Pick<Request, "window" | "starts" | "stepSize" | "steps"> {
  readonly data: PlanarData;
  readonly panels: readonly PanelSpec[];
}

/** What is to be asked for anew. */
interface Stale {
  readonly data: boolean;
  /** surface and fields: what lies below the paths */
  readonly surface: boolean;
  readonly fields: boolean;
  readonly paths: ReadonlySet<number>;
}

const NOTHING: Stale = { data: false, surface: false, fields: false, paths: new Set() };

export class FieldsResults {
  surface = $state.raw<Surface>();
  fields = $state.raw<readonly Float64Array[]>([]);
  /** `paths[start][panel]`; none of a start whose turn has not come */
  paths = $state.raw<readonly (readonly Path[])[]>([]);
  /** one a panel, or none */
  probes = $state.raw<readonly Probe[]>([]);
  /** everything above is that of the controls */
  current = $state(false);
  readonly contours: readonly Contour[] = $derived.by(() => {
    if (!this.surface) return [];
    const { grid, loss } = this.surface;
    const levels = evenLevels(grid, CONTOURS, Number.isNaN(loss) ? undefined : loss);
    return levels.map((level) => contour(grid, level));
  });

  readonly #controls: FieldsControls;
  readonly #workers: readonly Worker[];
  readonly #remotes: readonly Remote<FieldsWorker>[];
  readonly #stop: () => void;
  #asked: Inputs | undefined;
  #stale = NOTHING;
  /** the ground has waited for a path once: it does not wait twice */
  #waited = false;

  readonly #updates = latest<void, readonly Answer[]>(
    () => this.#update(),
    (answers) => this.#show(answers),
    (error) => notice.warn(error),
  );
  readonly #looks = latest<Point, readonly Probe[]>(
    (at) =>
      Promise.all(this.#remotes.map((remote, i) => remote.probe(at, this.#inputs().panels[i]))),
    (probes) => {
      this.probes = probes;
    },
    (error) => notice.warn(error),
  );

  constructor(controls: FieldsControls) {
    this.#controls = controls;
    this.#workers = controls.panels.map(() =>
      watched(new Worker(new URL("./worker.ts", import.meta.url), { type: "module" })),
    );
    this.#remotes = this.#workers.map((worker) => wrap<FieldsWorker>(worker));
    this.#stop = $effect.root(() => {
      $effect(() => {
        const { data, parameters, specs, starts, stepSize, steps } = controls;
        this.#compare({ data, window: parameters, panels: specs, starts, stepSize, steps });
      });
    });
  }

  /** Shows what the methods do at θ; null for nowhere. */
  look(at: Point | null): void {
    if (at) this.#looks.ask(at);
    else {
      this.#looks.cancel();
      this.probes = [];
    }
  }

  /** A window for samples that are not shown yet. */
  async windowFor(points: Samples, family: Family): Promise<Window> {
    const data = regression(points, family, this.#controls.priorVariance);
    const minimum = await this.#remotes[0].minimum(data);
    return tableWindow(points, family, minimum ?? [0, 0]);
  }

  close(): void {
    this.#stop();
    for (const worker of this.#workers) worker.terminate();
  }

  #inputs(): Inputs {
    if (!this.#asked) throw new Error("nothing was asked for yet");
    return this.#asked;
  }

  /** Notes what an input changes, and asks for it. */
  #compare(inputs: Inputs): void {
    const before = this.#asked;
    this.#asked = inputs;
    const data = inputs.data !== before?.data;
    const surface = data || inputs.window !== before?.window;
    const methods = data || inputs.panels !== before?.panels;
    const all = methods || inputs.stepSize !== before?.stepSize || inputs.steps !== before?.steps;
    const paths = new Set(this.#stale.paths);
    inputs.starts.forEach((start, i) => {
      if (all || start !== before?.starts[i]) paths.add(i);
    });
    this.#stale = {
      data: this.#stale.data || data,
      surface: this.#stale.surface || surface,
      fields: this.#stale.fields || surface || methods,
      paths,
    };
    this.current = false;
    this.#updates.ask();
  }

  #update(): Promise<readonly Answer[]> {
    const { data, panels, ...rest } = this.#inputs();
    const { data: newData, surface, fields } = this.#stale;
    const { now, later } = this.#turns();
    // what moves is drawn first; where time is short, the ground below it every second time
    this.#waited = !this.#waited && (surface || fields) && later.size > 0;
    this.#stale = {
      data: false,
      surface: this.#waited && surface,
      fields: this.#waited && fields,
      paths: later,
    };
    const ground = !this.#waited;
    return Promise.all(
      this.#remotes.map((remote, i) =>
        remote.update({
          ...rest,
          ...(newData && { data }),
          panel: panels[i],
          // of the loss, which is the same in all panels, the first one takes care
          wants: { surface: ground && surface && i === 0, field: ground && fields, paths: now },
        }),
      ),
    );
  }

  /** The starts whose paths are computed now: as many as there is time for, the reader's own first. */
  #turns(): { readonly now: readonly number[]; readonly later: ReadonlySet<number> } {
    const { data, starts, steps, panels } = this.#inputs();
    const drawn = panels.some(({ method }) => method === "MC") ? DRAWN : 0;
    // a least-squares path costs next to nothing: its sums are moments
    const each = Math.max(drawn, data.family === "bernoulli" ? 1 : 0);
    const few = Math.max(1, Math.floor(FRAME / Math.max(1, each * data.y.length * steps)));
    const { active } = this.#controls;
    const waiting = [...this.#stale.paths]
      .filter((i) => i < starts.length)
      .sort((i, j) => Number(j === active) - Number(i === active));
    return { now: waiting.slice(0, few), later: new Set(waiting.slice(few)) };
  }

  #show(answers: readonly Answer[]): void {
    this.surface = answers[0].surface ?? this.surface;
    const fields = answers.flatMap(({ field }) => (field ? [field] : []));
    if (fields.length > 0) this.fields = fields;
    if (answers[0].paths.length > 0) {
      const paths = this.#controls.starts.map((_, i) => this.paths[i] ?? []);
      answers[0].paths.forEach(({ start }, k) => {
        if (start < paths.length) paths[start] = answers.map((answer) => answer.paths[k].path);
      });
      this.paths = paths;
    }
    const { data, surface, fields: field, paths } = this.#stale;
    this.current = !(data || surface || field || paths.size > 0);
    if (!this.current) this.#updates.ask();
  }
}
