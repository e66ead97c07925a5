/** A spectrum as a smooth density, for plotting. */
import { DomainError } from "../../errors.ts";
import { requireFinite } from "../matrix.ts";
import { requireDamping } from "../shapes.ts";
import { RunningMean } from "./estimate.ts";
import { requirePositiveRitz } from "./positiveRitz.ts";
import type { GaussRule } from "./spectralQuadrature.ts";

export interface DensityOptions {
  /** x is λ + damping, or its decimal logarithm; default `linear` */
  readonly scale?: "linear" | "log10";
  /** added to every eigenvalue, ≥ 0, default 0; on the logarithmic scale all of λ + damping must be positive */
  readonly damping?: number;
  /** standard deviation of the Gaussian kernel, in units of x; default: the range of x over the steps of a probe */
  readonly bandwidth?: number;
  /** x `[n]`; default 200 from 4 bandwidths below the least node to 4 above the largest */
  readonly at?: Float64Array;
}

export interface SpectralDensity {
  /** λ + damping or log₁₀(λ + damping), `[n]` */
  readonly x: Float64Array;
  /** share of the eigenvalues for each unit of x, `[n]`: its integral is 1 */
  readonly density: Float64Array;
  /** of the density, from the spread over probes, `[n]` */
  readonly standardError: Float64Array;
  readonly scale: "linear" | "log10";
  readonly damping: number;
  readonly bandwidth: number;
}

const POINTS = 200;
const MARGIN = 4;

/**
 * The mean over probes of Σ w N(x; θ, bandwidth²) (Lin, Saad & Yang 2016; Ghorbani, Krishnan & Xiao
 * 2019). Throws `NotPositiveDefiniteError`, with the least node, where a logarithm would not exist;
 * {@link DomainError} for bad options, and for nodes that are all equal where no bandwidth is given.
 */
export function spectralDensity(
  rules: readonly GaussRule[],
  dimension: number,
  options: DensityOptions,
): SpectralDensity {
  const { scale = "linear", damping = 0 } = options;
  requireDamping(damping);
  const nodes = rules.flatMap((rule) => Array.from(rule.nodes)).sort((a, b) => a - b);
  const [least, largest] = [nodes[0], nodes[nodes.length - 1]];
  if (scale === "log10") {
    requirePositiveRitz(Float64Array.of(least, largest), damping, dimension);
  }
  const place = (value: number): number =>
    scale === "log10" ? Math.log10(value + damping) : value + damping;

  const [low, high] = [place(least), place(largest)];
  const steps = Math.max(...rules.map((rule) => rule.nodes.length));
  const bandwidth = options.bandwidth ?? (high - low) / steps;
  if (!(bandwidth > 0 && bandwidth < Infinity)) {
    const remark = options.bandwidth === undefined ? " (all nodes are equal: state one)" : "";
    throw new DomainError(`bandwidth: found ${bandwidth}${remark}, expected a finite number > 0`);
  }
  const x = options.at ?? grid(low - MARGIN * bandwidth, high + MARGIN * bandwidth);
  requireFinite(x, "places of a density");

  const running = new RunningMean(x.length);
  const height = 1 / (bandwidth * Math.sqrt(2 * Math.PI));
  for (const rule of rules) {
    const centres = rule.nodes.map(place);
    running.add(
      x.map((at) => {
        let sum = 0;
        for (let i = 0; i < centres.length; i++) {
          sum += rule.weights[i] * Math.exp(-0.5 * ((at - centres[i]) / bandwidth) ** 2);
        }
        return height * sum;
      }),
    );
  }
  return {
    x,
    density: running.mean,
    standardError: running.standardError(),
    scale,
    damping,
    bandwidth,
  };
}

function grid(low: number, high: number): Float64Array {
  return Float64Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
}
