/** The plain estimators of a trace and of a diagonal. */
import type { Generator } from "../../random/generator.ts";
import { dot } from "../vector.ts";
import {
  type DiagonalEstimate,
  type EstimatorOptions,
  meanOf,
  RunningMean,
  requireProducts,
  type TraceEstimate,
} from "./estimate.ts";
import { eachSign, exactDiagonal, exactTrace } from "./probes.ts";
import { CountedProducts, type Multiplication } from "./products.ts";

/**
 * tr A as the mean of ωᵀ A ω over random signs ω (Girard 1987; Hutchinson 1990). Its variance is
 * 2 (‖A‖_F² − Σ a_ii²) / m for m products (Hutchinson, proposition 1; Avron & Toledo 2011): nothing for a
 * diagonal matrix. Throws `DomainError` for fewer than 2 products, a product that is not finite, an operator that is
 * seen not to be symmetric; `ShapeError`.
 *
 * @example
 * const { value, standardError } = hutchinsonTrace(A, stream(0), { products: 30 });
 */
export function hutchinsonTrace(
  A: Multiplication,
  random: Generator,
  options: EstimatorOptions,
): TraceEstimate {
  const counted = new CountedProducts(A, "Hutchinson's trace");
  const products = requireProducts(options, 1, "Hutchinson's trace");
  if (products >= A.dimension) return exactTrace(counted);
  const samples: number[] = [];
  eachSign(counted, random, products, (omega, image) => {
    samples.push(dot(omega, image));
  });
  return { ...meanOf(samples), products: counted.count };
}

/**
 * The diagonal of A as the mean of ω ⊙ A ω over random signs ω (Bekas, Kokiopoulou & Saad 2007; with signs their
 * denominator is 1). Entry i has the variance Σ_{j≠i} a_ij² / m. Throws as {@link hutchinsonTrace}.
 */
export function hutchinsonDiagonal(
  A: Multiplication,
  random: Generator,
  options: EstimatorOptions,
): DiagonalEstimate {
  const counted = new CountedProducts(A, "Hutchinson's diagonal");
  const products = requireProducts(options, 1, "Hutchinson's diagonal");
  if (products >= A.dimension) {
    const value = exactDiagonal(counted);
    return { value, standardError: new Float64Array(value.length), products: counted.count };
  }
  const running = new RunningMean(A.dimension);
  eachSign(counted, random, products, (omega, image) => {
    running.add(image.map((y, i) => omega[i] * y));
  });
  return {
    value: running.mean,
    standardError: running.standardError(),
    products: counted.count,
  };
}
