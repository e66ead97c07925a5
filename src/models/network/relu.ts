/** Rectified linear units. */
import type { Layer } from "./layer.ts";
import { rectifier } from "./rectifier.ts";

/**
 * max(0, x), entry by entry; NaN for x = −∞, too. Its slope at the kink is 0, and its second derivative is 0
 * everywhere: Hessians are those of the linear piece that x lies in.
 */
export function relu(): Layer {
  return rectifier("relu", 0, {});
}
