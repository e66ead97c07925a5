/**
 * The result files of the empirical-Fisher paper (Kunstner, Balles & Hennig 2019), as schemas: what
 * an experiment returns, what a figure draws, what `figure-N.json` holds. Everything is plain JSON;
 * matrices are arrays of rows; a number that is not finite is `null`.
 */
import { z } from "zod";

const reals = z.array(z.number());
const extended = z.array(z.number().nullable());
const point = z.tuple([z.number(), z.number()]);
const matrix2 = z.tuple([point, point]);

/** Where a result comes from: enough to repeat it. */
export const provenance = z.object({
  natgrad: z.string(),
  runtime: z.string(),
  provider: z.object({
    name: z.enum(["native", "wasm"]),
    library: z.string(),
    threads: z.number(),
  }),
  workers: z.number(),
  created: z.string(),
  seconds: z.number(),
});

/** A function of two parameters on a regular grid: `values[j][i]` at (x_i, y_j). */
export const surface = z.object({
  x: z.tuple([z.number(), z.number()]),
  y: z.tuple([z.number(), z.number()]),
  values: z.array(reals),
});

export const method = z.enum(["GD", "NGD", "EFGD"]);

/** Figure 1: the vector fields of −∇L, −F⁻¹∇L and −F̃⁻¹∇L and the paths that follow them. */
export const figure1 = z.object({
  figure: z.literal(1),
  configuration: z.object({
    seed: z.number(),
    samples: z.number(),
    priorVariance: z.number(),
    stepSize: z.number(),
    steps: z.number(),
    damping: z.number(),
    scales: z.record(method, z.number()),
    /** every how many steps a path is recorded */
    stride: z.number(),
  }),
  /** the single feature (without its bias) and the target */
  data: z.object({ x: reals, y: reals }),
  /** (bias, slope) */
  minimum: point,
  contours: surface,
  fields: z.array(
    z.object({
      method,
      /** `[x, y, dx, dy]` in parameter units */
      arrows: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
    }),
  ),
  paths: z.array(z.object({ method, start: point, points: z.array(point) })),
});

/** Figures 2 and 4: three data sets, and at each minimum the two quadratic approximations. */
export const minimumPanel = z.object({
  title: z.string(),
  /** features a row: two for Figure 2, one for Figure 4; the class or the target */
  data: z.object({ x: z.array(reals), y: reals }),
  minimum: point,
  loss: z.number(),
  /** fraction of samples classified correctly at the minimum (Figure 2) */
  accuracy: z.number().optional(),
  contours: surface,
  /** at the minimum, `mean` scale, without prior */
  fisher: matrix2,
  empiricalFisher: matrix2,
  /** the Hessian of the loss with its prior; the paper's ellipse "Fisher" is drawn from it */
  hessian: matrix2,
  /** μ + radius · (N·C)^(−½) u */
  ellipses: z.object({ fisher: z.array(point), empiricalFisher: z.array(point) }),
  /** of (F̃, F), ascending */
  generalizedEigenvalues: point,
});

export const minima = z.object({
  figure: z.union([z.literal(2), z.literal(4)]),
  configuration: z.object({
    seed: z.number(),
    samples: z.number(),
    likelihood: z.enum(["bernoulli", "gaussian"]),
    priorVariance: z.number().nullable(),
    radius: z.number(),
  }),
  panels: z.array(minimumPanel),
});

/** The grid of one optimizer on one data set, and its best run. */
export const gridResult = z.object({
  method,
  stepSize: z.number(),
  damping: z.number().nullable(),
  loss: z.number(),
  /**
   * digits of `loss` that survive a change of the step size by one part in 10¹²: where it is small the
   * run is chaotic, and its last loss depends on the rounding of whoever computes it
   */
  digits: z.number(),
  /** the best of the 64 best runs that keeps three digits under that change; null where none does */
  reproducible: z
    .object({ stepSize: z.number(), damping: z.number().nullable(), loss: z.number() })
    .nullable(),
  /** loss at iterations 0, 1, … of the best run */
  curve: reals,
  runs: z.number(),
  /** losses recorded, the first included */
  iterations: z.number(),
  seconds: z.number(),
  /** last loss of each run: `losses[step][damping]` (one column for GD); `null` where it turned non-finite or singular */
  losses: z.array(extended),
});

/** A panel of Figures 3 and 6, or why it is empty. */
export const racePanel = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("done"),
    dataset: z.string(),
    likelihood: z.enum(["bernoulli", "gaussian"]),
    samples: z.number(),
    dimension: z.number(),
    grids: z.array(gridResult),
    /** cosine(NGD step, EFGD step) along EFGD's best path, both at its damping */
    cosines: extended,
  }),
  z.object({
    status: z.literal("missing"),
    dataset: z.string(),
    reason: z.string(),
    /** what the reader can do about it */
    remedy: z.string(),
  }),
]);

export const gridConfiguration = z.object({
  stepSizes: reals,
  dampings: reals,
  iterations: z.number(),
  /** a run stops when its loss passes this multiple of the first */
  divergence: z.number(),
});

export const races = z.object({
  figure: z.union([z.literal(3), z.literal(6)]),
  configuration: gridConfiguration,
  panels: z.array(racePanel),
});

/** Loss against iteration from one starting point. */
const startCurve = z.object({ start: z.number(), method: z.enum(["NGD", "EFGD"]), curve: reals });

/** Figure 5: the speed of EFGD depends on where it starts. */
export const figure5 = z.object({
  figure: z.literal(5),
  configuration: z.object({
    dataset: z.string(),
    /** said when the paper's data set was not to be had */
    substituted: z.string().optional(),
    factors: reals,
    iterations: z.number(),
    settings: z.record(
      z.enum(["NGD", "EFGD"]),
      z.object({ stepSize: z.number(), damping: z.number() }),
    ),
    quadratic: z.object({
      starts: reals,
      stepSize: z.number(),
      damping: z.number(),
      iterations: z.number(),
    }),
  }),
  /** starts c · θ*, `start` = c */
  dataset: z.array(startCurve),
  /** (x − ½)² + (x + ½)², `start` = x₀; the curve is a quarter of that, the mean of ½(x ∓ ½)² */
  quadratic: z.array(startCurve),
});

/** One of the paper's statements, checked: what it says, what was measured, whether it holds. */
export const statement = z.object({
  id: z.string(),
  /** where in the paper, e.g. "Proposition 2" */
  source: z.string(),
  claim: z.string(),
  holds: z.boolean(),
  /** named numbers behind the verdict */
  measured: z.record(z.string(), z.number()),
  /** one sentence that reads the numbers */
  reading: z.string(),
});

export type Provenance = z.infer<typeof provenance>;
export type Surface = z.infer<typeof surface>;
export type Method = z.infer<typeof method>;
export type Figure1 = z.infer<typeof figure1>;
export type MinimumPanel = z.infer<typeof minimumPanel>;
export type Minima = z.infer<typeof minima>;
export type GridResult = z.infer<typeof gridResult>;
export type GridConfiguration = z.infer<typeof gridConfiguration>;
export type RacePanel = z.infer<typeof racePanel>;
export type Races = z.infer<typeof races>;
export type Figure5 = z.infer<typeof figure5>;
export type Statement = z.infer<typeof statement>;
export type FigureResult = Figure1 | Minima | Races | Figure5;
