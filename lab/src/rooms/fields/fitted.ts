/** The model with given parameters, as a curve over the samples. */
import { sigmoid } from "../../../../src/likelihoods/special.ts";
import type { Family, Point } from "../../compute/planar.ts";

/** The line, or the probability of label 1. */
export function fitted(family: Family, [b, w]: Point, [from, to]: Point): Point[] {
  const count = family === "gaussian" ? 2 : 81;
  return Array.from({ length: count }, (_, i): Point => {
    const x = from + ((to - from) * i) / (count - 1);
    return [x, family === "gaussian" ? b + w * x : sigmoid(b + w * x)];
  });
}
