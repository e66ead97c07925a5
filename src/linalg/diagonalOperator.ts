/** A diagonal matrix as an operator. */
import { NotPositiveDefiniteError } from "../errors.ts";
import { type Matrix, requireFinite, requireLength, zeros } from "./matrix.ts";
import type { SolveOptions, SymmetricOperator } from "./operator.ts";
import { requireDamping, requireMemory } from "./shapes.ts";

export class DiagonalOperator implements SymmetricOperator {
  readonly dimension: number;
  private readonly entries: Float64Array;

  constructor(entries: Float64Array) {
    requireFinite(entries, "diagonal");
    this.dimension = entries.length;
    this.entries = entries;
  }

  multiply(v: Float64Array): Float64Array {
    requireLength(v.length, this.dimension, "vector of a product");
    return v.map((x, i) => x * this.entries[i]);
  }

  solve(b: Float64Array, options: SolveOptions = {}): Float64Array {
    requireLength(b.length, this.dimension, "right-hand side");
    const damped = this.positive(options);
    return b.map((x, i) => x / damped[i]);
  }

  /** log det(A + damping · I); throws as {@link solve}. */
  logDeterminant(options: SolveOptions = {}): number {
    return this.positive(options).reduce((sum, value) => sum + Math.log(value), 0);
  }

  /** (A + damping · I)^(−1/2) v, `[D] → [D]`; throws as {@link solve}. */
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

  dense(): Matrix {
    const n = this.dimension;
    requireMemory(n, n, "diagonal operator as a dense matrix");
    const A = zeros(n, n);
    for (let i = 0; i < n; i++) A.data[i * (n + 1)] = this.entries[i];
    return A;
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
