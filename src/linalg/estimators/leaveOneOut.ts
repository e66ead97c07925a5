/**
 * What XTrace and XDiag share: a basis of A Ω, the same without what one probe brought into it, or two, and the
 * variance of a mean of terms that are correlated because each probe takes part in the basis of the others.
 *
 * Let t_i be unbiased given all probes but i, and t_i^(j) the same with a basis that also lacks probe j. Then
 * t_i^(j) does not depend on probe j, t_j^(i) not on probe i, so three of the four products in
 * (t_i − t_i^(j)) (t_j − t_j^(i)) have the mean that independence gives them, and
 *
 *     Cov(t_i, t_j) = E (t_i − t_i^(j)) (t_j − t_j^(i)).
 *
 * With the sample variance s² of the terms, whose mean is Var t_i − Cov(t_i, t_j), the mean of k terms has the variance
 * E s²/k + Cov(t_i, t_j): unbiased, without another product. The papers' s²/k alone is too small.
 */
import type { Matrix } from "../matrix.ts";
import { dot } from "../vector.ts";
import { leftOut, orthonormalRows, rowProducts } from "./orthogonalRows.ts";
import { requireSymmetric } from "./probes.ts";
import type { CountedProducts } from "./products.ts";

/** All by rows: probe i is row i, basis vector j is row j. */
export interface LeaveOneOut {
  /** A Ω, `[k, D]` */
  readonly images: Matrix;
  /** orthonormal Q that spans A Ω, `[r, D]`, r ≤ k */
  readonly basis: Matrix;
  /** A Q, `[r, D]` */
  readonly basisImages: Matrix;
  /** Qᵀ A Ω, `[k, r]` */
  readonly coordinates: Matrix;
  /** s_i `[k, r]`: the basis without probe i spans Q (I − s_i s_iᵀ) Qᵀ; zero where the others span all of Q */
  readonly lost: Matrix;
}

/** By k + r products. Throws as `CountedProducts` does. */
export function leaveOneOut(products: CountedProducts, probes: Matrix): LeaveOneOut {
  const images = products.multiplyRows(probes);
  requireSymmetric(products, probes, images);
  const basis = orthonormalRows(images);
  const coordinates = rowProducts(images, basis);
  const basisImages = products.multiplyRows(basis);
  return { images, basis, basisImages, coordinates, lost: leftOut(coordinates) };
}

/** (I − s sᵀ) w, `[r] → [r]` */
export function without(s: Float64Array, w: Float64Array): Float64Array {
  const along = dot(s, w);
  return w.map((x, j) => x - along * s[j]);
}

/** What a basis without s_i loses more with s_j: the unit vector u = forth · s_j − back · s_i. */
export interface SecondLoss {
  readonly forth: number;
  readonly back: number;
}

/** s_i and s_j nearer to each other than this define no second direction: it would consist of rounding. */
const PARALLEL = 1e-7;

/** Of s_i and s_j `[r]`; undefined where leaving out j as well loses nothing more. */
export function secondLoss(own: Float64Array, other: Float64Array): SecondLoss | undefined {
  const cosine = dot(own, other);
  let square = 0;
  for (let a = 0; a < own.length; a++) square += (other[a] - cosine * own[a]) ** 2;
  const length = Math.sqrt(square);
  if (length < PARALLEL) return undefined;
  return { forth: 1 / length, back: cosine / length };
}
