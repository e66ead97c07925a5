/** What is known of the grids of a race while it is run. */
import { type Setting, settingsOf } from "../../../../src/experiments/race/grid.ts";
import type { GridConfiguration, Method, RacePanel } from "../../../../src/experiments/results.ts";
import { type Finished, isBetter } from "./crew.ts";
import { type Choice, optimizers } from "./state.ts";

export type DonePanel = Extract<RacePanel, { status: "done" }>;

/** The grid of one optimizer: its runs in grid order, step size outer and damping inner. */
export interface Tally {
  readonly settings: readonly Setting[];
  /** dampings, 1 for gradient descent */
  readonly columns: number;
  /** last losses; NaN where a run is still to come, ∞ where it left the finite numbers */
  readonly losses: Float64Array;
  readonly done: number;
  /** the best run so far; −1 for none */
  readonly best: number;
  /** losses of the best run */
  readonly curve: readonly number[];
}

export type Tallies = Readonly<Record<Method, Tally>>;

export function emptyTallies(configuration: GridConfiguration): Tallies {
  const tally = (method: Method): Tally => {
    const settings = settingsOf(method, configuration);
    return {
      settings,
      columns: method === "GD" ? 1 : configuration.dampings.length,
      losses: new Float64Array(settings.length).fill(Number.NaN),
      done: 0,
      best: -1,
      curve: [],
    };
  };
  return { GD: tally("GD"), NGD: tally("NGD"), EFGD: tally("EFGD") };
}

/** With runs that have been finished; those that are not on the grid, as `runRace` repeats some, are left out. */
export function withFinished(
  tallies: Tallies,
  { method, settings, answer }: Finished,
  { stepSizes, dampings }: GridConfiguration,
): Tallies {
  const tally = tallies[method];
  const losses = tally.losses.slice();
  const places = settings.map(({ stepSize, damping }) => {
    const column = method === "GD" ? 0 : dampings.indexOf(damping);
    const row = stepSizes.indexOf(stepSize);
    return row < 0 || column < 0 ? -1 : row * tally.columns + column;
  });
  if (places.includes(-1)) return tallies;
  places.forEach((place, k) => {
    losses[place] = answer.values[k] ?? Number.POSITIVE_INFINITY;
  });
  const found = answer.best < 0 ? -1 : places[answer.best];
  const better = found >= 0 && isBetter(losses, found, tally.best);
  return {
    ...tallies,
    [method]: {
      ...tally,
      losses,
      done: tally.done + places.length,
      ...(better && { best: found, curve: answer.curve }),
    },
  };
}

/** The grids of a race that was run elsewhere. */
export function talliesOf(panel: DonePanel, configuration: GridConfiguration): Tallies {
  const tallies = { ...emptyTallies(configuration) };
  for (const grid of panel.grids) {
    const tally = tallies[grid.method];
    const losses = Float64Array.from(
      grid.losses.flat(),
      (loss) => loss ?? Number.POSITIVE_INFINITY,
    );
    if (losses.length !== tally.settings.length) {
      throw new Error(`${panel.dataset}: the losses of ${grid.method} do not fit the grid`);
    }
    const best = losses.indexOf(Math.min(...losses));
    tallies[grid.method] = { ...tally, losses, done: losses.length, best, curve: grid.curve };
  }
  return tallies;
}

/** The run that a choice means: the nearest on the grid; of none, the best so far. −1 where there is none yet. */
export function placeOf({ settings, best }: Tally, choice: Choice | null): number {
  if (!choice) return best;
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  settings.forEach(({ stepSize, damping }, place) => {
    const across = Math.log10(stepSize) - choice[0];
    const up = choice.length > 1 ? Math.log10(damping) - choice[1] : 0;
    const distance = across * across + up * up;
    if (distance < least) {
      least = distance;
      nearest = place;
    }
  });
  return nearest;
}

/** Decimal logarithms of a setting, without their rounding. */
export function choiceOf(method: Method, { stepSize, damping }: Setting): Choice {
  const logarithm = (value: number): number => Math.round(1000 * Math.log10(value)) / 1000;
  return method === "GD" ? [logarithm(stepSize)] : [logarithm(stepSize), logarithm(damping)];
}

/** How much of the grids is run, 0 to 1. */
export function fractionOf(tallies: Tallies): number {
  const sum = (of: (tally: Tally) => number): number =>
    optimizers.reduce((total, method) => total + of(tallies[method]), 0);
  return sum(({ done }) => done) / sum(({ losses }) => losses.length);
}

/** Where all runs start, and the lowest that one has ended; NaN while none has. */
export function spanOf(tallies: Tallies): { readonly start: number; readonly lowest: number } {
  const all = optimizers.map((method) => tallies[method]).filter(({ best }) => best >= 0);
  return {
    start: all[0]?.curve[0] ?? Number.NaN,
    lowest: all.length > 0 ? Math.min(...all.map(({ losses, best }) => losses[best])) : Number.NaN,
  };
}
