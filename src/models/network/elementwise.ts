/** Layers that apply one function to every entry: made of φ, φ′ and φ″. */
import { multiplyRows } from "../../linalg/elements.ts";
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

/** An activation over whole arrays, for a function that is so cheap that calling it for each entry would cost more. */
export interface ArrayActivation {
  values<T extends Reals>(x: T): T;
  differential<T extends Reals>(x: T): Differential<T>;
  /** absent where φ″ = 0 */
  bends?<T extends Reals>(x: T): T;
}

/**
 * The product with φ′(x): row n·K + k of U `[B · K, n]` times row n of φ′(x), entry by entry, in `result`, which may be
 * U's own numbers; by default in new ones.
 */
export type Differential<T extends Reals> = (U: Matrix<T>, result?: T) => Matrix<T>;

/**
 * The layer y_i = φ(x_i), for inputs of any shape.
 *
 * @example
 * const square = elementwise("square", { value: (x) => x * x, slope: (x) => 2 * x, bend: () => 2 });
 */
export function elementwise(
  kind: string,
  activation: Activation,
  options: Layer["options"] = {},
): Layer {
  const { bend } = activation;
  return arraywise(
    kind,
    {
      values: (x) => mapped(x, activation.value),
      differential: (x) => {
        const slopes = mapped(x, activation.slope);
        return (U, result) => scaled(U, slopes, result);
      },
      ...(bend && { bends: <T extends Reals>(x: T) => mapped(x, bend) }),
    },
    options,
  );
}

/** As {@link elementwise}. */
export function arraywise(
  kind: string,
  activation: ArrayActivation,
  options: Layer["options"],
): Layer {
  return {
    kind,
    options,
    parameters: [],
    outputShape: (input) => input,
    forward: (_w, X) => arraywisePass(activation, X),
  };
}

function arraywisePass<T extends Reals>(
  { values, differential, bends }: ArrayActivation,
  X: Matrix<T>,
): Pass<T> {
  const outputs = { ...X, data: values(X.data) };
  // only for what has to be differentiated
  let known: Differential<T> | undefined;
  const product: Differential<T> = (U, result) => {
    known ??= differential(X.data);
    return known(U, result);
  };
  return {
    outputs,
    // slopes too
    bytes: 2 * outputs.data.byteLength,
    push: (inputs) => inputs && product(inputs),
    pull: (U) => product(U),
    pullInPlace: (U) => product(U, U.data),
    ...(bends && {
      bend: (U: Matrix<T>, inputs: Matrix<T> | undefined) =>
        inputs && scaled(scaled(U, inputs.data), bends(X.data)),
      bends: (U: Matrix<T>) => products(U.data, bends(X.data)),
    }),
  };
}

/** a_i b_i, in float64: in float32 products of small numbers would be zero. */
function products(a: Reals, b: Reals): Float64Array {
  const c = new Float64Array(a.length);
  for (let i = 0; i < c.length; i++) c[i] = a[i] * b[i];
  return c;
}

function mapped<T extends Reals>(x: T, f: (x: number) => number): T {
  const y = reals(x, x.length);
  for (let i = 0; i < x.length; i++) y[i] = f(x[i]);
  return y;
}

/** Row n·K + k is that of U `[B · K, n]` times row n of the `factors` `[B, n]`, entry by entry; in `result`. */
export function scaled<T extends Reals>(
  U: Matrix<T>,
  factors: T,
  result: T = reals(U.data, U.data.length),
): Matrix<T> {
  multiplyRows(U, factors, result);
  return { ...U, data: result };
}
