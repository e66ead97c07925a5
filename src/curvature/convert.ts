/** Curvature matrices brought into another structure. */
import type { Conversion } from "../linalg/conversions.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import type { CurvatureLabels } from "./curvature.ts";

/**
 * A matrix in another structure: {@link toFull}, {@link toDiagonal}, {@link toBlocks}, {@link toKroneckerBlocks},
 * {@link toLowRank}. Its labels go along, with the way in `structure`. A structure made from the data, as
 * `curvature(…, diagonal())`, costs less than one made from another that holds more. Throws as the conversion does.
 *
 * @example
 * const F = curvature(digits, theta, fisher());
 * relativeDistance(convert(F, toDiagonal()), F); // what the diagonal drops
 */
export function convert<O extends SymmetricOperator>(
  A: SymmetricOperator & Partial<CurvatureLabels>,
  to: Conversion<O>,
): O & Partial<CurvatureLabels> {
  const { kind, structure, scale, degree, samples } = A;
  return Object.assign(to.of(A), {
    ...(kind !== undefined && { kind }),
    ...(structure !== undefined && { structure: `${to.name} of ${structure}` }),
    ...(scale !== undefined && { scale }),
    ...(degree !== undefined && { degree }),
    ...(samples !== undefined && { samples }),
  });
}
