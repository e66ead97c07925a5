/** The loss on a regular grid of the parameter plane. */
import type { PlanarProblem, Point } from "./planar.ts";

/** `values[j · count + i]` is the loss at the i-th of `count` points of x and the j-th of y, ends included. */
export interface Grid {
  readonly x: Point;
  readonly y: Point;
  readonly count: number;
  readonly values: Float64Array;
}

/** samples whose losses are multiplied before a logarithm is taken */
const GROUP = 8;
/** eight factors 1 + exp(s) with |s| below this stay within the doubles */
const LARGEST = 80;

/**
 * For a logistic regression exp(s) at the nodes of a line is a geometric sequence, so that a grid needs an exponential
 * a sample and line, and a logarithm for every eighth sample and node; for least squares a node costs nothing.
 */
export function lossGrid(problem: PlanarProblem, x: Point, y: Point, count: number): Grid {
  const { data, sums, priorPrecision } = problem;
  const values = new Float64Array(count * count);
  const at = ([low, high]: Point, i: number): number => low + ((high - low) * i) / (count - 1);
  const bounded = data.family === "bernoulli" && largestOutput(data.X, x, y) < LARGEST;
  if (!bounded) {
    for (let j = 0, k = 0; j < count; j++) {
      for (let i = 0; i < count; i++, k++) values[k] = sums(at(x, i), at(y, j)).loss;
    }
    return { x, y, count, values };
  }
  const N = data.y.length;
  const step = (x[1] - x[0]) / (count - 1);
  const ratios = new Float64Array(N);
  const sign = (n: number): number => (data.y[n] === 1 ? -1 : 1);
  for (let n = 0; n < N; n++) ratios[n] = Math.exp(sign(n) * data.X[2 * n] * step);
  const product = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    const row = values.subarray(j * count, (j + 1) * count);
    for (let from = 0; from < N; from += GROUP) {
      product.fill(1);
      const to = Math.min(N, from + GROUP);
      for (let n = from; n < to; n++) {
        const output = data.X[2 * n] * x[0] + data.X[2 * n + 1] * at(y, j);
        let e = Math.exp(sign(n) * output);
        const ratio = ratios[n];
        for (let i = 0; i < count; i++) {
          product[i] *= 1 + e;
          e *= ratio;
        }
      }
      for (let i = 0; i < count; i++) row[i] += Math.log(product[i]);
    }
    for (let i = 0; i < count; i++) {
      row[i] = row[i] / N + 0.5 * priorPrecision * (at(x, i) ** 2 + at(y, j) ** 2);
    }
  }
  return { x, y, count, values };
}

function largestOutput(X: Float64Array, x: Point, y: Point): number {
  const [s, t] = [Math.max(...x.map(Math.abs)), Math.max(...y.map(Math.abs))];
  let largest = 0;
  for (let k = 0; k < X.length; k += 2) {
    largest = Math.max(largest, Math.abs(X[k]) * s + Math.abs(X[k + 1]) * t);
  }
  return largest;
}
