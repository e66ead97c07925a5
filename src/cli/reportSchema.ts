/**
 * What `natgrad fit --json` and `natgrad diagnose --json` print, as schemas; docs/fit.md explains every field. A number
 * that is not finite is `null`; a matrix is an array of rows.
 */
import { z } from "zod";
import { provenance } from "../experiments/results.ts";

const real = z.number().nullable();
const reals = z.array(real);
const matrix = z.array(reals);

/** Where the rows came from, and what became of them. */
export const dataReport = z.object({
  source: z.string(),
  origin: z.string(),
  rowsRead: z.number(),
  rows: z.number(),
  missing: z.array(z.object({ column: z.string(), count: z.number() })),
  target: z.string(),
  family: z.enum(["gaussian", "bernoulli", "categorical", "poisson"]),
  guess: z.string().optional(),
  classes: z.array(z.string()).optional(),
  classRows: z.array(z.number()).optional(),
  weights: z.string().optional(),
  offset: z.string().optional(),
  factors: z.array(
    z.object({
      column: z.string(),
      base: z.string().optional(),
      levels: z.array(z.object({ name: z.string(), rows: z.number() })),
    }),
  ),
  standardized: z.array(z.object({ column: z.string(), mean: z.number(), deviation: z.number() })),
  leftOut: z.array(z.string()),
});

/** The fit itself. */
export const fitReport = z.object({
  link: z.enum(["identity", "logit", "log"]),
  columns: z.array(z.string()),
  intercept: z.boolean(),
  baseline: z.number().optional(),
  names: z.array(z.string()),
  theta: reals,
  rows: z.number(),
  observations: z.number(),
  weighted: z.boolean(),
  weighting: z.enum(["precision", "frequency"]),
  variance: z
    .object({ kind: z.enum(["known", "estimated"]), value: real, unbiased: real })
    .optional(),
  ridge: z.number(),
  logLikelihood: real,
  nullLogLikelihood: real,
  deviance: real,
  nullDeviance: real,
  parameters: z.number(),
  aic: real,
  bic: real,
  tic: real,
  effectiveParameters: real,
  residualDegreesOfFreedom: z.number(),
  fisher: matrix.optional(),
  empirical: matrix.optional(),
  scoring: z.array(
    z.object({
      iteration: z.number(),
      loss: real,
      decrement: real,
      stepSize: z.number(),
    }),
  ),
  converged: z.boolean(),
  perfect: z.boolean(),
  condition: z.object({
    scaled: real,
    information: real,
    method: z.enum(["gram", "orthogonal"]),
  }),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
});

/** The coefficients under one covariance. */
export const covarianceReport = z.object({
  kind: z.enum(["fisher", "empirical", "sandwich"]),
  label: z.string(),
  correction: z.enum(["HC0", "HC1"]).optional(),
  statistic: z.enum(["z", "t"]),
  degreesOfFreedom: z.number().optional(),
  level: z.number(),
  matrix: matrix.optional(),
  coefficients: z.array(
    z.object({
      name: z.string(),
      estimate: real,
      standardError: real,
      statistic: real,
      pValue: real,
      logPValue: real,
      lower: real,
      upper: real,
    }),
  ),
});

const labelled = z.array(z.object({ label: z.string(), value: real }));

/** An answer of the verdict. */
export const verdictLine = z.object({
  question: z.string(),
  answer: z.string(),
  tone: z.enum(["good", "doubtful", "bad"]),
  text: z.string(),
  advice: z.string(),
  basis: z.string(),
  numbers: labelled,
  thresholds: labelled,
});

/** The matrices and steps at one point of the path. */
export const pointReport = z.object({
  label: z.string(),
  iteration: z.number(),
  loss: real,
  excess: real,
  gradientNorm: real,
  decrement: real,
  theta: reals,
  matrices: z.array(
    z.object({
      kind: z.enum(["sampled", "empirical", "hessian"]),
      frobenius: real,
      spectral: real,
      smallest: real,
      mean: real,
      largest: real,
    }),
  ),
  steps: z.array(
    z.object({
      kind: z.enum(["gradient", "sampled", "empirical"]),
      cosine: real,
      lengthRatio: real,
      gamma: real,
      relative: real,
      efficiency: real,
    }),
  ),
  damping: z.array(
    z.object({ damping: real, cosine: real, lengthRatio: real, empirical: real, fisher: real }),
  ),
});

/** White's information matrix test. */
export const testReport = z.object({
  form: z.enum(["efficient", "chesher-lancaster", "white-1982"]),
  indicators: z.enum(["full", "diagonal"]),
  statistic: real,
  degreesOfFreedom: z.number(),
  pValue: real,
  logPValue: real,
  count: z.number(),
  redundant: z.number(),
  moments: z.array(z.object({ name: z.string(), z: real, excess: real.optional() })),
  bootstrap: z.object({ pValue: real, standardError: real, critical: real }).optional(),
  notes: z.array(z.string()),
});

const ratioBand = z.object({ level: z.number(), lower: reals, median: reals, upper: reals });

/** What the simulated fits showed. */
export const bootstrapReport = z.object({
  replications: z.number(),
  seed: z.number(),
  successful: z.number(),
  failures: z.record(z.string(), z.number()),
  statistics: reals.optional(),
  logPValues: reals.optional(),
  smallest: reals,
  largest: reals,
  ratios: z.object({ empirical: ratioBand.optional(), fisher: ratioBand.optional() }).optional(),
  band: z.object({ level: z.number(), lower: reals, upper: reals, smallest: real, largest: real }),
});

/** What `diagnose` adds to a fit. */
export const diagnosisReport = z.object({
  points: z.array(pointReport),
  paths: z
    .array(z.object({ method: z.enum(["NGD", "EFGD"]), excess: reals, cosine: reals }))
    .optional(),
  eigenvalues: reals,
  bootstrap: bootstrapReport.optional(),
  test: testReport.optional(),
  testRefused: z.string().optional(),
  gradients: z.object({
    mean: real,
    quantiles: z.array(z.object({ probability: z.number(), value: real })),
    maximum: real,
    maximumRow: z.number(),
    topShare: real,
  }),
  verdict: z.object({
    curvature: verdictLine,
    standardErrors: verdictLine,
    model: verdictLine,
    changedDecisions: z.array(
      z.object({ name: z.string(), pFisher: real, pEmpirical: real, pSandwich: real }),
    ),
  }),
  notes: z.array(z.string()),
  seed: z.number(),
  draws: z.number(),
});

/** Everything that `natgrad fit --json` prints. */
export const fitResult = z.object({
  provenance: provenance.omit({ workers: true }),
  command: z.enum(["fit", "diagnose"]),
  configuration: z.record(z.string(), z.unknown()),
  data: dataReport,
  fit: fitReport,
  covariances: z.array(covarianceReport),
  notes: z.array(z.string()),
});

/** Everything that `natgrad diagnose --json` prints. */
export const diagnoseResult = fitResult.extend({ diagnosis: diagnosisReport });

export type DataReport = z.infer<typeof dataReport>;
export type FitResult = z.infer<typeof fitResult>;
export type DiagnoseResult = z.infer<typeof diagnoseResult>;
