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
   * Backwards with U `[B · K, out]`: yields each layer with parameters and its cotangents, last layer first, and
   * returns those of the inputs, `[B · K, in]`, if `wanted`: a new matrix, or U itself. U may be written over if it is
   * `owned`.
   */
  backward(
    U: Matrix<T>,
    wanted: boolean,
    owned: boolean,
  ): Generator<LeafCotangents<T>, Matrix<T> | undefined>;
}

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
