/** What matrix-free methods ask of an operator: its products, counted and checked. */
import { DomainError, ShapeError } from "../../errors.ts";
import { type Matrix, requireFinite, requireLength, transpose, zeros } from "../matrix.ts";
import { requireMemory } from "../shapes.ts";
import { dot, norm } from "../vector.ts";

/** The part of a `SymmetricOperator` that its estimators use. */
export interface Multiplication {
  /** D ≥ 1 */
  readonly dimension: number;
  /** A v, `[D] → [D]` */
  multiply(v: Float64Array): Float64Array;
  /** A V, `[D, k] → [D, k]`, where that costs less than k products */
  multiplyMany?(V: Matrix): Matrix;
}

/**
 * Largest |vᵀAw − wᵀAv| that is put down to rounding, relative to ‖v‖ ‖Aw‖: a thousandth of what chance makes of vᵀAw,
 * which is 1/√D, but not less than products in float32 may need. An operator of another batch or a missing transpose
 * is far above.
 */
const asymmetry = (dimension: number): number => Math.max(1e-3 / Math.sqrt(dimension), 2e-5);

/** An operator whose products are counted, finite and its own: a caller may write into them. */
export class CountedProducts {
  readonly dimension: number;
  /** how often A was multiplied by a vector */
  count = 0;
  private readonly operator: Multiplication;
  private readonly what: string;

  /** `what` names the method in errors. Throws {@link ShapeError} for a dimension that is no integer ≥ 1. */
  constructor(operator: Multiplication, what: string) {
    const { dimension } = operator;
    if (!Number.isInteger(dimension) || dimension < 1) {
      throw new ShapeError(`${what}: an operator of dimension ${dimension}, expected at least 1`);
    }
    this.dimension = dimension;
    this.operator = operator;
    this.what = what;
  }

  /** A v, `[D] → [D]`. Throws {@link DomainError} for a product with NaN or infinity, {@link ShapeError}. */
  multiply(v: Float64Array): Float64Array {
    this.count++;
    const product = this.operator.multiply(v).slice();
    requireLength(product.length, this.dimension, this.name(this.count));
    requireFinite(product, this.name(this.count));
    return product;
  }

  /** The products with the rows of V, as rows: `[k, D] → [k, D]`. Throws as {@link multiply}. */
  multiplyRows(V: Matrix): Matrix {
    const { rows: k, cols: D } = V;
    requireMemory(k, D, `${this.what}, ${k} products at once`);
    if (this.operator.multiplyMany) {
      const product = this.operator.multiplyMany(transpose(V));
      if (product.rows !== D || product.cols !== k) {
        throw new ShapeError(
          `${this.what}: products ${product.rows} × ${product.cols}, expected ${D} × ${k}`,
        );
      }
      const rows = transpose(product);
      for (let i = 0; i < k; i++) requireFinite(row(rows, i), this.name(this.count + i + 1));
      this.count += k;
      return rows;
    }
    const products = zeros(k, D);
    for (let i = 0; i < k; i++) row(products, i).set(this.multiply(row(V, i)));
    return products;
  }

  /** Throws {@link DomainError} where vᵀ(Aw) and wᵀ(Av) differ by more than rounding. */
  requireSymmetric(v: Float64Array, Av: Float64Array, w: Float64Array, Aw: Float64Array): void {
    this.requireEqual(dot(v, Aw), dot(w, Av), Math.max(norm(v) * norm(Aw), norm(w) * norm(Av)));
  }

  /** Throws {@link DomainError} where vᵀAw and wᵀAv, both at most `size`, differ by more than rounding. */
  requireEqual(form: number, mirrored: number, size: number): void {
    if (Math.abs(form - mirrored) > asymmetry(this.dimension) * size) {
      throw new DomainError(
        `${this.what}: the operator is not symmetric, or not the same at every product: ` +
          `found vᵀAw = ${form} and wᵀAv = ${mirrored}`,
      );
    }
  }

  private name(index: number): string {
    return `${this.what}, product ${index} with the operator`;
  }
}

/** Row i of a matrix, in the matrix's own memory. */
export function row(A: Matrix, i: number): Float64Array {
  return A.data.subarray(i * A.cols, (i + 1) * A.cols);
}

/** All of them. */
export function rowsOf(A: Matrix): Float64Array[] {
  return Array.from({ length: A.rows }, (_, i) => row(A, i));
}
