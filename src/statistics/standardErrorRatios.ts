/** Standard errors of one kind against the sandwich's, coefficient by coefficient, and what chance makes of them. */
import type { CovarianceTable, RatioBand } from "./results.ts";
import { exact, short } from "./verdictInput.ts";

/** One coefficient. */
export interface Ratio {
  readonly name: string;
  readonly ratio: number;
  /** where simulated fits of a right model keep to */
  readonly chance?: { readonly lower: number; readonly upper: number };
}

/** All coefficients with a ratio that is a positive number: none where standard errors are zero. */
export function ratiosOf(
  own: CovarianceTable,
  sandwich: CovarianceTable,
  band: RatioBand | undefined,
): readonly Ratio[] {
  return own.coefficients
    .map(({ name, standardError }, t) => ({
      name,
      ratio: standardError / sandwich.coefficients[t].standardError,
      ...(band && {
        chance: { lower: band.lower[t], upper: band.upper[t] },
      }),
    }))
    .filter(({ ratio }) => ratio > 0 && ratio < Infinity);
}

/** How far from 1, as a factor. */
export function factorOf({ ratio }: Ratio): number {
  return Math.max(ratio, 1 / ratio);
}

/** How far from 1 chance takes a right model, as a factor; 1 where nothing is known of it. */
export function noiseOf({ chance }: Ratio): number {
  return chance ? Math.max(chance.upper, 1 / chance.lower) : 1;
}

/** Whether a right model shows such a ratio. */
export function isChance({ ratio, chance }: Ratio): boolean {
  return chance !== undefined && ratio >= chance.lower && ratio <= chance.upper;
}

/** Whether a right model's ratios lie around 1 at all. */
export function isAroundOne({ chance }: Ratio): boolean {
  return chance === undefined || (chance.lower <= 1 && chance.upper >= 1);
}

/** The one with the largest value; the list must not be empty. */
export function most(ratios: readonly Ratio[], value: (ratio: Ratio) => number): Ratio {
  return ratios.reduce((best, own) => (value(own) > value(best) ? own : best));
}

export function smallest(ratios: readonly Ratio[]): Ratio {
  return most(ratios, ({ ratio }) => -ratio);
}

export function largest(ratios: readonly Ratio[]): Ratio {
  return most(ratios, ({ ratio }) => ratio);
}

/** "0.64 ("x1") to 1.9 ("(intercept)") times the sandwich's" */
export function rangeText(ratios: readonly Ratio[]): string {
  const show = ({ name, ratio }: Ratio): string => `${short(ratio)} (${JSON.stringify(name)})`;
  const [low, high] = [smallest(ratios), largest(ratios)];
  const range = high.ratio < 1.01 * low.ratio ? short(low.ratio) : `${show(low)} to ${show(high)}`;
  return `${range} times the sandwich's`;
}

/** The same to three digits, without names. */
export function exactRange(ratios: readonly Ratio[]): string {
  return `${exact(smallest(ratios).ratio)} to ${exact(largest(ratios).ratio)}`;
}

/** The outermost ends of the bands; none where nothing is known of chance. */
export function chanceOf(ratios: readonly Ratio[]): { from: number; to: number } | undefined {
  const bands = ratios.flatMap(({ chance }) => (chance ? [chance] : []));
  if (bands.length === 0) return undefined;
  return {
    from: Math.min(...bands.map(({ lower }) => lower)),
    to: Math.max(...bands.map(({ upper }) => upper)),
  };
}

/** `"x1", "x2", "x3" and 2 more` of all, those furthest from 1 first. */
export function nameList(ratios: readonly Ratio[], all: readonly Ratio[]): string {
  if (all.length > 1 && ratios.length === all.length) return "all coefficients";
  const sorted = [...ratios].sort((a, b) => factorOf(b) - factorOf(a));
  const names = sorted.slice(0, 3).map(({ name }) => JSON.stringify(name));
  const rest = ratios.length - names.length;
  return `${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
