/** Proposition 2: how far the Gauss–Newton matrix is from the Hessian. */
import { categorical } from "../../likelihoods/categorical.ts";
import { gaussian } from "../../likelihoods/gaussian.ts";
import type { Likelihood } from "../../likelihoods/likelihood.ts";
import { type Matrix, matrix } from "../../linalg/matrix.ts";
import { type Objective, objective } from "../../objective.ts";
import { draws } from "../../random/generator.ts";
import { stream } from "../../random/streams.ts";
import type { Statement } from "../results.ts";
import { gaussNewtonMatrix, hessianMatrix, type MatrixAt } from "./matrices.ts";
import { difference, largest, spectralNorm } from "./measure.ts";
import { readoutNetwork, smoothness } from "./readoutNetwork.ts";
import { initialWeights } from "./tinyNetwork.ts";

const SAMPLES = 5;
const INPUTS = 2;
const HIDDEN = 3;
const PLACES = 25;
const ROUNDING = 1e-12;

/** What the statement is about; a matrix or a β handed in is tested in place of the library's. */
export interface Proposition2Subject {
  readonly seed?: number;
  readonly gaussNewton?: MatrixAt;
  readonly hessian?: MatrixAt;
  /** multiplies β; below 1 the bound is no bound */
  readonly smoothnessFactor?: number;
}

/**
 * Proposition 2 at the `sum` scale: ‖∇²L − G‖₂ ≤ r(θ) β with r(θ) = Σ_n ‖∇_f log p(y_n | f_n)‖₁ and every component
 * of every f_n β-smooth in θ. The network has a fixed readout, so that one β holds for all θ.
 * The paper prints ‖·‖₂² on the left; its proof bounds the norm itself, and the square does not obey the bound.
 */
export function smallResiduals({
  seed = 0,
  gaussNewton = gaussNewtonMatrix,
  hessian = hessianMatrix,
  smoothnessFactor = 1,
}: Proposition2Subject = {}): Statement {
  const cases = [gaussian({ outputs: 2 }), categorical(3)].flatMap((likelihood) =>
    places(likelihood, seed),
  );
  const checked = cases.map(({ objective: problem, theta, beta }) => {
    const H = hessian(problem, theta);
    const distance = spectralNorm(difference(H, gaussNewton(problem, theta)));
    return {
      distance,
      bound: residualSize(problem, theta) * beta * smoothnessFactor,
      size: spectralNorm(H),
    };
  });
  const fitted = checked.filter(({ bound }) => bound === 0);
  const others = checked.filter(({ bound }) => bound > 0);
  const ratio = largest(others.map(({ distance, bound }) => distance / bound));
  const atFit = largest(fitted.map(({ distance, size }) => distance / size));
  const squares = others.filter(({ distance, bound }) => distance ** 2 > bound).length;
  const holds = ratio <= 1 && atFit < ROUNDING;
  return {
    id: "proposition-2",
    source: "Proposition 2",
    claim:
      "At the sum scale ‖∇²L − G‖₂ ≤ r(θ) β, with r(θ) the summed 1-norms of the residuals and every output β-smooth; G is exact where the data are fitted.",
    holds,
    measured: {
      "points looked at": checked.length,
      "largest ‖∇²L − G‖₂ / (r β)": ratio,
      "‖∇²L − G‖₂ / ‖∇²L‖₂ where the data are fitted": atFit,
      "points where ‖∇²L − G‖₂² exceeds r β": squares,
    },
    reading: holds
      ? `The bound holds at all ${checked.length} points, with equality of ∇²L and G where all residuals are zero. It bounds the norm: its square, as printed in eq. 13, exceeds r β at ${squares} of them.`
      : "The bound is violated, or G is not the Hessian where all residuals are zero.",
  };
}

interface Place {
  readonly objective: Objective<Matrix>;
  readonly theta: Float64Array;
  readonly beta: number;
}

/** Random θ, with residuals small and large; for real targets also a θ that fits all of them. */
function places(likelihood: Likelihood, seed: number): Place[] {
  const random = stream(seed, "small residuals", likelihood.name);
  const normals = (count: number): Float64Array => draws(count, () => random.normal());
  const M = likelihood.outputs;
  const X = matrix(SAMPLES, INPUTS, normals(SAMPLES * INPUTS));
  const readout = matrix(M, HIDDEN, normals(M * HIDDEN));
  const model = readoutNetwork({ inputs: INPUTS, readout });
  const beta = smoothness(readout, X);
  const thetas = Array.from({ length: PLACES }, (_, i) =>
    initialWeights(model, random, 2 ** (i % 5) / 4),
  );
  const real = likelihood.name === "gaussian";
  const fit = model.forward(thetas[0], X);
  return thetas.map((theta, i) => {
    // targets from those that θ₀ fits exactly to some far away
    const noise = i === 0 ? 0 : 10 ** (i % 4) / 10;
    const y = real
      ? matrix(
          SAMPLES,
          M,
          fit.data.map((f) => f + noise * random.normal()),
        )
      : likelihood.sample(fit, random);
    const problem = objective({ model, likelihood, X, y, reduction: "sum", oneClass: true });
    return { objective: problem, theta, beta };
  });
}

/** r(θ) */
function residualSize(problem: Objective<Matrix>, theta: Float64Array): number {
  const { data } = problem.likelihood.residual(problem.outputs(theta), problem.targets);
  return data.reduce((sum, r) => sum + Math.abs(r), 0);
}
