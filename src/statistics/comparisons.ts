/** How another matrix, and the step that it gives, differ from the Fisher and the natural gradient step. */
import { type Matrix, transpose, zeros } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { cosine, dot, norm } from "../linalg/vector.ts";
import { type Coordinates, choleskyOrNothing, congruence } from "./coordinates.ts";
import type { Curvature } from "./curvatureAt.ts";
import type { DampingComparison, MatrixComparison, StepComparison } from "./results.ts";

/** Monte-Carlo Fisher, empirical Fisher and Hessian against F = L Lᵀ. */
export function compareMatrices(
  coordinates: Coordinates,
  L: Matrix,
  { fisher, empirical, sampled }: Curvature,
): MatrixComparison[] {
  const F = inTheta(coordinates, fisher);
  const size = { frobenius: norm(F.data), spectral: spectral(F) };
  const compare = (kind: MatrixComparison["kind"], A: Matrix): MatrixComparison => {
    const { values } = kernels().eigh(congruence(L, A));
    const difference = inTheta(coordinates, minus(A, fisher));
    return {
      kind,
      frobenius: norm(difference.data) / size.frobenius,
      spectral: spectral(difference) / size.spectral,
      smallest: values[0],
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      largest: values[values.length - 1],
    };
  };
  const equal = { frobenius: 0, spectral: 0, smallest: 1, mean: 1, largest: 1 };
  return [
    compare("sampled", sampled),
    compare("empirical", empirical),
    // with canonical links the Hessian does not depend on the responses
    { kind: "hessian", ...equal },
  ];
}

/** Steps A⁻¹ g for the identity, the Monte-Carlo and the empirical Fisher; singular ones are left out. */
export function compareSteps(
  coordinates: Coordinates,
  L: Matrix,
  { gradient, empirical, sampled }: Curvature,
  thetaGradient: Float64Array,
): StepComparison[] {
  const solve = (factor: Matrix): Float64Array => solveWith(factor, gradient);
  const natural = solve(L);
  const naturalStep = coordinates.toTheta(natural);
  // in the metric of F a vector d has the coordinates Lᵀ d
  const metric = (d: Float64Array): Float64Array => {
    const result = new Float64Array(d.length);
    kernels().gemv(L, d, result, { transA: true });
    return result;
  };
  const compare = (kind: StepComparison["kind"], d: Float64Array): StepComparison => {
    const step = coordinates.toTheta(d);
    const own = metric(d);
    const slope = Math.abs(dot(gradient, d));
    const relative = slope / (norm(own) * norm(metric(natural)));
    return {
      kind,
      cosine: cosine(step, naturalStep),
      lengthRatio: norm(step) / norm(naturalStep),
      gamma: norm(own) / slope,
      relative,
      efficiency: relative * relative,
    };
  };
  const found = [compare("gradient", fromTheta(coordinates, thetaGradient))];
  for (const [kind, A] of [
    ["sampled", sampled],
    ["empirical", empirical],
  ] as const) {
    const factor = choleskyOrNothing(A);
    if (factor) found.push(compare(kind, solve(factor)));
  }
  return found;
}

/**
 * (F̃ + dI)⁻¹ g and (F + dI)⁻¹ g for each damping d, in coordinates in which F has a unit diagonal, so that d is a
 * multiple of its mean eigenvalue whatever the units. The steps are compared as changes of θ, as in {@link compareSteps}:
 * without damping they are the same.
 */
export function compareDamping(
  coordinates: Coordinates,
  { gradient, fisher, empirical }: Curvature,
  damping: readonly number[],
): DampingComparison[] {
  const D = gradient.length;
  const scales = Float64Array.from({ length: D }, (_, t) => Math.sqrt(fisher.data[t * (D + 1)]));
  const scaled = (A: Matrix): Matrix => ({
    ...A,
    data: A.data.map((value, t) => value / (scales[Math.floor(t / D)] * scales[t % D])),
  });
  const F = scaled(fisher);
  const E = scaled(empirical);
  const g = gradient.map((value, t) => value / scales[t]);
  const L = choleskyOrNothing(F);
  if (!L) return [];
  const attainable = dot(g, solveWith(L, g));
  const share = (d: Float64Array): number => {
    const product = new Float64Array(D);
    kernels().gemv(F, d, product);
    return dot(g, d) ** 2 / (dot(d, product) * attainable);
  };
  return damping.flatMap((d) => {
    const [natural, other] = [F, E].map((A) => choleskyOrNothing(plusDiagonal(A, d)));
    if (!natural || !other) return [];
    const a = solveWith(natural, g);
    const b = solveWith(other, g);
    const [step, otherStep] = [a, b].map((v) =>
      coordinates.toTheta(v.map((value, t) => value / scales[t])),
    );
    return [
      {
        damping: d,
        cosine: cosine(step, otherStep),
        lengthRatio: norm(otherStep) / norm(step),
        empirical: share(b),
        fisher: share(a),
      },
    ];
  });
}

/** T̂ᵀ A T̂: a symmetric matrix in the coordinates of θ. */
function inTheta(coordinates: Coordinates, A: Matrix): Matrix {
  return coordinates.timesFactor(transpose(coordinates.timesFactor(A)));
}

/** T̂ v: from θ to the coordinates. */
function fromTheta({ lower, columns }: Coordinates, theta: Float64Array): Float64Array {
  const result = new Float64Array(theta.length);
  for (let start = 0; start < theta.length; start += columns) {
    const part = theta.subarray(start, start + columns);
    kernels().gemv(lower, part, result.subarray(start, start + columns), { transA: true });
  }
  return result;
}

function solveWith(L: Matrix, b: Float64Array): Float64Array {
  const x = { rows: L.rows, cols: 1, data: b.slice() };
  kernels().solveTriangular(L, x);
  kernels().solveTriangular(L, x, { transpose: true });
  return x.data;
}

function plusDiagonal(A: Matrix, d: number): Matrix {
  const result = { ...A, data: A.data.slice() };
  for (let t = 0; t < A.rows; t++) result.data[t * (A.rows + 1)] += d;
  return result;
}

function minus(A: Matrix, B: Matrix): Matrix {
  return { ...A, data: A.data.map((value, t) => value - B.data[t]) };
}

function spectral(A: Matrix): number {
  const symmetric = zeros(A.rows, A.rows);
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.rows; j++) {
      symmetric.data[i * A.rows + j] = 0.5 * (A.data[i * A.rows + j] + A.data[j * A.rows + i]);
    }
  }
  const { values } = kernels().eigh(symmetric);
  return Math.max(Math.abs(values[0]), Math.abs(values[values.length - 1]));
}
