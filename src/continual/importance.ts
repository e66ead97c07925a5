/**
 * The diagonal Fishers by which weights are held, each under its own name: they differ in scale by up to many decades,
 * and so does the strength λ that suits them (van de Ven 2025, On the Computation of the Fisher Information in
 * Continual Learning). All are means over samples, at the parameters after a task, with dropout off.
 */
import { curvature } from "../curvature/curvature.ts";
import { diagonal } from "../curvature/diagonal.ts";
import type { Kind } from "../curvature/kind.ts";
import { empirical, fisher } from "../curvature/kinds.ts";
import { sampled } from "../curvature/sampled.ts";
import { DomainError } from "../errors.ts";
import { categorical } from "../likelihoods/categorical.ts";
import type { Matrix } from "../linalg/matrix.ts";
import type { Network } from "../models/network/network.ts";
import { outputRange } from "../models/outputRange.ts";
import { type Objective, objective } from "../objective.ts";
import type { SeededGenerator } from "../random/seeded.ts";
import { gather, type Samples, subset } from "./samples.ts";
import type { Task } from "./tasks.ts";

/** What an importance is computed with. */
export interface ImportanceContext {
  /** draws the samples, their order and labels, where a kind needs them */
  readonly random: SeededGenerator;
  readonly onProgress?: (samples: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** A way to say how much each parameter matters to a task; its options are written with every result. */
export interface Importance {
  /** "exact", "sampled", "empirical" or "batched" */
  readonly kind: string;
  /** what it was made with, as plain JSON */
  readonly options: Readonly<Record<string, number | undefined>>;
  /** F `[D]` at θ, from the training part of the task */
  compute(
    network: Network,
    theta: Float32Array,
    task: Task,
    context: ImportanceContext,
  ): Float64Array;
}

export interface SubsetOptions {
  /** n, samples drawn without replacement; default all of the training part */
  readonly samples?: number;
}

/**
 * The exact Fisher's diagonal, (1/N) Σ_x Σ_y p(y|x) (∂ log p(y|x) / ∂θ)²: the expectation over all classes, in closed form. The
 * one that the Laplace approximation asks for.
 *
 * @example
 * exactFisher({ samples: 500 }); // exact in the labels, on 500 of the samples
 */
export function exactFisher(options: SubsetOptions = {}): Importance {
  return byKind("exact", options, () => fisher());
}

export interface SampledFisherOptions extends SubsetOptions {
  /** k, labels drawn for each sample from the network's own prediction; default 1 */
  readonly draws?: number;
}

/** The Fisher's diagonal with labels drawn from the network's predictions: unbiased, and cheap. */
export function sampledFisher({ draws = 1, ...options }: SampledFisherOptions = {}): Importance {
  return byKind("sampled", { ...options, draws }, (random) => sampled({ draws, random }));
}

/**
 * The empirical Fisher's diagonal, with the labels of the data. Once the data are fitted it is small where the Fisher is
 * not: it measures what the gradients still are.
 */
export function empiricalFisher(options: SubsetOptions = {}): Importance {
  return byKind("empirical", options, () => empirical());
}

export interface BatchedOptions extends SubsetOptions {
  /** b, samples a batch; default 128 */
  readonly batch?: number;
}

/**
 * The common mistake: squares of gradients averaged over batches, Σ_B (|B|/N) (mean of g over B)², with the labels of the data.
 * The square of a mean is not the mean of squares: near a minimum it is about b times smaller than the empirical
 * Fisher, and no Fisher. It is here to be compared with.
 */
export function batchedGradients({ batch = 128, ...options }: BatchedOptions = {}): Importance {
  requireWhole(batch, "batch");
  requireSamples(options.samples);
  return {
    kind: "batched",
    options: { ...options, batch },
    compute(network, theta, task, context) {
      const chosen = choose(task.train, options.samples, context.random);
      const sum = new Float64Array(network.parameters);
      eachObjective(network, { ...task, train: chosen }, batch, context, (problem, share) => {
        const gradient = problem.gradient(theta);
        for (let i = 0; i < sum.length; i++) sum[i] += share * gradient[i] ** 2;
      });
      return sum;
    },
  };
}

/** samples that are worked on at once */
const CHUNK = 500;

function byKind(
  kind: string,
  options: SampledFisherOptions,
  make: (random: SeededGenerator) => Kind<Matrix<Float32Array>, Float32Array>,
): Importance {
  requireSamples(options.samples);
  return {
    kind,
    options: { ...options },
    compute(network, theta, task, context) {
      const chosen = choose(task.train, options.samples, context.random);
      const sum = new Float64Array(network.parameters);
      eachObjective(network, { ...task, train: chosen }, CHUNK, context, (problem, share) => {
        const F = curvature(problem, theta, make(context.random), diagonal()).diagonal();
        for (let i = 0; i < sum.length; i++) sum[i] += share * F[i];
      });
      return sum;
    },
  };
}

/**
 * n of the samples, or as many as there are up to `most`, in random order. Throws {@link DomainError} for more than there are.
 */
export function choose(
  samples: Samples,
  count: number | undefined,
  random: SeededGenerator,
  most = Infinity,
): Samples {
  const N = samples.rows.length;
  if (count !== undefined && count > N) {
    throw new DomainError(`samples is ${count}, the task has ${N}`);
  }
  return subset(samples, random.permutation(N).slice(0, count ?? Math.min(most, N)));
}

/** Calls `visit` with the mean objective of some samples after another, and their share of all. */
function eachObjective(
  network: Network,
  { train, outputs }: Task,
  size: number,
  { signal, onProgress }: ImportanceContext,
  visit: (problem: Objective<Matrix<Float32Array>, Float32Array>, share: number) => void,
): void {
  const N = train.rows.length;
  const model = outputRange(network, ...outputs);
  const likelihood = categorical(outputs[1] - outputs[0]);
  for (let start = 0; start < N; start += size) {
    signal?.throwIfAborted();
    const end = Math.min(start + size, N);
    const positions = Uint32Array.from({ length: end - start }, (_, i) => start + i);
    const { X, targets } = gather(train, positions);
    // a few samples of one class are no mistake
    const problem = objective({ model, likelihood, X, y: targets, oneClass: true });
    visit(problem, (end - start) / N);
    onProgress?.(end, N);
  }
}

function requireSamples(samples: number | undefined): void {
  if (samples !== undefined) requireWhole(samples, "samples");
}

function requireWhole(value: number, what: string): void {
  if (!(Number.isSafeInteger(value) && value >= 1)) {
    throw new DomainError(`${what} is ${value}, expected a positive whole number`);
  }
}
