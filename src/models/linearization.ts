/**
 * A model at θ on X, with what its forward pass computed: every product after it costs no second forward pass.
 * All that the curvature matrices need of a model is here; `linearize` makes one for any model.
 */
import { DomainError } from "../errors.ts";
import type { Blocks, Matrix, Reals } from "../linalg/matrix.ts";
import type { Inputs, Model } from "./model.ts";
import { factorRows, gram, gramDiagonal, secondOrder } from "./products.ts";
import type { SecondOrderRows } from "./secondOrderRows.ts";
import type { WeightRows } from "./weightRows.ts";

/** f(·, X) around θ, for B samples. Nothing here is multiplied by w. */
export interface Linearization<T extends Reals = Float64Array> {
  /** B */
  readonly samples: number;
  /** D */
  readonly parameters: number;
  /** f_n, `[B, M]`; not to be changed */
  readonly outputs: Matrix<T>;
  /** f is linear in θ: {@link secondOrder} is zero */
  readonly linear: boolean;
  /** bytes that are held as long as this object is, outputs included */
  readonly bytes: number;
  /** J_n v, `[B, M]`, for v `[D]` */
  jvp(v: T): Matrix<T>;
  /** Σ_n J_nᵀ u_n, `[D]`, for U `[B, M]` */
  vjp(U: Matrix<T>): T;
  /** Σ_n Σ_m r_nm ∇²f_nm v, `[D]`, for r `[B, M]` and v `[D]` */
  secondOrder(residual: Matrix<T>, v: T): T;
  /** Σ_n Σ_m r_nm ∇²f_nm within single layers, for r `[B, M]`. Absent for a model that knows it by products alone. */
  secondOrderRows?(residual: Matrix<T>): SecondOrderRows<T>;
  /** the rows (J_nᵀ S_n)ᵀ, `[B · K, D]` with row n·K + k; S `[B, M, K]` */
  factorRows(S: Blocks<T>): Matrix<T>;
  /** Σ_n J_nᵀ S_n S_nᵀ J_n in float64, `[D, D]`; with `centre` c (K = 1) of the rows minus c */
  gram(S: Blocks<T>, centre?: T): Matrix;
  /** the diagonal of {@link gram} in float64, `[D]`; added to `sum` and in it, where there is one */
  gramDiagonal(S: Blocks<T>, centre?: T, sum?: Float64Array): Float64Array;
  /**
   * The rows layer by layer, each only when asked for, in the products that they come in: what KFAC and the
   * diagonal are made of. Absent for a model without layers.
   */
  layers?(S: Blocks<T>): Iterable<WeightRows<T>>;
  /**
   * Where a value first is NaN or infinite, e.g. `layer 2 (relu), example 5` (counted from 0 within these samples);
   * undefined where outputs are finite. Absent where only the outputs are known.
   */
  nonFinite?(): string | undefined;
}

/**
 * A model at θ on X: the model's own {@link Model.at} where it has one, else by its other members, which then go over
 * X again at each product. θ and X are kept, not copied.
 *
 * @example
 * const at = linearize(model, theta, X);
 * at.vjp(likelihood.residual(at.outputs, targets)); // Σ_n g_n
 */
export function linearize<X extends Inputs, T extends Reals>(
  model: Model<X, T>,
  theta: T,
  X: X,
): Linearization<T> {
  if (model.at) return model.at(theta, X);
  let outputs: Matrix<T> | undefined;
  return {
    samples: X.rows,
    parameters: model.parameters,
    get outputs(): Matrix<T> {
      outputs ??= model.forward(theta, X);
      return outputs;
    },
    linear: model.linear ?? false,
    bytes: X.rows * model.outputs * theta.BYTES_PER_ELEMENT,
    jvp: (v) => model.jvp(theta, X, v),
    vjp: (U) => model.vjp(theta, X, U),
    secondOrder: (residual, v) => secondOrder(model, theta, X, residual, v),
    factorRows: (S) => factorRows(model, theta, X, S),
    gram: (S, centre) => gram(model, theta, X, S, centre),
    gramDiagonal: (S, centre, sum) => gramDiagonal(model, theta, X, S, centre, sum),
  };
}

/**
 * Throws {@link DomainError} naming sample (counted from `start`) and output of a value that is not finite, and the layer
 * that it comes from where that is known.
 */
export function requireFiniteOutputs<T extends Reals>(
  at: Pick<Linearization<T>, "outputs" | "nonFinite">,
  start = 0,
): void {
  const { cols, data } = at.outputs;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const origin = at.nonFinite?.();
    throw new DomainError(
      `outputs of the model: sample ${start + Math.floor(i / cols)}, output ${i % cols} is ${data[i]}` +
        `${origin ? ` (not finite from ${origin} on)` : ""}, expected a finite number`,
    );
  }
}
