/** Gaussian error linear units. */
import { DomainError } from "../../errors.ts";
import { sigmoid } from "../../likelihoods/special.ts";
import { type Activation, elementwise } from "./elementwise.ts";
import type { Layer } from "./layer.ts";
import { normalDensity, normalDistribution } from "./normal.ts";
import { sigmoidSlope } from "./sigmoid.ts";

export interface GeluOptions {
  /** "tanh" for the approximation of Hendrycks and Gimpel; default "none" */
  readonly approximate?: "none" | "tanh";
}

const exact: Activation = {
  value: (x) => x * normalDistribution(x),
  slope: (x) => normalDistribution(x) + x * normalDensity(x),
  bend(x) {
    const density = normalDensity(x);
    // far out x² may be infinite
    return density === 0 ? 0 : density * (2 - x * x);
  },
};

/** 2 √(2/π), since (1 + tanh u) / 2 = σ(2u) */
const SCALE = 1.5957691216057308;
const CUBIC = 0.044715;

const argument = (x: number): number => SCALE * (x + CUBIC * x * x * x);
const argumentSlope = (x: number): number => SCALE * (1 + 3 * CUBIC * x * x);

const approximation: Activation = {
  value: (x) => x * sigmoid(argument(x)),
  slope(x) {
    const p = argument(x);
    const s = sigmoidSlope(p);
    return s === 0 ? sigmoid(p) : sigmoid(p) + x * s * argumentSlope(x);
  },
  bend(x) {
    const p = argument(x);
    const s = sigmoidSlope(p);
    if (s === 0) return 0;
    const slope = argumentSlope(x);
    const second = SCALE * 6 * CUBIC * x - Math.tanh(0.5 * p) * slope * slope;
    return s * (2 * slope + x * second);
  },
};

/**
 * x Φ(x), entry by entry, with Φ the distribution function of the standard normal, or with
 * Φ ≈ (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2 (Hendrycks and Gimpel 2016). Throws {@link DomainError} for another
 * approximation.
 *
 * @example
 * sequential([dense(2, 16), gelu(), dense(16, 16), gelu({ approximate: "tanh" }), dense(16, 1)]);
 */
export function gelu({ approximate = "none" }: GeluOptions = {}): Layer {
  if (approximate !== "none" && approximate !== "tanh") {
    throw new DomainError(`gelu: approximate is "${approximate}", expected "none" or "tanh"`);
  }
  return elementwise("gelu", approximate === "tanh" ? approximation : exact, { approximate });
}
