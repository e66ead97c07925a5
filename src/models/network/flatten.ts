/** Activations of any shape as vectors. */
import type { Matrix, Reals } from "../../linalg/matrix.ts";
import type { Layer, Pass } from "./layer.ts";
import { sizeOf } from "./shape.ts";

/**
 * `[channels, height, width]` as `[channels · height · width]`, in that order (PyTorch's `Flatten`): for `dense`
 * after convolutions. Nothing is moved or copied.
 */
export function flatten(): Layer {
  return {
    kind: "flatten",
    options: {},
    parameters: [],
    outputShape: (input) => [sizeOf(input)],
    forward: (_w, X) => identityPass(X),
  };
}

/** Numbers that stay as they are. */
export function identityPass<T extends Reals>(X: Matrix<T>): Pass<T> {
  return { outputs: X, bytes: 0, push: (inputs) => inputs, pull: (U) => U };
}
