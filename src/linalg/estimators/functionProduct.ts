/** f(A) v by Lanczos, for functions of a symmetric A known by its products. */
import { ConvergenceError, DomainError } from "../../errors.ts";
import { Lanczos, type Ritz, requireSteps } from "../lanczos.ts";
import { requireLength } from "../matrix.ts";
import { requireDamping } from "../shapes.ts";
import { norm } from "../vector.ts";
import { requirePositiveRitz } from "./positiveRitz.ts";
import { CountedProducts, type Multiplication } from "./products.ts";

export interface FunctionProductOptions {
  /** of ‖f(A) v‖: by how much the last {@link LAG} steps may still have changed the product; default 1e-8 */
  readonly tolerance?: number;
  /** largest number of products, default min(D, 500) */
  readonly steps?: number;
}

export interface FunctionProduct {
  /** f(A) v, `[D]` */
  readonly value: Float64Array;
  /** estimate of ‖value − f(A) v‖ / ‖value‖: the change over the last steps; 0 where the space is invariant */
  readonly error: number;
  /** products with A */
  readonly products: number;
}

/** Steps between two approximations that are compared. */
const LAG = 4;

/**
 * f(A) v ≈ ‖v‖ Q f(T) e₁ (Druskin & Knizhnerman 1989; Saad 1992). The change over four steps estimates the error of
 * the approximation before them, hence from above that of the one returned, as long as convergence does not pause;
 * it is measured in coordinates, without further products. Throws {@link DomainError} where f is not finite at a Ritz
 * value (they lie between the eigenvalues), {@link ConvergenceError} with the error reached, `ShapeError`.
 *
 * @example
 * const A = diagonalOperator(Float64Array.of(1, 4, 9));
 * functionProduct(A, Float64Array.of(1, 1, 1), Math.sqrt).value; // [1, 2, 3]
 */
export function functionProduct(
  A: Multiplication,
  v: Float64Array,
  f: (eigenvalue: number) => number,
  options: FunctionProductOptions = {},
): FunctionProduct {
  return productByRitz(A, v, (values) => values.map(f), options);
}

export interface DampedFunctionProductOptions extends FunctionProductOptions {
  /** λ ≥ 0 of A + λ I, default 0 */
  readonly damping?: number;
}

/**
 * (A + damping · I)^(−1/2) v, `[D] → [D]`: turns standard normal draws into draws with covariance
 * (A + damping · I)⁻¹. Throws `NotPositiveDefiniteError` where a Ritz value shows that the damped matrix is not
 * positive definite beyond rounding, and as {@link functionProduct}.
 */
export function inverseSquareRootProduct(
  A: Multiplication,
  v: Float64Array,
  { damping = 0, ...options }: DampedFunctionProductOptions = {},
): FunctionProduct {
  requireDamping(damping);
  const images = (values: Float64Array): Float64Array => {
    requirePositiveRitz(values, damping, A.dimension);
    return values.map((value) => 1 / Math.sqrt(value + damping));
  };
  return productByRitz(A, v, images, options);
}

function productByRitz(
  A: Multiplication,
  v: Float64Array,
  images: (ritzValues: Float64Array) => Float64Array,
  options: FunctionProductOptions,
): FunctionProduct {
  const products = new CountedProducts(A, "function of an operator");
  const D = A.dimension;
  const { tolerance = 1e-8, steps = Math.min(D, 500) } = options;
  if (!(tolerance > 0)) throw new DomainError(`tolerance: found ${tolerance}, expected > 0`);
  requireSteps(steps, D, "function of an operator");
  requireLength(v.length, D, "vector of a product");
  const length = norm(v);
  if (length === 0) return { value: new Float64Array(D), error: 0, products: 0 };

  const process = new Lanczos(products, v);
  let error = Infinity;
  for (;;) {
    const before = process.steps;
    while (process.steps < Math.min(before + LAG, steps) && !process.exhausted) process.advance();
    const coordinates = firstColumn(process.ritz(), images);
    if (process.exhausted) error = 0;
    else if (before > 0) error = change(coordinates, firstColumn(process.ritz(before), images));
    if (error <= tolerance) {
      const value = process.combine(coordinates.map((c) => length * c));
      return { value, error, products: products.count };
    }
    if (process.steps === steps) {
      throw new ConvergenceError(
        `function of an operator: relative change ${error.toExponential(2)} after ${steps} products, expected ` +
          `${tolerance}; more steps, or more damping, or a larger tolerance for products in float32`,
      );
    }
  }
}

/** f(T) e₁, `[k]` */
function firstColumn(
  { values, coordinates }: Ritz,
  images: (ritzValues: Float64Array) => Float64Array,
): Float64Array {
  const k = values.length;
  const column = new Float64Array(k);
  images(values).forEach((image, i) => {
    if (!Number.isFinite(image)) {
      throw new DomainError(
        `function of an operator: ${image} at the Ritz value ${values[i]}, expected a finite number`,
      );
    }
    const weight = image * coordinates.data[i];
    for (let j = 0; j < k; j++) column[j] += weight * coordinates.data[j * k + i];
  });
  return column;
}

/** ‖now − before‖ / ‖now‖, where `before` lacks the last coordinates. */
function change(now: Float64Array, before: Float64Array): number {
  const scale = norm(now);
  if (scale === 0) return 0;
  return norm(now.map((c, j) => c - (before[j] ?? 0))) / scale;
}
