/** The rows (J_nᵀ S_n)ᵀ of a model without layers, in the form of one layer that holds all of θ. */
import type { Blocks, Matrix, Reals } from "../linalg/matrix.ts";
import { inputRows, isDivisible } from "./inputs.ts";
import type { Inputs, Model } from "./model.ts";
import { blockRange, factorRows } from "./products.ts";
import type { WeightRows } from "./weightRows.ts";
import { writtenRows } from "./writtenRows.ts";

/** Rows of all parameters, computed a few samples at a time when they are asked for; S `[B, M, K]`. */
export function allRows<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  theta: T,
  X: X,
  S: Blocks<T>,
): WeightRows<T> {
  const { count: samples, cols: columns } = S;
  const place = { layer: "", offset: 0, size: model.parameters, samples, columns };
  const divisible = isDivisible(X);
  let whole: Matrix<T> | undefined;
  const rowsOf = (start: number, end: number): T => {
    if (divisible) {
      const part = blockRange(S, start, end);
      return factorRows(model, theta, inputRows(X, start, end), part).data;
    }
    // inputs that cannot be cut: all rows are there at the first call
    whole ??= factorRows(model, theta, X, S);
    return inputRows(whole, start * columns, end * columns).data;
  };
  const D = model.parameters;
  return writtenRows<T>(place, theta, (start, end, target, column) => {
    const data = rowsOf(start, end);
    for (let r = 0; r < (end - start) * columns; r++) {
      target.data.set(data.subarray(r * D, (r + 1) * D), r * target.cols + column);
    }
  });
}
