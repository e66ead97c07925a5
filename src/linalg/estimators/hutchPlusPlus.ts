/** Hutch++: a third of the products find where the trace is, the rest estimate what is left. */
import type { Generator } from "../../random/generator.ts";
import { kernels } from "../provider.ts";
import { dot } from "../vector.ts";
import { type EstimatorOptions, meanOf, requireProducts, type TraceEstimate } from "./estimate.ts";
import { orthonormalRows, rowProducts } from "./orthogonalRows.ts";
import { exactTrace, requireSymmetric, signs } from "./probes.ts";
import { CountedProducts, type Multiplication, row } from "./products.ts";

/**
 * tr A = tr QᵀAQ + tr PAP with P = I − QQᵀ: Q spans A S for a third of the products, the second trace is
 * Hutchinson's, with P on both sides (Meyer, Musco, Musco & Woodruff 2021, algorithm 1). Exact where A has a rank of
 * at most a third of the products. Given Q the estimate is unbiased and so is the square of its standard error, that of
 * the Hutchinson part; with few products that standard error has few degrees of freedom (a third of them less one).
 *
 * Throws `DomainError` unless the products are a multiple of 3 and at least 6, for a product that is not finite, for
 * an operator that is seen not to be symmetric; `ShapeError`.
 *
 * @example
 * const { value, standardError } = hutchPlusPlus(A, stream(0), { products: 60 });
 */
export function hutchPlusPlus(
  A: Multiplication,
  random: Generator,
  options: EstimatorOptions,
): TraceEstimate {
  const counted = new CountedProducts(A, "Hutch++");
  const products = requireProducts(options, 3, "Hutch++");
  if (products >= A.dimension) return exactTrace(counted);
  const third = products / 3;
  const sketch = signs(random, third, A.dimension);
  const image = counted.multiplyRows(sketch);
  requireSymmetric(counted, sketch, image);

  const Q = orthonormalRows(image);
  const AQ = counted.multiplyRows(Q);
  let core = 0;
  for (let j = 0; j < Q.rows; j++) core += dot(row(Q, j), row(AQ, j));

  const probes = signs(random, third, A.dimension);
  if (Q.rows > 0) kernels().gemm(rowProducts(probes, Q), Q, probes, { alpha: -1, beta: 1 });
  const images = counted.multiplyRows(probes);
  const samples = Array.from({ length: third }, (_, i) => dot(row(probes, i), row(images, i)));
  const { value, standardError } = meanOf(samples);
  return { value: core + value, standardError, products: counted.count };
}
