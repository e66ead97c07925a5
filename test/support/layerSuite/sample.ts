/** A layer to be checked, and the numbers that it is checked with. */
import type { Matrix, Reals } from "../../../src/linalg/matrix.ts";
import type { Layer, Pass, Shape } from "../../../src/models/network/layer.ts";
import { sizeOf } from "../../../src/models/network/shape.ts";
import type { Generator } from "../../../src/random/generator.ts";
import { numbers } from "../matrices.ts";

export interface LayerCase {
  /** what is special about it, e.g. "without bias" */
  readonly name: string;
  readonly layer: Layer;
  readonly input: Shape;
  readonly output: Shape;
  /** shapes that it must refuse */
  readonly refused?: readonly Shape[];
  /** y of one example from its definition, in plain loops */
  definition(w: ArrayLike<number>, x: ArrayLike<number>): number[];
  /** turns numbers in (−1, 1) into inputs, e.g. away from kinks: derivatives are checked by steps up to 0.03 */
  inputs?(x: number): number;
  /** of training mode: made anew for each pass, so that all draw the same */
  random?(): Generator;
  /** of each parameter: the largest initial value, their mean and variance */
  readonly initial?: readonly InitialValues[];
}

export interface InitialValues {
  readonly name: string;
  readonly bound?: number;
  readonly mean: number;
  readonly variance: number;
}

/** examples of a batch */
export const B = 4;
/** cotangents of an example */
export const K = 3;

/** A case with numbers. */
export interface Sample {
  readonly input: number;
  readonly output: number;
  readonly parameters: number;
  readonly w: Float64Array;
  readonly X: Matrix;
  /** tangents */
  readonly dw: Float64Array;
  readonly dX: Matrix;
  run<T extends Reals>(w: T, X: Matrix<T>): Pass<T>;
}

export function sampleOf({ layer, input, output, inputs = (x) => x, random }: LayerCase): Sample {
  const [I, O] = [sizeOf(input), sizeOf(output)];
  const p = layer.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return {
    input: I,
    output: O,
    parameters: p,
    w: numbers(p, 3),
    X: { rows: B, cols: I, data: numbers(B * I, 4).map(inputs) },
    dw: numbers(p, 5),
    dX: { rows: B, cols: I, data: numbers(B * I, 6) },
    run: (w, X) => layer.forward(w, X, input, random?.()),
  };
}
