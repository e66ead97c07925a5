/** Conjugate gradients (Hestenes & Stiefel 1952) for positive definite systems known by their products alone. */
import { ConvergenceError, DomainError, NotPositiveDefiniteError } from "../errors.ts";
import { requireFinite, requireLength } from "./matrix.ts";
import { requireDamping } from "./shapes.ts";
import { axpy, dot, norm } from "./vector.ts";

export interface ConjugateGradientOptions {
  /** λ ≥ 0 of A + λ I, default 0 */
  readonly damping?: number;
  /** relative residual ‖b − (A + λ I) x‖ / ‖b‖ to reach, default 1e-10 */
  readonly tolerance?: number;
  /** largest number of products with A, default 10 D but at most 10 000 and at least 100 */
  readonly iterations?: number;
  /** the diagonal of A `[D]`, for Jacobi's preconditioner; none by default */
  readonly diagonal?: Float64Array;
  /** where to start `[D]`, default 0 */
  readonly start?: Float64Array;
}

export interface ConjugateGradientResult {
  /** x `[D]` */
  readonly solution: Float64Array;
  /** products with A that were used */
  readonly iterations: number;
  /** relative residual, computed afresh from the solution */
  readonly residual: number;
}

/**
 * Solves (A + λ I) x = b for a symmetric positive definite A + λ I given by v ↦ A v. The residual is checked afresh
 * at the end, and the iteration goes on from there if rounding had made it look smaller than it is.
 *
 * Throws {@link ConvergenceError} with the residual reached where the iterations do not suffice or the numbers
 * leave the finite ones, {@link NotPositiveDefiniteError} at a direction without positive curvature,
 * {@link DomainError} for bad options, `ShapeError`.
 */
export function conjugateGradients(
  multiply: (v: Float64Array) => Float64Array,
  b: Float64Array,
  options: ConjugateGradientOptions = {},
): ConjugateGradientResult {
  const D = b.length;
  const { damping = 0, tolerance = 1e-10, start } = options;
  const limit = options.iterations ?? Math.max(100, Math.min(10 * D, 10_000));
  requireDamping(damping);
  requireFinite(b, "right-hand side");
  if (!(tolerance > 0)) throw new DomainError(`tolerance: found ${tolerance}, expected > 0`);
  if (start) requireLength(start.length, D, "start of conjugate gradients");
  const precondition = jacobi(options.diagonal, damping, D);

  const scale = norm(b);
  if (scale === 0) return { solution: new Float64Array(D), iterations: 0, residual: 0 };

  let products = 0;
  const damped = (v: Float64Array): Float64Array => {
    // The product may share v's memory or be kept by its owner.
    const Av = multiply(v).slice();
    requireLength(Av.length, D, "product of conjugate gradients");
    products++;
    axpy(damping, v, Av);
    return Av;
  };

  const x = start ? start.slice() : new Float64Array(D);
  const target = tolerance * scale;
  let r = b.slice();
  if (start) axpy(-1, damped(x), r);
  let residual = norm(r);
  while (residual > target) {
    descend(x, r);
    r = b.slice();
    axpy(-1, damped(x), r);
    residual = norm(r);
  }
  return { solution: x, iterations: products, residual: residual / scale };

  /** Runs until the recursively updated residual r has reached the target; x and r are changed. */
  function descend(x: Float64Array, r: Float64Array): void {
    let z = precondition(r);
    let direction = z.slice();
    let rz = dot(r, z);
    while (norm(r) > target) {
      if (products >= limit) {
        throw new ConvergenceError(
          `conjugate gradients: relative residual ${(norm(r) / scale).toExponential(2)} after ${products} ` +
            `products, expected ${tolerance}; more damping or a preconditioner makes the system easier`,
        );
      }
      const product = damped(direction);
      const curvature = dot(direction, product);
      if (!Number.isFinite(curvature)) {
        throw new ConvergenceError(
          `conjugate gradients: found ${curvature} in product ${products}`,
        );
      }
      if (curvature <= 0) {
        throw new NotPositiveDefiniteError(
          `conjugate gradients: product ${products} found the curvature ${curvature} with damping ${damping}, ` +
            "expected a positive one; use a larger damping",
          products - 1,
        );
      }
      const step = rz / curvature;
      axpy(step, direction, x);
      axpy(-step, product, r);
      z = precondition(r);
      const next = dot(r, z);
      const along = z.slice();
      axpy(next / rz, direction, along);
      direction = along;
      rz = next;
    }
  }
}

/** r ↦ (diag(A) + λ I)⁻¹ r, or a copy of r without a diagonal. */
function jacobi(
  diagonal: Float64Array | undefined,
  damping: number,
  D: number,
): (r: Float64Array) => Float64Array {
  if (!diagonal) return (r) => r.slice();
  requireLength(diagonal.length, D, "diagonal of the preconditioner");
  const bad = diagonal.findIndex((value) => !(value + damping > 0));
  if (bad >= 0) {
    throw new NotPositiveDefiniteError(
      `Jacobi's preconditioner: diagonal entry ${bad} is ${diagonal[bad]} with damping ${damping}, expected > 0`,
      bad,
    );
  }
  return (r) => r.map((value, i) => value / (diagonal[i] + damping));
}
