/**
 * Figure 1: the vector fields −∇L/3, −F⁻¹∇L and −3F̃⁻¹∇L of a linear regression in two parameters, and
 * the paths that follow them. The 600,000 evaluations never touch a sample: with θ = μ + e, μ the minimum and
 * ρ the residuals there, the gradient is He and the empirical Fisher (1/N) Σ (xₙᵀe + ρₙ)² xₙxₙᵀ is a quadratic
 * polynomial in e. Centred at the minimum, nothing cancels where the paths end.
 */
import { LegacyRandom } from "../random/legacy.ts";
import { linearRegression, minimum } from "./problem.ts";
import type { Figure1, Method } from "./results.ts";
import { linspace, lossSurface } from "./surface.ts";
import { lognormalLine, type ToyData } from "./toyData.ts";

type Configuration = Figure1["configuration"];
type Point = [number, number];
/** the entries (0, 0), (0, 1) = (1, 0) and (1, 1) of a symmetric matrix */
type Symmetric2 = readonly [number, number, number];

/** A vector field over the parameters (bias, slope). */
export type Field = (bias: number, slope: number) => Point;

const METHODS: readonly Method[] = ["GD", "NGD", "EFGD"];
const STARTS: readonly Point[] = [
  [2, 4.5],
  [1, 0],
  [4.5, 3],
  [-0.5, 3],
];
const WINDOW: Point = [-1, 5];
const ARROWS = 15;
/** a multiple of the paper's 15, less one: its contours are polygons */
const CONTOUR_POINTS = 61;

/** The paper's settings of Figure 1. */
export function figure1Configuration(): Configuration {
  return {
    seed: 0,
    samples: 1000,
    priorVariance: 0.1,
    stepSize: 0.001,
    steps: 49_999,
    damping: 1e-8,
    scales: { GD: 1 / 3, NGD: 1, EFGD: 3 },
    stride: 100,
  };
}

/**
 * The data, minimum, contours, arrows and paths of Figure 1, parameters in the order (bias, slope).
 * A path holds its start, every `stride`-th point and the last of `steps` Euler steps.
 */
export function figure1(configuration: Configuration = figure1Configuration()): Figure1 {
  const { seed, samples, priorVariance, stepSize, steps, stride } = configuration;
  const data = lognormalLine(new LegacyRandom(seed), samples);
  const problem = linearRegression(data, priorVariance);
  const lowest = minimum(problem.objective);
  const fields = vectorFields(data, lowest, configuration);
  const axis = linspace(...WINDOW, ARROWS);
  return {
    figure: 1,
    configuration,
    data: { x: features(data), y: [...data.y] },
    minimum: [lowest[0], lowest[1]],
    contours: lossSurface(problem, WINDOW, WINDOW, CONTOUR_POINTS),
    fields: METHODS.map((method) => ({
      method,
      arrows: axis.flatMap((b) =>
        axis.map((s): [number, number, number, number] => [b, s, ...fields[method](b, s)]),
      ),
    })),
    paths: METHODS.flatMap((method) =>
      STARTS.map((start) => ({
        method,
        start,
        points: follow(fields[method], start, { stepSize, steps, stride }),
      })),
    ),
  };
}

/** The second column of X, without the bias. */
function features({ X }: ToyData): number[] {
  return Array.from({ length: X.rows }, (_, n) => X.data[2 * n + 1]);
}

/** Euler's method: the start, every `stride`-th point, the last. */
function follow(
  field: Field,
  start: Point,
  { stepSize, steps, stride }: Pick<Configuration, "stepSize" | "steps" | "stride">,
): Point[] {
  let [b, s] = start;
  const points: Point[] = [[b, s]];
  for (let k = 1; k <= steps; k++) {
    const [db, ds] = field(b, s);
    b += stepSize * db;
    s += stepSize * ds;
    if (k % stride === 0 || k === steps) points.push([b, s]);
  }
  return points;
}

/**
 * The three fields of a ridge regression with two parameters, from the moments of its samples around the
 * minimum μ `[2]`. As in the authors' code the prior is part of the Fisher and not of the empirical Fisher.
 *
 * @example
 * const { EFGD } = vectorFields(data, mu, figure1Configuration());
 * const [db, ds] = EFGD(0, 0); // −3 (F̃ + 1e-8 I)⁻¹ ∇L at the origin
 */
export function vectorFields(
  data: ToyData,
  mu: Float64Array,
  { priorVariance, damping, scales }: Pick<Configuration, "priorVariance" | "damping" | "scales">,
): Record<Method, Field> {
  const { fisher, square, cross, constant } = moments(data, mu);
  const prior = 1 / (priorVariance * data.X.rows);
  const H: Symmetric2 = [fisher[0] + prior, fisher[1], fisher[2] + prior];
  const empirical = (e: number, f: number): Symmetric2 => {
    const entry = (i: 0 | 1 | 2): number =>
      e * e * square[i][0] +
      2 * e * f * square[i][1] +
      f * f * square[i][2] +
      2 * (e * cross[i][0] + f * cross[i][1]) +
      constant[i];
    return [entry(0), entry(1), entry(2)];
  };
  const descend =
    (scale: number, precondition: (e: number, f: number, g: Point) => Point): Field =>
    (bias, slope) => {
      const [e, f] = [bias - mu[0], slope - mu[1]];
      const g: Point = [H[0] * e + H[1] * f, H[1] * e + H[2] * f];
      const [u, v] = precondition(e, f, g);
      return [-scale * u, -scale * v];
    };
  return {
    GD: descend(scales.GD, (_e, _f, g) => g),
    NGD: descend(scales.NGD, (_e, _f, g) => solve(H, damping, g)),
    EFGD: descend(scales.EFGD, (e, f, g) => solve(empirical(e, f), damping, g)),
  };
}

/** Of the entries 00, 01 and 11 of xxᵀ: means, and means with the products of x and ρ. */
interface Moments {
  /** mean of xᵢxⱼ */
  readonly fisher: Symmetric2;
  /** means of xᵢxⱼ xₖxₗ */
  readonly square: readonly [Symmetric2, Symmetric2, Symmetric2];
  /** means of xᵢxⱼ xₖρ */
  readonly cross: readonly [Point, Point, Point];
  /** mean of xᵢxⱼ ρ² */
  readonly constant: Symmetric2;
}

function moments({ X, y }: ToyData, mu: Float64Array): Moments {
  const N = X.rows;
  const mean = (term: (u: number, v: number, rho: number) => number): number => {
    let sum = 0;
    for (let n = 0; n < N; n++) {
      const [u, v] = [X.data[2 * n], X.data[2 * n + 1]];
      sum += term(u, v, u * mu[0] + v * mu[1] - y[n]);
    }
    return sum / N;
  };
  const pairs = [
    (u: number) => u * u,
    (u: number, v: number) => u * v,
    (_u: number, v: number) => v * v,
  ] as const;
  const each = <T>(value: (pair: (u: number, v: number) => number) => T): readonly [T, T, T] => [
    value(pairs[0]),
    value(pairs[1]),
    value(pairs[2]),
  ];
  return {
    fisher: each((pair) => mean(pair)),
    square: each((pair) => each((other) => mean((u, v) => pair(u, v) * other(u, v)))),
    cross: each((pair) => [
      mean((u, v, rho) => pair(u, v) * u * rho),
      mean((u, v, rho) => pair(u, v) * v * rho),
    ]),
    constant: each((pair) => mean((u, v, rho) => pair(u, v) * rho * rho)),
  };
}

/** (A + damping · I)⁻¹ g by Cramer's rule. */
function solve([a, b, c]: Symmetric2, damping: number, [g, h]: Point): Point {
  const [p, q] = [a + damping, c + damping];
  const determinant = p * q - b * b;
  return [(q * g - b * h) / determinant, (p * h - b * g) / determinant];
}
