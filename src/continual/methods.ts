/** Ways to learn a stream of tasks, as data: what is kept after a task, and the penalty that it makes of it. */
import { DomainError } from "../errors.ts";
import type { Network } from "../models/network/network.ts";
import type { Importance, ImportanceContext } from "./importance.ts";
import type { Penalty } from "./penalty.ts";
import { merge, type Quadratic, quadratic, quadraticPenalty } from "./quadratic.ts";
import type { Task } from "./tasks.ts";
import type { PathObserver } from "./trainer.ts";

/** What a method keeps between tasks: JSON with typed arrays, so that a checkpoint can hold it. */
export type Kept = { readonly [name: string]: unknown };

/** A task that has just been learned. */
export interface Learned extends ImportanceContext {
  readonly network: Network;
  /** θ* */
  readonly theta: Float32Array;
  /** θ when its training began */
  readonly start: Float32Array;
  readonly task: Task;
  /** 0, 1, … */
  readonly index: number;
}

/** What a method found out about a task, for the record. */
export interface Consolidation<K extends Kept = Kept> {
  readonly kept: K;
  /** the diagonal by which it holds this task's weights, without λ; absent where it holds none */
  readonly importance?: Float64Array;
  /** n, samples of the task that a Fisher was made of; absent where there is none */
  readonly samples?: number;
}

/** A new method is one object. */
export interface Method<K extends Kept = Kept> {
  readonly name: string;
  /** everything that it was made with, as plain JSON: written with every result */
  readonly options: Readonly<Record<string, unknown>>;
  /** whether a task is trained together with all before it */
  readonly joint: boolean;
  begin(parameters: number): K;
  /** the penalty for the next task; undefined before the first */
  penalty(kept: K): Penalty | undefined;
  /** after a task */
  consolidate(kept: K, learned: Learned): Consolidation<K>;
  /** watches the path of each step of a task; may write to the arrays of `kept` */
  watch?(kept: K): PathObserver;
}

/** Nothing is kept: plain fine-tuning. With dropout layers in the network it is the paper's "SGD + dropout". */
export function fineTuning(): Method {
  return {
    name: "SGD",
    options: {},
    joint: false,
    begin: () => ({}),
    penalty: () => undefined,
    consolidate: (kept) => ({ kept }),
  };
}

/** All tasks seen so far are trained together: what a learner could reach that may keep all data. */
export function jointTraining(): Method {
  return { ...fineTuning(), name: "joint", joint: true };
}

/**
 * The method with its penalty's gradient added to the task's, as most public code has it, in place of the implicit step.
 * With SGD it diverges where stepSize · λ · max F > 2, of which `onWarning` of {@link learn} is told; Adam's steps are bounded
 * whatever the gradient.
 *
 * @example
 * explicitSteps(ewc({ strength: 100, importance: exactFisher() }));
 */
export function explicitSteps<K extends Kept>(method: Method<K>): Method<K> {
  return {
    ...method,
    name: `${method.name}, explicit steps`,
    options: { ...method.options, step: "explicit" },
    penalty(kept) {
      const penalty = method.penalty(kept);
      if (!penalty) return undefined;
      const { approach: _, approachEach: __, ...rest } = penalty;
      return rest;
    },
  };
}

interface Held extends Kept {
  readonly quadratics: readonly Quadratic[];
}

/**
 * (λ/2) ‖θ − θ*‖² with θ* the parameters after the last task: the paper's L2, a fixed quadratic constraint for each weight. It
 * is not weight decay, which pulls towards zero.
 */
export function anchoredL2({ strength }: { readonly strength: number }): Method<Held> {
  return {
    name: "L2",
    options: { strength: requireStrength(strength) },
    joint: false,
    begin: () => ({ quadratics: [] }),
    penalty: ({ quadratics }) => held("L2", quadratics, strength),
    consolidate(_kept, { theta }) {
      const importance = new Float64Array(theta.length).fill(1);
      return { kept: { quadratics: [quadratic(strength, importance, theta)] }, importance };
    },
  };
}

export interface EwcOptions {
  /** λ ≥ 0 of (λ/2) Σ_i F_i (θ_i − θ*_i)², F a mean over samples and the loss a mean; there is a half in it */
  readonly strength: number;
  /** which Fisher, e.g. {@link exactFisher} */
  readonly importance: Importance;
}

/**
 * Elastic weight consolidation (Kirkpatrick et al. 2017, eq. 3) with one quadratic for each task, anchored where that task
 * ended. It needs memory for each task; {@link mergedEwc} is the same penalty in the memory of one.
 *
 * @example
 * learn(network, tasks, ewc({ strength: 100, importance: exactFisher() }), { rule, epochs: 5 });
 */
export function ewc(options: EwcOptions): Method<Held> {
  return elastic("EWC", { ...options, form: "separate" }, (quadratics, next) => [
    ...quadratics,
    next,
  ]);
}

/** {@link ewc} with the quadratics of all tasks added up to one, to rounding the same penalty. */
export function mergedEwc(options: EwcOptions): Method<Held> {
  return elastic("EWC", { ...options, form: "merged" }, (quadratics, next) => [
    merge([...quadratics, next]),
  ]);
}

/**
 * Online EWC (Schwarz et al. 2018): one quadratic, F̃ ← γ F̃ + F, anchored at the newest θ*. The loss has λ/2 F̃ without a further
 * γ. With γ = 1 it is the recursive Laplace approximation (Huszár 2018).
 */
export function onlineEwc({
  decay = 1,
  ...options
}: EwcOptions & {
  /** γ from 0 to 1; default 1 */
  readonly decay?: number;
}): Method<Held> {
  if (!(decay >= 0 && decay <= 1)) {
    throw new DomainError(`decay is ${decay}, expected a number from 0 to 1`);
  }
  return elastic("online EWC", { ...options, form: "online", decay }, ([old], next) => {
    const curvature = next.curvature.map((k, i) => k + (old ? decay * old.curvature[i] : 0));
    return [{ curvature, centre: next.centre, constant: 0 }];
  });
}

function elastic(
  name: string,
  options: EwcOptions & Readonly<Record<string, unknown>>,
  join: (quadratics: readonly Quadratic[], next: Quadratic) => readonly Quadratic[],
): Method<Held> {
  const { strength, importance, ...rest } = options;
  return {
    name,
    options: {
      strength: requireStrength(strength),
      fisher: importance.kind,
      ...importance.options,
      ...rest,
    },
    joint: false,
    begin: () => ({ quadratics: [] }),
    penalty: ({ quadratics }) => held(name, quadratics, strength),
    consolidate({ quadratics }, { network, theta, task, ...context }) {
      const F = importance.compute(network, theta, task, context);
      const next = quadratic(strength, F, theta);
      const kept = { quadratics: join(quadratics, next) };
      return { kept, importance: F, samples: importance.options.samples ?? task.train.rows.length };
    },
  };
}

/** One penalty of all quadratics. */
function held(
  name: string,
  quadratics: readonly Quadratic[],
  strength?: number,
): Penalty | undefined {
  if (quadratics.length === 0) return undefined;
  return quadraticPenalty(name, merge(quadratics), strength);
}

interface Path extends Held {
  /** ω `[D]` = −Σ over steps of g Δθ, of the task that is being trained; written to by {@link Method.watch} */
  readonly path: Float64Array;
  /** Ω `[D]`, of the tasks before */
  readonly importance: Float64Array;
}

export interface SynapticIntelligenceOptions {
  /** c ≥ 0 of c Σ_i Ω_i (θ_i − θ*_i)²; there is no half in it */
  readonly strength: number;
  /** ξ > 0 in Ω += max(0, ω) / (Δ² + ξ); default 0.1 */
  readonly damping?: number;
}

/**
 * Synaptic intelligence (Zenke, Poole & Ganguli 2017, eqs. 4 and 5): how much each weight has lowered the loss along the path
 * of training, over the square of the way it went. Needs no pass over the data after a task.
 */
export function synapticIntelligence({
  strength,
  damping = 0.1,
}: SynapticIntelligenceOptions): Method<Path> {
  requireStrength(strength);
  if (!(damping > 0)) throw new DomainError(`damping is ${damping}, expected a positive number`);
  const name = "synaptic intelligence";
  return {
    name,
    options: { strength, damping },
    joint: false,
    begin: (D) => ({
      quadratics: [],
      path: new Float64Array(D),
      importance: new Float64Array(D),
    }),
    penalty: ({ quadratics }) => held(name, quadratics),
    watch:
      ({ path }) =>
      (gradient, before, after) => {
        for (let i = 0; i < path.length; i++) path[i] -= gradient[i] * (after[i] - before[i]);
      },
    consolidate({ path, importance: earlier }, { theta, start }) {
      const importance = earlier.map(
        (omega, i) => omega + Math.max(0, path[i]) / ((theta[i] - start[i]) ** 2 + damping),
      );
      return {
        kept: {
          quadratics: [quadratic(2 * strength, importance, theta)],
          path: new Float64Array(path.length),
          importance,
        },
        importance,
      };
    },
  };
}

function requireStrength(strength: number): number {
  if (!(strength >= 0 && strength < Infinity)) {
    throw new DomainError(`the strength λ is ${strength}, expected a number of at least 0`);
  }
  return strength;
}
