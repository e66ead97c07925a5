/** The hyperbolic tangent. */
import { type Activation, elementwise } from "./elementwise.ts";
import type { Layer } from "./layer.ts";

const activation: Activation = { value: Math.tanh, slope, bend };

/** sech² x; 1 − tanh² x would cancel where tanh is near ±1 */
function slope(x: number): number {
  const e = Math.exp(-2 * Math.abs(x));
  return (4 * e) / ((1 + e) * (1 + e));
}

function bend(x: number): number {
  return -2 * Math.tanh(x) * slope(x);
}

/**
 * tanh x, entry by entry.
 *
 * @example
 * sequential([dense(2, 16), tanh(), dense(16, 1)]);
 */
export function tanh(): Layer {
  return elementwise("tanh", activation);
}
