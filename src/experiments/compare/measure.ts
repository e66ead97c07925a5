/** What is measured of one matrix beside the reference: entries and eigenvalues of small ones, products of large ones. */

import { stepQuality } from "../../curvature/compare.ts";
import type { Curvature } from "../../curvature/curvature.ts";
import { matrixCosine, relativeDistance } from "../../curvature/distance.ts";
import { ConvergenceError, NotPositiveDefiniteError, ShapeError } from "../../errors.ts";
import { DenseOperator } from "../../linalg/dense.ts";
import { MatrixFreeOperator } from "../../linalg/matrixFree.ts";
import type { SymmetricOperator } from "../../linalg/operator.ts";
import { cosine, dot, norm } from "../../linalg/vector.ts";
import type { Generator } from "../../random/generator.ts";
import { estimatedDistances } from "./estimatedDistances.ts";
import { mapOf } from "./map.ts";
import { DENSE } from "./matrices.ts";
import type { ComparedStep, Estimate, MeasuredMatrix } from "./results.ts";
import { spectrumOf } from "./spectrum.ts";

/** What a matrix is held against. */
export interface Yardstick {
  /** R, as it was made: its steps */
  readonly reference: SymmetricOperator;
  /** R with its entries, where they are few */
  readonly entries: SymmetricOperator;
  /** g */
  readonly gradient: Float64Array;
  readonly damping: number;
  /** (R + λ I)⁻¹ g */
  readonly best: Float64Array;
}

export function yardstick(
  reference: SymmetricOperator,
  gradient: Float64Array,
  damping: number,
): Yardstick {
  const best = reference.solve(gradient, { damping });
  return { reference, entries: withEntries(reference), gradient, damping, best };
}

export interface MeasureOptions {
  /** what estimates draw from */
  readonly random: (what: string) => Generator;
  /** how many squares of rows a matrix known by its products alone is the sum of, see {@link spectrumOf} */
  readonly squares: number;
}

/** Everything but the names of a matrix. */
export function measure(
  A: Curvature,
  seconds: number,
  against: Yardstick,
  { random, squares }: MeasureOptions,
): Omit<MeasuredMatrix, "status" | "kind" | "structure" | "name"> {
  const own = A === against.reference ? against.entries : withEntries(A);
  const spectrum = quietly(() => spectrumOf(own, random("spectrum"), squares));
  const map = own.dimension <= DENSE ? mapOf(own.dense()) : undefined;
  return {
    seconds,
    bytes: A.bytes,
    trace: exactly(own.trace()),
    ...distances(own, against.entries, random),
    ...(spectrum && { spectrum }),
    step: stepOf(A, against),
    ...(map && { map }),
  };
}

/** A matrix known by its products alone, once with its entries instead of D products for every question. */
function withEntries(A: SymmetricOperator): SymmetricOperator {
  const isSmall = A.dimension <= DENSE && A instanceof MatrixFreeOperator;
  return isSmall ? new DenseOperator(A.dense()) : A;
}

/** bytes of the entries that comparing large matrices may take: what structures do not know is then estimated */
const MEMORY = 2 ** 27;
/** the same where entries take D products */
const PRODUCTS_MEMORY = 8 * DENSE ** 2;

function distances(
  A: SymmetricOperator,
  R: SymmetricOperator,
  random: (what: string) => Generator,
): Pick<MeasuredMatrix, "frobenius" | "spectral" | "cosine"> {
  const byProducts = A instanceof MatrixFreeOperator || R instanceof MatrixFreeOperator;
  const memoryLimit = byProducts ? PRODUCTS_MEMORY : MEMORY;
  const spectral = exactly(quietly(() => relativeDistance(A, R, "spectral")) ?? Number.NaN);
  try {
    return {
      frobenius: exactly(relativeDistance(A, R, "frobenius", { memoryLimit })),
      cosine: exactly(matrixCosine(A, R, { memoryLimit })),
      spectral,
    };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return { ...estimatedDistances(A, R, random("distances")), spectral };
  }
}

function stepOf(A: SymmetricOperator, against: Yardstick): ComparedStep {
  const { reference, gradient, damping, best } = against;
  const started = performance.now();
  let step: Float64Array;
  try {
    step = A.solve(gradient, { damping });
  } catch (error) {
    if (error instanceof NotPositiveDefiniteError || error instanceof ConvergenceError) {
      return { reason: error.message };
    }
    throw error;
  }
  const seconds = (performance.now() - started) / 1000;
  const gamma = stepQuality(reference, gradient, step) / stepQuality(reference, gradient, gradient);
  const along = dot(step, gradient) ** 2 / damped(reference, damping, step);
  return {
    cosine: finite(cosine(step, best)),
    gamma: finite(gamma),
    share: finite(along / dot(best, gradient)),
    norm: norm(step),
    seconds,
  };
}

/** Δᵀ (R + λ I) Δ */
function damped(R: SymmetricOperator, damping: number, step: Float64Array): number {
  return dot(step, R.multiply(step)) + damping * dot(step, step);
}

/** What is computed, unless Lanczos does not come to an end. */
function quietly<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof ConvergenceError) return undefined;
    throw error;
  }
}

function exactly(value: number): Estimate {
  return { value: finite(value) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
