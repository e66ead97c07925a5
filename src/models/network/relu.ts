/** Rectified linear units. */
import { type Activation, elementwise } from "./elementwise.ts";
import type { Layer } from "./layer.ts";

const activation: Activation = {
  // a NaN stays a NaN
  value: (x) => (x <= 0 ? 0 : x),
  slope: (x) => (x > 0 ? 1 : 0),
};

/**
 * max(0, x), entry by entry. Its slope at the kink is 0, and its second derivative is 0 everywhere: Hessians are
 * those of the linear piece that x lies in.
 */
export function relu(): Layer {
  return elementwise("relu", activation);
}
