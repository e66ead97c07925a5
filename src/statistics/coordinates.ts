/** Coordinates in which the columns are neither long nor short and, where that helps, orthogonal. */
import { NotPositiveDefiniteError } from "../errors.ts";
import { copy, type Matrix, transpose, zeros } from "../linalg/matrix.ts";
import { mirrorLower } from "../linalg/plain.ts";
import { kernels } from "../linalg/provider.ts";

/**
 * X = Z T with T `[P, P]` upper triangular. θ in the coordinates of Z is T θ, for each of the M predictors.
 * Where T is diagonal Z is never formed: sums over X are scaled afterwards.
 */
export class Coordinates {
  readonly columns: number;
  /** Tᵀ, lower triangular */
  readonly lower: Matrix;
  readonly orthogonal: boolean;

  constructor(lower: Matrix, orthogonal: boolean) {
    this.columns = lower.rows;
    this.lower = lower;
    this.orthogonal = orthogonal;
  }

  /** T from the square roots of the diagonal of Σ x xᵀ. */
  static scaling(gram: Matrix): Coordinates {
    const P = gram.rows;
    const lower = zeros(P, P);
    for (let j = 0; j < P; j++) lower.data[j * (P + 1)] = Math.sqrt(gram.data[j * (P + 1)]) || 1;
    return new Coordinates(lower, false);
  }

  /** The rows to sum over: X itself or Z = X T⁻¹, `[n, P]`. */
  rows(X: Matrix): Matrix {
    if (!this.orthogonal) return X;
    const columns = transpose(X);
    kernels().solveTriangular(this.lower, columns);
    return transpose(columns);
  }

  /** G ↦ T⁻ᵀ G T⁻¹ for a block G `[P, P]` of a sum over {@link rows}: scales where Z was not formed. */
  scaleMatrix(G: Matrix): Matrix {
    if (this.orthogonal) return G;
    const P = this.columns;
    const scaled = copy(G);
    for (let i = 0, t = 0; i < P; i++) {
      for (let j = 0; j < P; j++, t++) {
        scaled.data[t] /= this.lower.data[i * (P + 1)];
        scaled.data[t] /= this.lower.data[j * (P + 1)];
      }
    }
    return scaled;
  }

  /** v ↦ T⁻ᵀ v for a sum over the {@link rows} of X or, with `exact`, over X itself; `[P]`. */
  scaleVector(v: Float64Array, exact = false): Float64Array {
    return this.orthogonal && !exact ? v : this.solve(v, false);
  }

  /** T⁻¹ γ, for γ `[M P]`: from these coordinates to θ. */
  toTheta(gamma: Float64Array): Float64Array {
    const theta = new Float64Array(gamma.length);
    for (let start = 0; start < gamma.length; start += this.columns) {
      theta.set(this.solve(gamma.subarray(start, start + this.columns), true), start);
    }
    return theta;
  }

  /** R (I ⊗ T) `[D, D]`, upper triangular for an upper triangular R `[D, D]`. */
  timesFactor(R: Matrix): Matrix {
    const P = this.columns;
    const D = R.rows;
    const product = zeros(D, D);
    for (let start = 0; start < D; start += P) {
      const block = { rows: D, cols: P, data: new Float64Array(D * P) };
      for (let i = 0; i < D; i++) {
        block.data.set(R.data.subarray(i * D + start, i * D + start + P), i * P);
      }
      const result = zeros(D, P);
      kernels().gemm(block, this.lower, result, { transB: true });
      for (let i = 0; i < D; i++) {
        product.data.set(result.data.subarray(i * P, (i + 1) * P), i * D + start);
      }
    }
    return product;
  }

  /** Tᵀ⁻¹ v, or T⁻¹ v */
  private solve(v: Float64Array, upper: boolean): Float64Array {
    const b = { rows: this.columns, cols: 1, data: v.slice() };
    kernels().solveTriangular(this.lower, b, { transpose: upper });
    return b.data;
  }
}

/** The lower Cholesky factor of a symmetric matrix; undefined where it is not positive definite. */
export function choleskyOrNothing(A: Matrix): Matrix | undefined {
  const L = copy(A);
  try {
    kernels().cholesky(L);
    return L;
  } catch (error) {
    if (error instanceof NotPositiveDefiniteError) return undefined;
    throw error;
  }
}

/** L⁻¹ A L⁻ᵀ for symmetric A, exactly symmetric. */
export function congruence(L: Matrix, A: Matrix): Matrix {
  const half = copy(A);
  kernels().solveTriangular(L, half);
  const result = transpose(half);
  kernels().solveTriangular(L, result);
  mirrorLower(result);
  return result;
}
