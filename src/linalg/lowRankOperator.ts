/** A matrix of low rank, c Rᵀ R for a few rows R, as an operator: everything by the Gram matrix of the rows. */
import { NotPositiveDefiniteError } from "../errors.ts";
import { mapColumns, requireRows } from "./columns.ts";
import { DenseOperator } from "./dense.ts";
import { type Cholesky, factorize } from "./factorization.ts";
import type { Eigen } from "./kernels.ts";
import { type Matrix, requireFinite, requireLength, transpose, zeros } from "./matrix.ts";
import type { Eigenpairs, SolveOptions, SymmetricOperator } from "./operator.ts";
import { kernels } from "./provider.ts";
import { heldRows, type RowProducts } from "./rowProducts.ts";
import { requireDamping, requireMemory } from "./shapes.ts";
import { requireFactor, requirePairs } from "./spectrum.ts";
import { axpy, dot } from "./vector.ts";

/**
 * c Rᵀ R, `[D, D]`, for R `[r, D]`. With K = R Rᵀ `[r, r]` = U diag(σ) Uᵀ its nonzero eigenvalues are c σ, and f(A) v =
 * f(0) v + Rᵀ U diag((f(cσ) − f(0)) / σ) Uᵀ R v. Singular unless r = D: solves need a damping.
 */
export class LowRankOperator implements SymmetricOperator {
  readonly dimension: number;
  /** R by what it does */
  readonly rows: RowProducts;
  /** c */
  readonly weight: number;
  private factored: { damping: number; factor: Cholesky } | undefined;
  private decomposed: Eigen | undefined;

  constructor(rows: RowProducts, weight: number) {
    requireFactor(weight);
    this.dimension = rows.dimension;
    this.rows = rows;
    this.weight = weight;
  }

  get bytes(): number {
    return this.rows.bytes + this.rows.gram.data.byteLength;
  }

  multiply(v: Float64Array): Float64Array {
    requireLength(v.length, this.dimension, "vector of a product");
    const along = this.rows.multiply(v);
    return this.rows.combine(along.map((x) => this.weight * x));
  }

  multiplyMany(V: Matrix): Matrix {
    requireRows(V, this.dimension, "a product");
    return mapColumns(V, (v) => this.multiply(v));
  }

  /** By Woodbury's formula: (b − c Rᵀ (c K + damping · I)⁻¹ R b) / damping. */
  solve(b: Float64Array, options: SolveOptions = {}): Float64Array {
    requireLength(b.length, this.dimension, "right-hand side");
    const { damping, factor } = this.factor(options);
    const along = factor.solve(this.rows.multiply(b));
    const x = this.rows.combine(along.map((value) => -this.weight * value));
    axpy(1, b, x);
    return x.map((value) => value / damping);
  }

  solveMany(B: Matrix, options: SolveOptions = {}): Matrix {
    requireRows(B, this.dimension, "right-hand sides");
    return mapColumns(B, (b) => this.solve(b, options));
  }

  inverseSquareRootMultiply(v: Float64Array, options: SolveOptions = {}): Float64Array {
    requireLength(v.length, this.dimension, "vector of a product");
    const { damping } = this.factor(options);
    const [at0, { values, vectors }] = [Math.sqrt(damping), this.eigen()];
    const coordinates = new Float64Array(values.length);
    kernels().gemv(vectors, this.rows.multiply(v), coordinates, { transA: true });
    const along = new Float64Array(values.length);
    // (1/√(cσ + λ) − 1/√λ) / σ without the difference
    const weights = values.map((value) => {
      const here = Math.sqrt(this.weight * value + damping);
      return -this.weight / (at0 * here * (at0 + here));
    });
    kernels().gemv(
      vectors,
      coordinates.map((x, i) => weights[i] * x),
      along,
    );
    const result = this.rows.combine(along);
    axpy(1 / at0, v, result);
    return result;
  }

  logDeterminant(options: SolveOptions = {}): number {
    const { damping, factor } = this.factor(options);
    const rest = this.dimension - this.rows.count;
    return factor.logDeterminant() + rest * Math.log(damping);
  }

  diagonal(): Float64Array {
    return this.rows.squares().map((square) => this.weight * square);
  }

  trace(): number {
    const { rows: r, data } = this.rows.gram;
    let sum = 0;
    for (let i = 0; i < r; i++) sum += data[i * (r + 1)];
    return this.weight * sum;
  }

  /** D − r zeros and the eigenvalues of the Gram matrix, which rounding does not make negative. */
  eigenvalues(): Float64Array {
    const values = new Float64Array(this.dimension);
    values.set(this.eigen().values.map((value) => this.weight * Math.max(0, value)));
    return values.sort();
  }

  /**
   * By the Gram matrix for no more than there are positive eigenvalues beyond rounding. For more, and so by default, by all
   * entries: the eigenvectors of 0 are some basis of a space of D − r dimensions or more.
   */
  eigenpairs(count: number = this.dimension): Eigenpairs {
    requirePairs(count, this.dimension);
    const { values, vectors } = this.eigen();
    const r = values.length;
    const least = r * Number.EPSILON * values[r - 1];
    const rank = this.weight > 0 ? values.filter((value) => value > least).length : 0;
    if (count > rank) return this.pairsByEntries(count);
    const all = zeros(this.dimension, count);
    for (let j = 0; j < count; j++) {
      const u = Float64Array.from({ length: r }, (_, i) => vectors.data[i * r + r - 1 - j]);
      const v = this.rows.combine(u);
      for (let i = 0; i < v.length; i++) all.data[i * count + j] = v[i];
    }
    const largest = Float64Array.from({ length: count }, (_, j) => this.weight * values[r - 1 - j]);
    return { values: largest, vectors: orthonormalized(all) };
  }

  dense(): Matrix {
    const D = this.dimension;
    requireMemory(D, D, "low-rank operator as a dense matrix");
    const R = this.rows.matrix;
    const A = zeros(D, D);
    if (R) {
      kernels().syrk(R, A, { transA: true, alpha: this.weight });
      return A;
    }
    const unit = new Float64Array(this.rows.count);
    for (let i = 0; i < unit.length; i++) {
      unit.fill(0);
      unit[i] = 1;
      const row = { rows: 1, cols: D, data: this.rows.combine(unit) };
      kernels().syrk(row, A, { transA: true, alpha: this.weight, beta: 1 });
    }
    return A;
  }

  scaled(c: number): LowRankOperator {
    requireFactor(c);
    return new LowRankOperator(this.rows, c * this.weight);
  }

  /**
   * Of low rank where both are, with the same rows, or with weights of one sign and rows that are held, and together still
   * have fewer than D.
   */
  plus(B: SymmetricOperator): LowRankOperator | undefined {
    if (!(B instanceof LowRankOperator)) return undefined;
    if (B.rows === this.rows) return new LowRankOperator(this.rows, this.weight + B.weight);
    const [X, Y] = [this.rows.matrix, B.rows.matrix];
    const ratio = B.weight / this.weight;
    if (!X || !Y || !(ratio > 0 && ratio < Infinity) || X.rows + Y.rows >= X.cols) return undefined;
    const stacked = zeros(X.rows + Y.rows, X.cols);
    stacked.data.set(X.data);
    const root = Math.sqrt(ratio);
    stacked.data.set(
      Y.data.map((y) => root * y),
      X.data.length,
    );
    return new LowRankOperator(heldRows(stacked), this.weight);
  }

  /** tr(A B) = c Σ r_iᵀ B r_i, with one product for each row that is held. */
  innerProduct(B: SymmetricOperator): number | undefined {
    if (B === this) return this.weight ** 2 * dot(this.rows.gram.data, this.rows.gram.data);
    const R = this.rows.matrix;
    if (!R) return undefined;
    let sum = 0;
    for (let i = 0; i < R.rows; i++) {
      const row = R.data.subarray(i * R.cols, (i + 1) * R.cols);
      sum += dot(row, B.multiply(row));
    }
    return this.weight * sum;
  }

  private pairsByEntries(count: number): Eigenpairs {
    const { vectors } = new DenseOperator(this.dense()).eigenpairs(count);
    return { values: this.eigenvalues().reverse().slice(0, count), vectors };
  }

  /** K = U diag(σ) Uᵀ */
  private eigen(): Eigen {
    this.decomposed ??= kernels().eigh(this.rows.gram);
    return this.decomposed;
  }

  /** c K + damping · I */
  private factor({ damping = 0 }: SolveOptions): { damping: number; factor: Cholesky } {
    requireDamping(damping);
    if (this.factored?.damping === damping) return this.factored;
    const { count, gram } = this.rows;
    if (damping === 0 && count < this.dimension) {
      throw new NotPositiveDefiniteError(
        `a matrix of order ${this.dimension} and rank ${count} at most is singular; use a damping above 0`,
        count,
      );
    }
    const K = { ...gram, data: gram.data.map((x) => this.weight * x) };
    this.factored = { damping, factor: factorize(K, { damping }) };
    return this.factored;
  }
}

/**
 * The operator `weight` · Rᵀ R for rows R `[r, D]`, r ≥ 1, which are kept and not copied. Throws `DomainError` for an entry
 * that is not finite, `ShapeError` where the Gram matrix `[r, r]` would not fit.
 *
 * @example
 * lowRankOperator(fromRows([[1, 2, 2]])).solve(Float64Array.of(1, 2, 2), { damping: 1 }); // a tenth of it
 */
export function lowRankOperator(R: Matrix, weight = 1): LowRankOperator {
  requireFinite(R.data, "rows of a low-rank operator");
  return new LowRankOperator(heldRows(R), weight);
}

/** Columns V that are orthonormal but for rounding, made orthonormal: V L⁻ᵀ with L Lᵀ = VᵀV, after scaling to length 1. */
function orthonormalized(V: Matrix): Matrix {
  const { rows, cols, data } = V;
  const squares = new Float64Array(cols);
  for (let t = 0; t < data.length; t++) squares[t % cols] += data[t] ** 2;
  const unit = { rows, cols, data: data.map((x, t) => x / Math.sqrt(squares[t % cols])) };
  const overlap = zeros(cols, cols);
  kernels().syrk(unit, overlap, { transA: true });
  const { lower } = factorize(overlap);
  const flipped = transpose(unit);
  kernels().solveTriangular(lower, flipped);
  return transpose(flipped);
}
