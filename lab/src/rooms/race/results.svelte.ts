/** What the workers of the room Race find: the grids while they fill, the chosen runs, and runs from other starts. */
import { type Remote, wrap } from "comlink";
import { untrack } from "svelte";
import type { Setting } from "../../../../src/experiments/race/grid.ts";
import { runRace } from "../../../../src/experiments/race/index.ts";
import type { RaceProblem } from "../../../../src/experiments/race/job.ts";
import type { Figure5, GridConfiguration, Method } from "../../../../src/experiments/results.ts";
import { latest } from "../../compute/latest.ts";
import type { Point } from "../../compute/planar.ts";
import { notice } from "../../shell/notice.svelte.ts";
import type { RaceControls } from "./controls.svelte.ts";
import { crewExecutor, type Finished, type Member } from "./crew.ts";
import { embedded } from "./data.ts";
import { roundOf } from "./order.ts";
import type { Ground, Settings, StartRuns, StartsWorker } from "./startsWorker.ts";
import { optimizers, ranges } from "./state.ts";
import {
  type DonePanel,
  emptyTallies,
  placeOf,
  type Tallies,
  talliesOf,
  withFinished,
} from "./tally.ts";
import { type Trace, Traces } from "./traces.svelte.ts";
import type { TraceWorker } from "./traceWorker.ts";

/** ms between pictures of a grid that fills */
const BETWEEN = 40;
const MOST_WORKERS = 16;

/** A run that is looked at. */
export interface Chosen {
  /** its place in its grid */
  readonly place: number;
  readonly setting: Setting;
}

export class RaceResults {
  problem = $state.raw<RaceProblem>();
  tallies: Tallies = $state.raw(
    emptyTallies({ stepSizes: [], dampings: [], iterations: 0, divergence: 0 }),
  );
  /** the finished race */
  panel = $state.raw<DonePanel>();
  ground = $state.raw<Ground>();
  startRuns = $state.raw<readonly StartRuns[]>([]);
  readonly chosen: Readonly<Record<Method, Chosen | undefined>> = $derived.by(() => {
    const of = (method: Method): Chosen | undefined => {
      const tally = this.tallies[method];
      const place = placeOf(tally, this.#controls.choices[method]);
      const setting = tally.settings[place];
      return setting && { place, setting };
    };
    return { GD: of("GD"), NGD: of("NGD"), EFGD: of("EFGD") };
  });
  readonly workers = Math.min(MOST_WORKERS, Math.max(1, (navigator.hardwareConcurrency || 2) - 1));

  readonly #controls: RaceControls;
  readonly #threads: Worker[] = [];
  readonly #crew: readonly Member[];
  readonly #trace: Remote<TraceWorker>;
  readonly #starts: Remote<StartsWorker>;
  readonly #traces: Traces;
  readonly #stop: () => void;
  #race = new AbortController();
  #loading = 0;
  /** what the runs from the starting points were last asked for */
  #begun = "";

  readonly #startUpdates = latest<{ settings: Settings; starts: readonly Point[] }, StartRuns[]>(
    ({ settings, starts }) => this.#starts.run(settings, starts),
    (runs) => {
      this.startRuns = runs;
    },
    (error) => notice.warn(error),
  );

  constructor(controls: RaceControls) {
    this.#controls = controls;
    const start = (worker: Worker): Worker => {
      this.#threads.push(worker);
      return worker;
    };
    const member = (): Member =>
      wrap<Member>(
        start(new Worker(new URL("./runWorker.ts", import.meta.url), { type: "module" })),
      );
    this.#crew = Array.from({ length: this.workers }, member);
    this.#trace = wrap<TraceWorker>(
      start(new Worker(new URL("./traceWorker.ts", import.meta.url), { type: "module" })),
    );
    this.#starts = wrap<StartsWorker>(
      start(new Worker(new URL("./startsWorker.ts", import.meta.url), { type: "module" })),
    );
    this.#traces = new Traces(this.#trace);
    this.#stop = $effect.root(() => {
      $effect(() => this.#load());
      $effect(() => this.#enter(this.problem));
      $effect(() => this.#run(this.problem, controls.configuration));
      $effect(() => this.#follow());
      $effect(() => this.#begin());
    });
  }

  /** The chosen run of an optimizer; of an earlier choice while the newest is computed. */
  trace(method: Method): Trace {
    return this.#traces.of[method];
  }

  /** Figure 5 of the data that are shown, with the chosen settings. */
  async figure5(): Promise<Figure5> {
    const { problem } = this;
    const { NGD, EFGD } = this.chosen;
    if (problem?.likelihood !== "gaussian" || !NGD || !EFGD) {
      throw new Error("Figure 5 is about linear regressions; choose Wine or Iris.");
    }
    return this.#starts.figure(problem, { NGD: NGD.setting, EFGD: EFGD.setting });
  }

  close(): void {
    this.#stop();
    this.#race.abort();
    this.#traces.close();
    for (const worker of this.#threads) worker.terminate();
  }

  /** Loads the data set that is asked for. Of a result file's samples only the embedded ones are to be had. */
  #load(): void {
    const { data, own, opened, openedStarts } = this.#controls;
    const mine = ++this.#loading;
    const name = openedStarts?.dataset ?? opened?.panel.dataset ?? data;
    if (name === data && data === "table" && own) {
      this.problem = own.problem;
      return;
    }
    if (!embedded.some((one) => one.name === name)) {
      this.problem = undefined;
      return;
    }
    this.#trace
      .load(name)
      .then((problem) => {
        if (mine === this.#loading) this.problem = problem;
      })
      .catch((error: unknown) => notice.warn(error));
  }

  #enter(problem: RaceProblem | undefined): void {
    this.#traces.forget();
    this.#startUpdates.cancel();
    this.#begun = "";
    this.ground = undefined;
    this.startRuns = [];
    if (!problem) return;
    this.#trace.enter(problem).catch((error: unknown) => notice.warn(error));
    this.#starts
      .enter(problem, [...ranges.along], [...ranges.across])
      .then((ground) => {
        if (this.problem === problem) this.ground = ground;
      })
      .catch((error: unknown) => notice.warn(error));
  }

  /** Ends the race under way and starts this one. */
  #run(problem: RaceProblem | undefined, configuration: GridConfiguration): void {
    this.#race.abort();
    const race = new AbortController();
    this.#race = race;
    this.panel = undefined;
    const { opened } = this.#controls;
    if (opened) {
      this.tallies = talliesOf(opened.panel, configuration);
      this.panel = opened.panel;
      return;
    }
    let tallies = emptyTallies(configuration);
    this.tallies = tallies;
    if (!problem) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      clearTimeout(timer);
      timer = undefined;
      if (!race.signal.aborted) this.tallies = tallies;
    };
    const executor = crewExecutor(this.#crew, {
      round: (_, { stepSize, damping }) =>
        roundOf(
          configuration.stepSizes.indexOf(stepSize),
          Math.max(0, configuration.dampings.indexOf(damping)),
        ),
      onFinished: (finished: Finished) => {
        tallies = withFinished(tallies, finished, configuration);
        timer ??= setTimeout(show, BETWEEN);
      },
    });
    runRace(problem, configuration, { executor, signal: race.signal })
      .then((panel) => {
        if (race.signal.aborted) return;
        show();
        this.panel = panel;
      })
      .catch((error: unknown) => {
        if (!race.signal.aborted) notice.warn(error);
      });
  }

  /** Asks for the curves of the chosen runs; without samples there are those of the best runs only. */
  #follow(): void {
    const { chosen, problem, tallies, panel } = this;
    const { configuration } = this.#controls;
    untrack(() => {
      for (const method of optimizers) {
        const run = chosen[method];
        if (run && problem) {
          // gradient descent has no damping: the two steps along its way are taken with that of the empirical Fisher
          const damping = (method === "GD" ? chosen.EFGD : run)?.setting.damping ?? 0;
          this.#traces.ask({ method, setting: run.setting, damping, stop: configuration });
        } else if (run && panel) {
          const best = run.place === tallies[method].best;
          const known = best && method === "EFGD";
          this.#traces.show(method, {
            losses: best ? tallies[method].curve : [],
            cosines: known ? panel.cosines.map((cosine) => cosine ?? Number.NaN) : [],
          });
        }
      }
    });
  }

  /** Asks for runs of the chosen settings from the starting points. */
  #begin(): void {
    const { ground } = this;
    const { NGD, EFGD } = this.chosen;
    const { starts } = this.#controls;
    if (!ground || !NGD || !EFGD) return;
    const settings = { NGD: NGD.setting, EFGD: EFGD.setting };
    const key = JSON.stringify([settings, starts]);
    if (this.#begun === key) return;
    this.#begun = key;
    this.#startUpdates.ask({ settings, starts });
  }
}
