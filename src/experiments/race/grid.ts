/** Runs of one optimizer over many settings, through the lanes of a problem. */
import type { GridConfiguration, Method } from "../results.ts";
import type { LaneProblem } from "./laneProblem.ts";

/** Step size and damping of one run; gradient descent ignores the damping. */
export interface Setting {
  readonly stepSize: number;
  readonly damping: number;
}

export interface Runs {
  /** last loss of each setting's run; NaN where it turned non-finite or singular */
  readonly losses: Float64Array;
  /** losses recorded, the first included, over all runs */
  readonly iterations: number;
  /** the setting with the smallest last loss, the first among equals; −1 if all runs failed */
  readonly best: number;
  /** its losses */
  readonly curve: Float64Array;
}

/** All settings of a method's grid in grid order: step size outer, damping inner, no damping for GD. */
export function settingsOf(method: Method, configuration: GridConfiguration): Setting[] {
  const dampings = method === "GD" ? [0] : configuration.dampings;
  return configuration.stepSizes.flatMap((stepSize) =>
    dampings.map((damping) => ({ stepSize, damping })),
  );
}

/** What a lane without a run is given: it stays where it is, with a matrix that is surely definite. */
const IDLE: Setting = { stepSize: 0, damping: 1 };

/**
 * Runs all settings from θ = 0. Each lane carries one run; when it ends (after the last iteration, or when
 * its loss passes `divergence` times the first, or is not finite) the lane takes the next setting.
 */
export function runSettings(
  problem: LaneProblem,
  method: Method,
  settings: readonly Setting[],
  { iterations: last, divergence }: Pick<GridConfiguration, "iterations" | "divergence">,
): Runs {
  const { lanes } = problem;
  const losses = new Float64Array(settings.length).fill(Number.NaN);
  const stepSizes = new Float64Array(lanes);
  const dampings = new Float64Array(lanes);
  const runs = new Int32Array(lanes);
  const iteration = new Int32Array(lanes);
  const curves = Array.from({ length: lanes }, () => new Float64Array(last + 1));
  let best = -1;
  let curve = new Float64Array();
  let iterations = 0;
  let next = 0;
  let active = 0;

  const take = (lane: number): void => {
    problem.reset(lane);
    iteration[lane] = 0;
    const setting = settings[next] ?? IDLE;
    runs[lane] = next < settings.length ? next++ : -1;
    if (runs[lane] >= 0) active++;
    stepSizes[lane] = setting.stepSize;
    dampings[lane] = setting.damping;
  };
  const finish = (lane: number, loss: number): void => {
    const run = runs[lane];
    const length = iteration[lane] + 1;
    iterations += length;
    active--;
    if (!Number.isFinite(loss)) return;
    losses[run] = loss;
    // Lanes finish out of order, so equals are compared by their place in the grid.
    if (best < 0 || loss < losses[best] || (loss === losses[best] && run < best)) {
      best = run;
      curve = curves[lane].slice(0, length);
    }
  };

  for (let lane = 0; lane < lanes; lane++) take(lane);
  const ended: number[] = [];
  while (active > 0) {
    const current = problem.evaluate(method);
    ended.length = 0;
    for (let lane = 0; lane < lanes; lane++) {
      if (runs[lane] < 0) continue;
      const loss = current[lane];
      const t = iteration[lane];
      curves[lane][t] = loss;
      const within = loss <= divergence * curves[lane][0];
      if (t < last && within) {
        iteration[lane] = t + 1;
      } else {
        finish(lane, loss);
        ended.push(lane);
      }
    }
    problem.direction(dampings);
    problem.move(stepSizes);
    for (const lane of ended) take(lane);
  }
  return { losses, iterations, best, curve };
}

/**
 * Cosine of the NGD and the EFGD step along the path of a method, that of EFGD unless another is named, both at the
 * damping of the setting: `iterations + 1` values, NaN where a step does not exist.
 */
export function cosinesAlong(
  problem: LaneProblem,
  { stepSize, damping }: Setting,
  iterations: number,
  along: Method = "EFGD",
): Float64Array {
  const { lanes, dimension: d, metric } = problem;
  const stepSizes = new Float64Array(lanes).fill(stepSize);
  const dampings = new Float64Array(lanes).fill(damping);
  const first = (z: Float64Array): Float64Array =>
    Float64Array.from({ length: d }, (_, i) => z[i * lanes]);
  const inner = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) sum += a[i] * metric.data[i * d + j] * b[j];
    }
    return sum;
  };
  for (let lane = 0; lane < lanes; lane++) problem.reset(lane);
  return Float64Array.from({ length: iterations + 1 }, () => {
    problem.evaluate("NGD");
    const natural = first(problem.direction(dampings));
    problem.evaluate("EFGD");
    const empirical = first(problem.direction(dampings));
    if (along !== "EFGD") {
      problem.evaluate(along);
      problem.direction(dampings);
    }
    problem.move(stepSizes);
    return (
      inner(natural, empirical) / Math.sqrt(inner(natural, natural) * inner(empirical, empirical))
    );
  });
}
