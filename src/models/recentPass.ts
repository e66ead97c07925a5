/** A model on fixed inputs that remembers its last forward pass: what is asked at the same θ costs no second one. */
import type { Matrix, Reals } from "../linalg/matrix.ts";
import { inputRows } from "./inputs.ts";
import { type Linearization, linearize, requireFiniteOutputs } from "./linearization.ts";
import type { Inputs, Model } from "./model.ts";
import { heldPoint } from "./point.ts";
import { samplesWithin } from "./portions.ts";

/** bytes of a pass that are held, and of a portion where all samples take more */
const MEMORY = 2 ** 28;

/**
 * Every method throws `ShapeError` or `DomainError` for a θ of another length or that is not finite, `DomainError` where
 * outputs are not.
 */
export interface RecentPass<T extends Reals> {
  /** f_n, `[N, M]`; not to be changed */
  outputs(theta: T): Matrix<T>;
  /** f around θ on all samples */
  linearization(theta: T): Linearization<T>;
  /** f around θ on consecutive samples, all of them at once if that is not too large to be held */
  portions(theta: T): Iterable<Portion<T>>;
}

/** Consecutive samples. */
export interface Portion<T extends Reals> {
  readonly at: Linearization<T>;
  /** of the first sample */
  readonly start: number;
}

interface Pass<T extends Reals> {
  readonly theta: T;
  /** on all samples; absent if that is too large to be held */
  readonly at?: Linearization<T>;
  outputs?: Matrix<T>;
}

/** Nothing is computed before it is asked for. */
export function recentPass<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  X: X,
): RecentPass<T> {
  let last: Pass<T> | undefined;
  /** samples of a portion */
  let size: number | undefined;

  function passAt(theta: T): Pass<T> {
    if (last && same(last.theta, theta)) return last;
    const own = heldPoint(theta, model.parameters);
    // what the last pass holds is given back before the next one is made
    last = undefined;
    size ??= samplesWithin(model, own, X, MEMORY);
    last = size < X.rows ? { theta: own } : { theta: own, at: finiteAt(own, X, 0) };
    return last;
  }

  function finiteAt(theta: T, rows: X, start: number): Linearization<T> {
    const at = linearize(model, theta, rows);
    requireFiniteOutputs(at, start);
    return at;
  }

  return {
    outputs(theta) {
      const pass = passAt(theta);
      if (pass.at) return pass.at.outputs;
      if (!pass.outputs) {
        const outputs = model.forward(pass.theta, X);
        requireFiniteOutputs({ outputs });
        pass.outputs = outputs;
      }
      return pass.outputs;
    },
    linearization(theta) {
      const pass = passAt(theta);
      return pass.at ?? finiteAt(pass.theta, X, 0);
    },
    *portions(theta) {
      const pass = passAt(theta);
      if (pass.at) {
        yield { at: pass.at, start: 0 };
        return;
      }
      const step = size ?? X.rows;
      for (let start = 0; start < X.rows; start += step) {
        const rows = inputRows(X, start, Math.min(start + step, X.rows));
        yield { at: finiteAt(pass.theta, rows, start), start };
      }
    },
  };
}

function same(a: Reals, b: Reals): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
