/** Models that are linear in θ: f(x, θ) = W x, with or without an intercept. */
import { DomainError, ShapeError } from "../errors.ts";
import { type Blocks, type Matrix, requireLength } from "../linalg/matrix.ts";
import { requireMemory } from "../linalg/shapes.ts";
import type { SparseMatrix } from "../linalg/sparse.ts";
import { isSparse } from "./inputs.ts";
import * as dense from "./linearDense.ts";
import type { Layout } from "./linearLayout.ts";
import * as compressed from "./linearSparse.ts";
import type { Model } from "./model.ts";

/** What a linear model reads: float64, dense or in compressed rows. */
export type LinearInputs = Matrix | SparseMatrix;

/** Where the weight of the constant 1 stands in each row of W. */
export type Intercept = "last" | "first" | false;

export interface LinearOptions {
  /** P, the columns of X, without the constant */
  readonly inputs: number;
  /** M, default 1 */
  readonly outputs?: number;
  /** default false: no constant is added */
  readonly intercept?: Intercept;
}

export interface LinearModel extends Model<LinearInputs> {
  readonly inputs: number;
  readonly intercept: Intercept;
  readonly linear: true;
  checkInputs(X: LinearInputs): void;
  factorRows(theta: Float64Array, X: LinearInputs, S: Blocks): Matrix;
  gram(theta: Float64Array, X: LinearInputs, S: Blocks): Matrix;
  gramDiagonal(theta: Float64Array, X: LinearInputs, S: Blocks): Float64Array;
}

/**
 * f(x, θ) = W x̃ with x̃ = x, [x, 1] (`intercept: "last"`) or [1, x] (`"first"`). θ is W `[M, Q]` row by row,
 * so D = M · Q with Q = P or P + 1. Its Jacobian J_n = I_M ⊗ x̃ᵀ is never formed: a curvature matrix is a
 * weighted sum of x̃ x̃ᵀ for each pair of outputs, and only nonzeros of sparse inputs are visited.
 * The constant is not written beside X.
 *
 * Throws {@link DomainError} unless P and M are positive integers. `checkInputs` throws {@link ShapeError} for
 * another number of columns, {@link DomainError} naming row and column of an entry that is not finite.
 *
 * @example
 * const model = linear({ inputs: 2, intercept: "last" });
 * model.forward(Float64Array.of(1, 2, 10), fromRows([[3, 4]])).data; // [21]
 */
export function linear({
  inputs: P,
  outputs: M = 1,
  intercept = false,
}: LinearOptions): LinearModel {
  requireCount(P, "inputs");
  requireCount(M, "outputs");
  const Q = intercept ? P + 1 : P;
  const layout: Layout = {
    P,
    Q,
    M,
    first: intercept === "first" ? 1 : 0,
    constant: intercept === "first" ? 0 : intercept === "last" ? P : -1,
  };
  const D = M * Q;

  function requireFactor(S: Blocks, X: LinearInputs): void {
    if (S.count !== X.rows || S.rows !== M) {
      throw new ShapeError(
        `linear model: factors of ${S.count} samples and ${S.rows} outputs for ${X.rows} samples and ${M} outputs`,
      );
    }
  }

  const model: LinearModel = {
    inputs: P,
    intercept,
    parameters: D,
    outputs: M,
    linear: true,
    checkInputs(X) {
      requireColumns(X, P);
      requireFiniteEntries(X);
    },
    forward(theta, X) {
      requireLength(theta.length, D, "parameters of a linear model");
      requireColumns(X, P);
      return isSparse(X) ? compressed.forward(layout, theta, X) : dense.forward(layout, theta, X);
    },
    jvp(_theta, X, v) {
      return model.forward(v, X);
    },
    vjp(_theta, X, U) {
      requireColumns(X, P);
      if (U.rows !== X.rows || U.cols !== M) {
        throw new ShapeError(
          `linear model: cotangents are ${U.rows} × ${U.cols}, expected ${X.rows} × ${M}`,
        );
      }
      return isSparse(X) ? compressed.pullback(layout, X, U) : dense.pullback(layout, X, U);
    },
    factorRows(_theta, X, S) {
      requireFactor(S, X);
      requireMemory(S.count * S.cols, D, "rows of a linear model");
      return isSparse(X) ? compressed.factorRows(layout, X, S) : dense.factorRows(layout, X, S);
    },
    gram(_theta, X, S) {
      requireFactor(S, X);
      requireMemory(D, D, "matrix of a linear model");
      return isSparse(X) ? compressed.gram(layout, X, S) : dense.gram(layout, X, S);
    },
    gramDiagonal(_theta, X, S) {
      requireFactor(S, X);
      return isSparse(X) ? compressed.gramDiagonal(layout, X, S) : dense.gramDiagonal(layout, X, S);
    },
  };
  return model;
}

function requireCount(count: number, what: string): void {
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw new DomainError(`linear model: ${what} is ${count}, expected a positive integer`);
  }
}

function requireColumns(X: LinearInputs, P: number): void {
  if (X.cols !== P) {
    throw new ShapeError(`linear model: X has ${X.cols} columns, expected ${P}`);
  }
}

/** Throws {@link DomainError} naming row and column of the first entry that is NaN or infinite. */
function requireFiniteEntries(X: LinearInputs): void {
  const values = isSparse(X) ? X.values : X.data;
  if (!(values instanceof Float64Array)) {
    throw new DomainError(
      "linear model: X has no Float64Array of entries, expected float64 inputs",
    );
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const [row, column] = isSparse(X)
    ? [X.rowPointers.findIndex((pointer) => pointer > bad) - 1, X.columns[bad]]
    : [Math.floor(bad / X.cols), bad % X.cols];
  throw new DomainError(
    `X: row ${row}, column ${column} (counted from 0) is ${values[bad]}, expected a finite number`,
  );
}
