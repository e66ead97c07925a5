/** Losses and cosines along the chosen runs. */
import type { Remote } from "comlink";
import type { Setting } from "../../../../src/experiments/race/grid.ts";
import type { GridConfiguration, Method } from "../../../../src/experiments/results.ts";
import { type Latest, latest } from "../../compute/latest.ts";
import { notice } from "../../shell/notice.svelte.ts";
import type { TraceWorker } from "./traceWorker.ts";

export interface Trace {
  /** at iterations 0, 1, …; none where the run left the finite numbers */
  readonly losses: ArrayLike<number>;
  /** of the NGD and the EFGD step there */
  readonly cosines: ArrayLike<number>;
  /** what is of an earlier choice */
  readonly stale: { readonly losses: boolean; readonly cosines: boolean };
}

export interface TraceRequest {
  readonly method: Method;
  readonly setting: Setting;
  /** with which the steps are compared */
  readonly damping: number;
  readonly stop: Pick<GridConfiguration, "iterations" | "divergence">;
}

/** ms without another choice after which cosines are computed, unless a run takes less than a frame: they take three times as long */
const REST = 120;
const FRAME = 16;
const NOTHING: Trace = { losses: [], cosines: [], stale: { losses: true, cosines: true } };

type Worker = Pick<Remote<TraceWorker>, "losses" | "cosines">;

export class Traces {
  of: Readonly<Record<Method, Trace>> = $state.raw({ GD: NOTHING, NGD: NOTHING, EFGD: NOTHING });
  readonly #asked = new Map<Method, string>();
  readonly #timers = new Map<Method, ReturnType<typeof setTimeout>>();
  readonly #losses: Readonly<Record<Method, Latest<TraceRequest>>>;
  readonly #cosines: Readonly<Record<Method, Latest<TraceRequest>>>;

  constructor(worker: Worker) {
    const each = <T>(make: () => T): Record<Method, T> => ({
      GD: make(),
      NGD: make(),
      EFGD: make(),
    });
    this.#losses = each(() => {
      let began = 0;
      return latest<TraceRequest, Float64Array>(
        ({ method, setting, stop: { iterations, divergence } }) => {
          began = performance.now();
          return worker.losses(method, { ...setting }, { iterations, divergence });
        },
        (losses, request) => {
          const { stale } = this.of[request.method];
          const fresh = this.#isNewest(request);
          this.#put(request.method, { losses, stale: { ...stale, losses: !fresh } });
          if (fresh) this.#rest(request, performance.now() - began < FRAME ? 0 : REST);
        },
        (error) => notice.warn(error),
      );
    });
    this.#cosines = each(() =>
      latest<TraceRequest, Float64Array>(
        ({ method, setting, damping, stop }) =>
          worker.cosines(method, { ...setting, damping }, stop.iterations),
        (cosines, request) => {
          const { losses, stale } = this.of[request.method];
          this.#put(request.method, {
            // a run that diverged has no steps after its end
            cosines: cosines.subarray(0, losses.length),
            stale: { ...stale, cosines: !this.#isNewest(request) },
          });
        },
        (error) => notice.warn(error),
      ),
    );
  }

  /** Computes a run, unless it is the one that is shown or under way. */
  ask(request: TraceRequest): void {
    const { method } = request;
    const key = keyOf(request);
    if (this.#asked.get(method) === key) return;
    this.#asked.set(method, key);
    clearTimeout(this.#timers.get(method));
    this.#put(method, { stale: { losses: true, cosines: true } });
    this.#losses[method].ask(request);
  }

  show(method: Method, trace: Omit<Trace, "stale">): void {
    this.of = { ...this.of, [method]: { ...trace, stale: { losses: false, cosines: false } } };
  }

  forget(): void {
    for (const method of ["GD", "NGD", "EFGD"] as const) {
      clearTimeout(this.#timers.get(method));
      this.#losses[method].cancel();
      this.#cosines[method].cancel();
    }
    this.#asked.clear();
    this.of = { GD: NOTHING, NGD: NOTHING, EFGD: NOTHING };
  }

  close(): void {
    this.forget();
  }

  #put(method: Method, change: Partial<Trace>): void {
    this.of = { ...this.of, [method]: { ...this.of[method], ...change } };
  }

  #isNewest(request: TraceRequest): boolean {
    return this.#asked.get(request.method) === keyOf(request);
  }

  #rest(request: TraceRequest, pause: number): void {
    const { method } = request;
    clearTimeout(this.#timers.get(method));
    this.#timers.set(
      method,
      setTimeout(() => this.#cosines[method].ask(request), pause),
    );
  }
}

function keyOf({ setting, damping, stop }: TraceRequest): string {
  return [setting.stepSize, setting.damping, damping, stop.iterations].join(" ");
}
