/** A convolution on a batch, example by example as a product of weights and patches: no activation is transposed. */
import { rowSums } from "../../linalg/elements.ts";
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import { imageSize, patchRoom } from "../../linalg/patches.ts";
import { addScaled } from "../../linalg/plain.ts";
import { kernels } from "../../linalg/provider.ts";
import { convolutionRows } from "./conv2dRows.ts";
import { type Convolution, groupSizes, rowBlock } from "./convolution.ts";
import type { Pass } from "./layer.ts";
import { sumColumns } from "./sums.ts";

export function convolutionPass<T extends Reals>(
  convolution: Convolution,
  w: T,
  X: Matrix<T>,
): Pass<T> {
  const { outChannels, positions, bias } = convolution;
  const biases = (v: T): Matrix<T> => {
    const cols = outChannels * positions;
    const Y = { rows: X.rows, cols, data: reals(w, X.rows * cols) };
    if (bias) fillChannels(Y, v.subarray(v.length - outChannels), positions);
    return Y;
  };
  const outputs = biases(w);
  addOutputs(convolution, w, X, outputs);
  return {
    outputs,
    bytes: outputs.data.byteLength,
    push(inputs, weights) {
      const tangent = weights
        ? biases(weights)
        : { ...outputs, data: reals(w, outputs.data.length) };
      if (inputs) addOutputs(convolution, w, inputs, tangent);
      if (weights) addOutputs(convolution, weights, X, tangent);
      return tangent;
    },
    pull: (U) => pulled(convolution, w, U),
    // J_xᵀ is linear in W
    bend: (U, _inputs, weights) => weights && pulled(convolution, weights, U),
    weights: {
      addGradient(U, gradient) {
        const summed = sumColumns(U, X.rows);
        addWeightGradient(convolution, summed, X, gradient);
        if (bias) addBiasGradient(convolution, summed, gradient);
      },
      addBentGradient(U, inputs, _weights, gradient) {
        if (inputs) addWeightGradient(convolution, U, inputs, gradient);
      },
      rows: (U, columns, layer, offset) =>
        convolutionRows(convolution, X, U, {
          layer,
          offset,
          size: w.length,
          samples: X.rows,
          columns,
        }),
    },
  };
}

/** Y += W ∗ X */
function addOutputs<T extends Reals>(
  convolution: Convolution,
  w: T,
  X: Matrix<T>,
  Y: Matrix<T>,
): void {
  const { groups, positions: R } = convolution;
  const size = groupSizes(convolution);
  const room = patchRoom(convolution.patches, X.data);
  for (let n = 0; n < X.rows; n++) {
    room.gather(X.data, n * X.cols);
    for (let g = 0; g < groups; g++) {
      const W = rowBlock(w, 0, g, size.out, size.in);
      const P = rowBlock(room.patches, 0, g, size.in, R);
      kernels().gemm(W, P, rowBlock(Y.data, n * Y.cols, g, size.out, R), { beta: 1 });
    }
  }
}

/** J_xᵀ U for W, `[B · K, in]` */
function pulled<T extends Reals>(convolution: Convolution, w: T, U: Matrix<T>): Matrix<T> {
  const { patches, groups, positions: R } = convolution;
  const size = groupSizes(convolution);
  const cols = imageSize(patches);
  const data = reals(U.data, U.rows * cols);
  const room = patchRoom(patches, U.data);
  for (let r = 0; r < U.rows; r++) {
    for (let g = 0; g < groups; g++) {
      const W = rowBlock(w, 0, g, size.out, size.in);
      const G = rowBlock(U.data, r * U.cols, g, size.out, R);
      kernels().gemm(W, G, rowBlock(room.patches, 0, g, size.in, R), { transA: true });
    }
    room.scatter(data, r * cols);
  }
  return { rows: U.rows, cols, data };
}

/** Adds Σ_n U_n P(x_n)ᵀ to the weights of `gradient`. */
function addWeightGradient<T extends Reals>(
  convolution: Convolution,
  U: Matrix<T>,
  X: Matrix<T>,
  gradient: T,
): void {
  const { groups, positions: R } = convolution;
  const size = groupSizes(convolution);
  const room = patchRoom(convolution.patches, X.data);
  for (let n = 0; n < X.rows; n++) {
    room.gather(X.data, n * X.cols);
    for (let g = 0; g < groups; g++) {
      const G = rowBlock(U.data, n * U.cols, g, size.out, R);
      const P = rowBlock(room.patches, 0, g, size.in, R);
      const W = rowBlock(gradient, 0, g, size.out, size.in);
      kernels().gemm(G, P, W, { transB: true, beta: 1 });
    }
  }
}

/** Fills the R entries of each channel with its value. */
function fillChannels<T extends Reals>(
  { rows, cols, data }: Matrix<T>,
  values: Reals,
  R: number,
): void {
  for (let n = 0; n < rows; n++) {
    for (let o = 0; o < values.length; o++) {
      const at = n * cols + o * R;
      data.fill(values[o], at, at + R);
    }
  }
}

/** Adds the sums over examples and positions to the last entries of `gradient`; in float64, since they are long. */
function addBiasGradient<T extends Reals>(
  { outChannels: O, positions: R }: Convolution,
  U: Matrix<T>,
  gradient: T,
): void {
  const sums = rowSums({ rows: U.rows * O, cols: R, data: U.data });
  const total = new Float64Array(O);
  for (let n = 0; n < U.rows; n++) addScaled(1, sums, n * O, total, 0, O);
  addScaled(1, total, 0, gradient, gradient.length - O, O);
}
