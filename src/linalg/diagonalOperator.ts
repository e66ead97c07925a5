/** A diagonal matrix as an operator. */
import { NotPositiveDefiniteError } from "../errors.ts";
import { requireRows, scaleRows } from "./columns.ts";
import { type Matrix, requireFinite, requireLength, zeros } from "./matrix.ts";
import type { Eigenpairs, SolveOptions, SymmetricOperator } from "./operator.ts";
import { requireDamping, requireMemory } from "./shapes.ts";
import { requireFactor, requirePairs, selectedPairs } from "./spectrum.ts";
import { dot } from "./vector.ts";

export class DiagonalOperator implements SymmetricOperator {
  readonly dimension: number;
  private readonly entries: Float64Array;

  constructor(entries: Float64Array) {
    requireFinite(entries, "diagonal");
    this.dimension = entries.length;
    this.entries = entries;
  }

  get bytes(): number {
    return this.entries.byteLength;
  }

  multiply(v: Float64Array): Float64Array {
    requireLength(v.length, this.dimension, "vector of a product");
    return v.map((x, i) => x * this.entries[i]);
  }

  multiplyMany(V: Matrix): Matrix {
    requireRows(V, this.dimension, "a product");
    return scaleRows(V, this.entries);
  }

  solve(b: Float64Array, options: SolveOptions = {}): Float64Array {
    requireLength(b.length, this.dimension, "right-hand side");
    const damped = this.positive(options);
    return b.map((x, i) => x / damped[i]);
  }

  solveMany(B: Matrix, options: SolveOptions = {}): Matrix {
    requireRows(B, this.dimension, "right-hand sides");
    const damped = this.positive(options);
    return { ...B, data: B.data.map((x, i) => x / damped[Math.floor(i / B.cols)]) };
  }

  logDeterminant(options: SolveOptions = {}): number {
    return this.positive(options).reduce((sum, value) => sum + Math.log(value), 0);
  }

  inverseSquareRootMultiply(v: Float64Array, options: SolveOptions = {}): Float64Array {
    requireLength(v.length, this.dimension, "vector of a product");
    const damped = this.positive(options);
    return v.map((x, i) => x / Math.sqrt(damped[i]));
  }

  /** A copy of the entries. */
  diagonal(): Float64Array {
    return this.entries.slice();
  }

  trace(): number {
    return this.entries.reduce((sum, value) => sum + value, 0);
  }

  eigenvalues(): Float64Array {
    return this.entries.toSorted();
  }

  /** Unit vectors; of equal entries the first come first. */
  eigenpairs(count: number = this.dimension): Eigenpairs {
    requirePairs(count, this.dimension);
    return selectedPairs(this.entries, count, (index, vectors, column) => {
      vectors.data[index * count + column] = 1;
    });
  }

  dense(): Matrix {
    const n = this.dimension;
    requireMemory(n, n, "diagonal operator as a dense matrix");
    const A = zeros(n, n);
    for (let i = 0; i < n; i++) A.data[i * (n + 1)] = this.entries[i];
    return A;
  }

  scaled(c: number): DiagonalOperator {
    requireFactor(c);
    return new DiagonalOperator(this.entries.map((value) => c * value));
  }

  /** Diagonal if B is. */
  plus(B: SymmetricOperator): DiagonalOperator | undefined {
    if (!(B instanceof DiagonalOperator)) return undefined;
    return new DiagonalOperator(this.entries.map((value, i) => value + B.entries[i]));
  }

  innerProduct(B: SymmetricOperator): number {
    return dot(this.entries, B.diagonal());
  }

  private positive({ damping = 0 }: SolveOptions): Float64Array {
    requireDamping(damping);
    const damped = this.entries.map((value) => value + damping);
    const bad = damped.findIndex((value) => !(value > 0));
    if (bad >= 0) {
      throw new NotPositiveDefiniteError(
        `the diagonal matrix is not positive definite with damping ${damping}: entry ${bad} is ` +
          `${this.entries[bad]}; use a larger damping`,
        bad,
      );
    }
    return damped;
  }
}

/** The operator of diag(entries), entries `[D]` not copied. Throws `DomainError` for one that is not finite. */
export function diagonalOperator(entries: Float64Array): DiagonalOperator {
  return new DiagonalOperator(entries);
}
