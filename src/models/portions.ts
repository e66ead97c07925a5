/** Samples in portions whose forward pass stays below a number of bytes. */
import type { Reals } from "../linalg/matrix.ts";
import { inputRows, isDivisible } from "./inputs.ts";
import type { Inputs, Model } from "./model.ts";

/**
 * How many samples can be linearized at once in `bytes`, at least one. All of them for a model that holds no more than
 * its outputs, or inputs that cannot be cut. Found by what a second sample adds to the first.
 */
export function samplesWithin<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  theta: T,
  X: X,
  bytes: number,
): number {
  if (!model.at || X.rows < 2 || !isDivisible(X)) return X.rows;
  const one = model.at(theta, inputRows(X, 0, 1)).bytes;
  const two = model.at(theta, inputRows(X, 0, 2)).bytes;
  const fit = Math.floor(bytes / Math.max(1, two - one));
  return Math.min(X.rows, Math.max(1, fit));
}
