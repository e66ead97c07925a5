/** Averages of whole channels. */
import { rowSums } from "../../linalg/elements.ts";
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import type { Layer, Pass } from "./layer.ts";
import { requireImage } from "./windows.ts";

/**
 * The mean of each channel, `[channels, height, width]` to `[channels, 1, 1]`: PyTorch's `AdaptiveAvgPool2d(1)`. The
 * network throws `ShapeError` for inputs of another shape.
 *
 * @example
 * sequential([conv2d(3, 16, { kernel: 3 }), relu(), globalAveragePool2d(), flatten(), dense(16, 10)], {
 *   inputs: [3, 32, 32],
 * });
 */
export function globalAveragePool2d(): Layer {
  return {
    kind: "globalAveragePool2d",
    options: {},
    parameters: [],
    outputShape(input) {
      requireImage(input);
      return [input[0], 1, 1];
    },
    forward: (_w, X, [channels]) => meansPass(channels, X),
  };
}

function meansPass<T extends Reals>(channels: number, X: Matrix<T>): Pass<T> {
  const positions = X.cols / channels;
  const means = (images: Matrix<T>): Matrix<T> => {
    const data = reals(images.data, images.rows * channels);
    const sums = rowSums({ rows: data.length, cols: positions, data: images.data });
    for (let i = 0; i < data.length; i++) data[i] = sums[i] / positions;
    return { rows: images.rows, cols: channels, data };
  };
  const outputs = means(X);
  return {
    outputs,
    bytes: outputs.data.byteLength,
    push: (inputs) => inputs && means(inputs),
    pull(U) {
      const data = reals(U.data, U.data.length * positions);
      for (let i = 0; i < U.data.length; i++) {
        data.fill(U.data[i] / positions, i * positions, (i + 1) * positions);
      }
      return { rows: U.rows, cols: X.cols, data };
    },
  };
}
