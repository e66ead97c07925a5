/** A smooth rectifier. */
import { log1pExp, sigmoid } from "../../likelihoods/special.ts";
import { type Activation, elementwise } from "./elementwise.ts";
import type { Layer } from "./layer.ts";
import { sigmoidSlope } from "./sigmoid.ts";

const activation: Activation = { value: log1pExp, slope: sigmoid, bend: sigmoidSlope };

/** log(1 + eˣ), entry by entry, for every x: there is no threshold above which it becomes x. */
export function softplus(): Layer {
  return elementwise("softplus", activation);
}
