/**
 * The Lanczos process with full re-orthogonalization: without it, eigenvalues that have converged come back as
 * ghosts (Parlett, The Symmetric Eigenvalue Problem, chapter 13).
 */
import { DomainError } from "../errors.ts";
import { CountedProducts, type Multiplication } from "./estimators/products.ts";
import { type Matrix, requireFinite, requireLength, zeros } from "./matrix.ts";
import { kernels } from "./provider.ts";
import { requireMemory } from "./shapes.ts";
import { axpy, dot, norm } from "./vector.ts";

/** What the tridiagonal T `[k, k]` says about the eigenvalues of A. */
export interface Ritz {
  /** θ, ascending, `[k]` */
  readonly values: Float64Array;
  /** `[k, k]`; column i are the coordinates s_i of Ritz vector i in the basis */
  readonly coordinates: Matrix;
  /**
   * ‖A y_i − θ_i y_i‖ = β_k |s_ki|, `[k]`: within this of each Ritz value lies an eigenvalue of A (Parlett, theorem
   * 4.5.1 and 13.2), as far as products are exact.
   */
  readonly bounds: Float64Array;
}

/** β below this many roundings of a product, times √D, is a breakdown: the space is invariant. */
const BREAKDOWN = 8 * Number.EPSILON;
/** Twice is enough (Parlett, 6.9), unless next to nothing remains. */
const PASSES = 4;

/** Where the process runs if not in the whole space. */
export interface Complement {
  /** orthonormal vectors, each `[D]`, to whose complement the process keeps: it is that of P A P */
  readonly locked?: readonly Float64Array[];
  /** a known lower bound of ‖A‖: what remains of A may be no more than its rounding */
  readonly scale?: number;
}

/** A Q = Q T + β_k q_{k+1} e_kᵀ, one column at a time. */
export class Lanczos {
  /** α, the diagonal of T */
  readonly diagonal: number[] = [];
  /** β_1 … β_k: beside the diagonal of T, and last the norm of the residual; 0 where the space is invariant */
  readonly offDiagonal: number[] = [];
  /** the orthonormal q_1 … q_k, each `[D]` */
  readonly basis: Float64Array[] = [];
  private readonly products: CountedProducts;
  private readonly locked: readonly Float64Array[];
  /** the largest ‖A q‖ seen: a lower bound of ‖A‖, and soon a good one */
  scale: number;
  private next: Float64Array;

  /** From a vector `start` `[D]` that is not zero. Throws `ShapeError`, {@link DomainError}. */
  constructor(
    products: CountedProducts,
    start: Float64Array,
    { locked = [], scale = 0 }: Complement = {},
  ) {
    requireLength(start.length, products.dimension, "start of Lanczos");
    requireFinite(start, "start of Lanczos");
    this.products = products;
    this.locked = locked;
    this.scale = scale;
    this.next = start.slice();
    const before = norm(start);
    const after = orthogonalize(this.next, locked);
    if (!(after > BREAKDOWN * Math.sqrt(start.length) * before)) {
      throw new DomainError(
        `start of Lanczos: found norm ${before}, ${after} outside the locked space; expected more`,
      );
    }
    divide(this.next, after);
  }

  /** k */
  get steps(): number {
    return this.diagonal.length;
  }

  /** Whether the space is invariant: every Ritz value is then an eigenvalue, and there is no further step. */
  get exhausted(): boolean {
    return this.offDiagonal.at(-1) === 0;
  }

  /** One product. Throws {@link DomainError} after the last step, for an asymmetric operator, for NaN. */
  advance(): void {
    if (this.exhausted) throw new DomainError("Lanczos: the space is invariant, no step remains");
    const D = this.products.dimension;
    const q = this.next;
    const w = this.products.multiply(q);
    this.scale = Math.max(this.scale, norm(w));
    this.basis.push(q);
    const vectors = [...this.locked, ...this.basis];
    const parts = project(w, vectors);
    this.diagonal.push(parts[parts.length - 1]);
    this.requireTridiagonal(parts.slice(this.locked.length));
    const beta = orthogonalize(w, vectors);
    const last =
      this.locked.length + this.steps === D || beta <= BREAKDOWN * Math.sqrt(D) * this.scale;
    this.offDiagonal.push(last ? 0 : beta);
    if (!last) divide(w, beta);
    this.next = w;
  }

  /** Eigenvalues and eigenvectors of T, of which only the first `order` rows and columns if told. */
  ritz(order: number = this.steps): Ritz {
    const T = zeros(order, order);
    for (let i = 0; i < order; i++) {
      T.data[i * (order + 1)] = this.diagonal[i];
      if (i > 0) T.data[i * (order + 1) - 1] = this.offDiagonal[i - 1];
    }
    const { values, vectors } = kernels().eigh(T);
    const bounds = values.map(
      (_, i) => this.offDiagonal[order - 1] * Math.abs(vectors.data[(order - 1) * order + i]),
    );
    return { values, coordinates: vectors, bounds };
  }

  /** Q c, `[k] → [D]`, for k up to the number of steps: a vector from its coordinates. */
  combine(coordinates: ArrayLike<number>): Float64Array {
    const result = new Float64Array(this.products.dimension);
    for (let j = 0; j < coordinates.length; j++) axpy(coordinates[j], this.basis[j], result);
    return result;
  }

  /** Symmetry without another product: by those before, q_jᵀA q_k is β_j for j = k − 1 and zero for j < k − 1. */
  private requireTridiagonal(parts: readonly number[]): void {
    for (let j = 0; j < this.steps - 1; j++) {
      const expected = j === this.steps - 2 ? this.offDiagonal[j] : 0;
      this.products.requireEqual(parts[j], expected, this.scale);
    }
  }
}

export interface LanczosOptions {
  /** k ≥ 1, products with A; fewer are made where the space is invariant before */
  readonly steps: number;
}

/**
 * The Lanczos process (Lanczos 1950) for a symmetric A `[D, D]` known by its products, from `start` `[D]`. Holds k + 1
 * vectors. Throws {@link DomainError} for bad options, a product that is not finite, an operator that is seen not to
 * be symmetric; `ShapeError`.
 *
 * @example
 * const process = lanczos(diagonalOperator(Float64Array.of(1, 2, 3)), Float64Array.of(1, 1, 1), { steps: 3 });
 * process.ritz().values; // [1, 2, 3]
 */
export function lanczos(
  A: Multiplication,
  start: Float64Array,
  { steps }: LanczosOptions,
): Lanczos {
  const process = new Lanczos(new CountedProducts(A, "Lanczos"), start);
  requireSteps(steps, A.dimension, "Lanczos");
  while (process.steps < steps && !process.exhausted) process.advance();
  return process;
}

/** Checks a number of steps and the room for their vectors. Throws {@link DomainError}, `ShapeError`. */
export function requireSteps(steps: number, dimension: number, what: string): void {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new DomainError(`${what}: ${steps} steps, expected an integer of at least 1`);
  }
  requireMemory(Math.min(steps, dimension) + 1, dimension, `${what}, basis`);
}

/** Takes from w its part in the span of the orthonormal `basis`, and returns the norm of what remains. */
export function orthogonalize(w: Float64Array, basis: readonly Float64Array[]): number {
  let before = norm(w);
  for (let pass = 0; pass < PASSES && before > 0; pass++) {
    project(w, basis);
    const after = norm(w);
    // Nothing was cancelled: what remains is orthogonal to rounding (Daniel, Gragg, Kaufman & Stewart 1976).
    if (after > Math.SQRT1_2 * before) return after;
    before = after;
  }
  return before;
}

/** w ← w − Q Qᵀ w, and the coordinates Qᵀ w that were taken. */
function project(w: Float64Array, basis: readonly Float64Array[]): number[] {
  const parts = basis.map((q) => dot(q, w));
  basis.forEach((q, j) => {
    axpy(-parts[j], q, w);
  });
  return parts;
}

function divide(v: Float64Array, by: number): void {
  for (let i = 0; i < v.length; i++) v[i] /= by;
}
