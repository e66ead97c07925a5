/** Stochastic Lanczos quadrature: the spectrum as a measure, and traces of functions by it. */
import { DomainError } from "../../errors.ts";
import type { Generator } from "../../random/generator.ts";
import { Lanczos, type Ritz, requireSteps } from "../lanczos.ts";
import { requireDamping } from "../shapes.ts";
import { meanOf, type TraceEstimate } from "./estimate.ts";
import { requirePositiveRitz } from "./positiveRitz.ts";
import { signs } from "./probes.ts";
import { CountedProducts, type Multiplication } from "./products.ts";
import { type DensityOptions, type SpectralDensity, spectralDensity } from "./spectralDensity.ts";

export interface SpectralQuadratureOptions {
  /** random vectors, at least 2, for there is no standard error of one */
  readonly probes: number;
  /** k ≥ 2, products for each probe; fewer are made where its space is invariant before */
  readonly steps: number;
}

/** A quadrature rule of one probe v, ‖v‖ = 1: Σ w p(θ) = vᵀ p(A) v for polynomials p up to degree 2k − 1. */
export interface GaussRule {
  /** θ, ascending, `[k]` */
  readonly nodes: Float64Array;
  /** w, positive with sum 1: the squared first components of the eigenvectors of T, `[k]` */
  readonly weights: Float64Array;
}

/** A trace of a function, with both of its errors. */
export interface QuadratureEstimate extends TraceEstimate {
  /**
   * how much the last of the steps changed the value. The quadrature's own error, which no probes average away, is
   * mostly smaller for smooth functions; the standard error does not contain it
   */
  readonly truncation: number;
}

/** The rules of all probes; everything here is computed from them, without further products. */
export class SpectralQuadrature {
  /** D */
  readonly dimension: number;
  /** one for each probe */
  readonly rules: readonly GaussRule[];
  /** products with A that were made */
  readonly products: number;
  /** the rules of one step less; of as many where the space is invariant */
  private readonly before: readonly GaussRule[];

  constructor(
    dimension: number,
    rules: readonly GaussRule[],
    before: readonly GaussRule[],
    products: number,
  ) {
    this.dimension = dimension;
    this.rules = rules;
    this.before = before;
    this.products = products;
  }

  /** The least node: no eigenvalue of A is known below, and the least one is not above. */
  get least(): number {
    return Math.min(...this.rules.map(({ nodes }) => nodes[0]));
  }

  /** The largest node. */
  get largest(): number {
    return Math.max(...this.rules.map(({ nodes }) => nodes[nodes.length - 1]));
  }

  /**
   * tr f(A). Throws {@link DomainError} where f is not finite at a node; nodes lie between the eigenvalues.
   *
   * @example
   * quadrature.trace((eigenvalue) => eigenvalue / (eigenvalue + damping)); // effective parameters
   */
  trace(f: (eigenvalue: number) => number): QuadratureEstimate {
    const D = this.dimension;
    const samples = this.rules.map((rule) => D * integral(rule, f));
    const { value, standardError } = meanOf(samples);
    const shorter = meanOf(this.before.map((rule) => D * integral(rule, f))).value;
    return {
      value,
      standardError,
      truncation: Math.abs(value - shorter),
      products: this.products,
    };
  }

  /**
   * log det(A + damping · I) (Ubaru, Chen & Saad 2017). Throws `NotPositiveDefiniteError`, with the least node, where
   * that matrix is not positive definite beyond rounding; {@link DomainError} for a negative damping.
   */
  logDeterminant({ damping = 0 }: { damping?: number } = {}): QuadratureEstimate {
    requireDamping(damping);
    requirePositiveRitz(Float64Array.of(this.least, this.largest), damping, this.dimension);
    return this.trace((eigenvalue) => Math.log(eigenvalue + damping));
  }

  /**
   * How many eigenvalues lie in [low, high] (Di Napoli, Polizzi & Saad 2016). The edge is no smooth function: an end
   * among eigenvalues costs more steps than one in a gap, and `truncation` tells.
   */
  count(low: number, high: number): QuadratureEstimate {
    if (!(low <= high)) {
      throw new DomainError(`eigenvalues between ${low} and ${high}: expected low ≤ high`);
    }
    return this.trace((eigenvalue) => (eigenvalue >= low && eigenvalue <= high ? 1 : 0));
  }

  /** The density of the eigenvalues for plotting, see {@link spectralDensity}. */
  density(options: DensityOptions = {}): SpectralDensity {
    return spectralDensity(this.rules, this.dimension, options);
  }
}

function integral({ nodes, weights }: GaussRule, f: (value: number) => number): number {
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) {
    const image = f(nodes[i]);
    if (!Number.isFinite(image)) {
      throw new DomainError(
        `spectral quadrature: found ${image} at the node ${nodes[i]}, expected a finite number`,
      );
    }
    sum += weights[i] * image;
  }
  return sum;
}

/**
 * Runs Lanczos from random signs (Golub & Meurant 1994; Ubaru, Chen & Saad 2017, algorithm 1), with full
 * re-orthogonalization. One probe is worked on at a time; k + 1 vectors are held. Throws {@link DomainError} for bad
 * options, a product that is not finite, an operator that is seen not to be symmetric; `ShapeError`.
 *
 * @example
 * const quadrature = spectralQuadrature(A, stream(0), { probes: 10, steps: 40 });
 * const { value, standardError, truncation } = quadrature.logDeterminant({ damping: 1e-3 });
 */
export function spectralQuadrature(
  A: Multiplication,
  random: Generator,
  { probes, steps }: SpectralQuadratureOptions,
): SpectralQuadrature {
  const products = new CountedProducts(A, "spectral quadrature");
  const D = A.dimension;
  if (!Number.isInteger(probes) || probes < 2) {
    throw new DomainError(
      `spectral quadrature: ${probes} probes, expected an integer of at least 2`,
    );
  }
  if (!(steps >= 2)) {
    throw new DomainError(`spectral quadrature: ${steps} steps, expected an integer of at least 2`);
  }
  requireSteps(steps, D, "spectral quadrature");
  const rules: GaussRule[] = [];
  const before: GaussRule[] = [];
  for (let probe = 0; probe < probes; probe++) {
    const process = new Lanczos(products, signs(random, 1, D).data);
    while (process.steps < steps && !process.exhausted) process.advance();
    const rule = gaussRule(process.ritz());
    rules.push(rule);
    before.push(process.exhausted ? rule : gaussRule(process.ritz(process.steps - 1)));
  }
  return new SpectralQuadrature(D, rules, before, products.count);
}

/** Golub & Welsch (1969). The first row of the eigenvectors, not all of them. */
function gaussRule({ values, coordinates }: Ritz): GaussRule {
  return { nodes: values, weights: values.map((_, i) => coordinates.data[i] ** 2) };
}
