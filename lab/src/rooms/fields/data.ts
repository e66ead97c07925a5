/** The data of the room Fields: one feature and a target, drawn as the paper draws them and bent on demand. */

import { sigmoid } from "../../../../src/likelihoods/special.ts";
import { LegacyRandom } from "../../../../src/random/legacy.ts";
import type { Family, PlanarData, Point } from "../../compute/planar.ts";

export interface Recipe {
  readonly family: Family;
  readonly samples: number;
  readonly seed: number;
  /** linear: standard deviation of the noise, which the model takes to be 1; logistic: what divides the log odds */
  readonly noise: number;
  /** coefficient of x², which the model does not have */
  readonly bend: number;
}

/** Samples (x, y), two numbers each. */
export type Samples = Float64Array;

/** What the targets are made with: (bias, slope). The linear one is the paper's. */
export const truth: Readonly<Record<Family, Point>> = { gaussian: [2, 2], bernoulli: [1, 2] };

/**
 * Linear: as the paper's Figure 1, log x ~ N(0, 0.75²) and y = 2 + 2x + noise · e + bend · x². Logistic: x ~ N(0, 1),
 * log odds (1 + 2x + bend · (x² − 1)) / noise. All x are drawn first, from NumPy's legacy generator.
 */
export function draw({ family, samples, seed, noise, bend }: Recipe): Samples {
  const random = new LegacyRandom(seed);
  const points = new Float64Array(2 * samples);
  const [b, w] = truth[family];
  const linear = family === "gaussian";
  for (let n = 0; n < samples; n++) {
    points[2 * n] = linear ? random.lognormal(0, 0.75) : random.normal();
  }
  for (let n = 0; n < samples; n++) {
    const x = points[2 * n];
    if (linear) points[2 * n + 1] = b + w * x + noise * random.normal() + bend * x * x;
    else {
      const odds = (b + w * x + bend * (x * x - 1)) / noise;
      points[2 * n + 1] = random.uniform() < sigmoid(odds) ? 1 : 0;
    }
  }
  return points;
}

/** The regression of y on (1, x). */
export function regression(
  points: Samples,
  family: Family,
  priorVariance: number | null,
): PlanarData {
  const X = points.map((value, k) => (k % 2 === 0 ? 1 : value));
  const y = new Float64Array(points.length / 2);
  for (let n = 0; n < y.length; n++) {
    X[2 * n + 1] = points[2 * n];
    y[n] = points[2 * n + 1];
  }
  return { family, X, y, priorVariance };
}

export interface Window {
  readonly x: Point;
  readonly y: Point;
}

/** Where the samples are shown. */
export function dataWindow(points: Samples, family: Family): Window {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let k = 0; k < points.length; k += 2) {
    xs.push(points[k]);
    ys.push(points[k + 1]);
  }
  return { x: padded(xs), y: family === "gaussian" ? padded(ys) : [-0.35, 1.35] };
}

/** The range of the values with a margin, ends at round numbers. */
function padded(values: readonly number[]): Point {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!(high > low)) return Number.isFinite(low) ? [low - 1, low + 1] : [0, 1];
  const unit = 10 ** Math.floor(Math.log10((high - low) / 4)) * 2;
  return [
    Math.floor((low - 0.04 * (high - low)) / unit) * unit,
    Math.ceil((high + 0.04 * (high - low)) / unit) * unit,
  ];
}

/** Where the parameters of generated samples are shown: the paper's window. */
export const usualWindow: Window = { x: [-1, 5], y: [-1, 5] };

/** Where those of a table are shown: around their minimum, as far as the loss is of interest. */
export function tableWindow(points: Samples, family: Family, [b, w]: Point): Window {
  const { deviation, mean } = spread(points, 0);
  const scale = family === "gaussian" ? spread(points, 1).deviation : 3;
  // the bias moves with the slope where the mean of x is far from 0
  const across = 1.5 * scale * Math.hypot(1, mean / deviation);
  const up = (1.5 * scale) / deviation;
  return { x: [b - across, b + across], y: [w - up, w + up] };
}

function spread(points: Samples, offset: 0 | 1): { mean: number; deviation: number } {
  const N = points.length / 2;
  let mean = 0;
  for (let k = offset; k < points.length; k += 2) mean += points[k] / N;
  let square = 0;
  for (let k = offset; k < points.length; k += 2) square += (points[k] - mean) ** 2 / N;
  return { mean, deviation: Math.sqrt(square) || 1 };
}
