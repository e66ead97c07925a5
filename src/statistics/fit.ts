/** Generalized linear models by maximum likelihood, on rows that are streamed several times. */
import type { Matrix } from "../linalg/matrix.ts";
import { kernels } from "../linalg/provider.ts";
import { singular } from "../linalg/singular.ts";
import { warnings } from "./fitWarnings.ts";
import { inform, information } from "./information.ts";
import { nullLoss } from "./nullModel.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { sizes } from "./problem.ts";
import type { Fit, FitOptions, Information, ScoringStep } from "./results.ts";
import type { RowSource } from "./rows.ts";
import { type Scored, score } from "./scoring.ts";

const LINKS = {
  gaussian: "identity",
  bernoulli: "logit",
  categorical: "logit",
  poisson: "log",
} as const;

/**
 * Fits y ~ family(X θ) by Fisher scoring. The rows are read once to check and summarize them, once a scoring step,
 * and once at the optimum (once more where the columns are ill-conditioned); memory does not grow with their number.
 *
 * The categorical family has C − 1 predictors: that of the baseline class is 0, and a coefficient is the change of the
 * log odds of its class against the baseline. Throws `DomainError` and `ShapeError` for data that cannot be fitted,
 * `CollinearityError` and `SeparationError` with the columns to blame, `ConvergenceError`.
 *
 * @example
 * const X = matrix(5, 1, Float64Array.of(1, 2, 3, 4, 5));
 * const fit = await fitModel(arrayRows({ X, y: [2, 3, 6, 7, 12] }), { family: "poisson" });
 * fit.names; // ["x1", "(intercept)"]
 */
export async function fitModel(rows: RowSource, options: FitOptions): Promise<Fit> {
  const prepared = await prepare(rows, options);
  const scoring = scoringOptions(options);
  const scored = await score(prepared.problem, prepared.start, scoring);
  const empty = await nullLoss(prepared, scoring);
  return report(prepared, scored, empty, options);
}

/** Defaults of the loop. */
export function scoringOptions({ maxIterations = 50, tolerance = 1e-14 }: FitOptions): {
  maxIterations: number;
  tolerance: number;
} {
  return { maxIterations, tolerance };
}

/** Reads the rows at the optimum and puts everything together. */
async function report(
  prepared: Prepared,
  { theta, steps, converged }: Scored,
  empty: number,
  { family, ridge = 0 }: FitOptions,
): Promise<Fit> {
  const { problem, summary, observations, knownVariance, condition } = prepared;
  const { source, scorer, intercept } = problem;
  const { dimension: D } = sizes(problem);
  const informed = await inform(problem, theta);
  const gaussian = family === "gaussian";
  const estimated = gaussian && knownVariance === undefined;
  const residual = informed.deviance;
  const total = summary.squares + summary.weightSum * summary.mean * summary.mean;
  const perfect = gaussian && residual <= (64 * Number.EPSILON) ** 2 * total;
  const variance = knownVariance ?? (gaussian ? residual / observations : 1);
  const atOptimum = information(problem, informed, {
    // curvature of a likelihood without maximum: that of σ² = 1
    variance: variance || 1,
    ...(estimated && { observations }),
  });
  const logLikelihood = (loss: number, sigma2: number): number =>
    gaussian ? gaussianLogLikelihood(prepared, loss, sigma2) : -loss;
  const ll = logLikelihood(gaussian ? residual : informed.loss, variance);
  const nullLl = logLikelihood(gaussian ? empty : empty / 2, knownVariance ?? empty / observations);
  const parameters = D + (estimated ? 1 : 0);
  const effective = effectiveParameters(atOptimum, observations);
  const saturated = family === "poisson" ? 2 * summary.poisson.saturated : 0;
  return {
    family,
    link: LINKS[family],
    target: source.target,
    columns: source.columns,
    intercept,
    ...(source.classes && { classes: source.classes }),
    ...(family === "categorical" && { baseline: problem.baseline }),
    outputs: scorer.outputs,
    names: parameterNames(prepared),
    theta,
    rows: summary.rows,
    observations,
    weighted: summary.weighted,
    offset: summary.offset,
    weighting: problem.weighting,
    ...(gaussian && {
      variance: {
        kind: estimated ? ("estimated" as const) : ("known" as const),
        value: variance,
        unbiased: knownVariance ?? residual / (observations - D),
      },
    }),
    ridge,
    logLikelihood: ll,
    nullLogLikelihood: nullLl,
    deviance: residual,
    nullDeviance: empty + saturated,
    parameters,
    aic: -2 * ll + 2 * parameters,
    bic: -2 * ll + Math.log(observations) * parameters,
    tic: -2 * ll + 2 * effective,
    effectiveParameters: effective,
    residualDegreesOfFreedom: observations - D,
    information: atOptimum,
    scoring: steps.map((step) => absolute(step, prepared, variance)),
    converged,
    condition: { ...condition, information: factorCondition(atOptimum.factor) },
    warnings: warnings(prepared, { converged, perfect, saturated: informed.saturated, ridge }),
    perfect,
  };
}

/**
 * A step with the whole −log-likelihood as its loss. Least squares are solved with σ² = 1: there the loss is that of
 * the known σ², or of the best one for these residuals, and the decrement is that of the final σ².
 */
function absolute(step: ScoringStep, prepared: Prepared, variance: number): ScoringStep {
  const { problem, summary, observations, knownVariance } = prepared;
  const { family } = problem.scorer;
  if (family === "poisson") return { ...step, loss: step.loss + summary.poisson.factorials };
  if (family !== "gaussian") return step;
  const squares = 2 * step.loss;
  const at = knownVariance ?? squares / observations;
  return {
    ...step,
    loss: -gaussianLogLikelihood(prepared, squares, at),
    decrement: step.decrement / (variance || 1),
  };
}

/** Of RSS at σ²; Infinity where both are 0. */
function gaussianLogLikelihood(
  { problem: { weighting }, summary, observations }: Prepared,
  squares: number,
  variance: number,
): number {
  const weights = weighting === "precision" ? summary.logWeightSum : 0;
  if (variance === 0) return Infinity;
  return -0.5 * (observations * Math.log(2 * Math.PI * variance) - weights + squares / variance);
}

/** trace(H⁻¹ F̃), where σ² is estimated with log σ as a parameter: its H is 2N, and H has no cross terms. */
function effectiveParameters(
  { whitenedEmpirical: { rows: D, data }, varianceScores }: Information,
  observations: number,
): number {
  let trace = varianceScores ? varianceScores.square / (2 * observations) : 0;
  for (let t = 0; t < D; t++) trace += data[t * (D + 1)];
  return trace;
}

/** "column", or "class: column" for several predictors. */
function parameterNames({ problem: { source, scorer, baseline } }: Prepared): string[] {
  if (scorer.family !== "categorical") return [...source.columns];
  const labels = Array.from(
    { length: scorer.outputs + 1 },
    (_, c) => source.classes?.[c] ?? String(c),
  );
  const free = labels.filter((_, c) => c !== baseline);
  return free.flatMap((label) => source.columns.map((column) => `${label}: ${column}`));
}

/** σ_max / σ_min of the factor R with its columns scaled to length 1. */
function factorCondition(R: Matrix): number {
  const D = R.cols;
  const scaled = { ...R, data: R.data.slice() };
  for (let j = 0; j < D; j++) {
    let square = 0;
    for (let i = 0; i <= j; i++) square += R.data[i * D + j] ** 2;
    const norm = Math.sqrt(square);
    for (let i = 0; i <= j; i++) scaled.data[i * D + j] /= norm;
  }
  if (D <= 100) {
    const { values } = singular(scaled);
    return values[0] / values[D - 1];
  }
  const gram = { rows: D, cols: D, data: new Float64Array(D * D) };
  kernels().syrk(scaled, gram, { transA: true });
  const { values } = kernels().eigh(gram);
  return Math.sqrt(values[D - 1] / Math.max(values[0], D * Number.EPSILON));
}
