/** The core that all optimizers share: θ ← θ − γ P(θ)⁻¹ ∇L(θ), as an iterator of steps. */
import { ConvergenceError, DomainError, NotPositiveDefiniteError } from "../errors.ts";
import { requireLength } from "../linalg/matrix.ts";
import { cosine, norm } from "../linalg/vector.ts";
import type { Objective } from "../objective.ts";
import { type GradientSource, minibatchGradient } from "./minibatch.ts";
import { type CheckedOptions, checkOptions, type DescentOptions } from "./options.ts";
import type { Preconditioner } from "./preconditioner.ts";
import type { Step } from "./step.ts";

const ADVICE = "a smaller step size or a larger damping may help";

/**
 * Descends with any preconditioner. Yields iteration 0, the start, then one {@link Step} an iteration, as
 * they are asked for; the last one already holds the step that would come next. With `divergence` c a run
 * ends with the first loss above L₀ + (c − 1)|L₀|, which is c L₀ for a positive first loss.
 *
 * Options are checked at the call: `DomainError` or `ShapeError` that names the option. While iterating,
 * with the iteration in the message: `NotPositiveDefiniteError` where a matrix cannot be solved with,
 * `ConvergenceError` where θ, the loss or the gradient leaves the finite numbers.
 *
 * @example
 * const path = preconditioned(problem, naturalPreconditioner(), { stepSize: 1, iterations: 20 });
 * for (const step of path) console.log(step.iteration, step.loss);
 */
export function preconditioned(
  objective: Objective,
  preconditioner: Preconditioner,
  options: DescentOptions,
): IterableIterator<Step> {
  const { name } = preconditioner;
  const checked = checkOptions(objective, name, options);
  const source = options.batch && minibatchGradient(objective, options.batch);
  return descend(objective, begin(preconditioner), checked, options.compareWith, source);
}

function* descend(
  objective: Objective,
  preconditioner: Preconditioner,
  { start, stepSize, iterations, divergence }: CheckedOptions,
  compareWith: Preconditioner | undefined,
  estimate: GradientSource | undefined,
): Generator<Step, void, undefined> {
  const other = compareWith && begin(compareWith);
  let theta = start;
  let highest = Number.POSITIVE_INFINITY;
  for (let iteration = 0; ; iteration++) {
    requireFiniteAt(theta, "θ", preconditioner, iteration);
    const { loss, gradient } = valuesAt(objective, theta, preconditioner, iteration);
    requireFiniteAt([loss], "the loss", preconditioner, iteration);
    requireFiniteAt(gradient, "the gradient", preconditioner, iteration);
    if (iteration === 0) highest = loss + (divergence - 1) * Math.abs(loss);

    const used = estimate ? estimate(theta) : gradient;
    const direction = directionAt(preconditioner, iteration, objective, theta, used);
    const record = {
      iteration,
      theta: theta.slice(),
      loss,
      gradientNorm: norm(gradient),
      step: direction.map((d) => stepSize * d),
    };
    if (other) {
      const compared = directionAt(other, iteration, objective, theta, used);
      yield { ...record, cosine: cosine(direction, compared) };
    } else {
      yield record;
    }
    if (iteration >= iterations || loss > highest) return;
    theta = theta.map((t, i) => t - stepSize * direction[i]);
  }
}

/** L(θ) and ∇L(θ), where outputs that are not finite mean that the path has diverged. */
function valuesAt(
  objective: Objective,
  theta: Float64Array,
  { name }: Preconditioner,
  iteration: number,
): { loss: number; gradient: Float64Array } {
  try {
    return { loss: objective.loss(theta), gradient: objective.gradient(theta) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const message = `${name}, iteration ${iteration}: ${error.message}; ${ADVICE}`;
    throw causedBy(error, new ConvergenceError(message));
  }
}

function begin(preconditioner: Preconditioner): Preconditioner {
  return preconditioner.fresh?.() ?? preconditioner;
}

function directionAt(
  preconditioner: Preconditioner,
  iteration: number,
  objective: Objective,
  theta: Float64Array,
  gradient: Float64Array,
): Float64Array {
  try {
    const direction = preconditioner.direction(objective, theta, gradient);
    requireLength(direction.length, theta.length, `${preconditioner.name}: direction`);
    return direction;
  } catch (error) {
    const where = `${preconditioner.name}, iteration ${iteration}: `;
    if (error instanceof NotPositiveDefiniteError) {
      const message = `${where}${error.message}`;
      throw causedBy(error, new NotPositiveDefiniteError(message, error.pivot));
    }
    if (error instanceof ConvergenceError) {
      throw causedBy(error, new ConvergenceError(`${where}${error.message}`));
    }
    throw error;
  }
}

function causedBy(cause: Error, error: Error): Error {
  error.cause = cause;
  return error;
}

function requireFiniteAt(
  values: ArrayLike<number>,
  what: string,
  { name }: Preconditioner,
  iteration: number,
): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const entry = values.length > 1 ? ` (entry ${i})` : "";
    throw new ConvergenceError(
      `${name}, iteration ${iteration}: ${what} is ${values[i]}${entry}, expected a finite number; ${ADVICE}`,
    );
  }
}
