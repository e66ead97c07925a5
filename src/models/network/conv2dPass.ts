/** A convolution on a batch, example by example as a product of weights and patches: no activation is transposed. */
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import { kernels } from "../../linalg/provider.ts";
import { convolutionRows } from "./conv2dRows.ts";
import { type Convolution, groupSizes, patchesOf, rowBlock } from "./convolution.ts";
import type { Pass } from "./layer.ts";
import { imageSize, patchSize, scatterPatches } from "./patches.ts";
import { sumColumns, sumOf } from "./sums.ts";

export function convolutionPass<T extends Reals>(
  convolution: Convolution,
  w: T,
  X: Matrix<T>,
): Pass<T> {
  const { outChannels, positions, bias } = convolution;
  const zeroOutputs = (): Matrix<T> => {
    const cols = outChannels * positions;
    return { rows: X.rows, cols, data: reals(w, X.rows * cols) };
  };
  const outputs = zeroOutputs();
  addOutputs(convolution, w, X, outputs);
  if (bias) addBias(convolution, w, outputs);
  return {
    outputs,
    bytes: outputs.data.byteLength,
    push(inputs, weights) {
      const tangent = zeroOutputs();
      if (inputs) addOutputs(convolution, w, inputs, tangent);
      if (weights) {
        addOutputs(convolution, weights, X, tangent);
        if (bias) addBias(convolution, weights, tangent);
      }
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
  const patches = patchesOf(convolution, X);
  for (let n = 0; n < X.rows; n++) {
    const all = patches(n);
    for (let g = 0; g < groups; g++) {
      const W = rowBlock(w, 0, g, size.out, size.in);
      const P = rowBlock(all, 0, g, size.in, R);
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
  const room = reals(U.data, patchSize(patches) * R);
  for (let r = 0; r < U.rows; r++) {
    for (let g = 0; g < groups; g++) {
      const W = rowBlock(w, 0, g, size.out, size.in);
      const G = rowBlock(U.data, r * U.cols, g, size.out, R);
      kernels().gemm(W, G, rowBlock(room, 0, g, size.in, R), { transA: true });
    }
    scatterPatches(patches, room, data, r * cols);
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
  const patches = patchesOf(convolution, X);
  for (let n = 0; n < X.rows; n++) {
    const all = patches(n);
    for (let g = 0; g < groups; g++) {
      const G = rowBlock(U.data, n * U.cols, g, size.out, R);
      const P = rowBlock(all, 0, g, size.in, R);
      const W = rowBlock(gradient, 0, g, size.out, size.in);
      kernels().gemm(G, P, W, { transB: true, beta: 1 });
    }
  }
}

/** Adds the biases, the last entries of w, to the outputs. */
function addBias<T extends Reals>(
  { outChannels, positions: R }: Convolution,
  w: T,
  Y: Matrix<T>,
): void {
  const first = w.length - outChannels;
  for (let n = 0; n < Y.rows; n++) {
    for (let o = 0; o < outChannels; o++) {
      const b = w[first + o];
      const at = n * Y.cols + o * R;
      for (let r = at; r < at + R; r++) Y.data[r] += b;
    }
  }
}

/** Adds the sums over examples and positions to the last entries of `gradient`; in float64, since they are long. */
function addBiasGradient<T extends Reals>(
  { outChannels, positions: R }: Convolution,
  U: Matrix<T>,
  gradient: T,
): void {
  const first = gradient.length - outChannels;
  for (let o = 0; o < outChannels; o++) {
    let sum = 0;
    for (let n = 0; n < U.rows; n++) sum += sumOf(U.data, n * U.cols + o * R, R);
    gradient[first + o] += sum;
  }
}
