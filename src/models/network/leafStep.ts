/** One layer of a network. */
import type { Matrix, Reals } from "../../linalg/matrix.ts";
import type { Generator as Random } from "../../random/generator.ts";
import type { Pass } from "./layer.ts";
import { signedColumns } from "./signedColumns.ts";
import type {
  Below,
  BentCotangents,
  LayerOutputs,
  Leaf,
  LeafCotangents,
  SignedCotangents,
  Step,
  StepPass,
  StepTangents,
} from "./step.ts";
import { plus } from "./sums.ts";

export function leafStep(leaf: Leaf): Step {
  const { layer, offset, size } = leaf;
  return {
    outputShape: leaf.outputShape,
    parametrized: size > 0,
    leaves: [leaf],
    forward<T extends Reals>(theta: T, X: Matrix<T>, random?: Random): StepPass<T> {
      const w = theta.subarray(offset, offset + size) as T;
      return new LeafPass(leaf, layer.forward(w, X, leaf.inputShape, random));
    },
  };
}

class LeafPass<T extends Reals> implements StepPass<T> {
  readonly leaf: Leaf;
  readonly pass: Pass<T>;

  constructor(leaf: Leaf, pass: Pass<T>) {
    this.leaf = leaf;
    this.pass = pass;
  }

  get outputs(): Matrix<T> {
    return this.pass.outputs;
  }

  get bytes(): number {
    return this.pass.bytes;
  }

  get bent(): number {
    const { leaf, pass } = this;
    if (leaf.layer.bilinear) return 0;
    if (pass.bends && !pass.weights) return pass.outputs.cols;
    return pass.bend || pass.weights ? Infinity : 0;
  }

  outputsByLayer(): LayerOutputs<T>[] {
    const { name, layer } = this.leaf;
    return [{ layer: `${name} (${layer.kind})`, outputs: this.pass.outputs }];
  }

  /** The layer's own entries of a vector `[D]`. */
  own(v: T): T {
    const { offset, size } = this.leaf;
    return v.subarray(offset, offset + size) as T;
  }

  push(inputs: Matrix<T> | undefined, v: T): StepTangents<T> {
    const weights = this.pass.weights ? this.own(v) : undefined;
    const outputs = inputs || weights ? this.pass.push(inputs, weights) : undefined;
    return {
      outputs,
      bend: (cotangents, gradient, wanted) =>
        this.#bend(inputs, weights, cotangents, gradient, wanted),
    };
  }

  *backward(
    U: Matrix<T>,
    wanted: boolean,
    owned: boolean,
  ): Generator<LeafCotangents<T>, Matrix<T> | undefined> {
    const { leaf, pass } = this;
    if (pass.weights) yield { leaf, pass: pass.weights, U };
    if (!wanted) return undefined;
    // whoever got U with the weights may keep it
    return owned && !pass.weights && pass.pullInPlace ? pass.pullInPlace(U) : pass.pull(U);
  }

  *curve(
    U: Matrix<T>,
    columns: number,
    below: Below<T> | undefined,
  ): Generator<SignedCotangents<T>, Matrix<T> | undefined> {
    if (!below) return undefined;
    const { pass } = this;
    const bends = pass.bends?.(U);
    if (bends) {
      for (const { sign, S } of signedColumns(bends, U, columns)) {
        for (const cotangents of below(S)) yield { ...cotangents, sign };
      }
    }
    return pass.pull(U);
  }

  #bend(
    inputs: Matrix<T> | undefined,
    weights: T | undefined,
    { U, change }: BentCotangents<T>,
    gradient: T,
    wanted: boolean,
  ): BentCotangents<T> | undefined {
    const { pass } = this;
    if (pass.weights) {
      const own = this.own(gradient);
      if (change) pass.weights.addGradient(change, own);
      pass.weights.addBentGradient(U, inputs, weights, own);
    }
    if (!wanted) return undefined;
    const pulled = change && pass.pull(change);
    const bent = pass.bend?.(U, inputs, weights);
    return {
      U: pass.pull(U),
      change: pulled && bent ? plus(pulled, bent) : (pulled ?? bent),
    };
  }
}
