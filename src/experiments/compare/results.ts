/** The result of a comparison, as a schema: plain JSON, what a figure draws and `compare.json` holds. */
import { z } from "zod";
import { provenance } from "../results.ts";
import {
  compareConfiguration,
  kindConfiguration,
  structureConfiguration,
} from "./configuration.ts";

/** A number, `null` where it is not finite; with a standard error where it is an estimate. */
const estimate = z.object({
  value: z.number().nullable(),
  standardError: z.number().optional(),
});

/** Eigenvalues from the largest on. */
export const spectrum = z.object({
  /**
   * `[rank, eigenvalue]`, ranks from 1; of many only some, of an estimate the steps of its cumulative weights, with 0 for what it does not tell
   * from zero
   */
  points: z.array(z.tuple([z.number(), z.number()])),
  largest: z.number(),
  smallest: z.number(),
  /** how many are negative beyond rounding; absent for an estimate */
  negative: z.number().optional(),
  /** "Lanczos" for an estimate: a stochastic Lanczos quadrature */
  by: z.enum(["eigenvalues", "Lanczos"]),
  /** of an estimate: `largest` and `smallest` are eigenvalues to within this; a `smallest` of 0 is known by counting rows */
  error: z.number().optional(),
});

/** A step (A + λ I)⁻¹ g and how it compares with the reference's. */
export const comparedStep = z.union([
  z.object({
    cosine: z.number().nullable(),
    /** γ(Δ) = √(ΔᵀRΔ) / |Δᵀg| under the reference R, over that of the gradient: below 1, a better direction than the gradient */
    gamma: z.number().nullable(),
    /** the decrease of the reference's damped quadratic model along the step, over that along the reference's own */
    share: z.number().nullable(),
    norm: z.number(),
    seconds: z.number(),
  }),
  z.object({ reason: z.string() }),
]);

/** Entries of a matrix for a picture of it, or root mean squares of blocks of them with the sign of their sum. */
export const map = z.object({
  size: z.number(),
  averaged: z.boolean(),
  /** the lower triangle, row by row, to three digits */
  values: z.array(z.number()),
});

const label = {
  kind: kindConfiguration,
  structure: structureConfiguration,
  name: z.string(),
};

export const comparedMatrix = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("measured"),
    ...label,
    /** of making it; the solve has its own */
    seconds: z.number(),
    bytes: z.number(),
    trace: estimate,
    /** ‖A − R‖ / ‖R‖ */
    frobenius: estimate,
    spectral: estimate,
    /** tr(A R) / (‖A‖_F ‖R‖_F) */
    cosine: estimate,
    spectrum: spectrum.optional(),
    step: comparedStep,
    map: map.optional(),
  }),
  z.object({ status: z.literal("refused"), ...label, reason: z.string() }),
]);

/** What is compared. */
export const comparedProblem = z.object({
  data: z.string(),
  samples: z.number(),
  inputs: z.number(),
  outputs: z.number(),
  likelihood: z.string(),
  parameters: z.number(),
  loss: z.number(),
  gradientNorm: z.number(),
  /** the arrays in θ */
  arrays: z.array(z.object({ name: z.string(), offset: z.number(), size: z.number() })),
});

export const compareResult = z.object({
  configuration: compareConfiguration,
  problem: comparedProblem,
  /** λ of the steps */
  damping: z.number(),
  /** the first of them is the reference */
  matrices: z.array(comparedMatrix).min(1),
});

/** What `compare.json` holds. */
export const compareFile = z.object({ provenance, result: compareResult });

export type Estimate = z.infer<typeof estimate>;
export type Spectrum = z.infer<typeof spectrum>;
export type ComparedStep = z.infer<typeof comparedStep>;
export type MatrixMap = z.infer<typeof map>;
export type ComparedMatrix = z.infer<typeof comparedMatrix>;
export type MeasuredMatrix = Extract<ComparedMatrix, { status: "measured" }>;
export type ComparedProblem = z.infer<typeof comparedProblem>;
export type CompareResult = z.infer<typeof compareResult>;
export type CompareFile = z.infer<typeof compareFile>;
