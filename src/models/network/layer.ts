/**
 * What a layer is. A layer is one file: its shapes, its parameters, and a forward pass that returns what the passes
 * after it need (a {@link Pass}). Everything else (networks, Jacobians, Hessians, KFAC) is written once on top.
 * CONTRIBUTING.md shows how to add one; `test/support/layerSuite.ts` checks it by itself.
 */
import type { Matrix, Reals } from "../../linalg/matrix.ts";
import type { Generator } from "../../random/generator.ts";
import type { WeightRows } from "../weightRows.ts";

/** Of one example's activations: `[features]` or `[channels, height, width]`, row-major, one example a row. */
export type Shape = readonly number[];

/** One array of parameters of a layer, in the order and layout of PyTorch. */
export interface Parameter {
  /** e.g. "weight" */
  readonly name: string;
  /** e.g. `[out, in]` */
  readonly shape: Shape;
  /** fills `values`, row-major; in float64 and rounded by the network, so that both precisions start alike */
  initialize(values: Float64Array, random: Generator): void;
}

/** An array that belongs to a layer but is no parameter: running statistics. */
export interface Buffer {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Float64Array;
}

/** A layer, as `dense(784, 400)` makes one. Using one object twice in a network ties its weights. */
export interface Layer {
  /** e.g. "dense"; the name under which a file knows it */
  readonly kind: string;
  /** what it was made with, as plain JSON: a file has it, and messages */
  readonly options: Readonly<Record<string, unknown>>;
  readonly parameters: readonly Parameter[];
  readonly buffers?: readonly Buffer[];
  /** whether training draws random numbers: then its network in training mode is no function of θ and X */
  readonly stochastic?: boolean;
  /**
   * y is linear in w and in x, the other one fixed and constants aside: ∇²_ww y = ∇²_xx y = 0. Then the diagonal of a
   * Hessian needs no products.
   */
  readonly bilinear?: boolean;
  /** the only shape of inputs that it takes, where there is one; then a network that starts with it has no need of `inputs` */
  readonly inputShape?: Shape;
  /** throws `ShapeError` that says what was found and expected */
  outputShape(input: Shape): Shape;
  /**
   * The outputs for B examples X `[B, in]` of shape `shape`, with weights w `[p]` (all parameters of the layer, one after
   * another). `random` is there in training mode only. Nothing handed in is changed, w and X may be kept.
   */
  forward<T extends Reals>(w: T, X: Matrix<T>, shape: Shape, random?: Generator): Pass<T>;
}

/**
 * A layer on a batch of B examples, y = f(x, w). Cotangents come with K columns an example: row n·K + k of
 * U `[B · K, out]` belongs to example n. A tangent that is undefined is zero.
 */
export interface Pass<T extends Reals> {
  /** y, `[B, out]` */
  readonly outputs: Matrix<T>;
  /** bytes that are held beside the inputs, outputs included */
  readonly bytes: number;
  /** ẏ = J_x ẋ + J_w ẇ, `[B, out]`; not called where both are zero */
  push(inputs: Matrix<T> | undefined, weights: T | undefined): Matrix<T> | undefined;
  /** J_xᵀ U, `[B · K, in]` */
  pull(U: Matrix<T>): Matrix<T>;
  /** as {@link pull}, written over U, which nobody else has: where J_x is diagonal and new memory would cost more */
  pullInPlace?(U: Matrix<T>): Matrix<T>;
  /** of a layer with parameters */
  readonly weights?: WeightPass<T>;
  /**
   * What J_xᵀ U changes by along (ẋ, ẇ) at fixed U `[B, out]`, `[B, in]`; absent where J_x is constant (piecewise
   * constant counts: the second derivative of relu is 0).
   */
  bend?(U: Matrix<T>, inputs: Matrix<T> | undefined, weights: T | undefined): Matrix<T> | undefined;
  /**
   * The diagonal of Σ_i u_i ∇²y_i for U `[B, out]`, `[B, in]`, where y_i depends on x_i alone, so that nothing is off it:
   * {@link bend} multiplies ẋ by it. Absent where this is not so, or zero.
   */
  bends?(U: Matrix<T>): Float64Array;
}

/** The part of a pass that concerns the parameters. */
export interface WeightPass<T extends Reals> {
  /** adds Σ J_wᵀ u over all rows of U `[B · K, out]` to `gradient` `[p]` */
  addGradient(U: Matrix<T>, gradient: T): void;
  /** adds what Σ J_wᵀ u changes by along (ẋ, ẇ) at fixed U `[B, out]` to `gradient` `[p]` */
  addBentGradient(
    U: Matrix<T>,
    inputs: Matrix<T> | undefined,
    weights: T | undefined,
    gradient: T,
  ): void;
  /** the rows of U `[B · K, out]`; `layer` and `offset` say where they belong in the network */
  rows(U: Matrix<T>, columns: number, layer: string, offset: number): WeightRows<T>;
}
