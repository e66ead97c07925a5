/** Activations of any shape as vectors. */
import type { Layer } from "./layer.ts";
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
    forward: (_w, X) => ({
      outputs: X,
      bytes: 0,
      push: (inputs) => inputs ?? { ...X, data: X.data.slice().fill(0) as typeof X.data },
      pull: (U) => U,
    }),
  };
}
