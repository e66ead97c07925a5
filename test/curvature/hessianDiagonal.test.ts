/** The diagonal of a network's Hessian against that of the whole matrix, which is made of products. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { type BlockDiagonalOptions, blockDiagonal } from "../../src/curvature/blockDiagonal.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { fisher, hessian } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { addSecondOrderDiagonal } from "../../src/curvature/secondOrderDiagonal.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import type { Likelihood } from "../../src/likelihoods/likelihood.ts";
import { poisson } from "../../src/likelihoods/poisson.ts";
import type { Matrix, Reals } from "../../src/linalg/matrix.ts";
import { averagePool2d } from "../../src/models/network/averagePool2d.ts";
import { batchNorm } from "../../src/models/network/batchNorm.ts";
import { conv2d } from "../../src/models/network/conv2d.ts";
import { dense } from "../../src/models/network/dense.ts";
import { dropout } from "../../src/models/network/dropout.ts";
import { elementwise } from "../../src/models/network/elementwise.ts";
import { elu } from "../../src/models/network/elu.ts";
import { flatten } from "../../src/models/network/flatten.ts";
import { gelu } from "../../src/models/network/gelu.ts";
import { globalAveragePool2d } from "../../src/models/network/globalAveragePool2d.ts";
import type { Layer, Shape } from "../../src/models/network/layer.ts";
import { leakyRelu } from "../../src/models/network/leakyRelu.ts";
import { maxPool2d } from "../../src/models/network/maxPool2d.ts";
import { NetworkLinearization } from "../../src/models/network/networkLinearization.ts";
import { relu } from "../../src/models/network/relu.ts";
import { type Part, residual } from "../../src/models/network/residual.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { sigmoid } from "../../src/models/network/sigmoid.ts";
import { silu } from "../../src/models/network/silu.ts";
import { softplus } from "../../src/models/network/softplus.ts";
import { tanh } from "../../src/models/network/tanh.ts";
import { outputRange } from "../../src/models/outputRange.ts";
import { type Objective, objective } from "../../src/objective.ts";
import { distance, largest, numbers, random } from "../support/matrices.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const N = 7;

interface Problem<T extends Reals = Float64Array> {
  readonly objective: Objective<Matrix<T>, T>;
  readonly theta: T;
}

function problemOf(
  layers: readonly Part[],
  inputs: Shape,
  likelihood: Likelihood = categorical(3),
  y: ArrayLike<number> = Float64Array.from({ length: N }, (_, n) => (2 * n) % 3),
): Problem {
  const model = sequential(layers, { inputs, precision: "float64" });
  const X = random(
    N,
    model.inputShape.reduce((a, b) => a * b, 1),
    3,
  );
  const targets = { rows: N, cols: likelihood.targetColumns, data: Float64Array.from(y) };
  return {
    objective: objective({ model, likelihood, X, y: targets }),
    theta: numbers(model.parameters, 4),
  };
}

/** The diagonal of all entries, and how many products with second derivatives are made for the diagonal alone. */
function compared<T extends Reals>({ objective, theta }: Problem<T>, batch?: number) {
  const options = batch === undefined ? {} : { batch };
  const whole = curvature(objective, theta, hessian()).dense();
  const exact = Float64Array.from({ length: whole.rows }, (_, i) => whole.data[i * whole.rows + i]);
  const products = vi.spyOn(NetworkLinearization.prototype, "secondOrder");
  const found = curvature(objective, theta, hessian(), diagonal(), options).diagonal();
  const count = products.mock.calls.length;
  products.mockRestore();
  return { found, exact, products: count };
}

function expectNear(found: Float64Array, exact: Float64Array, tolerance = 1e-12): void {
  expect(distance(found, exact)).toBeLessThan(tolerance * largest(exact));
}

const smooth: readonly Layer[] = [
  tanh(),
  sigmoid(),
  softplus(),
  silu(),
  gelu(),
  gelu({ approximate: "tanh" }),
  elu(),
  elu(0.7),
  // no monotone function: bent both ways, and exactly straight in places
  elementwise("cube", { value: (x) => x ** 3, slope: (x) => 3 * x * x, bend: (x) => 6 * x }),
];

describe.each(
  smooth.map((layer) => ({ layer, name: `${layer.kind} ${JSON.stringify(layer.options)}` })),
)("a network with $name", ({ layer }) => {
  it("has this diagonal, without a product", () => {
    const layers = [dense(2, 5), layer, dense(5, 4), layer, dense(4, 3)];
    const { found, exact, products } = compared(problemOf(layers, [2]));
    expectNear(found, exact);
    expect(products).toBe(0);
  });

  it("has another one than the Fisher", () => {
    const { objective, theta } = problemOf([dense(2, 5), layer, dense(5, 3)], [2]);
    const G = curvature(objective, theta, fisher(), diagonal()).diagonal();
    const H = curvature(objective, theta, hessian(), diagonal()).diagonal();
    expect(distance(G.subarray(0, 15), H.subarray(0, 15))).toBeGreaterThan(1e-3);
    // of the last layer, in which outputs are linear, it is the same
    expect(H.subarray(15)).toEqual(G.subarray(15));
  });
});

it.each([relu(), leakyRelu(0.3)])("with $kind it is the Fisher's, to the bit", (layer) => {
  const layers = [dense(2, 5), layer, dense(5, 4), layer, dense(4, 3)];
  const { objective, theta } = problemOf(layers, [2]);
  const [H, G] = [hessian(), fisher()].map((kind) =>
    curvature(objective, theta, kind, diagonal()).diagonal(),
  );
  expect(H).toEqual(G);
});

it("with relu the blocks of layers are the Fisher's, without a product, and others are not", () => {
  const twice = dense(4, 4);
  const layers = [dense(2, 4), relu(), dense(4, 4), relu(), dense(4, 3)];
  const tied = [dense(2, 4), relu(), twice, relu(), twice, relu(), dense(4, 3)];
  const products = vi.spyOn(NetworkLinearization.prototype, "secondOrder");
  const blocksOf = ({ objective, theta }: Problem, options: BlockDiagonalOptions) => {
    const [G, H] = [fisher(), hessian()].map((kind) =>
      curvature(objective, theta, kind, blockDiagonal(options)).dense(),
    );
    const { data: whole } = curvature(objective, theta, hessian()).dense();
    const dropped = whole.map((x, t) => (G.data[t] === 0 ? 0 : x));
    expectNear(H.data, dropped);
    return distance(G.data, H.data);
  };
  const problem = problemOf(layers, [2]);
  curvature(problem.objective, problem.theta, hessian(), blockDiagonal());
  expect(products).not.toHaveBeenCalled();
  expect(blocksOf(problem, { by: "layer" })).toBe(0);
  expect(blocksOf(problem, { by: "parameter" })).toBe(0);
  const D = problem.theta.length;
  // across layers second derivatives mix
  expect(blocksOf(problem, { by: [{ name: "all", offset: 0, size: D }] })).toBeGreaterThan(1e-3);
  expect(blocksOf(problemOf(tied, [2]), { by: "layer" })).toBeGreaterThan(1e-3);
});

const image = [2, 6, 6] as const;
const mean = [0.2, -0.1, 0.3];
const variance = [0.7, 1.4, 0.5];

const networks: readonly { name: string; layers: readonly Part[]; inputs: Shape }[] = [
  {
    name: "convolutions and maxima",
    layers: [
      conv2d(2, 3, { kernel: 3, padding: 1 }),
      tanh(),
      maxPool2d(2),
      conv2d(3, 4, { kernel: 2 }),
      silu(),
      flatten(),
      dense(16, 3),
    ],
    inputs: image,
  },
  {
    name: "grouped convolutions and means",
    layers: [
      conv2d(2, 4, { kernel: 3, groups: 2, stride: 2, bias: false }),
      softplus(),
      averagePool2d(2, { stride: 1 }),
      conv2d(4, 6, { kernel: 1, groups: 2 }),
      sigmoid(),
      globalAveragePool2d(),
      flatten(),
      dense(6, 3),
    ],
    inputs: image,
  },
  {
    name: "batch normalization of features and channels",
    layers: [
      conv2d(2, 3, { kernel: 4 }),
      batchNorm(3, { mean, variance }),
      gelu(),
      globalAveragePool2d(),
      flatten(),
      dense(3, 3),
      batchNorm(3, { mean, variance }),
      tanh(),
      dropout(0.4),
      dense(3, 3),
    ],
    inputs: image,
  },
  {
    name: "residual blocks in each other",
    layers: [
      dense(2, 3),
      residual([tanh(), residual([dense(3, 3), sigmoid(), dense(3, 3)]), silu(), dense(3, 4)], {
        shortcut: [dense(3, 4), softplus()],
      }),
      residual([tanh()]),
      residual([dense(4, 4), elu()], { shortcut: [] }),
      dense(4, 3),
    ],
    inputs: [2],
  },
  {
    name: "a residual block first, and nothing after it",
    layers: [residual([dense(3, 3), tanh(), dense(3, 3), tanh()])],
    inputs: [3],
  },
  {
    name: "a way around with the only weights",
    layers: [residual([tanh()], { shortcut: [tanh(), dense(3, 3), gelu()] })],
    inputs: [3],
  },
  {
    name: "activations first and last",
    layers: [tanh(), dense(3, 4), relu(), dense(4, 3), sigmoid()],
    inputs: [3],
  },
  { name: "one layer", layers: [dense(3, 3)], inputs: [3] },
];

describe.each(networks)("$name", ({ layers, inputs }) => {
  it("have this diagonal, without a product", () => {
    const { found, exact, products } = compared(problemOf(layers, inputs));
    expectNear(found, exact);
    expect(products).toBe(0);
  });
});

const families: readonly { likelihood: Likelihood; y: ArrayLike<number> }[] = [
  { likelihood: gaussian({ variance: 0.6, outputs: 2 }), y: numbers(2 * N, 6) },
  { likelihood: bernoulli(), y: numbers(N, 6).map((u) => (u > 0 ? 1 : 0)) },
  { likelihood: poisson(), y: numbers(N, 6).map((u) => Math.floor(4 * Math.abs(u))) },
];

describe.each(families)("the family $likelihood.name", ({ likelihood, y }) => {
  const layers = [dense(2, 4), tanh(), dense(4, 3), silu(), dense(3, likelihood.outputs)];
  const problem = problemOf(layers, [2], likelihood, y);

  it("has this diagonal", () => {
    const { found, exact, products } = compared(problem);
    expectNear(found, exact);
    expect(products).toBe(0);
  });

  it("has it at both scales, without the prior, in batches of any size", () => {
    const { objective: inMean, theta } = problem;
    const { model, X, targets } = inMean;
    const sum = objective({
      model,
      likelihood,
      X,
      y: targets,
      reduction: "sum",
      priorVariance: 0.1,
    });
    const { found, exact } = compared({ objective: sum, theta }, 3);
    expectNear(found, exact);
    const single = curvature(inMean, theta, hessian(), diagonal(), { batch: 1 }).diagonal();
    expectNear(
      single,
      exact.map((h) => h / N),
    );
  });
});

describe("a layer that is used twice", () => {
  const twice = dense(3, 3);
  const { parameters } = sequential([twice]);
  const layers = [dense(2, 3), tanh(), twice, residual([sigmoid(), twice]), silu(), dense(3, 3)];

  it("takes a product for each of its parameters, once a batch; the others take none", () => {
    const { found, exact, products } = compared(problemOf(layers, [2]), 4);
    expectNear(found, exact);
    expect(products).toBe(2 * parameters);
  });
});

describe("a layer of one's own", () => {
  /** y_i = w_i² x_i² */
  const squares: Layer = {
    kind: "squares",
    options: {},
    parameters: [{ name: "weight", shape: [3], initialize: (values) => values.fill(1) }],
    inputShape: [3],
    outputShape: (input) => input,
    forward<T extends Reals>(w: T, X: Matrix<T>) {
      const entries = (
        U: Matrix<T>,
        f: (u: number, i: number, at: number) => number,
      ): Matrix<T> => {
        const K = U.rows / X.rows;
        const data = U.data.slice() as T;
        for (let t = 0; t < data.length; t++) {
          const at = Math.floor(t / (3 * K)) * 3 + (t % 3);
          data[t] = f(U.data[t], t % 3, at);
        }
        return { ...U, data };
      };
      const x = X.data;
      const outputs = entries(X, (v, i) => (w[i] * v) ** 2);
      return {
        outputs,
        bytes: outputs.data.byteLength,
        push: (dX: Matrix<T> | undefined, dw: T | undefined) =>
          entries(
            X,
            (v, i, at) =>
              2 * w[i] ** 2 * v * (dX?.data[at] ?? 0) + 2 * w[i] * (dw?.[i] ?? 0) * v ** 2,
          ),
        pull: (U: Matrix<T>) => entries(U, (u, i, at) => 2 * u * w[i] ** 2 * x[at]),
        bend: (U: Matrix<T>, dX: Matrix<T> | undefined, dw: T | undefined) =>
          entries(
            U,
            (u, i, at) =>
              2 * u * w[i] ** 2 * (dX?.data[at] ?? 0) + 4 * u * w[i] * (dw?.[i] ?? 0) * x[at],
          ),
        weights: {
          addGradient(U: Matrix<T>, gradient: T) {
            entries(U, (u, i, at) => {
              gradient[i] += 2 * u * w[i] * x[at] ** 2;
              return u;
            });
          },
          addBentGradient(U: Matrix<T>, dX: Matrix<T> | undefined, dw: T | undefined, gradient: T) {
            entries(U, (u, i, at) => {
              gradient[i] += 2 * u * (dw?.[i] ?? 0) * x[at] ** 2;
              gradient[i] += 4 * u * w[i] * x[at] * (dX?.data[at] ?? 0);
              return u;
            });
          },
          rows(): never {
            throw new Error("rows are not asked for");
          },
        },
      };
    },
  };

  it("that does not say its second derivatives takes a product for each parameter", () => {
    const network = sequential([dense(2, 3), tanh(), squares, tanh(), dense(3, 3)], {
      precision: "float64",
    });
    const theta = numbers(network.parameters, 4);
    const at = network.at(theta, random(N, 2, 3));
    const r = random(N, 3, 5);
    const products = vi.spyOn(NetworkLinearization.prototype, "secondOrder");
    const found = new Float64Array(network.parameters);
    addSecondOrderDiagonal(at, r, found);
    expect(products).toHaveBeenCalledTimes(network.parameters);
    // differences of the gradient, of fourth order
    const gradient = (i: number, t: number): number =>
      network.vjp(
        theta.map((value, j) => (j === i ? value + t : value)),
        random(N, 2, 3),
        r,
      )[i];
    const h = 1e-3;
    const exact = found.map((_, i) => {
      const [near, far] = [1, 2].map((by) => gradient(i, by * h) - gradient(i, -by * h));
      return (8 * near - far) / (12 * h);
    });
    expectNear(found, exact, 1e-9);
  });
});

it("many bent units with few weights take products, which are faster", () => {
  const layers = [
    conv2d(1, 1, { kernel: 1 }),
    tanh(),
    globalAveragePool2d(),
    flatten(),
    dense(1, 3),
  ];
  const { found, exact, products } = compared(problemOf(layers, [1, 12, 12]));
  expectNear(found, exact);
  expect(products).toBe(exact.length);
});

it("columns that are too many for memory come a few at a time", () => {
  const width = 64;
  const first = dense(2, width);
  const sizes: number[] = [];
  const watched: Layer = {
    ...first,
    forward(w, X, shape) {
      const pass = first.forward(w, X, shape);
      const { weights } = pass;
      const rows: typeof weights = weights && {
        ...weights,
        rows(U, columns, layer, offset) {
          sizes.push(U.data.length);
          return weights.rows(U, columns, layer, offset);
        },
      };
      return rows ? { ...pass, weights: rows } : pass;
    },
  };
  const { objective: small, theta } = problemOf([watched, tanh(), dense(width, 3)], [2]);
  const exact = curvature(small, theta, hessian(), diagonal()).diagonal();
  const copies = 3000;
  const rows = copies * N;
  const data = Float64Array.from({ length: 2 * rows }, (_, i) => small.X.data[i % (2 * N)]);
  const many = objective({
    model: small.model,
    likelihood: small.likelihood,
    X: { rows, cols: 2, data },
    y: Float64Array.from({ length: rows }, (_, n) => small.targets.data[n % N]),
  });
  sizes.length = 0;
  const found = curvature(many, theta, hessian(), diagonal(), { batch: rows }).diagonal();
  expectNear(found, exact, 1e-11);
  expect(largest(sizes)).toBeLessThanOrEqual(2 ** 22);
  // what one column for each unit would take at once, but for those of the other sign
  expect(largest(sizes)).toBeLessThan((rows * width * width) / 10);
});

it("float32 agrees up to rounding", () => {
  const layers = [dense(2, 5), tanh(), dense(5, 4), gelu(), dense(4, 3)];
  const { objective: double, theta } = problemOf(layers, [2]);
  const model = sequential(layers, { inputs: [2] });
  const { likelihood, X, targets } = double;
  const single = objective({
    model,
    likelihood,
    X: { ...X, data: Float32Array.from(X.data) },
    y: targets,
  });
  const found = curvature(single, Float32Array.from(theta), hessian(), diagonal()).diagonal();
  const exact = curvature(double, theta, hessian(), diagonal()).diagonal();
  expectNear(found, exact, 1e-6);
});

it("float32 keeps bends whose factors are small", () => {
  const t = 1e-15;
  const layers = [dense(1, 1, { bias: false }), tanh(), dense(1, 1, { bias: false })];
  const X = { rows: 1, cols: 1, data: Float32Array.of(1 / t) };
  const at = sequential(layers).at(Float32Array.of(t * t, t), X);
  const found = new Float64Array(2);
  addSecondOrderDiagonal(at, { rows: 1, cols: 1, data: Float32Array.of(t) }, found);
  // r v tanh″(w x) x² with tanh″(t) = −2t: without x² it is 2e-45, of which float32 keeps no digit
  expect(found[0] / (-2 * t)).toBeCloseTo(1, 5);
  expect(found[1]).toBe(0);
});

it("an output range has the diagonal of its outputs", () => {
  const model = sequential([dense(2, 4), tanh(), dense(4, 5)], { precision: "float64" });
  const likelihood = categorical(3);
  const y = Float64Array.from({ length: N }, (_, n) => n % 3);
  const head = objective({ model: outputRange(model, 1, 4), likelihood, X: random(N, 2), y });
  const { found, exact, products } = compared({
    objective: head,
    theta: numbers(model.parameters, 4),
  });
  expectNear(found, exact);
  expect(products).toBe(0);
});

it("preconditions products with the Hessian, too", () => {
  const problem = problemOf([dense(2, 4), tanh(), dense(4, 3)], [2]);
  const H = curvature(problem.objective, problem.theta, hessian(), matrixFree());
  expect(H.diagonal()).toEqual(
    curvature(problem.objective, problem.theta, hessian(), diagonal()).diagonal(),
  );
});
