/** The networks and computations of the network benchmark, the same for each provider. */
import { curvature } from "../src/curvature/curvature.ts";
import { diagonal } from "../src/curvature/diagonal.ts";
import { kfac } from "../src/curvature/kfac.ts";
import { empirical, fisher, hessian } from "../src/curvature/kinds.ts";
import { matrixFree } from "../src/curvature/matrixFree.ts";
import { sampled } from "../src/curvature/sampled.ts";
import { categorical } from "../src/likelihoods/categorical.ts";
import type { Matrix } from "../src/linalg/matrix.ts";
import { averagePool2d } from "../src/models/network/averagePool2d.ts";
import { conv2d } from "../src/models/network/conv2d.ts";
import { dense } from "../src/models/network/dense.ts";
import { flatten } from "../src/models/network/flatten.ts";
import { maxPool2d } from "../src/models/network/maxPool2d.ts";
import type { Network } from "../src/models/network/network.ts";
import { relu } from "../src/models/network/relu.ts";
import { sequential } from "../src/models/network/sequential.ts";
import { type Objective, objective } from "../src/objective.ts";
import { stream } from "../src/random/streams.ts";

export type NetworkObjective = Objective<Matrix<Float32Array>, Float32Array>;

/** 784-100-10 on 256 examples, as in BackPACK's benchmarks. */
export function perceptron(): { network: Network; problem: NetworkObjective } {
  const network = sequential([dense(784, 100), relu(), dense(100, 10)]);
  return { network, problem: classes(network, 256) };
}

/** 28 × 28 pixels, 5 × 5 convolutions with 8 and 16 channels, 64 examples. */
export function convolutional(): { network: Network; problem: NetworkObjective } {
  const network = sequential(
    [
      conv2d(1, 8, { kernel: 5 }),
      relu(),
      maxPool2d(2),
      conv2d(8, 16, { kernel: 5 }),
      relu(),
      averagePool2d(2),
      flatten(),
      dense(256, 10),
    ],
    { inputs: [1, 28, 28] },
  );
  return { network, problem: classes(network, 64) };
}

/** Random images and labels. */
function classes(model: Network, N: number): NetworkObjective {
  const random = stream(0, "network benchmark");
  const data = Float32Array.from({ length: N * 784 }, () => random.uniform());
  const y = Float64Array.from({ length: N }, () => random.integer(10));
  return objective({ model, likelihood: categorical(10), X: { rows: N, cols: 784, data }, y });
}

/** A computation, once prepared; `most` is how many times the gradient's time it may take. */
export interface NetworkTask {
  readonly name: string;
  readonly most?: number;
  /** the call to measure: at a θ that is new to the objective, as in training, from the forward pass on */
  prepare(problem: NetworkObjective, theta: () => Float32Array): () => void;
}

/** Two θ in turn, so that nothing is taken from the last call. */
export function alternating(theta: Float32Array): () => Float32Array {
  const both = [theta, theta.map((t) => t * 1.001)];
  let call = 0;
  return () => both[call++ % 2];
}

const random = stream(1, "labels");

export const networkTasks: readonly NetworkTask[] = [
  {
    name: "loss gradient",
    prepare: (problem, theta) => () => {
      problem.gradient(theta());
    },
  },
  {
    name: "empirical diagonal",
    most: 1.6,
    prepare: (problem, theta) => () => {
      curvature(problem, theta(), empirical(), diagonal());
    },
  },
  {
    name: "Monte-Carlo diagonal, 1 draw",
    most: 2,
    prepare: (problem, theta) => () => {
      curvature(problem, theta(), sampled({ draws: 1, random }), diagonal());
    },
  },
  {
    name: "exact diagonal",
    most: 3,
    prepare: (problem, theta) => () => {
      curvature(problem, theta(), fisher(), diagonal());
    },
  },
  {
    name: "KFAC, 1 draw",
    most: 4,
    prepare: (problem, theta) => () => {
      curvature(problem, theta(), sampled({ draws: 1, random }), kfac());
    },
  },
  {
    name: "GGN-vector product",
    most: 3,
    prepare(problem, theta) {
      const G = curvature(problem, theta(), fisher(), matrixFree());
      const v = Float64Array.from({ length: problem.dimension }, () => random.normal());
      return () => {
        G.multiply(v);
      };
    },
  },
  {
    name: "Hessian-vector product",
    most: 4,
    prepare(problem, theta) {
      const H = curvature(problem, theta(), hessian(), matrixFree());
      const v = Float64Array.from({ length: problem.dimension }, () => random.normal());
      return () => {
        H.multiply(v);
      };
    },
  },
  {
    name: "per-example gradients",
    prepare: (problem, theta) => () => {
      problem.perExampleGradients(theta());
    },
  },
];
