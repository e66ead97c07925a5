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
  /** whether the space was invariant: the rule then knows vᵀ f(A) v for every f */
  readonly exact: boolean;
}

/** A trace of a function, with both of its errors. */
export interface QuadratureEstimate extends TraceEstimate {
  /**
   * by how much the second half of the steps changed the value. The error of the quadrature itself, which no probes
   * average away, is smaller where it falls at least as 1/k, and much smaller for smooth functions; the standard
   * error does not contain it
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
  /** the rules of half of the steps; of as many where the space is invariant */
  private readonly halves: readonly GaussRule[];

  constructor(
    dimension: number,
    rules: readonly GaussRule[],
    halves: readonly GaussRule[],
    products: number,
  ) {
    this.dimension = dimension;
    this.rules = rules;
    this.halves = halves;
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
    const half = meanOf(this.halves.map((rule) => D * integral(rule, f))).value;
    return {
      value,
      standardError,
      truncation: Math.abs(value - half),
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
   * How many eigenvalues lie in [low, high] (Di Napoli, Polizzi & Saad 2016). The indicator is not smooth, so
   * `truncation` is here a bound for these probes: by the inequalities of Chebyshev, Markov and Stieltjes (Szegő,
   * Orthogonal Polynomials, section 3.41) the weight beyond an end is known up to that of the node beside it.
   */
  count(low: number, high: number): QuadratureEstimate {
    if (!(low <= high)) {
      throw new DomainError(`eigenvalues between ${low} and ${high}: expected low ≤ high`);
    }
    const inside = (eigenvalue: number): number => Number(eigenvalue >= low && eigenvalue <= high);
    const open = this.rules.map((rule) => weightBeside(rule, low) + weightBeside(rule, high));
    return { ...this.trace(inside), truncation: this.dimension * meanOf(open).value };
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

/** The larger weight of the two nodes around `end`: what a rule leaves open of the weight below it. */
function weightBeside({ nodes, weights, exact }: GaussRule, end: number): number {
  if (exact || Math.abs(end) === Infinity) return 0;
  const right = nodes.findIndex((node) => node > end);
  const last = nodes.length - 1;
  if (right === 0) return weights[0];
  if (right < 0) return weights[last];
  return Math.max(weights[right - 1], weights[right]);
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
  options: SpectralQuadratureOptions,
): SpectralQuadrature {
  const { probes, steps }: SpectralQuadratureOptions = Object(options);
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
  const halves: GaussRule[] = [];
  for (let probe = 0; probe < probes; probe++) {
    const process = new Lanczos(products, signs(random, 1, D).data);
    while (process.steps < steps && !process.exhausted) process.advance();
    const rule = gaussRule(process.ritz(), process.exhausted);
    rules.push(rule);
    halves.push(rule.exact ? rule : gaussRule(process.ritz(Math.floor(steps / 2)), false));
  }
  return new SpectralQuadrature(D, rules, halves, products.count);
}

/** Golub & Welsch (1969). The first row of the eigenvectors, not all of them. */
function gaussRule({ values, coordinates }: Ritz, exact: boolean): GaussRule {
  return { nodes: values, weights: values.map((_, i) => coordinates.data[i] ** 2), exact };
}
