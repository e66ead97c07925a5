/** The logistic function. */
import { sigmoid as logistic } from "../../likelihoods/special.ts";
import { type Activation, elementwise } from "./elementwise.ts";
import type { Layer } from "./layer.ts";

/** σ′ = σ(x) σ(−x); σ (1 − σ) would cancel where σ is near 1 */
export function sigmoidSlope(x: number): number {
  return logistic(x) * logistic(-x);
}

/** σ″ = σ′ (σ(−x) − σ(x)) */
export function sigmoidBend(x: number): number {
  return -sigmoidSlope(x) * Math.tanh(0.5 * x);
}

const activation: Activation = { value: logistic, slope: sigmoidSlope, bend: sigmoidBend };

/** σ(x) = 1 / (1 + e⁻ˣ), entry by entry. */
export function sigmoid(): Layer {
  return elementwise("sigmoid", activation);
}
