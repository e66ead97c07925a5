/** Whether a model is a function of θ and of one sample at a time, as all sums over samples suppose. */
import { DomainError } from "../errors.ts";
import type { Matrix, Reals } from "../linalg/matrix.ts";
import { inputRows, isDivisible } from "./inputs.ts";
import type { Inputs, Model } from "./model.ts";

/** samples that are looked at, the first ones */
const SAMPLES = 8;
/** of the largest output: what rounding may make of another order of sums */
const TOLERANCE = { float64: 1e-8, float32: 1e-4 } as const;

/**
 * Throws {@link DomainError} for a model in training mode: one that draws random numbers (its `stochastic`, or two
 * passes at one θ that differ), and one whose outputs for a sample depend on the other samples of its batch (batch
 * statistics, states that go from sample to sample). Neither has gradients of single samples, and matrix-free products would
 * belong to different matrices. It costs two passes over the first eight samples and one each over the first and the last of
 * them; inputs that cannot be cut cost two passes over all, and only the first property is looked at. A model that has
 * passed is not looked at again, unless its outputs were the same for all samples: what θ = 0 hides is seen at the next θ.
 * Models linear in θ are taken at their word.
 *
 * @example
 * requireDeterministic(network.training(random), theta, X); // DomainError: draws random numbers
 */
export function requireDeterministic<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  theta: T,
  X: X,
): void {
  if (model.stochastic) {
    throw new DomainError(
      "the model draws random numbers at each pass (dropout in training mode): no two products would belong to the " +
        "same matrix; use it in evaluation mode",
    );
  }
  if (model.linear || checked.has(model)) return;
  const divisible = isDivisible(X);
  const some = divisible ? inputRows(X, 0, Math.min(SAMPLES, X.rows)) : X;
  const first = model.forward(theta, some);
  const again = largestDifference(first, model.forward(theta, some));
  if (again) {
    throw new DomainError(
      `the model is not deterministic: at the same θ, ${again} in a second pass; use it in evaluation mode ` +
        "(no dropout, no other random draws)",
    );
  }
  if (!divisible || some.rows < 2) return;
  const last = some.rows - 1;
  for (const [n, others] of [
    [0, "after"],
    [last, "before"],
  ] as const) {
    const alone = largestDifference(first, model.forward(theta, inputRows(some, n, n + 1)), n);
    if (!alone) continue;
    throw new DomainError(
      `the model looks at more than one sample at a time: ${alone} without the ${last} samples ${others} ` +
        "it; use it in evaluation mode (batch normalization with its running statistics)",
    );
  }
  if (isTelling(first)) checked.add(model);
}

/** models that have passed where their outputs tell samples apart */
const checked = new WeakSet<object>();

/** Whether not all rows are the same. Where they are, a mask or a mean over the batch may have left no trace. */
function isTelling<T extends Reals>({ cols, data }: Matrix<T>): boolean {
  return data.some((output, i) => output !== data[i % cols]);
}

/** The entry of B, rows of A from `start` on, that differs most from that of A, in words; undefined where all agree. */
function largestDifference<T extends Reals>(
  A: Matrix<T>,
  B: Matrix<T>,
  start = 0,
): string | undefined {
  let largest = 0;
  for (let i = 0; i < A.data.length; i++) largest = Math.max(largest, Math.abs(A.data[i]));
  const tolerance = TOLERANCE[A.data instanceof Float32Array ? "float32" : "float64"] * largest;
  const expected = A.data.subarray(start * A.cols);
  let worst = -1;
  let difference = tolerance;
  for (let i = 0; i < B.data.length; i++) {
    const here = Math.abs(expected[i] - B.data[i]);
    if (here > difference) [worst, difference] = [i, here];
  }
  if (worst < 0) return undefined;
  const place = `output ${worst % A.cols} of sample ${start + Math.floor(worst / A.cols)}`;
  return `${place} is ${expected[worst]}, and ${B.data[worst]} (a difference of ${difference.toPrecision(2)})`;
}
