/** Sigmoid linear units, also known as swish. */
import { sigmoid } from "../../likelihoods/special.ts";
import { type Activation, elementwise } from "./elementwise.ts";
import type { Layer } from "./layer.ts";
import { sigmoidSlope } from "./sigmoid.ts";

const activation: Activation = {
  value: (x) => x * sigmoid(x),
  slope: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
  bend: (x) => sigmoidSlope(x) * (2 - x * Math.tanh(0.5 * x)),
};

/** x σ(x), entry by entry (Elfwing et al. 2018, eq. 3). */
export function silu(): Layer {
  return elementwise("silu", activation);
}
