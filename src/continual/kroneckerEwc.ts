/** Elastic weight consolidation with Kronecker-factored Fishers (Ritter, Botev & Barber 2018). */
import { curvature } from "../curvature/curvature.ts";
import { kfac } from "../curvature/kfac.ts";
import type { Kind } from "../curvature/kind.ts";
import { empirical, fisher } from "../curvature/kinds.ts";
import { sampled } from "../curvature/sampled.ts";
import { DomainError } from "../errors.ts";
import { categorical } from "../likelihoods/categorical.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { outputRange } from "../models/outputRange.ts";
import { objective } from "../objective.ts";
import type { SeededGenerator } from "../random/seeded.ts";
import { choose } from "./importance.ts";
import { blocksOf, type KroneckerBlock, nearestSum, operatorOf } from "./kroneckerSum.ts";
import type { Kept, Learned, Method } from "./methods.ts";
import { type Anchored, operatorPenalty } from "./operatorPenalty.ts";
import { gather } from "./samples.ts";

type NetworkKind = Kind<Matrix<Float32Array>, Float32Array>;

/** Which Fisher the factors are of. */
const KINDS: Readonly<Record<string, (random: SeededGenerator) => NetworkKind>> = {
  exact: () => fisher(),
  sampled: (random) => sampled({ draws: 1, random }),
  empirical: () => empirical(),
};

export interface KroneckerEwcOptions {
  /** λ ≥ 0 of (λ/2) Σ_layers vec(ΔW)ᵀ (G ⊗ A) vec(ΔW), G ⊗ A a mean over samples; there is a half in it */
  readonly strength: number;
  /** default "sampled", with one label a sample */
  readonly fisher?: "exact" | "sampled" | "empirical";
  /** n, samples of a task that the factors are made of, drawn without replacement; default 10,000, or all if fewer */
  readonly samples?: number;
  /**
   * What becomes of several tasks. `"additive"`: each keeps its factors and its anchor; their sum enters by its gradient, with
   * explicit steps from the second on. `"nearest"` (default): one product, nearest to the sum of the products, anchored at
   * the newest parameters; its implicit step is exact with SGD. Adam takes the gradient of both into its own steps
   */
  readonly sum?: "additive" | "nearest";
}

interface KroneckerKept extends Kept {
  readonly terms: readonly {
    readonly blocks: readonly KroneckerBlock[];
    readonly anchor: Float32Array;
    /** of G ⊗ A without λ */
    readonly largest: number;
  }[];
}

/**
 * EWC that holds directions instead of single weights: the Fisher of each layer is kept as G ⊗ A. A step costs two
 * products with matrices of the layer's inputs and outputs, in float64: much more than a diagonal penalty.
 *
 * @example
 * learn(network, tasks, kroneckerEwc({ strength: 1 }), { rule: sgd({ stepSize: 0.05 }), epochs: 5 });
 */
export function kroneckerEwc({
  strength,
  fisher: kind = "sampled",
  samples,
  sum = "nearest",
}: KroneckerEwcOptions): Method<KroneckerKept> {
  if (!(strength >= 0 && strength < Infinity)) {
    throw new DomainError(`the strength λ is ${strength}, expected a number of at least 0`);
  }
  if (samples !== undefined && !(Number.isSafeInteger(samples) && samples >= 1)) {
    throw new DomainError(`samples is ${samples}, expected a positive whole number`);
  }
  const name = "Kronecker EWC";
  return {
    name,
    options: { strength, fisher: kind, sum, ...(samples !== undefined && { samples }) },
    joint: false,
    begin: () => ({ terms: [] }),
    penalty({ terms }) {
      if (terms.length === 0 || strength === 0) return undefined;
      const anchored = terms.map(
        ({ blocks, anchor, largest }): Anchored => ({
          operator: operatorOf(blocks, strength),
          anchor,
          largest: strength * largest,
        }),
      );
      return operatorPenalty(name, anchored, strength);
    },
    consolidate({ terms }, learned) {
      const { blocks, count } = kroneckerFisher(learned, KINDS[kind], samples);
      const anchor = learned.theta.slice();
      const next = { blocks, anchor, largest: largestOf(blocks) };
      if (sum === "additive" || terms.length === 0) {
        return { kept: { terms: [...terms, next] }, samples: count };
      }
      const joined = nearestSum([terms[0].blocks, blocks]);
      return {
        kept: { terms: [{ blocks: joined, anchor, largest: largestOf(joined) }] },
        samples: count,
      };
    },
  };
}

/** samples that the factors are made of where nothing is said */
const SAMPLES = 10_000;

function kroneckerFisher(
  { network, theta, task, random, onProgress, signal }: Learned,
  make: (random: SeededGenerator) => NetworkKind,
  samples: number | undefined,
): { readonly blocks: KroneckerBlock[]; readonly count: number } {
  const chosen = choose(task.train, samples, random, SAMPLES);
  const count = chosen.rows.length;
  const { X, targets } = gather(
    chosen,
    Uint32Array.from({ length: count }, (_, n) => n),
  );
  const problem = objective({
    model: outputRange(network, ...task.outputs),
    likelihood: categorical(task.outputs[1] - task.outputs[0]),
    X,
    y: targets,
    oneClass: true,
  });
  const K = curvature(problem, theta, make(random), kfac(), {
    batch: 500,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  return { blocks: blocksOf(K), count };
}

function largestOf(blocks: readonly KroneckerBlock[]): number {
  const { blocks: parts } = operatorOf(blocks);
  return parts.reduce(
    (most, { operator }) => Math.max(most, operator.eigenvalues().at(-1) ?? 0),
    0,
  );
}
