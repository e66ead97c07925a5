/** What of a curvature matrix is kept: all of it, its diagonal, only its products. */
import type { Reals } from "../linalg/matrix.ts";
import type { SymmetricOperator } from "../linalg/operator.ts";
import type { ParameterRange } from "../models/model.ts";
import type { Terms } from "./kind.ts";

/** The sum that a structure keeps: w Σ over batches of their {@link Terms}. */
export interface CurvatureSum<T extends Reals> {
  /** of the kind, for messages */
  readonly name: string;
  /** D */
  readonly dimension: number;
  /** N */
  readonly samples: number;
  /** w: 1/N for a `mean` objective, 1 for a `sum` */
  readonly weight: number;
  readonly theta: T;
  /** the arrays in θ by name, where the model says them */
  readonly views?: readonly ParameterRange[];
  /** The terms batch by batch, the same at every pass. The first passes report progress and can be cancelled. */
  batches(): Iterable<Terms<T>>;
}

/** Full, diagonal, matrix-free and the like, as a value. A new structure is one file. */
export interface Structure<O extends SymmetricOperator = SymmetricOperator> {
  readonly name: string;
  build<T extends Reals>(sum: CurvatureSum<T>): O;
}
