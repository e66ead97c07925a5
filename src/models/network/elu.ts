/** Exponential linear units. */

import { elementwise } from "./elementwise.ts";
import type { Layer } from "./layer.ts";
import { requireFiniteOption } from "./shape.ts";

/**
 * x for x > 0, else α (eˣ − 1), entry by entry (Clevert et al. 2016, eq. 15), α = 1 by default. At 0 the derivatives
 * are those from below. Throws {@link DomainError} for an α that is not finite.
 */
export function elu(alpha = 1): Layer {
  requireFiniteOption(alpha, "elu: alpha");
  return elementwise(
    "elu",
    {
      value: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
      slope: (x) => (x > 0 ? 1 : alpha * Math.exp(x)),
      bend: (x) => (x > 0 ? 0 : alpha * Math.exp(x)),
    },
    { alpha },
  );
}
