/** Every kind in every structure on layers of every sort, against explicit Jacobians and the definitions of the factors. */
import { describe, expect, it } from "vitest";
import { blockDiagonal } from "../../src/curvature/blockDiagonal.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { ekfac } from "../../src/curvature/ekfac.ts";
import { full } from "../../src/curvature/full.ts";
import { kfac } from "../../src/curvature/kfac.ts";
import type { Kind } from "../../src/curvature/kind.ts";
import { empirical, fisher, gradientCovariance, hessian } from "../../src/curvature/kinds.ts";
import type { Sharing } from "../../src/curvature/kroneckerSums.ts";
import { lowRank } from "../../src/curvature/lowRank.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { outputLoss } from "../../src/curvature/outputLoss.ts";
import { sampled } from "../../src/curvature/sampled.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { EigenbasisOperator } from "../../src/linalg/eigenbasisOperator.ts";
import type { KroneckerOperator } from "../../src/linalg/kroneckerOperator.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import { objective } from "../../src/objective.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { bruteForce, families } from "../support/bruteForce.ts";
import type { Jet } from "../support/jet.ts";
import {
  denseCase,
  type Example,
  examplesOf,
  groupedCase,
  type LayeredCase,
  poolingCase,
  residualCase,
} from "../support/layeredNetworks.ts";
import { distance, largest, numbers, product, random, tabulate } from "../support/matrices.ts";

const N = 5;
const M = 3;
const labels = Float64Array.of(0, 2, 1, 1, 0);
const likelihood = categorical(M);

const softmax = (f: readonly Jet[]): number[] => {
  const e = f.map(({ value }) => Math.exp(value));
  const sum = e.reduce((s, x) => s + x);
  return e.map((x) => x / sum);
};
const outer = (r: readonly number[]): Float64Array => tabulate(M, (i, j) => r[i] * r[j]).data;
const residual = (p: readonly number[], y: number): number[] =>
  p.map((pc, c) => pc - (c === y ? 1 : 0));

/** A kind by its matrix C_n `[M, M]`, with Σ_n J_nᵀ C_n J_n: no square root is taken. */
interface KindCase {
  readonly name: string;
  kind(): Kind<Matrix>;
  /** for all examples in order */
  matrices(examples: readonly Example[]): Float64Array[];
  readonly columns: number;
}

const quartic = outputLoss<Matrix>({
  name: "quartic",
  hessian: (b, { target: [y] }) => tabulate(M, (i, j) => (i === j ? b[i] ** 2 + 0.1 : 0.05 * y)),
});

const kinds: readonly KindCase[] = [
  {
    name: "Fisher",
    kind: () => fisher(),
    columns: M,
    matrices: (examples) =>
      examples.map(({ outputs }) => {
        const p = softmax(outputs);
        return tabulate(M, (i, j) => (i === j ? p[i] : 0) - p[i] * p[j]).data;
      }),
  },
  {
    name: "empirical Fisher",
    kind: () => empirical(),
    columns: 1,
    matrices: (examples) =>
      examples.map(({ outputs }, n) => outer(residual(softmax(outputs), labels[n]))),
  },
  {
    name: "sampled Fisher",
    kind: () => sampled({ draws: 2, random: new LegacyRandom(4) }),
    columns: 2,
    matrices(examples) {
      const generator = new LegacyRandom(4);
      return examples.map(({ outputs }) => {
        const f = { rows: 1, cols: M, data: Float64Array.from(outputs, ({ value }) => value) };
        const drawn = [0, 1].map(() => {
          const [y] = likelihood.sample(f, generator).data;
          return outer(residual(softmax(outputs), y));
        });
        return drawn[0].map((x, t) => (x + drawn[1][t]) / 2);
      });
    },
  },
  {
    name: "Gauss–Newton of another loss",
    kind: () => quartic,
    columns: M,
    matrices: (examples) =>
      examples.map(
        ({ outputs }, n) =>
          tabulate(M, (i, j) => (i === j ? outputs[i].value ** 2 + 0.1 : 0.05 * labels[n])).data,
      ),
  },
];

const networks: readonly LayeredCase[] = [
  denseCase(M),
  groupedCase(M),
  poolingCase(M),
  residualCase(M),
];

/** vᵀ C w for slopes ∂f/∂v and ∂f/∂w. */
function form(C: Float64Array, v: ArrayLike<number>, w: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < M; i++) for (let j = 0; j < M; j++) sum += v[i] * C[i * M + j] * w[j];
  return sum;
}

/** (1/N) Σ_n J_nᵀ C_n J_n */
function exactMatrix(D: number, examples: readonly Example[], C: Float64Array[]): Matrix {
  const slopes = examples.map(({ outputs }) =>
    Array.from({ length: D }, (_, i) => outputs.map(({ gradient }) => gradient[i])),
  );
  return tabulate(D, (i, j) => slopes.reduce((sum, J, n) => sum + form(C[n], J[i], J[j]) / N, 0));
}

/** A and G of weight matrix u by definition. */
function exactFactors(
  examples: readonly Example[],
  C: Float64Array[],
  u: number,
  sharing: Sharing,
): { A: Matrix; G: Matrix } {
  const columns = examples.map(({ uses }) => {
    const { inputs, slopes } = uses[u];
    const R = inputs.length;
    if (sharing === "expand") {
      return inputs.map((a, r) => ({ a: [...a], g: slopes.map((row) => [...row[r]]), share: R }));
    }
    const a = inputs[0].map((_, i) => inputs.reduce((sum, row) => sum + row[i] / R, 0));
    const g = slopes.map((row) =>
      Array.from({ length: M }, (_, m) => row.reduce((sum, z) => sum + z[m], 0)),
    );
    return [{ a, g, share: 1 }];
  });
  const A = tabulate(columns[0][0].a.length, (i, j) =>
    columns.flat().reduce((sum, { a, share }) => sum + (a[i] * a[j]) / (N * share), 0),
  );
  const G = tabulate(columns[0][0].g.length, (i, j) =>
    columns.reduce(
      (sum, parts, n) => sum + parts.reduce((s, { g }) => s + form(C[n], g[i], g[j]) / N, 0),
      0,
    ),
  );
  return { A, G };
}

const grid = networks.flatMap((network) =>
  kinds.map((kind) => ({ network, kind, label: `${kind.name}, ${network.name}` })),
);

describe.each(grid)("$label", ({ network, kind }) => {
  const D = network.model.parameters;
  const X = random(N, network.features, 3);
  const theta = numbers(D, 5);
  const problem = objective({ model: network.model, likelihood, X, y: labels });
  const examples = examplesOf(network, theta, X);
  const C = kind.matrices(examples);
  const exact = exactMatrix(D, examples, C);
  const tolerance = 1e-12 * Math.max(1, largest(exact.data));
  const at = (i: number, j: number): number => exact.data[i * D + j];
  const uses = examples[0].uses;

  it("has this matrix in the structures that keep all", () => {
    for (const structure of [full(), matrixFree()]) {
      const A = curvature(problem, theta, kind.kind(), structure, { batch: 2 });
      expect(distance(A.dense().data, exact.data)).toBeLessThan(tolerance);
      expect(
        distance(
          A.diagonal(),
          exact.data.filter((_, t) => t % (D + 1) === 0),
        ),
      ).toBeLessThan(tolerance);
    }
    const d = curvature(problem, theta, kind.kind(), diagonal(), { batch: 2 }).diagonal();
    expect(
      distance(
        d,
        exact.data.filter((_, t) => t % (D + 1) === 0),
      ),
    ).toBeLessThan(tolerance);
  });

  it("has these blocks, by layer and by array", () => {
    for (const by of ["layer", "parameter"] as const) {
      const B = curvature(problem, theta, kind.kind(), blockDiagonal({ by }), { batch: 2 });
      const names = network.model.views.map(({ name }) =>
        by === "layer" ? name.slice(0, name.lastIndexOf(".")) : name,
      );
      expect(B.blocks.map(({ name }) => name)).toEqual([...new Set(names)]);
      const expected = tabulate(D, (i, j) =>
        names[viewOf(network, i)] === names[viewOf(network, j)] ? at(i, j) : 0,
      );
      expect(distance(B.dense().data, expected.data)).toBeLessThan(tolerance);
    }
  });

  it("has these Kronecker factors", () => {
    for (const sharing of ["expand", "reduce"] as const) {
      const K = curvature(problem, theta, kind.kind(), kfac({ sharing }), { batch: 2 });
      uses.forEach(({ name, places }, u) => {
        const block = K.blocks.find((b) => b.name === name)!;
        expect(Array.from(block.indices)).toEqual(places.flat());
        const operator = block.operator as KroneckerOperator;
        const { A, G } = exactFactors(examples, C, u, sharing);
        expect(distance(operator.right.data, A.data)).toBeLessThan(tolerance);
        expect(distance(operator.left.data, G.data)).toBeLessThan(tolerance);
      });
    }
  });

  it("has exact blocks where no layer has factors", () => {
    const factored = new Set(uses.flatMap(({ places }) => places.flat()));
    for (const structure of [kfac(), ekfac()]) {
      const K = curvature(problem, theta, kind.kind(), structure, { batch: 3 });
      const rest = K.blocks.filter(({ indices }) => !factored.has(indices[0]));
      const left = network.model.parameters - factored.size;
      expect(rest.reduce((sum, { indices }) => sum + indices.length, 0)).toBe(left);
      for (const { indices, operator } of rest) {
        const expected = tabulate(indices.length, (i, j) => at(indices[i], indices[j]));
        expect(distance(operator.dense().data, expected.data)).toBeLessThan(tolerance);
      }
    }
  });

  it("has these moments in the eigenbasis of the factors, and the trace of the exact blocks", () => {
    for (const sharing of ["expand", "reduce"] as const) {
      const E = curvature(problem, theta, kind.kind(), ekfac({ sharing }), { batch: 2 });
      const K = curvature(problem, theta, kind.kind(), kfac({ sharing }), { batch: 2 });
      uses.forEach(({ name, places }, u) => {
        const { operator } = E.blocks.find((b) => b.name === name)!;
        if (!(operator instanceof EigenbasisOperator)) throw new Error("expected an eigenbasis");
        const { left: P, right: Q, values } = operator;
        const { A, G } = exactFactors(examples, C, u, sharing);
        expect(offDiagonal(rotated(P, G))).toBeLessThan(tolerance);
        expect(offDiagonal(rotated(Q, A))).toBeLessThan(tolerance);
        const flat = places.flat();
        const block = tabulate(flat.length, (i, j) => at(flat[i], flat[j]));
        const n = Q.rows;
        const basis = tabulate(
          flat.length,
          (s, t) =>
            P.data[Math.floor(s / n) * P.rows + Math.floor(t / n)] * Q.data[(s % n) * n + (t % n)],
        );
        const turned = rotated(basis, block);
        const moments = turned.data.filter((_, t) => t % (flat.length + 1) === 0);
        expect(distance(values, moments)).toBeLessThan(tolerance);
        const trace = flat.reduce((sum, i) => sum + at(i, i), 0);
        expect(Math.abs(operator.trace() - trace)).toBeLessThan(tolerance);
        // and it is the nearest in that basis
        const factored = K.blocks.find((b) => b.name === name)!.operator.dense();
        const [nearest, other] = [operator.dense(), factored].map((B) =>
          Math.hypot(...B.data.map((x, t) => x - block.data[t])),
        );
        expect(nearest).toBeLessThanOrEqual(other + tolerance);
      });
      const traces = uses.flatMap(({ places }) => places.flat()).reduce((s, i) => s + at(i, i), 0);
      expect(traces).toBeGreaterThan(0);
    }
  });

  it.skipIf(N * kind.columns >= D)("is of low rank, with rows held or not", () => {
    for (const memory of [2 ** 20, 0]) {
      for (const batch of [2, N]) {
        const A = curvature(problem, theta, kind.kind(), lowRank({ memory }), { batch });
        expect(A.rows.matrix !== undefined).toBe(memory > 0);
        expect(distance(A.dense().data, exact.data)).toBeLessThan(tolerance);
        expect(
          distance(
            A.diagonal(),
            exact.data.filter((_, t) => t % (D + 1) === 0),
          ),
        ).toBeLessThan(tolerance);
        const F = curvature(problem, theta, kind.kind());
        expect(distance(A.eigenvalues(), F.eigenvalues())).toBeLessThan(10 * tolerance);
        const b = numbers(D, 9);
        const damping = 0.01;
        const [x, y] = [A.solve(b, { damping }), F.solve(b, { damping })];
        expect(distance(x, y)).toBeLessThan(1e-10 * largest(y));
        expect(A.logDeterminant({ damping })).toBeCloseTo(F.logDeterminant({ damping }), 10);
        const [s, t] = [A, F].map((B) => B.inverseSquareRootMultiply(b, { damping }));
        expect(distance(s, t)).toBeLessThan(1e-10 * largest(t));
      }
    }
  });
});

describe.each(networks)("second-order and centred kinds, $name", (network) => {
  const D = network.model.parameters;
  const X = random(N, network.features, 3);
  const theta = numbers(D, 5);
  const y = { rows: N, cols: 1, data: labels };
  const problem = objective({ model: network.model, likelihood, X, y });
  const exact = bruteForce(network, families.categorical(), theta, X, y);
  const layers = network.model.views.map(({ name }) => name.slice(0, name.lastIndexOf(".")));
  const blocked = (A: Float64Array): Matrix =>
    tabulate(D, (i, j) =>
      layers[viewOf(network, i)] === layers[viewOf(network, j)] ? A[i * D + j] : 0,
    );

  it.each([
    [hessian<Matrix>(), exact.hessian()],
    [gradientCovariance<Matrix>(), exact.covariance()],
  ])("$0.name, exact and in blocks", (kind, expected) => {
    const tolerance = 1e-12 * Math.max(1, largest(expected));
    const A = curvature(problem, theta, kind, full(), { batch: 2 });
    expect(distance(A.dense().data, expected)).toBeLessThan(tolerance);
    const d = curvature(problem, theta, kind, diagonal(), { batch: 2 }).diagonal();
    expect(
      distance(
        d,
        expected.filter((_, t) => t % (D + 1) === 0),
      ),
    ).toBeLessThan(tolerance);
    const B = curvature(problem, theta, kind, blockDiagonal(), { batch: 2 });
    expect(distance(B.dense().data, blocked(expected).data)).toBeLessThan(tolerance);
    const v = numbers(D, 8);
    const free = curvature(problem, theta, kind, matrixFree(), { batch: 2 });
    const image = product({ rows: D, cols: D, data: expected }, { rows: D, cols: 1, data: v });
    expect(distance(free.multiply(v), image.data)).toBeLessThan(D * tolerance);
  });

  it("centred gradients are of low rank if their rows are held", () => {
    const covariance = gradientCovariance<Matrix>();
    const A = curvature(problem, theta, covariance, lowRank(), { batch: 2 });
    expect(distance(A.dense().data, exact.covariance())).toBeLessThan(1e-12);
    expect(() => curvature(problem, theta, covariance, lowRank({ memory: 0 }))).toThrow(
      "centred rows have to be written",
    );
  });

  it("are refused where they are no sums of products, with the reason", () => {
    for (const structure of [kfac(), ekfac()]) {
      expect(() => curvature(problem, theta, hessian(), structure)).toThrow(
        "of the Hessian: its second-order terms Σ r ∇²f are no sum of outer products",
      );
      expect(() => curvature(problem, theta, gradientCovariance(), structure)).toThrow(
        "centred rows have no Kronecker factors",
      );
    }
    expect(() => curvature(problem, theta, hessian(), lowRank())).toThrow(
      "no sum of squares of rows",
    );
  });
});

/** the index of the view that parameter i is in */
function viewOf(network: LayeredCase, i: number): number {
  return network.model.views.findIndex(({ offset, size }) => i >= offset && i < offset + size);
}

/** Vᵀ B V */
function rotated(V: Matrix, B: Matrix): Matrix {
  return product(product(V, B, { transA: true }), V);
}

function offDiagonal({ rows, data }: Matrix): number {
  return largest(data.map((x, t) => (t % (rows + 1) === 0 ? 0 : x)));
}
