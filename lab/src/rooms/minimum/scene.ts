/** The samples of the room Minimum: the scenes of the paper's Figures 2 and 4, with everything in them free. */

import { squareRoot } from "../../../../src/linalg/eigen.ts";
import { fromRows } from "../../../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../../../src/random/legacy.ts";
import type { Family, PlanarData, Point, Symmetric } from "../../compute/planar.ts";

/** A class: x = mean + A z with z standard normal and A symmetric. */
export interface NormalClass {
  readonly mean: Point;
  readonly A: Symmetric;
}

/** What the samples come from, and what the model takes them to be. */
export interface Scene {
  readonly family: Family;
  readonly classes: readonly [NormalClass, NormalClass];
  /** of the samples, that are of class 0 */
  readonly share: number;
  /** linear: standard deviation of the noise, and the coefficient of x² */
  readonly noise: number;
  readonly bend: number;
  readonly priorVariance: number | null;
}

/** The draws of one seed, continued as far as they are asked for. */
export function normals(seed: number): (count: number) => Float64Array {
  const random = new LegacyRandom(seed);
  let drawn = new Float64Array();
  return (count) => {
    if (count > drawn.length) {
      const longer = new Float64Array(Math.max(count, 2 * drawn.length));
      longer.set(drawn);
      for (let k = drawn.length; k < longer.length; k++) longer[k] = random.normal();
      drawn = longer;
    }
    return drawn.subarray(0, count);
  };
}

/**
 * `samples` samples from 2 · `samples` normal draws. Classes: a pair of draws is a sample, the first of them are of class
 * 0. Line: the draws are first the features, then the noise; x̃ = (x, 1). Both as the paper draws them.
 */
export function sample(scene: Scene, samples: number, z: Float64Array): PlanarData {
  const X = new Float64Array(2 * samples);
  const y = new Float64Array(samples);
  const { family, priorVariance } = scene;
  if (family === "gaussian") {
    for (let n = 0; n < samples; n++) {
      const u = z[n];
      X[2 * n] = u;
      X[2 * n + 1] = 1;
      y[n] = u + 1 + scene.bend * u * u + scene.noise * z[samples + n];
    }
    return { family, X, y, priorVariance };
  }
  const first = firstClass(scene.share, samples);
  for (let n = 0; n < samples; n++) {
    const { mean, A } = scene.classes[n < first ? 0 : 1];
    const [u, v] = [z[2 * n], z[2 * n + 1]];
    X[2 * n] = mean[0] + u * A[0] + v * A[1];
    X[2 * n + 1] = mean[1] + u * A[1] + v * A[2];
    y[n] = n < first ? 0 : 1;
  }
  return { family, X, y, priorVariance };
}

/** How many of the samples are of class 0; of each class there is at least one. */
export function firstClass(share: number, samples: number): number {
  return Math.min(samples - 1, Math.max(1, Math.round(share * samples)));
}

/**
 * The scene between the one that the model describes (`wrong` = 0) and the given one (1). A logistic regression without
 * bias describes two normal classes of one covariance and size, opposite each other; a line with unit noise describes
 * just that.
 */
export function blend(scene: Scene, wrong: number): Scene {
  if (wrong === 1) return scene;
  const mix = (right: number, given: number): number => right + wrong * (given - right);
  if (scene.family === "gaussian") {
    return { ...scene, noise: mix(1, scene.noise), bend: mix(0, scene.bend) };
  }
  const [a, b] = scene.classes;
  const half: Point = [(a.mean[0] - b.mean[0]) / 2, (a.mean[1] - b.mean[1]) / 2];
  const common = rootOf(average(square(a.A), square(b.A)));
  const between = (given: NormalClass, sign: 1 | -1): NormalClass => ({
    mean: [mix(sign * half[0], given.mean[0]), mix(sign * half[1], given.mean[1])],
    A: [mix(common[0], given.A[0]), mix(common[1], given.A[1]), mix(common[2], given.A[2])],
  });
  return { ...scene, classes: [between(a, 1), between(b, -1)], share: mix(0.5, scene.share) };
}

/** A² */
export function square([a, b, c]: Symmetric): Symmetric {
  return [a * a + b * b, b * (a + c), b * b + c * c];
}

function average(A: Symmetric, B: Symmetric): Symmetric {
  return [(A[0] + B[0]) / 2, (A[1] + B[1]) / 2, (A[2] + B[2]) / 2];
}

/** The symmetric square root. */
function rootOf([a, b, c]: Symmetric): Symmetric {
  const { data } = squareRoot(
    fromRows([
      [a, b],
      [b, c],
    ]),
  );
  return [data[0], data[1], data[3]];
}
