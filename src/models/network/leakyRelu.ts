/** Rectified linear units that leak. */

import { elementwise } from "./elementwise.ts";
import type { Layer } from "./layer.ts";
import { requireFiniteOption } from "./shape.ts";

/**
 * x for x > 0, else `slope` · x (PyTorch's default 0.01), entry by entry. The slope at the kink is `slope`, the
 * second derivative 0 everywhere. Throws {@link DomainError} for a slope that is not finite.
 */
export function leakyRelu(slope = 0.01): Layer {
  requireFiniteOption(slope, "leakyRelu: slope");
  return elementwise(
    "leakyRelu",
    { value: (x) => (x > 0 ? x : slope * x), slope: (x) => (x > 0 ? 1 : slope) },
    { slope },
  );
}
