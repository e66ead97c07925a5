/** Networks as a list of layers. */
import type { Precision } from "../../datasets/load.ts";
import { DomainError, ShapeError } from "../../errors.ts";
import { type Matrix, type Reals, reals } from "../../linalg/matrix.ts";
import type { Generator } from "../../random/generator.ts";
import { stream } from "../../random/streams.ts";
import { inputRows } from "../inputs.ts";
import { brief } from "./brief.ts";
import {
  requireCotangents,
  requireExamples,
  requireFiniteInputs,
  requireFiniteOutputs,
  requireParameters,
} from "./checks.ts";
import type { Shape } from "./layer.ts";
import type { Network, RealsOf } from "./network.ts";
import { NetworkLinearization } from "./networkLinearization.ts";
import { requireParts } from "./parts.ts";
import { plan } from "./plan.ts";
import { isResidual, type Part } from "./residual.ts";
import { requireCount, shapeText, sizeOf } from "./shape.ts";
import type { Step, StepPass } from "./step.ts";
import { bufferViews, parameterViews, viewOf } from "./views.ts";

export interface NetworkOptions<P extends Precision = Precision> {
  /** of one example; needed unless the first layer says it, as `dense` does */
  readonly inputs?: Shape;
  /** default "float32" */
  readonly precision?: P;
  /** of {@link Network.initial}; default 0 */
  readonly seed?: number;
}

/**
 * A network of layers one after another. Throws {@link ShapeError} where there is no layer, where the shape of the
 * inputs is neither given nor known, and, naming the layer, where shapes do not chain or where θ or one example's
 * activations would take more than 2 GiB in float64; {@link DomainError} for something that is no layer (`relu` for
 * `relu()`), an unknown precision, a size that is no positive integer, or a seed that is no integer.
 *
 * @example
 * const network = sequential([dense(784, 100), relu(), dense(100, 10)]);
 * const theta = network.initial(); // Float32Array of 79510
 * network.view(theta, "2.bias"); // its last ten entries
 * const digits = objective({ model: network, likelihood: categorical(10), X, y });
 */
export function sequential<P extends Precision = "float32">(
  layers: readonly Part[],
  options: NetworkOptions<P> = {},
): Network<RealsOf<P>> {
  const { precision = "float32", seed = 0 } = options;
  if (precision !== "float32" && precision !== "float64") {
    throw new DomainError(`precision is "${precision}", expected "float32" or "float64"`);
  }
  requireParts(layers);
  if (layers.length === 0) throw new ShapeError("a network without layers, expected at least one");
  if (!Number.isSafeInteger(seed)) {
    throw new DomainError(`network: seed is ${brief(seed)}, expected an integer`);
  }
  const inputShape = options.inputs ?? knownInputs(layers[0]);
  if (!Array.isArray(inputShape)) {
    throw new DomainError(
      `network: inputs are ${brief(inputShape)}, expected the shape of one example`,
    );
  }
  for (const size of inputShape)
    requireCount(size, `network: a size of inputs ${shapeText(inputShape)}`);
  const step = plan(layers, inputShape);
  return network<RealsOf<P>>({ layers: [...layers], precision, seed, inputShape, step });
}

function knownInputs(part: Part): Shape {
  const shape = isResidual(part) ? undefined : part.inputShape;
  if (!shape) {
    throw new ShapeError(
      `layer 0 (${part.kind}) takes inputs of many shapes: say which, with the option inputs`,
    );
  }
  return shape;
}

/** bytes of the activations of one chunk of examples: 64 MiB */
const CHUNK = 2 ** 26;

interface NetworkParts {
  readonly layers: readonly Part[];
  readonly precision: Precision;
  readonly seed: number;
  readonly inputShape: Shape;
  readonly step: Step;
  /** in training mode */
  readonly random?: Generator;
}

function network<T extends Reals>(parts: NetworkParts): Network<T> {
  const { layers, precision, seed, inputShape, step, random } = parts;
  const { leaves, outputShape } = step;
  const like = (precision === "float64" ? new Float64Array() : new Float32Array()) as T;
  const owners = leaves.filter(
    (leaf, i) => leaves.findIndex(({ layer }) => layer === leaf.layer) === i,
  );
  const views = owners.flatMap(parameterViews);
  const D = views.reduce((sum, { size }) => sum + size, 0);
  const M = sizeOf(outputShape);

  const run = (theta: T, X: Matrix<T>, first: number): StepPass<T> => {
    const pass = step.forward(theta, X, random);
    requireFiniteOutputs(pass, first);
    return pass;
  };
  const around = (pass: StepPass<T>): NetworkLinearization<T> =>
    new NetworkLinearization({ pass, leaves, parameters: D, precision });
  const check = (theta: T, X: Matrix<T>): void => {
    requireParameters(theta, D, precision, "theta");
    requireExamples(X, inputShape, precision);
  };
  const width = leaves.reduce((sum, leaf) => sum + sizeOf(leaf.outputShape), 0);
  const chunk = Math.max(1, Math.floor(CHUNK / (width * like.BYTES_PER_ELEMENT)));
  /** Checks, then calls `visit` with one group of rows of X after another. */
  const eachChunk = (
    theta: T,
    X: Matrix<T>,
    visit: (rows: Matrix<T>, start: number, end: number) => void,
  ): void => {
    check(theta, X);
    for (let start = 0; start < X.rows; start += chunk) {
      const end = Math.min(start + chunk, X.rows);
      visit(inputRows(X, start, end), start, end);
    }
  };
  const outputsFor = (X: Matrix<T>): Matrix<T> => ({
    rows: X.rows,
    cols: M,
    data: reals(like, X.rows * M),
  });

  return {
    layers,
    precision,
    seed,
    inputShape,
    outputShape,
    parameters: D,
    outputs: M,
    views,
    buffers: owners.flatMap(bufferViews),
    stochastic: random !== undefined && leaves.some(({ layer }) => layer.stochastic),
    checkInputs(X) {
      requireExamples(X, inputShape, precision);
      requireFiniteInputs(X);
    },
    view(theta, name) {
      requireParameters(theta, D, precision, "theta");
      const { offset, size } = viewOf(views, name);
      return theta.subarray(offset, offset + size) as T;
    },
    initial(generator: Generator = stream(seed, "initial parameters")) {
      const theta = new Float64Array(D);
      for (const { layer, offset } of owners) {
        let start = offset;
        for (const parameter of layer.parameters) {
          const end = start + sizeOf(parameter.shape);
          parameter.initialize(theta.subarray(start, end), generator);
          start = end;
        }
      }
      return reals(like, theta);
    },
    training(generator) {
      if (typeof Object(generator).uniform !== "function") {
        throw new DomainError(
          `training mode: found a generator that is ${brief(generator)}, expected one, e.g. stream(0, "dropout")`,
        );
      }
      return network<T>({ ...parts, random: generator });
    },
    forward(theta, X) {
      const F = outputsFor(X);
      eachChunk(theta, X, (rows, start) => {
        F.data.set(run(theta, rows, start).outputs.data, start * M);
      });
      return F;
    },
    jvp(theta, X, v) {
      const F = outputsFor(X);
      eachChunk(theta, X, (rows, start) => {
        F.data.set(around(run(theta, rows, start)).jvp(v).data, start * M);
      });
      return F;
    },
    vjp(theta, X, U) {
      requireCotangents(U, X.rows, M);
      const gradient = reals(like, D);
      eachChunk(theta, X, (rows, start, end) => {
        around(run(theta, rows, start)).addVjp(inputRows(U, start, end), gradient);
      });
      return gradient;
    },
    at(theta, X) {
      check(theta, X);
      return around(step.forward(theta, X, random));
    },
  };
}
