/** Where Kronecker factorizations are exact, what they keep, and what no mini-batch changes. */
import { describe, expect, it } from "vitest";
import { blockDiagonal } from "../../src/curvature/blockDiagonal.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { ekfac } from "../../src/curvature/ekfac.ts";
import { kfac } from "../../src/curvature/kfac.ts";
import type { Kind } from "../../src/curvature/kind.ts";
import { empirical, fisher } from "../../src/curvature/kinds.ts";
import { sampled } from "../../src/curvature/sampled.ts";
import type { Structure } from "../../src/curvature/structure.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import type { Likelihood } from "../../src/likelihoods/likelihood.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import type { SymmetricOperator } from "../../src/linalg/operator.ts";
import {
  kernels,
  nativeKernels,
  providerReport,
  useKernels,
  wasmKernels,
} from "../../src/linalg/provider.ts";
import { conv2d } from "../../src/models/network/conv2d.ts";
import { dense } from "../../src/models/network/dense.ts";
import { flatten } from "../../src/models/network/flatten.ts";
import { relu } from "../../src/models/network/relu.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { tanh } from "../../src/models/network/tanh.ts";
import { objective } from "../../src/objective.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import {
  deepLinearCase,
  denseCase,
  groupedCase,
  type LayeredCase,
  poolingCase,
} from "../support/layeredNetworks.ts";
import { distance, largest, numbers, random } from "../support/matrices.ts";

const M = 2;
const isNative = providerReport().nativeProblem === undefined;
const squares = gaussian({ outputs: M, variance: 0.7 });
const classes = categorical(M);

interface Setting {
  readonly likelihood?: Likelihood;
  readonly reduction?: "mean" | "sum";
  readonly X?: Matrix;
  readonly N?: number;
}

function problemOf(
  network: LayeredCase,
  { likelihood = squares, reduction = "mean", N = 6, X = random(N, network.features, 2) }: Setting,
) {
  const cols = likelihood.targetColumns;
  const data =
    likelihood === squares
      ? numbers(X.rows * cols, 3)
      : Float64Array.from({ length: X.rows }, (_, n) => n % M);
  const y = { rows: X.rows, cols, data };
  return objective({ model: network.model, likelihood, X, y, reduction, oneClass: true });
}

/** The largest difference of A and the exact blocks, relative to the largest entry of those. */
function error(
  network: LayeredCase,
  setting: Setting,
  kind: () => Kind<Matrix>,
  structure: Structure,
): number {
  const problem = problemOf(network, setting);
  const theta = numbers(network.model.parameters, 4);
  const exact = curvature(problem, theta, kind(), blockDiagonal()).dense().data;
  const found: SymmetricOperator = curvature(problem, theta, kind(), structure, { batch: 4 });
  return distance(found.dense().data, exact) / largest(exact);
}

const draws = () => sampled<Matrix>({ draws: 3, random: new LegacyRandom(1) });
const structures = [kfac(), kfac({ sharing: "reduce" }), ekfac(), ekfac({ sharing: "reduce" })];

describe.each(structures)("$name is exact", (structure) => {
  const everyKind = [fisher<Matrix>, empirical<Matrix>, draws];

  it("for one example, with every kind and reduction", () => {
    for (const kind of everyKind) {
      for (const reduction of ["mean", "sum"] as const) {
        for (const likelihood of [squares, classes]) {
          const setting = { likelihood, reduction, N: 1 };
          expect(error(denseCase(M), setting, kind, structure)).toBeLessThan(1e-13);
        }
      }
    }
  });

  it("for equal examples", () => {
    const [x] = [random(1, 2, 5)];
    const X = {
      rows: 6,
      cols: 2,
      data: Float64Array.from({ length: 12 }, (_, t) => x.data[t % 2]),
    };
    for (const kind of everyKind) {
      for (const likelihood of [squares, classes]) {
        expect(error(denseCase(M), { likelihood, X }, kind, structure)).toBeLessThan(1e-13);
      }
    }
  });

  it("for a deep linear network with squared loss, with the exact Fisher alone", () => {
    expect(error(deepLinearCase(M), {}, fisher, structure)).toBeLessThan(1e-13);
    // a sampled label belongs to its input
    expect(error(deepLinearCase(M), {}, draws, structure)).toBeGreaterThan(1e-3);
  });
});

it("KFAC is an approximation of networks that bend, and EKFAC a nearer one", () => {
  for (const network of [denseCase(M), groupedCase(M), poolingCase(M)]) {
    const [K, E] = [kfac(), ekfac()].map((s) => error(network, {}, fisher, s));
    expect(K).toBeGreaterThan(1e-3);
    expect(E).toBeGreaterThan(1e-4);
  }
});

it("KFAC-reduce is exact for linear convolutions before a mean over positions, KFAC-expand is not", () => {
  const network = poolingCase(M, false);
  const only = (structure: Structure): number => {
    const problem = problemOf(network, {});
    const theta = numbers(network.model.parameters, 4);
    const exact = curvature(problem, theta, fisher(), blockDiagonal());
    const found = curvature(problem, theta, fisher(), structure).dense();
    // the convolution whose outputs are averaged, "1"
    const { offset, size } = { offset: 8, size: 18 };
    const A = exact.blocks[1].operator.dense();
    let most = 0;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const x = found.data[(offset + i) * found.cols + offset + j];
        most = Math.max(most, Math.abs(x - A.data[i * size + j]));
      }
    }
    return most / largest(A.data);
  };
  expect(only(kfac({ sharing: "reduce" }))).toBeLessThan(1e-13);
  expect(only(ekfac({ sharing: "reduce" }))).toBeLessThan(1e-13);
  expect(only(kfac())).toBeGreaterThan(0.1);
});

describe("batches", () => {
  const network = groupedCase(M);
  const theta = numbers(network.model.parameters, 4);
  const all = [...structures, blockDiagonal({ by: "parameter" })];

  it.each(all)("of unequal sizes give one matrix: $name", (structure) => {
    const problem = problemOf(network, { likelihood: classes, N: 7 });
    for (const kind of [fisher<Matrix>, empirical<Matrix>, draws]) {
      const whole = curvature(problem, theta, kind(), structure as Structure).dense().data;
      for (const batch of [1, 2, 5]) {
        const parts = curvature(problem, theta, kind(), structure as Structure, { batch });
        expect(distance(parts.dense().data, whole)).toBeLessThan(
          1e-13 * Math.max(1, largest(whole)),
        );
      }
    }
  });

  it.each(all)("a sum is N means: $name", (structure) => {
    const [mean, sum] = (["mean", "sum"] as const).map((reduction) =>
      curvature(
        problemOf(network, { likelihood: classes, N: 7, reduction }),
        theta,
        empirical(),
        structure as Structure,
      ),
    );
    const scaled = mean.scaled(7).dense().data;
    expect(distance(sum.dense().data, scaled)).toBeLessThan(1e-12 * Math.max(1, largest(scaled)));
  });
});

describe("few samples of a convolution at many positions", () => {
  // factors of `reduce` are of rank 7 at most, of orders 19 and 9, and rows at single positions are in all directions
  const N = 7;
  const layers = () => [conv2d(2, 9, { kernel: 3, padding: 1 }), tanh(), flatten(), dense(144, 3)];
  const inputs = [2, 4, 4];
  const model = sequential(layers(), { precision: "float64", inputs });
  const X = random(N, 32, 1);
  const y = Array.from({ length: N }, (_, n) => n % 3);
  const problem = objective({ model, likelihood: categorical(3), X, y });
  const theta = model.initial();
  const kinds = [fisher<Matrix>, empirical<Matrix>, draws];
  const bases = [ekfac({ sharing: "reduce" }), ekfac()];
  const entries = (kind: Kind<Matrix>, structure: Structure, batch?: number): Float64Array =>
    curvature(problem, theta, kind, structure, batch ? { batch } : {}).dense().data;

  it.each(bases)("no batch changes it: $name", (structure) => {
    for (const kind of kinds) {
      const whole = entries(kind(), structure);
      for (const batch of [1, 3, 4]) {
        const parts = entries(kind(), structure, batch);
        expect(distance(parts, whole)).toBeLessThan(1e-11 * largest(whole));
      }
    }
  });

  it.each(bases)("its trace is that of the exact blocks: $name", (structure) => {
    for (const kind of kinds) {
      const exact = curvature(problem, theta, kind(), blockDiagonal()).trace();
      const found: SymmetricOperator = curvature(problem, theta, kind(), structure);
      expect(Math.abs(found.trace() / exact - 1)).toBeLessThan(1e-13);
    }
  });

  it.skipIf(!isNative).each(bases)("no kernels change it: $name", (structure) => {
    const before = kernels();
    const [native, wasm] = [nativeKernels(), wasmKernels()].map((provider) => {
      useKernels(provider);
      return entries(empirical(), structure);
    });
    useKernels(before);
    expect(distance(wasm, native)).toBeLessThan(1e-11 * largest(native));
  });

  it("nor in float32, but for its rounding", () => {
    const narrow = sequential(layers(), { inputs });
    const single = objective({
      model: narrow,
      likelihood: categorical(3),
      X: { ...X, data: Float32Array.from(X.data) },
      y,
    });
    const at = narrow.initial();
    const [whole, parts] = [7, 2].map((batch) =>
      curvature(single, at, empirical(), bases[0], { batch }).dense(),
    );
    expect(distance(parts.data, whole.data)).toBeLessThan(1e-4 * largest(whole.data));
  });
});

describe("float32", () => {
  const wide = sequential([dense(4, 6), relu(), dense(6, 3)], { seed: 2 });
  const exact = sequential([dense(4, 6), relu(), dense(6, 3)], { precision: "float64", seed: 2 });
  const X = random(9, 4, 1);
  const y = Array.from({ length: 9 }, (_, n) => n % 3);
  const likelihood = categorical(3);
  const narrow = objective({
    model: wide,
    likelihood,
    X: { ...X, data: Float32Array.from(X.data) },
    y,
  });
  const reference = objective({ model: exact, likelihood, X, y });

  it.each([kfac(), ekfac(), blockDiagonal()] as readonly Structure[])(
    "agrees: $name",
    (structure) => {
      const A = curvature(narrow, wide.initial(), fisher(), structure).dense().data;
      const B = curvature(reference, exact.initial(), fisher(), structure).dense().data;
      expect(distance(A, B)).toBeLessThan(1e-6 * largest(B));
    },
  );

  it("keeps gradients whose squares would be zero", () => {
    // a confident network: residuals of about 1e-25
    const theta = wide.initial();
    const bias = wide.view(theta, "2.bias");
    bias[0] += 58;
    const first = objective({ ...narrow, y: new Float64Array(9), oneClass: true });
    const same = objective({ ...reference, y: new Float64Array(9), oneClass: true });
    for (const structure of [kfac(), ekfac()] as readonly Structure[]) {
      const found = curvature(first, theta, empirical(), structure).trace();
      const expected = curvature(same, Float64Array.from(theta), empirical(), structure).trace();
      expect(expected).toBeLessThan(1e-48);
      expect(Math.abs(found / expected - 1)).toBeLessThan(1e-5);
    }
  });
});

describe("π-corrected solves of all blocks", () => {
  it("are those of each block, and exact ones where entries are held", () => {
    const network = denseCase(M);
    const problem = problemOf(network, {});
    const K = curvature(problem, numbers(network.model.parameters, 4), fisher(), kfac());
    const b = numbers(network.model.parameters, 6);
    const x = K.solveFactored(b, { damping: 0.1 });
    for (const { indices, operator } of K.blocks) {
      const part = Float64Array.from(indices, (i) => b[i]);
      const solved =
        "solveFactored" in operator ? operator.solveFactored(part, { damping: 0.1 }) : part;
      expect(
        distance(
          solved,
          Float64Array.from(indices, (i) => x[i]),
        ),
      ).toBe(0);
    }
    expect(distance(x, K.solve(b, { damping: 0.1 }))).toBeGreaterThan(1e-3);
    expect(K.scaled(2).solveFactored(b, { damping: 0.2 })).toBeDefined();
  });
});
