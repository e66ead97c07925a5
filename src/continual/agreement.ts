/** Whether what a training is given belongs together. */
import { DomainError, ShapeError } from "../errors.ts";
import type { Network } from "../models/network/network.ts";
import { outputRange } from "../models/outputRange.ts";
import type { Task } from "./tasks.ts";
import type { TrainingOptions, TrainingState } from "./trainer.ts";

/** Throws `ShapeError`, `DomainError` where a task, a penalty or a start belongs to another network. */
export function requireAgreement(
  network: Network,
  tasks: readonly Task[],
  { penalty, from, start }: TrainingOptions,
): void {
  const inputs = network.inputShape.reduce((product, size) => product * size, 1);
  for (const { name, train, outputs } of tasks) {
    if (train.images.cols !== inputs) {
      throw new ShapeError(
        `task ${name} has ${train.images.cols} inputs, the network takes ${inputs}`,
      );
    }
    outputRange(network, ...outputs);
  }
  const sizes = {
    penalty: penalty?.parameters,
    start: start?.length,
    state: from?.theta.length,
  };
  for (const [what, D] of Object.entries(sizes)) {
    if (D !== undefined && D !== network.parameters) {
      throw new ShapeError(
        `the ${what} is of ${D} parameters, the network has ${network.parameters}: it belongs to another network`,
      );
    }
  }
}

/** Throws `DomainError` for a state that another rule has made, or a training with or without early stopping. */
export function requireState(
  { memory, stopping }: TrainingState,
  parameters: number,
  { rule, earlyStopping }: TrainingOptions,
): void {
  const [found, expected] = [memory, rule.begin(parameters)].map(({ arrays }) =>
    Object.keys(arrays).sort().join(", "),
  );
  if (found !== expected) {
    throw new DomainError(
      `the state is of another rule: it remembers ${found || "nothing"}, ${rule.name} ${expected || "nothing"}`,
    );
  }
  if ((stopping !== undefined) !== (earlyStopping !== undefined)) {
    const [had, has] = stopping ? ["with", "without"] : ["without", "with"];
    throw new DomainError(`the state is of a training ${had} early stopping, this one is ${has}`);
  }
}
