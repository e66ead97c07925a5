/** What the grid search needs of a problem: many runs of one optimizer, side by side in lanes. */
import type { Matrix } from "../../linalg/matrix.ts";
import type { Method } from "../results.ts";

/** Runs of GD, NGD or EFGD on one problem, one a lane, all advanced together. */
export interface LaneProblem {
  readonly lanes: number;
  /** d, the reduced dimension */
  readonly dimension: number;
  /** puts a lane back to θ = 0 */
  reset(lane: number): void;
  /** loss of each lane at its θ, `[lanes]`; prepares {@link direction} for the method */
  evaluate(method: Method): Float64Array;
  /** the reduced step z `[d, lanes]` of the method last evaluated; NaN in a lane whose matrix is singular */
  direction(dampings: Float64Array): Float64Array;
  /** θ ← θ − stepSize · δ in each lane, δ the direction last computed */
  move(stepSizes: Float64Array): void;
  /** K⁻¹: ⟨δ, δ'⟩ = zᵀ K⁻¹ z' */
  readonly metric: Matrix;
}

/** Entries of the lower triangle of an `[n, n]` matrix. */
export function triangle(n: number): number {
  return (n * (n + 1)) / 2;
}

/** The lower triangle of a symmetric matrix, row after row. */
export function packLower(A: Matrix): Float64Array {
  const packed = new Float64Array(triangle(A.rows));
  let p = 0;
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j <= i; j++) packed[p++] = A.data[i * A.cols + j];
  }
  return packed;
}

/** target ← target − stepSize · z in each lane; all `[d, lanes]`. */
export function moveLanes(target: Float64Array, z: Float64Array, stepSizes: Float64Array): void {
  const lanes = stepSizes.length;
  for (let i = 0; i < target.length; i += lanes) {
    for (let lane = 0; lane < lanes; lane++) target[i + lane] -= stepSizes[lane] * z[i + lane];
  }
}

/** Sets column `lane` of a `[rows, lanes]` array. */
export function fillLane(
  target: Float64Array,
  lanes: number,
  lane: number,
  value: (row: number) => number,
): void {
  for (let i = lane, row = 0; i < target.length; i += lanes, row++) target[i] = value(row);
}
