import { describe, expect, it } from "vitest";
import { blockDiagonal } from "../../src/curvature/blockDiagonal.ts";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { full } from "../../src/curvature/full.ts";
import { kfac } from "../../src/curvature/kfac.ts";
import { empirical, fisher } from "../../src/curvature/kinds.ts";
import { lowRank } from "../../src/curvature/lowRank.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { gradientNorms, gradientProducts } from "../../src/curvature/perExample.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { dense } from "../../src/models/network/dense.ts";
import { relu } from "../../src/models/network/relu.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { objective } from "../../src/objective.ts";
import { stream } from "../../src/random/streams.ts";

describe("matrix-free curvature of a float32 network", () => {
  const random = stream(0, "single precision");
  const data = Float32Array.from({ length: 100 * 12 }, () => random.normal());
  const y = Float64Array.from({ length: 100 }, () => random.integer(4));
  const model = sequential([dense(12, 8), relu(), dense(8, 4)]);
  const problem = objective({
    model,
    likelihood: categorical(4),
    X: { rows: 100, cols: 12, data },
    y,
  });
  const theta = model.initial();
  const F = curvature(problem, theta, fisher(), matrixFree());
  const exact = curvature(problem, theta, fisher(), full());
  const g = Float64Array.from(problem.gradient(theta));

  it.each([1e-1, 1e-3, 1e-5])("is solved with, damping %s, as far as float32 goes", (damping) => {
    const found = F.solve(g, { damping });
    const product = exact.multiply(found);
    let [error, size] = [0, 0];
    g.forEach((b, i) => {
      error += (product[i] + damping * found[i] - b) ** 2;
      size += b ** 2;
    });
    // the tolerance of the residual, and the rounding of the products
    expect(Math.sqrt(error / size)).toBeLessThan(3e-5);
  });

  it("has the largest eigenvalues of the whole matrix", () => {
    const { values } = F.eigenpairs(3);
    const expected = exact.eigenpairs(3).values;
    values.forEach((value, i) => {
      expect(Math.abs(value / expected[i] - 1)).toBeLessThan(1e-4);
    });
  });
});

/** The same problem in both precisions, at parameters that float32 has. */
function both(logit: number, size: number) {
  const random = stream(1, "saturated");
  const inputs = Float32Array.from({ length: 4 * 9 }, () => size * random.normal());
  const layers = () => [dense(9, 5), relu(), dense(5, 3)];
  const theta = Float32Array.from({ length: 68 }, () => 0.3 * random.normal());
  // the first layer takes the size of the inputs back
  for (let i = 0; i < 45; i++) theta[i] /= size;
  theta[65] = logit;
  const y = new Float64Array(4);
  const [single, double] = [sequential(layers()), sequential(layers(), { precision: "float64" })];
  const options = { likelihood: categorical(3), y, oneClass: true };
  const X = { rows: 4, cols: 9 };
  return {
    single: objective({ ...options, model: single, X: { ...X, data: inputs } }),
    double: objective({ ...options, model: double, X: { ...X, data: Float64Array.from(inputs) } }),
    theta,
    exact: Float64Array.from(theta),
  };
}

/** max |a − b| / max |b| */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [error, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    size = Math.max(size, Math.abs(b[i]));
    if (!(Math.abs(a[i] - b[i]) <= error)) error = Math.abs(a[i] - b[i]);
  }
  return error / size;
}

describe("what is small or large beside what float32 has", () => {
  // residuals of e^−60 = 9e-27 have squares of 8e-53, below its smallest number; those of e^−90 are subnormal
  const cases = [
    { logit: 0, size: 1 },
    { logit: 60, size: 1 },
    { logit: 90, size: 1 },
    { logit: 2, size: 1e25 },
    { logit: 2, size: 1e-25 },
  ];
  const structures = [
    full(),
    diagonal(),
    blockDiagonal(),
    kfac(),
    lowRank(),
    lowRank({ memory: 0 }),
    matrixFree(),
  ];
  const kinds = [
    { name: "Fisher", kind: fisher },
    { name: "empirical Fisher", kind: empirical },
  ];
  const products = kinds.flatMap((one) => structures.map((structure) => ({ ...one, structure })));

  describe.each(cases)("a logit of $logit, inputs of $size", ({ logit, size }) => {
    const { single, double, theta, exact } = both(logit, size);
    const v = Float64Array.from({ length: theta.length }, (_, i) => Math.sin(3 * i));
    for (let i = 0; i < 45; i++) v[i] /= size;
    // subnormal numbers have few digits
    const tolerance = logit === 90 ? 2e-2 : 1e-4;

    it.each(products)("$name, $structure.name", ({ kind, structure }) => {
      const options = { batch: 3 };
      const found = curvature(single, theta, kind(), structure, options);
      const expected = curvature(double, exact, kind(), structure, options);
      expect(expected.trace()).toBeGreaterThan(0);
      expect(Math.abs(found.trace() / expected.trace() - 1)).toBeLessThan(tolerance);
      expect(distance(found.multiply(v), expected.multiply(v))).toBeLessThan(tolerance);
    });

    it("gradients' sizes and products", () => {
      const norms = gradientNorms(double, exact);
      expect(distance(gradientNorms(single, theta), norms)).toBeLessThan(tolerance);
      const expected = gradientProducts(double, exact).data;
      expect(distance(gradientProducts(single, theta).data, expected)).toBeLessThan(tolerance);
    });
  });

  it("one sample that is learned to the last digit does not spoil the others", () => {
    const problem = objective({
      model: sequential([dense(1, 1)]),
      likelihood: bernoulli(),
      X: { rows: 2, cols: 1, data: Float32Array.of(1, 95) },
      y: [1, 1],
      oneClass: true,
    });
    const at = Float32Array.of(1, 0);
    const whole = curvature(problem, at, empirical(), kfac()).trace();
    expect(curvature(problem, at, empirical(), kfac(), { batch: 1 }).trace()).toBeCloseTo(whole, 4);
  });
});

describe("squares below what float64 has", () => {
  it("leave the diagonal finite", () => {
    const problem = objective({
      model: sequential([dense(1, 1)], { precision: "float64" }),
      likelihood: bernoulli(),
      X: { rows: 1, cols: 1, data: Float64Array.of(2) },
      y: [1],
      oneClass: true,
    });
    // e^−710 squared is 0, e^−360 squared a subnormal number
    for (const logit of [360, 710]) {
      const at = Float64Array.of(logit / 2, 0);
      const found = curvature(problem, at, empirical(), diagonal()).diagonal();
      const square = Math.exp(-logit) ** 2;
      expect(Math.abs(found[0] - 4 * square)).toBeLessThanOrEqual(8 * Number.MIN_VALUE);
      expect(Math.abs(found[1] - square)).toBeLessThanOrEqual(8 * Number.MIN_VALUE);
    }
  });
});
