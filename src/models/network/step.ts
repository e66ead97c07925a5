/**
 * What a network is made of: steps, each at its place in θ. A step is a layer ({@link LeafStep}), a residual block
 * (`ForkStep`), or a chain of steps (`Chain`). All three passes run through the same tree.
 */
import type { Matrix, Reals } from "../../linalg/matrix.ts";
import type { Generator as Random } from "../../random/generator.ts";
import type { Layer, Shape, WeightPass } from "./layer.ts";

/** A layer at its place. */
export interface Leaf {
  /** its path, e.g. "3" or "3.1" in a residual block */
  readonly name: string;
  readonly layer: Layer;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** index in θ of its first parameter; the same for all uses of one layer */
  readonly offset: number;
  /** parameters */
  readonly size: number;
}

export interface Step {
  readonly outputShape: Shape;
  /** whether it has parameters */
  readonly parametrized: boolean;
  /** the layers in it, in order */
  readonly leaves: readonly Leaf[];
  /** on inputs X `[B, in]`; `random` in training mode only */
  forward<T extends Reals>(theta: T, X: Matrix<T>, random?: Random): StepPass<T>;
}

/** A step on a batch. */
export interface StepPass<T extends Reals> {
  readonly outputs: Matrix<T>;
  /** bytes that are held beside the inputs */
  readonly bytes: number;
  /** the outputs of every layer and block, in order */
  outputsByLayer(): Iterable<LayerOutputs<T>>;
  /** the tangents along v `[D]` and those of the inputs; undefined is zero */
  push(inputs: Matrix<T> | undefined, v: T): StepTangents<T>;
  /**
   * entries of an example that are bent: as many columns {@link curve} may make; infinite where a layer does not say its
   * second derivatives, and there is no {@link curve}
   */
  readonly bent: number;
  /**
   * Backwards with U `[B · K, out]`: yields each layer with parameters and its cotangents, last layer first, and
   * returns those of the inputs, `[B · K, in]`, if `wanted`: a new matrix, or U itself. U may be written over if it is
   * `owned`.
   */
  backward(
    U: Matrix<T>,
    wanted: boolean,
    owned: boolean,
  ): Generator<LeafCotangents<T>, Matrix<T> | undefined>;
  /**
   * Backwards with the gradients of each example's loss, U `[B, out]`. The Hessian of a loss at the inputs of a layer is
   * what its Hessian at the outputs becomes there, plus Σ_i u_i ∇²y_i. That is a sum of ± s sᵀ, of which `columns` at a
   * time, of one sign, are handed to what is `below`, the steps before this one; yields the layers with parameters that
   * they reach there. Returns the gradients at the inputs, undefined without anything below.
   *
   * Mizutani and Dreyfus 2008, stagewise second-order backpropagation; Dangel et al. 2020, BackPACK's DiagHessian.
   */
  curve(
    U: Matrix<T>,
    columns: number,
    below: Below<T> | undefined,
  ): Generator<SignedCotangents<T>, Matrix<T> | undefined>;
}

/** A backward pass of a step's inputs `[B · K, in]`, which are its own, through the parametrized steps before it. */
export type Below<T extends Reals> = (U: Matrix<T>) => Generator<LeafCotangents<T>, void>;

/** The outputs of one layer or block. */
export interface LayerOutputs<T extends Reals> {
  /** as messages name it, e.g. "2 (relu)" */
  readonly layer: string;
  readonly outputs: Matrix<T>;
}

/** A layer with parameters that a backward pass has reached. */
export interface LeafCotangents<T extends Reals> {
  readonly leaf: Leaf;
  readonly pass: WeightPass<T>;
  /** at its outputs, `[B · K, out]` */
  readonly U: Matrix<T>;
}

/** Columns of a Hessian ± S Sᵀ that a backward pass has brought to a layer. */
export interface SignedCotangents<T extends Reals> extends LeafCotangents<T> {
  readonly sign: Sign;
}

export type Sign = 1 | -1;

/** What a push leaves for the second-order pass. */
export interface StepTangents<T extends Reals> {
  readonly outputs: Matrix<T> | undefined;
  /**
   * Backwards with cotangents and what they change by along the tangents: adds what the gradient changes by to
   * `gradient` `[D]`, and returns both for the inputs if `wanted`.
   */
  bend(cotangents: BentCotangents<T>, gradient: T, wanted: boolean): BentCotangents<T> | undefined;
}

export interface BentCotangents<T extends Reals> {
  /** `[B, n]` */
  readonly U: Matrix<T>;
  /** `[B, n]`; undefined is zero */
  readonly change: Matrix<T> | undefined;
}
