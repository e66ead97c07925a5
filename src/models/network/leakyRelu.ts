/** Rectified linear units that leak. */
import type { Layer } from "./layer.ts";
import { rectifier } from "./rectifier.ts";
import { requireFiniteOption } from "./shape.ts";

/**
 * x for x > 0, else `slope` · x (PyTorch's default 0.01), entry by entry. The slope at the kink is `slope`, the
 * second derivative 0 everywhere. Throws {@link DomainError} for a slope that is not finite.
 */
export function leakyRelu(slope = 0.01): Layer {
  requireFiniteOption(slope, "leakyRelu: slope");
  return rectifier("leakyRelu", slope, { slope });
}
