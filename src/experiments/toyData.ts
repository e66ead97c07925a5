/** The toy data of Figures 1, 2 and 4: NumPy's legacy generator, drawn in the order of the authors' code. */
import type { Matrix } from "../linalg/matrix.ts";
import { draws } from "../random/generator.ts";
import type { LegacyRandom } from "../random/legacy.ts";

/** Samples of a problem in two parameters. */
export interface ToyData {
  /** `[N, 2]`, a bias column included where the problem has one */
  readonly X: Matrix;
  /** `[N]`, a label 0 or 1 or a real target */
  readonly y: Float64Array;
}

/**
 * Figure 1: x = (1, u) with log u ~ N(0, 0.75²), y = 2 + 2u + e with e ~ N(0, 1). All u are drawn first, then all e.
 *
 * @example
 * const { X, y } = lognormalLine(new LegacyRandom(0), 1000);
 */
export function lognormalLine(random: LegacyRandom, samples: number): ToyData {
  const feature = draws(samples, () => random.lognormal(0, 0.75));
  const noise = draws(samples, () => random.normal());
  return {
    X: columns(samples, (n) => [1, feature[n]]),
    y: noise.map((e, n) => 2 + 2 * feature[n] + e),
  };
}

/** A class of {@link twoClasses}: x = mean + z A with z standard normal. */
export interface NormalClass {
  readonly mean: readonly [number, number];
  /** rows of A */
  readonly A: readonly [readonly [number, number], readonly [number, number]];
}

/** Figure 2: `samples / 2` points of each class, those of class 0 drawn first and point by point. No bias. */
export function twoClasses(
  random: LegacyRandom,
  samples: number,
  classes: readonly [NormalClass, NormalClass],
): ToyData {
  const half = samples / 2;
  const points = columns(samples, (n) => {
    const { mean, A } = classes[n < half ? 0 : 1];
    const [u, v] = [random.normal(), random.normal()];
    return [mean[0] + u * A[0][0] + v * A[1][0], mean[1] + u * A[0][1] + v * A[1][1]];
  });
  return { X: points, y: Float64Array.from({ length: samples }, (_, n) => (n < half ? 0 : 1)) };
}

/** What {@link noisyLine} adds to the line. */
export interface LineNoise {
  /** standard deviation */
  readonly deviation: number;
  /** coefficient of the squared feature, which a line cannot fit */
  readonly quadratic: number;
}

/** Figure 4: x = (u, 1) with u ~ N(0, 1), y = u + 1 + quadratic · u² + deviation · e. All u are drawn first, then all e. */
export function noisyLine(
  random: LegacyRandom,
  samples: number,
  { deviation, quadratic }: LineNoise,
): ToyData {
  const feature = draws(samples, () => random.normal());
  const noise = draws(samples, () => random.normal());
  return {
    X: columns(samples, (n) => [feature[n], 1]),
    y: feature.map((u, n) => u + 1 + quadratic * u * u + deviation * noise[n]),
  };
}

function columns(rows: number, row: (n: number) => readonly [number, number]): Matrix {
  const data = new Float64Array(2 * rows);
  for (let n = 0; n < rows; n++) data.set(row(n), 2 * n);
  return { rows, cols: 2, data };
}
