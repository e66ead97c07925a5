/** Two ways from the same inputs, added. */
import type { Matrix, Reals } from "../../linalg/matrix.ts";
import type { Generator as Random } from "../../random/generator.ts";
import type {
  Below,
  BentCotangents,
  LayerOutputs,
  LeafCotangents,
  SignedCotangents,
  Step,
  StepPass,
  StepTangents,
} from "./step.ts";
import { plus } from "./sums.ts";

/** body(x) + shortcut(x), a block of a name; their output shapes agree. */
export function fork(name: string, body: Step, shortcut: Step): Step {
  return {
    outputShape: body.outputShape,
    parametrized: body.parametrized || shortcut.parametrized,
    leaves: [...body.leaves, ...shortcut.leaves],
    forward<T extends Reals>(theta: T, X: Matrix<T>, random?: Random): StepPass<T> {
      return new ForkPass(name, body.forward(theta, X, random), shortcut.forward(theta, X, random));
    },
  };
}

class ForkPass<T extends Reals> implements StepPass<T> {
  readonly name: string;
  readonly body: StepPass<T>;
  readonly shortcut: StepPass<T>;
  readonly outputs: Matrix<T>;
  readonly bytes: number;
  readonly bent: number;

  constructor(name: string, body: StepPass<T>, shortcut: StepPass<T>) {
    this.name = name;
    this.body = body;
    this.shortcut = shortcut;
    this.outputs = plus(body.outputs, shortcut.outputs);
    this.bytes = body.bytes + shortcut.bytes + this.outputs.data.byteLength;
    this.bent = body.bent + shortcut.bent;
  }

  *outputsByLayer(): Generator<LayerOutputs<T>, void> {
    yield* this.body.outputsByLayer();
    yield* this.shortcut.outputsByLayer();
    yield { layer: `${this.name} (residual)`, outputs: this.outputs };
  }

  push(inputs: Matrix<T> | undefined, v: T): StepTangents<T> {
    const body = this.body.push(inputs, v);
    const shortcut = this.shortcut.push(inputs, v);
    return {
      outputs: sum(body.outputs, shortcut.outputs),
      bend(cotangents, gradient, wanted): BentCotangents<T> | undefined {
        const second = shortcut.bend(cotangents, gradient, wanted);
        const first = body.bend(cotangents, gradient, wanted);
        return (
          first &&
          second && { U: plus(first.U, second.U), change: sum(first.change, second.change) }
        );
      },
    };
  }

  *backward(U: Matrix<T>, wanted: boolean): Generator<LeafCotangents<T>, Matrix<T> | undefined> {
    // U goes two ways: neither may write over it
    const second = yield* this.shortcut.backward(U, wanted, false);
    const first = yield* this.body.backward(U, wanted, false);
    return first && second && plus(first, second);
  }

  /** What a way bends belongs to the inputs, as they are the same for both ways. */
  *curve(
    U: Matrix<T>,
    columns: number,
    below: Below<T> | undefined,
  ): Generator<SignedCotangents<T>, Matrix<T> | undefined> {
    const second = yield* this.shortcut.curve(U, columns, below);
    const first = yield* this.body.curve(U, columns, below);
    return first && second && plus(first, second);
  }
}

/** a + b, where undefined is zero */
function sum<T extends Reals>(
  a: Matrix<T> | undefined,
  b: Matrix<T> | undefined,
): Matrix<T> | undefined {
  return a && b ? plus(a, b) : (a ?? b);
}
