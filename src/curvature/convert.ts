/** Curvature matrices brought into another structure. */
import type { Conversion } from "../linalg/conversions.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import { type Labelled, labelled } from "./labels.ts";

/**
 * A matrix in another structure: {@link toFull}, {@link toDiagonal}, {@link toBlocks}, {@link toKroneckerBlocks},
 * {@link toLowRank}. Its labels go along, with the way in `structure`. A structure made from the data, as
 * `curvature(…, diagonal())`, costs less than one made from another that holds more. Throws as the conversion does.
 *
 * @example
 * const F = curvature(digits, theta, fisher());
 * relativeDistance(convert(F, toDiagonal()), F); // what the diagonal drops
 */
export function convert<O extends SymmetricOperator>(A: Labelled, to: Conversion<O>): Labelled<O> {
  const { kind, structure, scale, degree, samples } = A;
  const made = structure === undefined ? undefined : `${to.name} of ${structure}`;
  return labelled(to.of(A), { kind, structure: made, scale, degree, samples });
}
