/** Models around θ against jets, and work on samples in portions against work on all at once. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { full } from "../../src/curvature/full.ts";
import { empirical, fisher, gradientCovariance, hessian } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { sampled } from "../../src/curvature/sampled.ts";
import { ConvergenceError, DomainError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import type { Blocks, Matrix } from "../../src/linalg/matrix.ts";
import { inputRows } from "../../src/models/inputs.ts";
import { linearize } from "../../src/models/linearization.ts";
import type { Model } from "../../src/models/model.ts";
import { dense } from "../../src/models/network/dense.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { tanh } from "../../src/models/network/tanh.ts";
import { samplesWithin } from "../../src/models/portions.ts";
import { objective } from "../../src/objective.ts";
import { gradientDescent } from "../../src/optimizers/gradientDescent.ts";
import { stream } from "../../src/random/streams.ts";
import { distance, numbers, random } from "../support/matrices.ts";
import { networkProblems } from "../support/problems.ts";
import { linearCase, networkCase } from "../support/testModels.ts";

const N = 5;
const P = 2;
const M = 2;
const X = random(N, P, 1);

/** A model that says that a pass holds so many bytes a sample beside a constant. */
function heavy(model: Model<Matrix>, bytes: number): Model<Matrix> {
  return {
    ...model,
    at: (theta, inputs) => ({
      ...linearize(model, theta, inputs),
      bytes: 1000 + bytes * inputs.rows,
    }),
  };
}

describe.each([
  { name: "a linear model", test: linearCase(P, M, "last"), tolerance: 1e-13 },
  // its second derivatives are differences
  { name: "a model of three functions", test: networkCase(P, 2, M), tolerance: 1e-10 },
])("$name around θ", ({ test: { model, jets }, tolerance }) => {
  const D = model.parameters;
  const theta = numbers(D, 2);
  const at = linearize(model, theta, X);
  const exact = Array.from({ length: N }, (_, n) =>
    jets(theta, X.data.subarray(n * P, (n + 1) * P)),
  );
  const v = numbers(D, 3);
  const U = random(N, M, 4);
  const along = (g: Float64Array): number => g.reduce((sum, x, i) => sum + x * v[i], 0);

  it("gives values and first derivatives", () => {
    expect([at.samples, at.parameters, at.bytes]).toEqual([N, D, 8 * N * M]);
    const values = exact.flatMap((f) => f.map(({ value }) => value));
    expect(distance(at.outputs.data, values)).toBeLessThan(1e-14);
    const tangents = exact.flatMap((f) => f.map(({ gradient }) => along(gradient)));
    expect(distance(at.jvp(v).data, tangents)).toBeLessThan(1e-14);
    const pulled = new Float64Array(D);
    exact.flat().forEach(({ gradient }, t) => {
      for (let i = 0; i < D; i++) pulled[i] += gradient[i] * U.data[t];
    });
    expect(distance(at.vjp(U), pulled)).toBeLessThan(1e-14);
  });

  it("gives second derivatives", () => {
    const bent = new Float64Array(D);
    exact.flat().forEach((f, t) => {
      for (let i = 0; i < D; i++) {
        bent[i] += U.data[t] * along(f.hessian.subarray(i * D, (i + 1) * D));
      }
    });
    const found = at.secondOrder(U, v);
    if (at.linear) expect(found).toEqual(new Float64Array(D));
    else expect(distance(found, bent)).toBeLessThan(tolerance);
  });

  it.each([1, 3])("gives rows and their sums for factors of %i columns", (K) => {
    const S: Blocks = { count: N, rows: M, cols: K, data: numbers(N * M * K, 5) };
    const rows = exact.flatMap((f, n) =>
      Array.from({ length: K }, (_, k) =>
        v.map((_, i) =>
          f.reduce((sum, { gradient }, m) => sum + gradient[i] * S.data[(n * M + m) * K + k], 0),
        ),
      ),
    );
    const written = rows.flatMap((row) => [...row]);
    expect(distance(at.factorRows(S).data, written)).toBeLessThan(1e-14);
    for (const centre of K === 1 ? [undefined, numbers(D, 6)] : [undefined]) {
      const centred = rows.map((row) => row.map((g, i) => g - (centre?.[i] ?? 0)));
      const sum = Float64Array.from({ length: D * D }, (_, t) =>
        centred.reduce((s, row) => s + row[Math.floor(t / D)] * row[t % D], 0),
      );
      expect(distance(at.gram(S, centre).data, sum)).toBeLessThan(1e-14);
      const squares = sum.filter((_, t) => t % (D + 1) === 0);
      expect(distance(at.gramDiagonal(S, centre), squares)).toBeLessThan(1e-14);
    }
  });
});

describe("a model's own linearization", () => {
  const { model } = networkCase(P, 2, M);
  const theta = numbers(model.parameters, 2);

  it("is the one that is used", () => {
    const own = linearize(model, theta, X);
    expect(linearize({ ...model, at: () => own }, theta, X)).toBe(own);
  });

  it("is not computed before it is asked for", () => {
    let passes = 0;
    const counting: Model<Matrix> = {
      ...model,
      forward(at, inputs) {
        passes++;
        return model.forward(at, inputs);
      },
    };
    const at = linearize(counting, theta, X);
    at.vjp(random(N, M, 4));
    expect(passes).toBe(0);
    expect(at.outputs).toBe(at.outputs);
    expect(passes).toBe(1);
  });

  it("serves loss, gradient and a curvature matrix with one pass", () => {
    const { objective: problem, theta: start } = networkProblems[0];
    let passes = 0;
    const counted = {
      ...problem.model,
      at(theta: Float64Array, inputs: Matrix) {
        if (inputs.rows === problem.samples) passes++;
        return linearize(problem.model, theta, inputs);
      },
    };
    const { likelihood, X: inputs, targets: y } = problem;
    const own = objective({ model: counted, likelihood, X: inputs, y });
    own.loss(start);
    own.gradient(start);
    own.perExampleGradients(start);
    const products = curvature(own, start.slice(), hessian(), matrixFree());
    products.multiply(start);
    products.multiply(start);
    expect(passes).toBe(1);
  });
});

describe("samples in portions", () => {
  it("are as many as fit, whatever a pass holds beside them", () => {
    const { model } = networkCase(P, 2, M);
    const theta = numbers(model.parameters, 2);
    const fit = (bytes: number): number => samplesWithin(heavy(model, 100), theta, X, bytes);
    expect([fit(99), fit(250), fit(499), fit(500), fit(1e9)]).toEqual([1, 2, 4, 5, 5]);
    expect(samplesWithin(model, theta, X, 1)).toBe(N);
    expect(samplesWithin(heavy(model, 100), theta, inputRows(X, 0, 1), 1)).toBe(1);
  });

  // a quarter of what an objective holds: 7 samples are worked on in two portions, in more for a matrix
  it.each(networkProblems)("give what all at once give: $name", ({ objective: plain, theta }) => {
    const { model, likelihood, X: inputs, targets: y } = plain;
    const sizes: number[] = [];
    const large = heavy(model, 2 ** 26);
    const watched: Model<Matrix> = {
      ...large,
      at(t, part) {
        sizes.push(part.rows);
        return large.at!(t, part);
      },
    };
    const cut = objective({ model: watched, likelihood, X: inputs, y, priorVariance: 3 });
    const whole = objective({ model, likelihood, X: inputs, y, priorVariance: 3 });
    expect(distance(cut.gradient(theta), whole.gradient(theta))).toBeLessThan(1e-14);
    expect(cut.loss(theta)).toBe(whole.loss(theta));
    expect(cut.outputs(theta)).toEqual(whole.outputs(theta));
    expect(cut.perExampleGradients(theta)).toEqual(whole.perExampleGradients(theta));
    expect(new Set(sizes)).toEqual(new Set([1, 2, 4, 3]));
    const kinds = [fisher, empirical, gradientCovariance, hessian] as const;
    for (const structure of [full(), diagonal(), matrixFree({ memory: 0 }), matrixFree()]) {
      for (const kind of [...kinds, () => sampled({ random: stream(1, "labels") })]) {
        const A = curvature(cut, theta, kind(), structure);
        const B = curvature(whole, theta, kind(), structure);
        expect(distance(A.dense().data, B.dense().data)).toBeLessThan(1e-11);
      }
    }
  });
});

describe("outputs that are not finite", () => {
  const { objective: problem, theta } = networkProblems.find(({ name }) => /categ/.test(name))!;
  const { model, likelihood, X: inputs, targets: y } = problem;
  const broken: Model<Matrix> = {
    ...model,
    forward(t, part) {
      const outputs = model.forward(t, part);
      // the last sample's second output
      const last = inputs.data.at(-1);
      if (part.data.at(-1) === last) outputs.data[outputs.data.length - 2] = Number.NaN;
      return outputs;
    },
  };

  it("are named by sample and output before a matrix is made of them", () => {
    const own = objective({ model: broken, likelihood, X: inputs, y });
    const message = "outputs of the model: sample 6, output 1 is NaN, expected a finite number";
    for (const kind of [fisher(), empirical(), sampled({ random: stream(1, "labels") })]) {
      expect(() => curvature(own, theta, kind)).toThrow(new DomainError(message));
      expect(() => curvature(own, theta, kind, matrixFree(), { batch: 2 })).toThrow(message);
    }
  });

  it("end loss and gradient, and a descent as one that has diverged", () => {
    const own = objective({ model: broken, likelihood, X: inputs, y });
    const message = "outputs of the model: sample 6, output 1 is NaN, expected a finite number";
    for (const method of [own.loss, own.gradient, own.outputs, own.perExampleGradients] as const) {
      expect(() => method(theta)).toThrow(new DomainError(message));
    }
    const large = objective({ model: heavy(broken, 2 ** 27), likelihood, X: inputs, y });
    expect(() => large.loss(theta)).toThrow(message);
    expect(() => large.gradient(theta)).toThrow(message);
    const descend = () => [...gradientDescent(own, { start: theta, stepSize: 1 })];
    expect(descend).toThrow(ConvergenceError);
    expect(descend).toThrow(
      `gradient descent, iteration 0: ${message}; a smaller step size or a larger damping may help`,
    );
  });

  it("are traced to a layer where the model knows it", () => {
    const network = sequential([dense(2, 3), tanh(), dense(3, 1)], { precision: "float64" });
    const at = network.initial();
    const labels = Array.from({ length: 4 }, (_, n) => n % 2);
    const own = objective({ model: network, likelihood: bernoulli(), X: random(4, 2), y: labels });
    // the largest double times anything above 1
    network.view(at, "2.weight").fill(Number.MAX_VALUE);
    network.view(at, "0.bias").fill(20);
    expect(() => own.loss(at)).toThrow(
      /sample 0, output 0 is Infinity \(not finite from layer 2 \(dense\), example 0 on\), expected/,
    );
  });
});
