/** Layers that apply one function to every entry: made of φ, φ′ and φ″. */
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";

import type { Layer, Pass } from "./layer.ts";

/** A function with its derivatives. */
export interface Activation {
  value(x: number): number;
  /** φ′ */
  slope(x: number): number;
  /** φ″; absent where φ is linear in pieces, and φ″ = 0 but at the kinks */
  bend?(x: number): number;
}

/** The layer y_i = φ(x_i), for inputs of any shape. */
export function elementwise(
  kind: string,
  activation: Activation,
  options: Layer["options"] = {},
): Layer {
  return {
    kind,
    options,
    parameters: [],
    outputShape: (input) => input,
    forward: (_w, X) => elementwisePass(activation, X),
  };
}

function elementwisePass<T extends Reals>(
  { value, slope, bend }: Activation,
  X: Matrix<T>,
): Pass<T> {
  const outputs = { ...X, data: mapped(X.data, value) };
  // only what has to be differentiated
  let slopes: T | undefined;
  const slopesOf = (): T => {
    slopes ??= mapped(X.data, slope);
    return slopes;
  };
  return {
    outputs,
    // the slopes too
    bytes: 2 * outputs.data.byteLength,
    push: (inputs) => inputs && scaled(inputs, slopesOf()),
    pull: (U) => scaled(U, slopesOf()),
    ...(bend && {
      bend: (U: Matrix<T>, inputs: Matrix<T> | undefined) =>
        inputs && bent(bend, X.data, U, inputs),
    }),
  };
}

function mapped<T extends Reals>(x: T, f: (x: number) => number): T {
  const y = reals(x, x.length);
  for (let i = 0; i < x.length; i++) y[i] = f(x[i]);
  return y;
}

/** Row n·K + k is that of U `[B · K, n]` times row n of the `factors` `[B, n]`, entry by entry. */
export function scaled<T extends Reals>(U: Matrix<T>, factors: T): Matrix<T> {
  const { rows, cols, data } = U;
  const result = reals(data, data.length);
  const K = (rows * cols) / factors.length;
  for (let r = 0; r < rows; r++) {
    const from = Math.floor(r / K) * cols;
    const to = r * cols;
    for (let j = 0; j < cols; j++) result[to + j] = data[to + j] * factors[from + j];
  }
  return { rows, cols, data: result };
}

/** u φ″(x) ẋ */
function bent<T extends Reals>(
  bend: (x: number) => number,
  x: T,
  U: Matrix<T>,
  inputs: Matrix<T>,
): Matrix<T> {
  const data = reals(x, x.length);
  for (let i = 0; i < x.length; i++) data[i] = U.data[i] * bend(x[i]) * inputs.data[i];
  return { ...U, data };
}
