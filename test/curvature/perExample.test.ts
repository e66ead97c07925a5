/** Sizes, inner products and variance of single gradients, against the gradients themselves. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { gradientCovariance } from "../../src/curvature/kinds.ts";
import {
  gradientNorms,
  gradientProducts,
  gradientVariance,
} from "../../src/curvature/perExample.ts";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import { linear } from "../../src/models/linear.ts";
import type { Inputs, Model } from "../../src/models/model.ts";
import { dense } from "../../src/models/network/dense.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { tanh } from "../../src/models/network/tanh.ts";
import { outerRows } from "../../src/models/outerRows.ts";
import { rowSquares } from "../../src/models/rowSquares.ts";
import { writtenRows } from "../../src/models/writtenRows.ts";
import { glm, type Objective, objective } from "../../src/objective.ts";
import { distance, numbers, random } from "../support/matrices.ts";
import { problems } from "../support/problems.ts";

/** ‖g_n‖, g_nᵀ g_m and the variance, from rows g_n */
function expected(rows: readonly Float64Array[]) {
  const N = rows.length;
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((s, x, i) => s + x * b[i], 0);
  const mean = rows[0].map((_, i) => rows.reduce((s, g) => s + g[i] / N, 0));
  return {
    norms: rows.map((g) => Math.sqrt(dot(g, g))),
    products: rows.flatMap((g) => rows.map((h) => dot(g, h))),
    variance: mean.map((m, i) => rows.reduce((s, g) => s + (g[i] - m) ** 2 / N, 0)),
  };
}

describe.each(problems)("of $name", ({ objective: mean, sum, theta, exact }) => {
  const truth = expected(exact.gradients());

  it.each([undefined, 1, 3, 7])("are those of jets, in batches of %s, at both scales", (batch) => {
    const options = batch ? { batch } : {};
    for (const problem of [mean, sum]) {
      expect(distance(gradientNorms(problem, theta, options), truth.norms)).toBeLessThan(1e-13);
      const K = gradientProducts(problem, theta, options);
      expect([K.rows, K.cols]).toEqual([7, 7]);
      expect(distance(K.data, truth.products)).toBeLessThan(1e-13);
      const variance = gradientVariance(problem, theta, options);
      expect(distance(variance, truth.variance)).toBeLessThan(1e-13);
    }
  });
});

describe("of a network", () => {
  const model = sequential([dense(3, 4), tanh(), dense(4, 4), tanh(), dense(4, 1)], {
    precision: "float64",
  });
  const theta = model.initial();
  const N = 9;
  const X = random(N, 3, 1);
  const y = Array.from({ length: N }, (_, n) => n % 2);
  const problem = objective({ model, likelihood: bernoulli(), X, y, priorVariance: 0.1 });
  const { data } = problem.perExampleGradients(theta);
  const D = model.parameters;
  const rows = Array.from({ length: N }, (_, n) => data.slice(n * D, (n + 1) * D));
  const truth = expected(rows);

  it.each([undefined, 2])("come layer by layer, in batches of %s", (batch) => {
    const options = batch ? { batch } : {};
    expect(distance(gradientNorms(problem, theta, options), truth.norms)).toBeLessThan(1e-14);
    expect(distance(gradientProducts(problem, theta, options).data, truth.products)).toBeLessThan(
      1e-13,
    );
    expect(distance(gradientVariance(problem, theta, options), truth.variance)).toBeLessThan(1e-14);
  });

  it("have the eigenvalues of N times the empirical Fisher", () => {
    const K = gradientProducts(problem, theta);
    const trace = truth.norms.reduce((s, norm) => s + norm ** 2, 0);
    let found = 0;
    for (let n = 0; n < N; n++) found += K.data[n * (N + 1)];
    expect(found).toBeCloseTo(trace, 13);
    const C = curvature(problem, theta, gradientCovariance());
    expect(distance(gradientVariance(problem, theta), C.diagonal())).toBeLessThan(1e-14);
  });

  it("agree in float32 with float64 to its precision", () => {
    const single = sequential([dense(3, 4), tanh(), dense(4, 4), tanh(), dense(4, 1)]);
    const X32 = { ...X, data: Float32Array.from(X.data) };
    const rounded = objective({ model: single, likelihood: bernoulli(), X: X32, y });
    const at = Float32Array.from(theta);
    expect(distance(gradientNorms(rounded, at), truth.norms)).toBeLessThan(1e-6);
    expect(distance(gradientProducts(rounded, at).data, truth.products)).toBeLessThan(1e-6);
  });
});

describe("rows of a layer", () => {
  const [samples, columns, inputs, outputs] = [3, 2, 5, 2];
  const size = outputs * inputs + outputs;

  // Gram matrices over positions are cheaper for the first, outer products for the second
  it.each([1, 2, 40])("with %i positions have the squares of what is written", (positions) => {
    for (const bias of [undefined, outputs * inputs]) {
      const rows = outerRows<Float64Array>({ layer: "0", offset: 0, size, samples, columns }, [
        {
          positions,
          inputs: random(samples * positions, inputs, 1),
          gradients: random(samples * columns * positions, outputs, 2),
          weight: 0,
          ...(bias !== undefined && { bias }),
        },
      ]);
      const written = rows.rows();
      const exact = Array.from({ length: written.rows }, (_, r) =>
        written.data.subarray(r * size, (r + 1) * size).reduce((s, x) => s + x * x, 0),
      );
      expect(distance(rowSquares(rows, new Float64Array()), exact)).toBeLessThan(1e-14);
    }
  });

  it("keep their digits where positions cancel", () => {
    // g aᵀ − g (a + ε e₁)ᵀ = −ε g e₁ᵀ, of which sums of products of size 1 have no digit left
    const epsilon = 2 ** -40;
    const a = Float64Array.from({ length: 20 }, (_, i) => Math.sin(i + 1));
    const moved = a.map((x, i) => (i === 0 ? x + epsilon : x));
    const g = Float64Array.from({ length: 20 }, (_, i) => Math.cos(3 * i));
    const place = { layer: "0", offset: 0, size: 400, samples: 1, columns: 1 };
    const rows = outerRows<Float64Array>(place, [
      {
        positions: 2,
        inputs: { rows: 2, cols: 20, data: Float64Array.of(...a, ...moved) },
        gradients: { rows: 2, cols: 20, data: Float64Array.of(...g, ...g.map((x) => -x)) },
        weight: 0,
      },
    ]);
    const exact = (moved[0] - a[0]) ** 2 * g.reduce((sum, x) => sum + x * x, 0);
    expect(distance(rowSquares(rows, a), [exact])).toBeLessThan(1e-3);
  });

  it("without outer products are written a few at a time", () => {
    const A = random(samples * columns, size, 3);
    const place = { layer: "0", offset: 0, size, samples, columns };
    const rows = writtenRows<Float64Array>(place, A.data, (start, end, target) => {
      target.data.set(A.data.subarray(start * columns * size, end * columns * size));
    });
    const exact = Array.from({ length: A.rows }, (_, r) =>
      A.data.subarray(r * size, (r + 1) * size).reduce((s, x) => s + x * x, 0),
    );
    expect(distance(rowSquares(rows, A.data), exact)).toBeLessThan(1e-15);
  });
});

describe("bad input", () => {
  const X = random(6, 2, 1);
  const logistic = glm({ X, y: [0, 1, 0, 1, 0, 1], likelihood: bernoulli() });

  it("in θ and the batch is named", () => {
    for (const method of [gradientNorms, gradientProducts, gradientVariance] as const) {
      expect(() => method(logistic, new Float64Array(3))).toThrow(
        new ShapeError("theta: found length 3, expected 2"),
      );
      expect(() => method(logistic, Float64Array.of(0, Number.NaN))).toThrow(DomainError);
      expect(() => method(logistic, new Float64Array(2), { batch: 0 })).toThrow(
        "batch is 0, expected a positive whole number of samples",
      );
    }
  });

  it("is a Gram matrix that would not fit, refused before a pass", () => {
    const N = 20_000;
    let passes = 0;
    const base = linear({ inputs: 2 });
    const model: Model<Matrix> = {
      ...base,
      forward(theta, inputs) {
        passes++;
        return base.forward(theta, inputs);
      },
    };
    const y = Array.from({ length: N }, (_, n) => n % 2);
    const large = objective({ model, likelihood: bernoulli(), X: random(N, 2), y });
    expect(() => gradientProducts(large, new Float64Array(2))).toThrow(
      /^inner products of gradients: a dense 20000 × 20000 matrix takes 2.98 GiB/,
    );
    expect(passes).toBe(0);
  });

  it("is not that inputs cannot be cut: then all rows are held", () => {
    const base = linear({ inputs: 2 });
    const opaque: Model<Inputs> = {
      parameters: 2,
      outputs: 1,
      checkInputs() {},
      forward: (theta) => base.forward(theta, X),
      jvp: (theta, _, v) => base.jvp(theta, X, v),
      vjp: (theta, _, U) => base.vjp(theta, X, U),
    };
    const own = objective({
      model: opaque,
      likelihood: bernoulli(),
      X: { rows: 6, cols: 2 },
      y: [0, 1, 0, 1, 0, 1],
    }) as Objective;
    const theta = numbers(2, 3);
    expect(distance(gradientNorms(own, theta), gradientNorms(logistic, theta))).toBeLessThan(1e-14);
    const [A, B] = [own, logistic].map((problem) => gradientProducts(problem as Objective, theta));
    expect(distance(A.data, B.data)).toBeLessThan(1e-14);
  });

  it("is a signal that is aborted", () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    expect(() => gradientNorms(logistic, new Float64Array(2), { signal })).toThrow(reason);
  });
});
