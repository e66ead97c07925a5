/** How a network's parameters follow mini-batch gradients: SGD with momentum, Adam. In place, in float32. */
import { DomainError } from "../errors.ts";
import type { Penalty } from "./penalty.ts";

/** What a rule remembers between steps; plain arrays, so that a checkpoint can hold it. */
export interface UpdateMemory {
  /** steps taken */
  steps: number;
  /** by name, each `[D]` */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/** An update rule. A new one is one object. */
export interface UpdateRule {
  readonly name: string;
  /** η */
  readonly stepSize: number;
  /** everything that it was made with, as plain JSON: a state is of one rule with one set of options */
  readonly options: Readonly<Record<string, number>>;
  /** explicit steps of a quadratic diverge where stepSize times its largest eigenvalue is above; absent where they do not */
  readonly explicitLimit?: number;
  begin(parameters: number): UpdateMemory;
  /** One step: θ follows `gradient` of the task's loss, then approaches the penalty's minimum. All in place. */
  step(theta: Float32Array, gradient: Float32Array, memory: UpdateMemory, penalty?: Penalty): void;
}

export interface SgdOptions {
  /** η > 0 */
  readonly stepSize: number;
  /** μ of v ← μ v + g, θ ← θ − η v; default 0 */
  readonly momentum?: number;
}

/**
 * Stochastic gradient descent. A penalty enters by its implicit step, θ ← argmin ‖θ' − (θ − η v)‖² / 2η + penalty(θ'), which for
 * a diagonal one is (θ − η v + η C) / (1 + η K); a penalty without one by its gradient.
 *
 * @example
 * train(network, task, { rule: sgd({ stepSize: 0.05 }), epochs: 5 });
 */
export function sgd({ stepSize, momentum = 0 }: SgdOptions): UpdateRule {
  requireStepSize(stepSize, "SGD");
  if (!(momentum >= 0 && momentum < 1)) {
    throw new DomainError(`SGD: momentum is ${momentum}, expected a number from 0 up to 1`);
  }
  return {
    name: "SGD",
    stepSize,
    options: { stepSize, momentum },
    // of the recursion e ← (1 + μ − η h) e − μ e', whose roots lie within the unit circle (Polyak 1964)
    explicitLimit: 2 * (1 + momentum),
    begin: (D) => ({
      steps: 0,
      arrays: momentum > 0 ? { velocity: new Float32Array(D) } : {},
    }),
    step(theta, gradient, memory, penalty) {
      memory.steps++;
      if (penalty && !penalty.approach) penalty.addGradient(theta, gradient);
      const { velocity } = memory.arrays;
      const direction = velocity ?? gradient;
      if (velocity) {
        for (let i = 0; i < velocity.length; i++) {
          velocity[i] = momentum * velocity[i] + gradient[i];
        }
      }
      for (let i = 0; i < theta.length; i++) theta[i] -= stepSize * direction[i];
      penalty?.approach?.(theta, stepSize);
    },
  };
}

export interface AdamRuleOptions {
  /** default 0.001 */
  readonly stepSize?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1) for the task's loss. A penalty that has an implicit step in Adam's own metric, with
 * the step sizes η / (√v̂ + ε), does not enter the moments; the gradient of another one does.
 *
 * @example
 * train(network, task, { rule: adamRule({ stepSize: 1e-3 }), epochs: 5 });
 */
export function adamRule({
  stepSize = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: AdamRuleOptions = {}): UpdateRule {
  requireStepSize(stepSize, "Adam");
  for (const [name, beta] of Object.entries({ beta1, beta2 })) {
    if (!(beta >= 0 && beta < 1)) {
      throw new DomainError(`Adam: ${name} is ${beta}, expected a number from 0 up to 1`);
    }
  }
  if (!(epsilon > 0))
    throw new DomainError(`Adam: epsilon is ${epsilon}, expected a positive number`);
  const sizes = new Map<UpdateMemory, Float32Array>();
  return {
    name: "Adam",
    stepSize,
    options: { stepSize, beta1, beta2, epsilon },
    begin: (D) => ({
      steps: 0,
      arrays: { first: new Float32Array(D), second: new Float32Array(D) },
    }),
    step(theta, gradient, memory, penalty) {
      memory.steps++;
      if (penalty && !penalty.approachEach) penalty.addGradient(theta, gradient);
      const { first, second } = memory.arrays;
      const own = penalty?.approachEach && roomOf(sizes, memory, theta.length);
      const mean = stepSize / (1 - beta1 ** memory.steps);
      const square = 1 / (1 - beta2 ** memory.steps);
      for (let i = 0; i < theta.length; i++) {
        const g = gradient[i];
        first[i] = beta1 * first[i] + (1 - beta1) * g;
        second[i] = beta2 * second[i] + (1 - beta2) * g * g;
        const root = Math.sqrt(second[i] * square) + epsilon;
        theta[i] -= (mean * first[i]) / root;
        if (own) own[i] = stepSize / root;
      }
      if (own) penalty?.approachEach?.(theta, own);
    },
  };
}

function roomOf(
  rooms: Map<UpdateMemory, Float32Array>,
  memory: UpdateMemory,
  D: number,
): Float32Array {
  let room = rooms.get(memory);
  if (!room) {
    room = new Float32Array(D);
    rooms.clear();
    rooms.set(memory, room);
  }
  return room;
}

function requireStepSize(stepSize: number, name: string): void {
  if (!(stepSize > 0 && stepSize < Infinity)) {
    throw new DomainError(`${name}: stepSize is ${stepSize}, expected a positive number`);
  }
}
