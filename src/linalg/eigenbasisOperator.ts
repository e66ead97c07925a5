/** A symmetric matrix that is diagonal in a basis of Kronecker products: the blocks of EKFAC, the spectral form of KFAC's. */
import { requireRows, scaleRows } from "./columns.ts";
import { kroneckerMultiply } from "./kroneckerProduct.ts";
import { type Matrix, requireFinite, requireLength, zeros } from "./matrix.ts";
import type { Eigenpairs, SolveOptions, SymmetricOperator } from "./operator.ts";
import { kernels } from "./provider.ts";
import { requireDamping, requireMemory, squareSize } from "./shapes.ts";
import {
  logSum,
  requireFactor,
  requirePairs,
  requirePositiveValues,
  selectedPairs,
} from "./spectrum.ts";
import { dot } from "./vector.ts";

/** (P ⊗ Q) diag(values) (P ⊗ Q)ᵀ for orthogonal P `[m, m]` and Q `[n, n]`, D = m·n. */
export class EigenbasisOperator implements SymmetricOperator {
  readonly dimension: number;
  /** P, its columns orthonormal */
  readonly left: Matrix;
  /** Q, its columns orthonormal */
  readonly right: Matrix;
  /** `[m·n]`; entry i·n + j belongs to column i of P and column j of Q */
  readonly values: Float64Array;

  constructor(left: Matrix, right: Matrix, values: Float64Array) {
    const dimension = squareSize(left, "left basis") * squareSize(right, "right basis");
    requireLength(values.length, dimension, "eigenvalues of an eigenbasis operator");
    requireFinite(values, "eigenvalues of an eigenbasis operator");
    this.dimension = dimension;
    this.left = left;
    this.right = right;
    this.values = values;
  }

  get bytes(): number {
    return this.left.data.byteLength + this.right.data.byteLength + this.values.byteLength;
  }

  multiply(v: Float64Array): Float64Array {
    return this.ofVector(v, "vector of a product", (V) => this.multiplyMany(V));
  }

  multiplyMany(V: Matrix): Matrix {
    requireRows(V, this.dimension, "a product");
    return this.spectralProduct(this.values, V);
  }

  solve(b: Float64Array, options: SolveOptions = {}): Float64Array {
    return this.ofVector(b, "right-hand side", (B) => this.solveMany(B, options));
  }

  solveMany(B: Matrix, options: SolveOptions = {}): Matrix {
    requireRows(B, this.dimension, "right-hand sides");
    return this.spectralProduct(
      this.damped(options).map((value) => 1 / value),
      B,
    );
  }

  inverseSquareRootMultiply(v: Float64Array, options: SolveOptions = {}): Float64Array {
    const roots = this.damped(options).map((value) => 1 / Math.sqrt(value));
    return this.ofVector(v, "vector of a product", (V) => this.spectralProduct(roots, V));
  }

  logDeterminant(options: SolveOptions = {}): number {
    return logSum(this.damped(options), 0);
  }

  /** (P∘P) values (Q∘Q)ᵀ */
  diagonal(): Float64Array {
    const squared = (A: Matrix): Matrix => ({ ...A, data: A.data.map((x) => x * x) });
    const values = { rows: this.dimension, cols: 1, data: this.values };
    return kroneckerMultiply(squared(this.left), squared(this.right), values).data;
  }

  trace(): number {
    return this.values.reduce((sum, value) => sum + value, 0);
  }

  eigenvalues(): Float64Array {
    return this.values.toSorted();
  }

  /** Kronecker products of columns of P and Q. */
  eigenpairs(count: number = this.dimension): Eigenpairs {
    requirePairs(count, this.dimension);
    const [m, n] = [this.left.rows, this.right.rows];
    return selectedPairs(this.values, count, (index, { data }, column) => {
      const [p, q] = [Math.floor(index / n), index % n];
      for (let t = 0; t < m * n; t++) {
        const [i, j] = [Math.floor(t / n), t % n];
        data[t * count + column] = this.left.data[i * m + p] * this.right.data[j * n + q];
      }
    });
  }

  dense(): Matrix {
    const D = this.dimension;
    requireMemory(D, D, "eigenbasis operator as a dense matrix");
    const [m, n] = [this.left.rows, this.right.rows];
    // diag(values) (P ⊗ Q)ᵀ
    const half = zeros(D, D);
    for (let t = 0; t < D; t++) {
      const [p, q] = [Math.floor(t / n), t % n];
      for (let i = 0; i < m; i++) {
        const scale = this.values[t] * this.left.data[i * m + p];
        const at = t * D + i * n;
        for (let j = 0; j < n; j++) half.data[at + j] = scale * this.right.data[j * n + q];
      }
    }
    return symmetrized(kroneckerMultiply(this.left, this.right, half));
  }

  scaled(c: number): EigenbasisOperator {
    requireFactor(c);
    return new EigenbasisOperator(
      this.left,
      this.right,
      this.values.map((value) => c * value),
    );
  }

  /** In the same basis only: the very same matrices, as those that {@link scaled} shares. */
  plus(B: SymmetricOperator): EigenbasisOperator | undefined {
    if (!(B instanceof EigenbasisOperator)) return undefined;
    if (B.left !== this.left || B.right !== this.right) return undefined;
    const values = this.values.map((value, i) => value + B.values[i]);
    return new EigenbasisOperator(this.left, this.right, values);
  }

  /** tr(A B) for a B in an eigenbasis of the same shape. */
  innerProduct(B: SymmetricOperator): number | undefined {
    if (!(B instanceof EigenbasisOperator) || B.left.rows !== this.left.rows) return undefined;
    const overlap = (X: Matrix, Y: Matrix): Matrix => {
      const C = zeros(X.rows, X.rows);
      kernels().gemm(X, Y, C, { transA: true });
      return { ...C, data: C.data.map((x) => x * x) };
    };
    const values = { rows: this.dimension, cols: 1, data: B.values };
    const moved = kroneckerMultiply(
      overlap(this.left, B.left),
      overlap(this.right, B.right),
      values,
    );
    return dot(this.values, moved.data);
  }

  /** (P ⊗ Q) diag(factors) (P ⊗ Q)ᵀ V, `[D, k] → [D, k]` */
  private spectralProduct(factors: Float64Array, V: Matrix): Matrix {
    const coordinates = kroneckerMultiply(this.left, this.right, V, { transpose: true });
    return kroneckerMultiply(this.left, this.right, scaleRows(coordinates, factors));
  }

  /** The eigenvalues plus damping, all of them positive beyond rounding. */
  private damped({ damping = 0 }: SolveOptions): Float64Array {
    requireDamping(damping);
    const order = this.left.rows + this.right.rows;
    requirePositiveValues(this.values, damping, order, "Kronecker-factored matrix");
    return this.values.map((value) => value + damping);
  }

  private ofVector(v: Float64Array, what: string, apply: (V: Matrix) => Matrix): Float64Array {
    requireLength(v.length, this.dimension, what);
    return apply({ rows: v.length, cols: 1, data: v }).data;
  }
}

/** Entries that rounding made differ from their mirror image are averaged, in place. */
export function symmetrized(A: Matrix): Matrix {
  const n = A.rows;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (A.data[i * n + j] + A.data[j * n + i]) / 2;
      A.data[i * n + j] = mean;
      A.data[j * n + i] = mean;
    }
  }
  return A;
}

/**
 * The operator (P ⊗ Q) diag(values) (P ⊗ Q)ᵀ. That P and Q are orthogonal is the caller's word. Throws `ShapeError`,
 * `DomainError` for an eigenvalue that is not finite.
 *
 * @example
 * const { values, vectors } = kernels().eigh(A); // A = Q diag(values) Qᵀ
 * eigenbasisOperator(identity(1), vectors, values); // A again
 */
export function eigenbasisOperator(
  left: Matrix,
  right: Matrix,
  values: Float64Array,
): EigenbasisOperator {
  return new EigenbasisOperator(left, right, values);
}
