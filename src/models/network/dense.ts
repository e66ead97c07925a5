/** y = W x + b. */
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import { kernels } from "../../linalg/provider.ts";
import { outerRows } from "../outerRows.ts";

import { fansOf, type Initializer, type InitializerName, initializerOf } from "./initializers.ts";
import type { Layer, Parameter, Pass } from "./layer.ts";
import { requireCount, requireShape } from "./shape.ts";
import { sumColumns } from "./sums.ts";

export interface DenseOptions {
  /** default true */
  readonly bias?: boolean;
  /** default "torch": weight and bias uniform on ±1/√inputs */
  readonly initializer?: InitializerName | Initializer;
}

/**
 * A fully connected layer, y = W x + b with W `[outputs, inputs]` and then b `[outputs]` in θ: PyTorch's `Linear`.
 * Throws {@link DomainError} unless both sizes are positive integers, or for an unknown initializer; the network
 * throws `ShapeError` for inputs of another shape than `[inputs]`.
 *
 * @example
 * sequential([dense(784, 100, { initializer: "heNormal" }), relu(), dense(100, 10)]);
 */
export function dense(inputs: number, outputs: number, options: DenseOptions = {}): Layer {
  requireCount(inputs, "dense: inputs");
  requireCount(outputs, "dense: outputs");
  const { bias = true } = options;
  const initializer = initializerOf(options.initializer ?? "torch");
  const weightShape = [outputs, inputs];
  const fans = fansOf(weightShape);
  const weight: Parameter = {
    name: "weight",
    shape: weightShape,
    initialize: (values, random) => initializer.weight(values, fans, random),
  };
  const biases: Parameter = {
    name: "bias",
    shape: [outputs],
    initialize: (values, random) => initializer.bias(values, fans, random),
  };
  return {
    kind: "dense",
    options: { inputs, outputs, bias, initializer: initializer.name },
    parameters: bias ? [weight, biases] : [weight],
    inputShape: [inputs],
    bilinear: true,
    outputShape(input) {
      requireShape(input, [inputs]);
      return [outputs];
    },
    forward: (w, X) => densePass({ inputs, outputs, bias }, w, X),
  };
}

interface DenseSizes {
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
}

function densePass<T extends Reals>(sizes: DenseSizes, w: T, X: Matrix<T>): Pass<T> {
  const { inputs: I, outputs: O, bias } = sizes;
  const count = O * I;
  const W = weightOf(sizes, w);
  const outputs = affine(sizes, X, w);
  return {
    outputs,
    bytes: outputs.data.byteLength,
    push(inputs, weights) {
      const tangent = weights ? affine(sizes, X, weights) : matrixLike(w, X.rows, O);
      if (inputs) kernels().gemm(inputs, W, tangent, { transB: true, beta: 1 });
      return tangent;
    },
    pull: (U) => times(U, W),
    // J_xᵀ u = Wᵀ u
    bend: (U, _inputs, weights) => weights && times(U, weightOf(sizes, weights)),
    weights: {
      addGradient(U, gradient) {
        const summed = sumColumns(U, X.rows);
        kernels().gemm(summed, X, weightOf(sizes, gradient), { transA: true, beta: 1 });
        if (!bias) return;
        const ones = reals(w, X.rows).fill(1) as T;
        const biases = gradient.subarray(count) as T;
        kernels().gemv(summed, ones, biases, { transA: true, beta: 1 });
      },
      // J_wᵀ u = u xᵀ
      addBentGradient(U, inputs, _weights, gradient) {
        if (inputs) {
          kernels().gemm(U, inputs, weightOf(sizes, gradient), { transA: true, beta: 1 });
        }
      },
      rows(U, columns, layer, offset) {
        const size = w.length;
        const place = { layer, offset, size, samples: X.rows, columns };
        const product = { positions: 1, inputs: X, gradients: U, weight: offset };
        return outerRows(place, [bias ? { ...product, bias: offset + count } : product]);
      },
    },
  };
}

/** The first entries of w as W `[out, in]`, not copied. */
function weightOf<T extends Reals>({ inputs, outputs }: DenseSizes, w: T): Matrix<T> {
  return { rows: outputs, cols: inputs, data: w.subarray(0, outputs * inputs) as T };
}

/** X Wᵀ + b */
function affine<T extends Reals>(sizes: DenseSizes, X: Matrix<T>, w: T): Matrix<T> {
  const { inputs, outputs, bias } = sizes;
  const Y = matrixLike(w, X.rows, outputs);
  if (bias) {
    const b = w.subarray(outputs * inputs);
    for (let n = 0; n < X.rows; n++) Y.data.set(b, n * outputs);
  }
  kernels().gemm(X, weightOf(sizes, w), Y, { transB: true, beta: bias ? 1 : 0 });
  return Y;
}

function times<T extends Reals>(U: Matrix<T>, W: Matrix<T>): Matrix<T> {
  const C = matrixLike(U.data, U.rows, W.cols);
  kernels().gemm(U, W, C);
  return C;
}

function matrixLike<T extends Reals>(like: T, rows: number, cols: number): Matrix<T> {
  return { rows, cols, data: reals(like, rows * cols) };
}
