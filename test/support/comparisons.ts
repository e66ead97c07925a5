/** Small comparisons for tests: what the command does, on data that are at hand. */
import {
  type CompareConfiguration,
  compareConfiguration,
} from "../../src/experiments/compare/configuration.ts";
import type { Samples } from "../../src/experiments/compare/samples.ts";
import { matrix } from "../../src/linalg/matrix.ts";
import { stream } from "../../src/random/streams.ts";

/** Twelve points of two columns in three classes, as a table would give them. */
export function threeClasses(): Samples {
  const random = stream(3, "three classes");
  const N = 12;
  return {
    name: "three.csv",
    X: matrix(
      N,
      2,
      Float64Array.from({ length: 2 * N }, () => random.normal()),
    ),
    y: Float64Array.from({ length: N }, (_, n) => n % 3),
    family: "categorical",
    classes: 3,
  };
}

export const tinyConfiguration = {
  data: { csv: "three.csv", target: "class" },
  model: [{ dense: [2, 3] }, "tanh", { dense: [3, 3] }],
  parameters: { from: "training", steps: 30 },
};

export function tiny(changes: Record<string, unknown> = {}): CompareConfiguration {
  return compareConfiguration.parse({ ...tinyConfiguration, ...changes });
}
