/** Dropout. */
import { DomainError } from "../../errors.ts";
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import type { Generator } from "../../random/generator.ts";
import { scaled } from "./elementwise.ts";
import { identityPass } from "./flatten.ts";
import type { Layer, Pass } from "./layer.ts";

/**
 * In training mode (see `Network.training`) each entry is 0 with probability `rate`, and else divided by 1 − rate, so
 * that its mean stays; otherwise nothing is changed (Srivastava et al. 2014, in the inverted form of PyTorch). Throws
 * {@link DomainError} unless rate is in [0, 1).
 *
 * @example
 * const network = sequential([dense(784, 400), relu(), dropout(0.5), dense(400, 10)]);
 * const noisy = network.training(stream(1, "dropout"));
 */
export function dropout(rate = 0.5): Layer {
  if (!(rate >= 0 && rate < 1)) {
    throw new DomainError(`dropout: rate is ${rate}, expected a number in [0, 1)`);
  }
  return {
    kind: "dropout",
    options: { rate },
    parameters: [],
    stochastic: rate > 0,
    outputShape: (input) => input,
    forward: (_w, X, _shape, random) =>
      random && rate > 0 ? droppedPass(rate, X, random) : identityPass(X),
  };
}

function droppedPass<T extends Reals>(rate: number, X: Matrix<T>, random: Generator): Pass<T> {
  const factors = reals(X.data, X.data.length);
  const kept = 1 / (1 - rate);
  for (let i = 0; i < factors.length; i++) factors[i] = random.uniform() < rate ? 0 : kept;
  return {
    outputs: scaled(X, factors),
    bytes: 2 * factors.byteLength,
    push: (inputs) => inputs && scaled(inputs, factors),
    pull: (U) => scaled(U, factors),
    pullInPlace: (U) => scaled(U, factors, U.data),
  };
}
