/** What a network is: a model made of layers. */
import type { Precision } from "../../datasets/load.ts";
import type { Matrix, Reals } from "../../linalg/matrix.ts";
import type { Generator } from "../../random/generator.ts";
import type { Linearization } from "../linearization.ts";
import type { Model } from "../model.ts";
import type { Shape } from "./layer.ts";
import type { Part } from "./residual.ts";
import type { BufferView, ParameterView } from "./views.ts";

/** The element type of a precision. */
export type RealsOf<P extends Precision> = P extends "float64" ? Float64Array : Float32Array;

/**
 * A sequential network as a model. θ `[D]` has the parameters layer by layer, each as PyTorch has them: `weight`
 * row-major, then `bias`. Rows of X are examples, `[N, size of inputShape]`. A layer that is used twice has one
 * place in θ, where its gradients add.
 *
 * `forward`, `jvp` and `vjp` work through X in chunks whose activations stay below 64 MiB. All throw `ShapeError` for
 * a θ or X that does not fit (also float64 data for a float32 network), `DomainError` where an output is NaN or
 * infinite, naming the first layer and the sample.
 */
export interface Network<T extends Reals = Float32Array> extends Model<Matrix<T>, T> {
  readonly layers: readonly Part[];
  readonly precision: Precision;
  /** of {@link initial} */
  readonly seed: number;
  /** of one example */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** the arrays in θ, in order */
  readonly views: readonly ParameterView[];
  readonly buffers: readonly BufferView[];
  /** whether outputs depend on random draws: dropout in training mode. Then every call draws anew */
  readonly stochastic: boolean;
  /** throws unless X has rows of the size of {@link inputShape}, of this precision and with finite entries */
  checkInputs(X: Matrix<T>): void;
  /** one array of θ by name, not copied. Throws {@link DomainError} for an unknown name */
  view(theta: T, name: string): T;
  /** new initial parameters: from `random`, or always the same from the network's seed */
  initial(random?: Generator): T;
  /**
   * The same network in training mode: dropout draws from `random`. Throws {@link DomainError} without it. A linearization keeps what was drawn when it was
   * made, so that its products belong to one function.
   */
  training(random: Generator): Network<T>;
  /**
   * The network around θ on X, with all activations held; θ and X must not be changed while it is in use. Outputs that
   * are not finite do not throw here: `nonFinite` says where they come from.
   */
  at(theta: T, X: Matrix<T>): Linearization<T>;
}
