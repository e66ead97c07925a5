/**
 * Early stopping as in Kirkpatrick et al. (2017): the validation error is averaged over all tasks seen so far, the one in
 * training included. If it stays above its best for more than `patience` checks in sequence, or the epochs are over, training
 * goes on to the next task, from the best parameters.
 */

import { DomainError, ShapeError } from "../errors.ts";
import type { Network } from "../models/network/network.ts";
import { accuracy } from "./accuracy.ts";
import type { Task } from "./tasks.ts";

export interface StoppingRecord {
  /** checks in sequence that were not below the best */
  readonly rising: number;
  readonly best?: { readonly error: number; readonly theta: Float32Array };
  readonly stop: boolean;
}

export interface EarlyStopping {
  begin(): StoppingRecord;
  /** after an epoch */
  check(network: Network, theta: Float32Array, record: StoppingRecord): StoppingRecord;
}

/**
 * One check an epoch on the validation parts of `seen`. What the paper calls a step is not known; here it is an epoch. Throws
 * `DomainError` for a `patience` that is no positive whole number, `ShapeError` for a task without validation samples.
 *
 * @example
 * train(network, tasks[1], { rule, epochs: 100, earlyStopping: earlyStopping(tasks.slice(0, 2)) });
 */
export function earlyStopping(seen: readonly Task[], patience = 5): EarlyStopping {
  if (!(Number.isSafeInteger(patience) && patience >= 1)) {
    throw new DomainError(`patience is ${patience}, expected a positive whole number`);
  }
  const bare = seen.find(({ validation }) => validation.rows.length === 0);
  if (bare) throw new ShapeError(`early stopping: task ${bare.name} has no validation samples`);
  return {
    begin: () => ({ rising: 0, stop: false }),
    check(network, theta, { rising, best }) {
      let error = 0;
      for (const { validation, outputs } of seen) {
        error += (1 - accuracy(network, theta, validation, outputs)) / seen.length;
      }
      if (!best || error < best.error) {
        return { rising: 0, best: { error, theta: theta.slice() }, stop: false };
      }
      return { rising: rising + 1, best, stop: rising + 1 > patience };
    },
  };
}
