/** What the worker of the room Memory finds: the three runs, and after a rest the sweep over λ. */
import { proxy, type Remote, wrap } from "comlink";
import { untrack } from "svelte";
import type { EwcRun } from "../../../../src/experiments/ewc/results.ts";
import { latest } from "../../compute/latest.ts";
import { notice } from "../../shell/notice.svelte.ts";
import { sweepStrengths } from "./configuration.ts";
import type { MemoryControls } from "./controls.svelte.ts";
import { type MethodId, methodIds, methodNames } from "./methods.ts";
import type { Opinion } from "./reading.ts";
import type { TaskView } from "./stream.ts";
import { advanced, begun, empty, type Track } from "./track.ts";
import { type Sweep, type Wanted, wantedOf } from "./wanted.ts";
import type { MemoryWorker, Part, Request } from "./worker.ts";

/** ms that runs may take, although a strength has changed: without it a drag would show the first epochs only */
const PATIENCE = 1000;
/** ms without a change after which the sweep begins */
const REST = 600;
/** seconds that a sweep may take without being asked for */
const MODEST = 90;

export type Tracks = Readonly<Record<MethodId, Track>>;

export class MemoryResults {
  tasks = $state.raw<readonly TaskView[]>([]);
  tracks = $state.raw<Tracks>({ ewc: empty, l2: empty, sgd: empty });
  /** runs are under way or about to be */
  busy = $state(true);
  sweeps = $state.raw<readonly Sweep[]>([]);
  /** of the sweep that belongs to the view */
  sweepKey = $state("");
  readonly sweep: Sweep | undefined = $derived(
    this.sweeps.find(({ key }) => key === this.sweepKey),
  );

  /** seconds that the sweep would take, about, where it waits to be asked for */
  held = $state<number>();
  /** it is too long to begin by itself */
  readonly long: boolean = $derived((this.held ?? 0) > MODEST);
  /** of the networks on the digit that is drawn */
  opinions = $state.raw<readonly Opinion[]>([]);

  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #remote: Remote<MemoryWorker> = wrap<MemoryWorker>(this.#worker);
  readonly #stop: () => void;
  #wanted: Wanted | undefined;
  #current: Wanted | undefined;
  #sweeping: Omit<Sweep, "runs"> | undefined;
  #started = 0;
  #working = false;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  readonly #readings = latest<readonly [Float64Array, number], readonly Opinion[]>(
    ([image, after]) => this.#remote.read(image, after),
    (opinions) => {
      this.opinions = opinions;
    },
    (error) => notice.warn(error),
  );

  constructor(controls: MemoryControls) {
    this.#stop = $effect.root(() => {
      $effect(() => {
        const wanted = wantedOf(controls);
        untrack(() => this.#want(wanted));
      });
    });
  }

  /** Asks the networks what they read in an image `[64]`, as they are after a task. */
  read(image: Float64Array, after: number): void {
    this.#readings.ask([image, after]);
  }

  /** Waits for the runs, and for the sweep where it is wanted. Rejects with the signal's reason when aborted. */
  async finished(sweep: boolean, signal: AbortSignal): Promise<void> {
    if (sweep) this.startSweep();
    const open = (): boolean =>
      this.busy || (sweep && (this.sweep?.runs.size ?? 0) < sweepStrengths.length);
    while (open()) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      signal.throwIfAborted();
    }
  }

  /** Begins a sweep that waits to be asked for. */
  startSweep(): void {
    if (this.held === undefined) return;
    this.held = undefined;
    this.#sweeping = this.#current?.sweep;
    if (!this.#working) void this.#work();
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#patience);
    clearTimeout(this.#rest);
    this.#worker.terminate();
  }

  #want(wanted: Wanted): void {
    clearTimeout(this.#rest);
    clearTimeout(this.#patience);
    this.#wanted = wanted;
    this.sweepKey = wanted.sweep.key;
    this.busy = true;
    this.held = undefined;
    if (!this.#working) {
      void this.#work();
      return;
    }
    const alike = this.#current?.shape === wanted.shape;
    const left = alike ? this.#started + PATIENCE - performance.now() : 0;
    if (left > 0) this.#patience = setTimeout(() => void this.#remote.stop(), left);
    else void this.#remote.stop();
  }

  /** One thing after another: the runs that are wanted, and where none are, the sweep. */
  async #work(): Promise<void> {
    this.#working = true;
    try {
      for (;;) {
        if (this.#wanted) await this.#runs(this.#wanted);
        else if (this.#sweeping) await this.#sweepOver(this.#sweeping);
        else break;
      }
    } catch (error) {
      notice.warn(error);
      this.busy = false;
    }
    this.#working = false;
  }

  async #runs(wanted: Wanted): Promise<void> {
    clearTimeout(this.#patience);
    this.#wanted = undefined;
    this.#sweeping = undefined;
    const alike = this.#current?.shape === wanted.shape;
    this.#current = wanted;
    this.#started = performance.now();
    const due = methodIds.filter((id) => {
      const { key, run } = this.tracks[id];
      return key !== wanted.keys[id] || !run;
    });
    const next = { ...this.tracks };
    for (const id of due) next[id] = begun(this.tracks[id], wanted.keys[id], alike);
    this.tracks = next;
    if (due.length > 0) {
      const { configuration, overlap } = wanted;
      const labels = due.map((id) => methodNames[id]);
      const receive = (parts: readonly Part[]): void => this.#take(wanted, parts);
      await this.#remote.run({ configuration, overlap, labels } satisfies Request, proxy(receive));
    }
    if (this.#wanted) return;
    this.busy = false;
    const missing = sweepStrengths.length - (this.sweep?.runs.size ?? 0);
    if (missing === 0) return;
    this.held = missing * (this.tracks.ewc.run?.seconds ?? 0);
    if (!this.long) this.#rest = setTimeout(() => this.startSweep(), REST);
  }

  #take(wanted: Wanted, parts: readonly Part[]): void {
    if (this.#current !== wanted) return;
    const { epochs } = wanted.configuration.panels[0].training;
    const next = { ...this.tracks };
    for (const part of parts) {
      if (part.kind === "stream") {
        this.tasks = part.tasks;
        continue;
      }
      const id = methodIds.find((one) => methodNames[one] === part.method);
      if (id) next[id] = advanced(next[id], part, epochs);
    }
    this.tracks = next;
  }

  async #sweepOver(sweep: Omit<Sweep, "runs">): Promise<void> {
    this.#sweeping = undefined;
    const known = this.sweeps.find(({ key }) => key === sweep.key)?.runs;
    const missing = sweepStrengths.filter((strength) => !known?.has(strength));
    if (missing.length === 0) return;
    // each is told of: the worker waits for it, and looks whether it is to stop
    const receive = (run: EwcRun): void => this.#keep(sweep, run);
    await this.#remote.sweep(sweep.configuration, missing, proxy(receive));
  }

  /** Sweeps of other settings are forgotten, those with another Fisher are not: they are there to be compared. */
  #keep(sweep: Omit<Sweep, "runs">, run: EwcRun): void {
    const before = this.sweeps.find(({ key }) => key === sweep.key)?.runs ?? new Map();
    const runs = new Map(before).set(run.strength ?? Number.NaN, run);
    const others = this.sweeps.filter(
      ({ key, setting, fisher }) =>
        key !== sweep.key && setting === sweep.setting && fisher !== sweep.fisher,
    );
    this.sweeps = [...others, { ...sweep, runs }];
  }
}
