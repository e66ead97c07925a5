/** A Kronecker product of two symmetric matrices as an operator: the blocks of KFAC. */
import { DomainError } from "../errors.ts";
import { requireRows } from "./columns.ts";
import { EigenbasisOperator } from "./eigenbasisOperator.ts";
import { type Cholesky, factorize } from "./factorization.ts";
import { kroneckerMultiply, outerProduct } from "./kroneckerProduct.ts";
import { type Matrix, requireLength, transpose, zeros } from "./matrix.ts";
import type { Eigenpairs, SolveOptions, SymmetricOperator } from "./operator.ts";
import { kernels } from "./provider.ts";
import { requireDamping, requireMemory, requireSymmetric } from "./shapes.ts";
import { requireFactor } from "./spectrum.ts";
import { dot } from "./vector.ts";

/** A factor that is written out when it is first asked for. */
export interface DeferredMatrix {
  readonly order: number;
  matrix(): Matrix;
}

/** The factors of a {@link KroneckerOperator.factored} solve. */
interface DampedFactors {
  readonly damping: number;
  /** absent where a factor is zero */
  readonly left?: Cholesky;
  readonly right?: Cholesky;
}

/**
 * L ⊗ R for symmetric L `[m, m]` and R `[n, n]`, D = m·n: entry (i·n + j, k·n + l) is L_ik R_jl. Acting on vec(X), X an
 * m × n matrix row by row, it gives vec(L X R). All but the products go through the eigendecompositions of both
 * factors, made when first asked for and kept: solves with damping are exact, with 1/(λ_i μ_j + damping).
 */
export class KroneckerOperator implements SymmetricOperator {
  readonly dimension: number;
  readonly #left: DeferredMatrix;
  readonly #right: DeferredMatrix;
  private decomposed: EigenbasisOperator | undefined;
  private factors: DampedFactors | undefined;

  /** That the factors are symmetric is the caller's word; {@link kroneckerOperator} checks it. */
  constructor(left: Matrix | DeferredMatrix, right: Matrix | DeferredMatrix) {
    this.#left = deferred(left);
    this.#right = deferred(right);
    this.dimension = this.#left.order * this.#right.order;
  }

  /** L, not a copy */
  get left(): Matrix {
    return this.#left.matrix();
  }

  /** R, not a copy */
  get right(): Matrix {
    return this.#right.matrix();
  }

  get bytes(): number {
    return 8 * (this.#left.order ** 2 + this.#right.order ** 2);
  }

  multiply(v: Float64Array): Float64Array {
    requireLength(v.length, this.dimension, "vector of a product");
    return this.multiplyMany({ rows: v.length, cols: 1, data: v }).data;
  }

  multiplyMany(V: Matrix): Matrix {
    requireRows(V, this.dimension, "a product");
    return kroneckerMultiply(this.left, this.right, V);
  }

  solve(b: Float64Array, options: SolveOptions = {}): Float64Array {
    return this.eigenbasis().solve(b, options);
  }

  solveMany(B: Matrix, options: SolveOptions = {}): Matrix {
    return this.eigenbasis().solveMany(B, options);
  }

  /**
   * (L + (√damping / π) I)⁻¹ ⊗ (R + π √damping I)⁻¹ b, `[D] → [D]`, π² = (tr R / n) / (tr L / m): the heuristic of Martens &
   * Grosse 2015 (section 6.3), not (L ⊗ R + damping · I)⁻¹, of which it has also cross terms √damping (L/…, …/R). Two Cholesky
   * factorizations, kept for one damping, instead of the eigendecompositions of {@link solve}. A product with a zero
   * factor is zero, so that the limit of the heuristic, b / damping, is exact. Throws as `solve`, and `DomainError` for
   * a factor with a negative trace.
   */
  solveFactored(b: Float64Array, options: SolveOptions = {}): Float64Array {
    requireLength(b.length, this.dimension, "right-hand side");
    const { damping, left, right } = this.factored(options);
    if (!left || !right) return b.map((x) => x / damping);
    const [m, n] = [this.left.rows, this.right.rows];
    const half = left.solveMany({ rows: m, cols: n, data: b });
    return transpose(right.solveMany(transpose(half))).data;
  }

  inverseSquareRootMultiply(v: Float64Array, options: SolveOptions = {}): Float64Array {
    return this.eigenbasis().inverseSquareRootMultiply(v, options);
  }

  logDeterminant(options: SolveOptions = {}): number {
    return this.eigenbasis().logDeterminant(options);
  }

  diagonal(): Float64Array {
    return outerProduct(diagonalOf(this.left), diagonalOf(this.right));
  }

  trace(): number {
    return traceOf(this.left) * traceOf(this.right);
  }

  eigenvalues(): Float64Array {
    return this.eigenbasis().eigenvalues();
  }

  eigenpairs(count: number = this.dimension): Eigenpairs {
    return this.eigenbasis().eigenpairs(count);
  }

  dense(): Matrix {
    const D = this.dimension;
    requireMemory(D, D, "Kronecker product as a dense matrix");
    const [m, n] = [this.left.rows, this.right.rows];
    const A = zeros(D, D);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < m; k++) {
          const l = this.left.data[i * m + k];
          const at = (i * n + j) * D + k * n;
          for (let t = 0; t < n; t++) A.data[at + t] = l * this.right.data[j * n + t];
        }
      }
    }
    return A;
  }

  scaled(c: number): KroneckerOperator {
    requireFactor(c);
    const left = { ...this.left, data: this.left.data.map((x) => c * x) };
    return new KroneckerOperator(left, this.#right);
  }

  /** A Kronecker product where a factor is the very same matrix, as in multiples: L ⊗ R + L' ⊗ R = (L + L') ⊗ R. */
  plus(B: SymmetricOperator): KroneckerOperator | undefined {
    if (!(B instanceof KroneckerOperator) || B.dimension !== this.dimension) return undefined;
    if (this.right === B.right) return new KroneckerOperator(sumOf(this.left, B.left), this.right);
    if (this.left === B.left) return new KroneckerOperator(this.left, sumOf(this.right, B.right));
    return undefined;
  }

  /** tr(A B) for a B with factors of the same shapes, or in an eigenbasis of them. */
  innerProduct(B: SymmetricOperator): number | undefined {
    const fits = (left: Matrix): boolean => left.rows === this.left.rows;
    if (B instanceof KroneckerOperator && fits(B.left)) {
      return dot(this.left.data, B.left.data) * dot(this.right.data, B.right.data);
    }
    if (B instanceof EigenbasisOperator && fits(B.left)) {
      return dot(B.values, outerProduct(forms(this.left, B.left), forms(this.right, B.right)));
    }
    return undefined;
  }

  /** (P ⊗ Q) diag(λ_i μ_j) (P ⊗ Q)ᵀ for L = P diag(λ) Pᵀ and R = Q diag(μ) Qᵀ */
  eigenbasis(): EigenbasisOperator {
    if (!this.decomposed) {
      const left = kernels().eigh(this.left);
      const right = kernels().eigh(this.right);
      const values = outerProduct(left.values, right.values);
      this.decomposed = new EigenbasisOperator(left.vectors, right.vectors, values);
    }
    return this.decomposed;
  }

  private factored({ damping = 0 }: SolveOptions): DampedFactors {
    requireDamping(damping);
    if (this.factors?.damping !== damping) this.factors = this.dampedFactors(damping);
    return this.factors;
  }

  private dampedFactors(damping: number): DampedFactors {
    const [left, right] = [this.left, this.right].map((A) => traceOf(A) / A.rows);
    requireTrace(left, "left");
    requireTrace(right, "right");
    if ((left === 0 || right === 0) && damping > 0) return { damping };
    const pi = Math.sqrt(right / left);
    const root = Math.sqrt(damping);
    return {
      damping,
      left: factorize(this.left, { damping: damping === 0 ? 0 : root / pi }),
      right: factorize(this.right, { damping: damping === 0 ? 0 : root * pi }),
    };
  }
}

/**
 * The operator L ⊗ R. Throws `ShapeError` for a factor that is not square, `DomainError` for one that is not finite or not
 * symmetric.
 *
 * @example
 * kroneckerOperator(identity(2), fromRows([[4, 2], [2, 10]])).logDeterminant(); // 2 log 36
 */
export function kroneckerOperator(left: Matrix, right: Matrix): KroneckerOperator {
  requireSymmetric(left, "left Kronecker factor");
  requireSymmetric(right, "right Kronecker factor");
  return new KroneckerOperator(left, right);
}

function deferred(A: Matrix | DeferredMatrix): DeferredMatrix {
  return "matrix" in A ? A : { order: A.rows, matrix: () => A };
}

function diagonalOf({ rows, data }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * (rows + 1)]);
}

function sumOf(A: Matrix, B: Matrix): Matrix {
  return { ...A, data: A.data.map((x, t) => x + B.data[t]) };
}

function traceOf(A: Matrix): number {
  return diagonalOf(A).reduce((sum, value) => sum + value, 0);
}

/** The quadratic forms v_jᵀ A v_j of the columns of V. */
function forms(A: Matrix, V: Matrix): Float64Array {
  const n = A.rows;
  const AV = zeros(n, n);
  kernels().gemm(A, V, AV);
  const result = new Float64Array(n);
  for (let t = 0; t < n * n; t++) result[t % n] += V.data[t] * AV.data[t];
  return result;
}

function requireTrace(mean: number, side: "left" | "right"): void {
  if (mean >= 0) return;
  throw new DomainError(
    `π-corrected damping: the ${side} factor has a negative trace, expected positive semi-definite factors`,
  );
}
