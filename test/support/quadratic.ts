/** Objectives without data, for tests of what only looks at losses and gradients. */
import type { Matrix } from "../../src/linalg/matrix.ts";
import type { Objective } from "../../src/objective.ts";

/** ½ (θ − minimum)ᵀ A (θ − minimum) + lowest */
export function quadratic(A: Matrix, minimum: ArrayLike<number>, lowest = 0): Objective {
  const slope = (theta: Float64Array): Float64Array =>
    theta.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < A.cols; j++) sum += A.data[i * A.cols + j] * (theta[j] - minimum[j]);
      return sum;
    });
  return smooth(
    A.rows,
    (theta) => {
      const g = slope(theta);
      return lowest + theta.reduce((s, t, i) => s + 0.5 * (t - minimum[i]) * g[i], 0);
    },
    slope,
  );
}

/** Any function and its gradient; asking for its data fails the test. */
export function smooth(
  dimension: number,
  loss: (theta: Float64Array) => number,
  gradient: (theta: Float64Array) => Float64Array,
): Objective {
  const none = (): never => {
    throw new Error("this objective has no data");
  };
  return {
    dimension,
    loss,
    gradient,
    reduction: "mean",
    weight: 1,
    priorPrecision: 0,
    samples: 0,
    outputs: none,
    linearization: none,
    perExampleGradients: none,
    get model() {
      return none();
    },
    get likelihood() {
      return none();
    },
    get X() {
      return none();
    },
    get targets() {
      return none();
    },
  };
}
