/** Steps one after another. */
import type { Matrix, Reals } from "../../linalg/matrix.ts";
import type { Generator as Random } from "../../random/generator.ts";
import type { Shape } from "./layer.ts";
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

/** The composition of `steps`; the identity of `inputShape` without any. */
export function chain(inputShape: Shape, steps: readonly Step[]): Step {
  const first = steps.findIndex(({ parametrized }) => parametrized);
  return {
    outputShape: steps.at(-1)?.outputShape ?? inputShape,
    parametrized: first >= 0,
    leaves: steps.flatMap(({ leaves }) => leaves),
    forward<T extends Reals>(theta: T, X: Matrix<T>, random?: Random): StepPass<T> {
      const passes: StepPass<T>[] = [];
      let outputs = X;
      for (const step of steps) {
        const pass = step.forward(theta, outputs, random);
        passes.push(pass);
        outputs = pass.outputs;
      }
      return new ChainPass(passes, outputs, first < 0 ? steps.length : first);
    },
  };
}

class ChainPass<T extends Reals> implements StepPass<T> {
  readonly passes: readonly StepPass<T>[];
  readonly outputs: Matrix<T>;
  readonly bytes: number;
  readonly bent: number;
  /** index of the first step with parameters: what comes before it matters only where the inputs do */
  readonly first: number;

  constructor(passes: readonly StepPass<T>[], outputs: Matrix<T>, first: number) {
    this.passes = passes;
    this.outputs = outputs;
    this.first = first;
    this.bytes = passes.reduce((sum, { bytes }) => sum + bytes, 0);
    this.bent = passes.reduce((sum, { bent }) => sum + bent, 0);
  }

  *outputsByLayer(): Generator<LayerOutputs<T>, void> {
    for (const pass of this.passes) yield* pass.outputsByLayer();
  }

  push(inputs: Matrix<T> | undefined, v: T): StepTangents<T> {
    const tangents: StepTangents<T>[] = [];
    let outputs = inputs;
    for (const pass of this.passes) {
      const tangent = pass.push(outputs, v);
      tangents.push(tangent);
      outputs = tangent.outputs;
    }
    return {
      outputs,
      bend: (cotangents, gradient, wanted) => this.#bend(tangents, cotangents, gradient, wanted),
    };
  }

  backward(
    U: Matrix<T>,
    wanted: boolean,
    owned: boolean,
  ): Generator<LeafCotangents<T>, Matrix<T> | undefined> {
    return this.#backward(this.passes.length, U, wanted, owned);
  }

  *curve(
    U: Matrix<T>,
    columns: number,
    below: Below<T> | undefined,
  ): Generator<SignedCotangents<T>, Matrix<T> | undefined> {
    let at: Matrix<T> | undefined = U;
    for (let i = this.passes.length - 1; at && i >= (below ? 0 : this.first); i--) {
      const before: Below<T> = (S) => this.#before(i, S, below);
      at = yield* this.passes[i].curve(at, columns, below || i > this.first ? before : undefined);
    }
    return below ? at : undefined;
  }

  /** From the inputs of step i on. */
  *#before(
    i: number,
    U: Matrix<T>,
    below: Below<T> | undefined,
  ): Generator<LeafCotangents<T>, void> {
    const inputs = yield* this.#backward(i, U, below !== undefined, true);
    if (inputs && below) yield* below(inputs);
  }

  /** Through the steps before step `end`. */
  *#backward(
    end: number,
    U: Matrix<T>,
    wanted: boolean,
    owned: boolean,
  ): Generator<LeafCotangents<T>, Matrix<T> | undefined> {
    let at: Matrix<T> | undefined = U;
    for (let i = end - 1; at && i >= (wanted ? 0 : this.first); i--) {
      const own: boolean = owned || at !== U;
      at = yield* this.passes[i].backward(at, wanted || i > this.first, own);
    }
    return wanted ? at : undefined;
  }

  #bend(
    tangents: readonly StepTangents<T>[],
    cotangents: BentCotangents<T>,
    gradient: T,
    wanted: boolean,
  ): BentCotangents<T> | undefined {
    let at: BentCotangents<T> | undefined = cotangents;
    for (let i = tangents.length - 1; at && i >= (wanted ? 0 : this.first); i--) {
      at = tangents[i].bend(at, gradient, wanted || i > this.first);
    }
    return wanted ? at : undefined;
  }
}
