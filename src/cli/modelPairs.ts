/** Which pairs of coefficients are drawn as ellipses. */
import { nearest } from "../datasets/nearest.ts";
import type { Fit } from "../statistics/results.ts";
import { UsageError } from "./context.ts";

/** Indices of the pairs that were asked for. Throws {@link UsageError} for a name that no coefficient has. */
export function chosenPairs(
  { names }: Pick<Fit, "names">,
  wanted: readonly (readonly [string, string])[],
): (readonly [number, number])[] {
  const index = (name: string): number => {
    const found = names.indexOf(name);
    if (found >= 0) return found;
    const similar = nearest(name, names);
    const meant = similar === undefined ? "" : `; did you mean ${JSON.stringify(similar)}?`;
    throw new UsageError(`--pair: no coefficient is named ${JSON.stringify(name)}${meant}`);
  };
  return wanted.map(([a, b]) => [index(a), index(b)]);
}
