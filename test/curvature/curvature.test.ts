/** What curvature() says, reports, cancels and refuses. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { full } from "../../src/curvature/full.ts";
import type { Kind } from "../../src/curvature/kind.ts";
import { empirical, fisher, gradientCovariance, hessian } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import {
  ConvergenceError,
  DomainError,
  NotPositiveDefiniteError,
  ShapeError,
} from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import { sparse } from "../../src/linalg/sparse.ts";
import { linear } from "../../src/models/linear.ts";
import type { Inputs, Model } from "../../src/models/model.ts";
import { glm, objective } from "../../src/objective.ts";
import { distance, numbers, random } from "../support/matrices.ts";
import { networkProblems, problems } from "../support/problems.ts";

const X = random(10, 2, 1);
const y = Array.from({ length: 10 }, (_, n) => n % 2);
const logistic = glm({ X, y, likelihood: bernoulli(), intercept: true, reduction: "sum" });
const theta = numbers(3, 2);

describe("a curvature matrix", () => {
  it("says what it is", () => {
    const F = curvature(logistic, theta, fisher());
    expect(F).toMatchObject({
      kind: "Fisher",
      structure: "full",
      scale: "sum",
      degree: 1,
      samples: 10,
      dimension: 3,
    });
    const E = curvature(logistic, theta, empirical(), diagonal());
    expect(E).toMatchObject({ kind: "empirical Fisher", structure: "diagonal", degree: 2 });
    const { kind, structure } = curvature(logistic, theta, gradientCovariance(), matrixFree());
    expect([kind, structure]).toEqual(["gradient covariance", "matrix-free"]);
  });

  it.each([1e6, 0])("keeps the θ that it was made at, with %d bytes for factors", (memory) => {
    for (const { objective, theta } of networkProblems) {
      const at = theta.slice();
      const F = curvature(objective, at, fisher(), matrixFree({ memory }), { batch: 4 });
      const v = numbers(theta.length, 4);
      const before = F.multiply(v);
      at.fill(0.5);
      expect(F.multiply(v)).toEqual(before);
      const exact = curvature(objective, theta, fisher()).multiply(v);
      expect(distance(before, exact)).toBeLessThan(1e-12);
    }
  });

  it("runs the example of its documentation", () => {
    const X = { rows: 4, cols: 1, data: Float64Array.of(0.5, 1.5, 2.5, 3.5) };
    const problem = glm({ X, y: [0, 1, 0, 1], likelihood: bernoulli(), intercept: true });
    const theta = new Float64Array(problem.dimension);
    const F = curvature(problem, theta, fisher());
    // at θ = 0 every weight is ¼: F = ¼ mean of (x, 1)(x, 1)ᵀ
    expect([...F.dense().data]).toEqual([1.3125, 0.5, 0.5, 0.25]);
    const step = F.solve(problem.gradient(theta), { damping: 1e-4 });
    const back = F.multiply(step).map((g, i) => g + 1e-4 * step[i]);
    expect(distance(back, problem.gradient(theta))).toBeLessThan(1e-15);
  });
});

it("takes kinds and structures as values, from lists and variables", () => {
  const kinds = [fisher(), empirical(), hessian(), gradientCovariance()];
  const structures = [full(), diagonal()];
  const damping = 0.1;
  const found = kinds.flatMap((kind) =>
    structures.map((structure) => {
      const A = curvature(logistic, theta, kind, structure);
      return [A.kind, A.structure, A.logDeterminant({ damping }) > 0] as const;
    }),
  );
  expect(found).toHaveLength(8);
  expect(new Set(found.map(String)).size).toBe(8);
});

describe("progress", () => {
  const seen = (kind: Kind): [number, number][] => {
    const calls: [number, number][] = [];
    const onProgress = (samples: number, total: number): void => {
      calls.push([samples, total]);
    };
    const A = curvature(logistic, theta, kind, diagonal(), { batch: 4, onProgress });
    const made = calls.length;
    A.multiply(theta);
    A.diagonal();
    expect(calls).toHaveLength(made);
    return calls;
  };
  const pass = [
    [4, 10],
    [8, 10],
    [10, 10],
  ];

  it("is told after each batch while the matrix is made", () => {
    expect(seen(fisher())).toEqual(pass);
  });

  it("is not told again where products take passes of their own", () => {
    let calls = 0;
    const structure = matrixFree({ memory: 0 });
    const onProgress = (): void => {
      calls++;
    };
    const A = curvature(logistic, theta, fisher(), structure, { batch: 4, onProgress });
    A.multiply(theta);
    expect(calls).toBe(3);
  });

  it("is told in both passes of a gradient covariance", () => {
    expect(seen(gradientCovariance())).toEqual([...pass, ...pass]);
  });

  it("can be cancelled between batches, with the signal's reason", () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let last = 0;
    const make = (): unknown =>
      curvature(logistic, theta, fisher(), full(), {
        batch: 4,
        signal: controller.signal,
        onProgress(samples) {
          last = samples;
          controller.abort(reason);
        },
      });
    expect(make).toThrow(reason);
    expect(last).toBe(4);
  });
});

describe("a matrix too large", () => {
  const P = 20_000;
  const one = sparse(2, P, Int32Array.of(0, 1, 2), Int32Array.of(0, 7), Float64Array.of(1, 2));
  const wide = glm({ X: one, y: [0, 1], likelihood: bernoulli() });
  const at = new Float64Array(P);

  it("is refused by its size before any work, naming other structures", () => {
    let worked = false;
    const kind = {
      ...fisher(),
      prepare(): never {
        worked = true;
        throw new Error("too late");
      },
    };
    expect(() => curvature(wide, at, kind)).toThrow(
      new ShapeError(
        "Fisher: a dense 20000 × 20000 matrix takes 2.98 GiB, the limit is 2.00 GiB; use a structure " +
          "that does not hold it (diagonal, Kronecker, matrix-free)",
      ),
    );
    expect(worked).toBe(false);
    expect(() => curvature(wide, at, hessian(), full({ memoryLimit: 1e6 }))).toThrow(
      /^Hessian: a dense 20000 × 20000 matrix takes/,
    );
  });

  it("works in the structures that the error names", () => {
    const D = curvature(wide, at, fisher(), diagonal());
    const A = curvature(wide, at, fisher(), matrixFree());
    // weights ¼, x = e₀ and 2 e₇, mean over two samples
    for (const d of [D.diagonal(), A.diagonal()]) {
      expect([d[0], d[1], d[7]]).toEqual([0.125, 0, 0.5]);
    }
    const v = new Float64Array(P).fill(1);
    expect(A.multiply(v)).toEqual(D.multiply(v));
    expect(() => A.dense()).toThrow(ShapeError);
  });
});

describe("bad input", () => {
  it("in θ is named", () => {
    expect(() => curvature(logistic, new Float64Array(2), fisher())).toThrow(
      new ShapeError("theta: found length 2, expected 3"),
    );
    expect(() => curvature(logistic, Float64Array.of(0, Number.NaN, 0), fisher())).toThrow(
      new DomainError("theta: entry 1 is NaN, expected a finite number"),
    );
  });

  it.each([0, -3, 2.5, Number.NaN])("a batch of %f is refused", (batch) => {
    expect(() => curvature(logistic, theta, fisher(), full(), { batch })).toThrow(
      new DomainError(`batch is ${batch}, expected a positive whole number of samples`),
    );
  });

  it("a negative damping, a singular and an indefinite matrix are refused in every structure", () => {
    const X = { rows: 3, cols: 2, data: Float64Array.of(1, 1, 2, 2, 3, 3) };
    const singular = glm({ X, y: [1, 2, 4], likelihood: gaussian(), reduction: "sum" });
    const at = new Float64Array(2);
    const g = Float64Array.of(1, -1);
    for (const structure of [full(), diagonal(), matrixFree()]) {
      const F = curvature(singular, at, fisher(), structure);
      expect(() => F.solve(g, { damping: -1 })).toThrow(DomainError);
    }
    expect(() => curvature(singular, at, fisher()).solve(g)).toThrow(NotPositiveDefiniteError);
    const free = curvature(singular, at, fisher(), matrixFree());
    expect(() => free.solve(g)).toThrow(NotPositiveDefiniteError);

    const { objective, theta } = problems.find(({ name }) => /Bernoulli, network/.test(name))!;
    const H = curvature(objective, theta, hessian());
    expect(() => H.solve(theta)).toThrow(NotPositiveDefiniteError);
    const free2 = curvature(objective, theta, hessian(), matrixFree());
    expect(() => free2.solve(theta)).toThrow(NotPositiveDefiniteError);
  });

  it("conjugate gradients that do not converge say so", () => {
    const hasty = curvature(logistic, theta, fisher(), matrixFree({ iterations: 1 }));
    expect(() => hasty.solve(Float64Array.of(1, 2, 3))).toThrow(ConvergenceError);
  });
});

describe("a model of the user's own inputs", () => {
  interface Pairs extends Inputs {
    readonly pairs: readonly (readonly [number, number])[];
  }
  const base = linear({ inputs: 2 });
  const toMatrix = ({ pairs }: Pairs): Matrix => ({
    rows: pairs.length,
    cols: 2,
    data: Float64Array.from(pairs.flat()),
  });
  const model: Model<Pairs> = {
    parameters: 2,
    outputs: 1,
    checkInputs() {},
    forward: (theta, X) => base.forward(theta, toMatrix(X)),
    jvp: (theta, X, v) => base.jvp(theta, toMatrix(X), v),
    vjp: (theta, X, U) => base.vjp(theta, toMatrix(X), U),
  };
  const pairs = Array.from({ length: 10 }, (_, n) => [X.data[2 * n], X.data[2 * n + 1]] as const);
  const inputs = (list: Pairs["pairs"], divisible: boolean): Pairs => ({
    rows: list.length,
    cols: 2,
    pairs: list,
    ...(divisible && {
      slice: (start: number, end: number) => inputs(list.slice(start, end), true),
    }),
  });
  const plain = glm({ X, y, likelihood: bernoulli() });
  const at = numbers(2, 5);

  it.each([true, false])("gives what a matrix gives, divisible: %s", (divisible) => {
    const own = objective({ model, likelihood: bernoulli(), X: inputs(pairs, divisible), y });
    const kinds = [fisher, empirical, gradientCovariance, hessian] as const;
    for (const kind of kinds) {
      for (const structure of [full(), diagonal(), matrixFree()]) {
        const A = curvature(own, at, kind(), structure, divisible ? { batch: 3 } : {});
        const B = curvature(plain, at, kind(), structure);
        expect(distance(A.dense().data, B.dense().data)).toBeLessThan(1e-13);
      }
    }
    const [g, h] = [own.perExampleGradients(at), plain.perExampleGradients(at)];
    expect(distance(g.data, h.data)).toBeLessThan(1e-15);
  });

  it("cannot be cut into batches without a slice, and says so", () => {
    const own = objective({ model, likelihood: bernoulli(), X: inputs(pairs, false), y });
    expect(() => curvature(own, at, fisher(), full(), { batch: 3 })).toThrow(
      /samples 0 to 3 were asked for, but these inputs cannot be cut/,
    );
  });
});
