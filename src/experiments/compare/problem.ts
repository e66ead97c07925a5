/** Model, data, likelihood and θ of a comparison. */
import type { z } from "zod";
import { DomainError, ShapeError } from "../../errors.ts";
import { bernoulli } from "../../likelihoods/bernoulli.ts";
import { categorical } from "../../likelihoods/categorical.ts";
import { gaussian } from "../../likelihoods/gaussian.ts";
import type { Likelihood } from "../../likelihoods/likelihood.ts";
import { poisson } from "../../likelihoods/poisson.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { dense } from "../../models/network/dense.ts";
import type { Network } from "../../models/network/network.ts";
import { loadNetwork, readParameters } from "../../models/network/savedNetwork.ts";
import { sequential } from "../../models/network/sequential.ts";
import { type Objective, objective } from "../../objective.ts";
import { adam } from "../../optimizers/adam.ts";
import { gradientDescent } from "../../optimizers/gradientDescent.ts";
import type { Batch } from "../../optimizers/minibatch.ts";
import type { Step } from "../../optimizers/step.ts";
import { stream } from "../../random/streams.ts";
import {
  type CompareConfiguration,
  type LikelihoodConfiguration,
  type ModelConfiguration,
  trainingConfiguration,
} from "./configuration.ts";
import { partsOf } from "./layers.ts";
import type { Samples } from "./samples.ts";

type TrainingConfiguration = z.output<typeof trainingConfiguration>;

/** What all matrices are of. */
export interface Problem {
  readonly network: Network<Float64Array>;
  readonly objective: Objective<Matrix, Float64Array>;
  readonly theta: Float64Array;
  /** the θ at which its training took steps, and the mini-batches that it saw there; both can be walked again */
  readonly training?: {
    path(): Iterable<Float64Array>;
    batch(): Batch;
  };
}

export interface ProblemOptions {
  /** what is to be trained, at the θ where it starts */
  readonly onStart: (start: Problem) => void;
  readonly onStep: (step: number, steps: number) => void;
  readonly file: (path: string) => Promise<Uint8Array>;
}

/**
 * Throws `ShapeError`, `DomainError` where model, data, likelihood and θ do not go together, `FormatError` for a file that is not
 * what it should be, what `file` throws.
 */
export async function problemOf(
  { model, likelihood, parameters }: CompareConfiguration,
  samples: Samples,
  { onStart, onStep, file }: ProblemOptions,
): Promise<Problem> {
  const family = likelihood ?? { family: samples.family, variance: 1 };
  const law = likelihoodOf(family, samples);
  const found = await networkOf(model, samples.X.cols, law.outputs, file);
  const checkpoint =
    parameters?.from === "checkpoint"
      ? readParameters(found.network, await file(parameters.file))
      : undefined;
  const { network } = checkpoint ?? found;
  requireFit(network, samples.X.cols, law.outputs);
  const problem = objective<Matrix, Float64Array>({
    model: network,
    likelihood: law,
    X: samples.X,
    y: samples.y,
  });
  const at = (theta: Float64Array): Problem => ({ network, objective: problem, theta });
  const given = checkpoint?.theta ?? (parameters ? undefined : found.theta);
  if (given) return at(given);
  const source =
    parameters && parameters.from !== "checkpoint"
      ? parameters
      : trainingConfiguration.parse({ from: "training" });
  if (source.from === "values") {
    const theta = Float64Array.from(source.values);
    if (theta.length === network.parameters) return at(theta);
    throw new ShapeError(
      `parameters: found ${theta.length} values, the model has ${network.parameters}`,
    );
  }
  const start = network.initial(stream(source.seed, "initial parameters"));
  if (source.from === "initial") return at(start);
  const training = trainingOf(problem, start, source);
  onStart({ ...at(start), training });
  return { ...at(await trained(training, start, source.steps, onStep)), training };
}

/** The same model on its first two samples. */
export function fewSamples({ network, objective: all, theta }: Problem): Problem {
  const { X, targets, likelihood } = all;
  const first = (M: Matrix): Matrix => ({
    rows: Math.min(2, M.rows),
    cols: M.cols,
    data: M.data.slice(0, 2 * M.cols),
  });
  return {
    network,
    theta,
    objective: objective<Matrix, Float64Array>({
      model: network,
      likelihood,
      X: first(X),
      y: first(targets),
      oneClass: true,
    }),
  };
}

function likelihoodOf({ family, variance }: LikelihoodConfiguration, samples: Samples): Likelihood {
  if (family !== "categorical") {
    return { bernoulli, poisson, gaussian: () => gaussian({ variance }) }[family]();
  }
  const largest = samples.y.reduce((most, y) => Math.max(most, y), 0);
  return categorical(samples.classes ?? largest + 1);
}

/** A network in float64, with the θ that its file has. */
async function networkOf(
  model: ModelConfiguration,
  inputs: number,
  outputs: number,
  file: (path: string) => Promise<Uint8Array>,
): Promise<{ readonly network: Network<Float64Array>; readonly theta?: Float64Array }> {
  const precision = "float64";
  if (model === "linear") return { network: sequential([dense(inputs, outputs)], { precision }) };
  if ("file" in model) {
    const { network, theta } = loadNetwork(await file(model.file));
    const { layers, inputShape } = network;
    return {
      network: sequential(layers, { precision, inputs: inputShape }),
      theta: Float64Array.from(theta),
    };
  }
  const shape = "inputs" in model ? model.inputs : undefined;
  return { network: sequential(partsOf(model.layers), { precision, inputs: shape ?? [inputs] }) };
}

/** Throws {@link ShapeError} unless the model takes and gives as many numbers as data and likelihood have. */
function requireFit(network: Network<Float64Array>, inputs: number, outputs: number): void {
  const taken = network.inputShape.reduce((product, size) => product * size, 1);
  if (taken !== inputs) {
    throw new ShapeError(`the model takes ${taken} inputs, the data have ${inputs} columns`);
  }
  if (network.outputs !== outputs) {
    throw new ShapeError(
      `the model has ${network.outputs} outputs, the likelihood of these data takes ${outputs}`,
    );
  }
}

const STEP_SIZES = { adam: 0.01, sgd: 0.1 } as const;

/** A training that can be walked again and again: the same steps on the same mini-batches. */
interface Training extends NonNullable<Problem["training"]> {
  walk(): Iterable<Step>;
}

function trainingOf(
  problem: Objective<Matrix, Float64Array>,
  start: Float64Array,
  { rule, steps, stepSize = STEP_SIZES[rule], batch: most, seed }: TrainingConfiguration,
): Training {
  const size = Math.min(most, problem.samples);
  // a new generator of the same seed each time
  const batch = (): Batch => ({ size, random: stream(seed, "batches") });
  const walk = (): Iterable<Step> =>
    (rule === "adam" ? adam : gradientDescent)(problem, {
      start,
      stepSize,
      iterations: steps,
      batch: batch(),
    });
  return {
    walk,
    batch,
    *path() {
      for (const { iteration, theta } of walk()) if (iteration < steps) yield theta;
    },
  };
}

/** ms after which other things are let happen: a terminal be drawn, Ctrl-C be heard */
const PAUSE = 100;

/** θ at the end. Throws {@link DomainError} where it left the finite numbers. */
async function trained(
  { walk }: Training,
  start: Float64Array,
  steps: number,
  onStep: ProblemOptions["onStep"],
): Promise<Float64Array> {
  let theta = start;
  let last = performance.now();
  for (const step of walk()) {
    theta = step.theta;
    onStep(step.iteration, steps);
    if (performance.now() - last < PAUSE) continue;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  }
  if (!theta.every(Number.isFinite)) {
    throw new DomainError("training left the finite numbers: use a smaller step size");
  }
  return theta;
}
