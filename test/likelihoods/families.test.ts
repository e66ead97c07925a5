import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { bernoulli } from "../../src/likelihoods/bernoulli.ts";
import { categorical } from "../../src/likelihoods/categorical.ts";
import { gaussian } from "../../src/likelihoods/gaussian.ts";
import type { Likelihood } from "../../src/likelihoods/likelihood.ts";
import { poisson } from "../../src/likelihoods/poisson.ts";
import { logSumExp } from "../../src/likelihoods/special.ts";
import { type Blocks, fromRows, type Matrix, matrix } from "../../src/linalg/matrix.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import { stream } from "../../src/random/streams.ts";
import { absoluteError, relativeError } from "../support/accuracy.ts";

interface Case {
  readonly title: string;
  readonly family: Likelihood;
  readonly outputs: Matrix;
  /** every target that has probability worth the name, given these outputs, one a row */
  support(f: Float64Array): Matrix;
  /** the measure of one point of the support: 1, or a cell of the grid */
  readonly cell: number;
  /** E[y | f] written out as a vector `[M]` */
  target(y: Float64Array): ArrayLike<number>;
  /** A(f) */
  logPartition(f: Float64Array): number;
}

const random = stream(4, "outputs");
function normals(rows: number, cols: number, scale: number): Matrix {
  return matrix(
    rows,
    cols,
    new Float64Array(rows * cols).map(() => scale * random.normal()),
  );
}

/** Every point f + σ (i/2, j/2, …) within 9 σ: the trapezoidal rule is exact to 1e-30 for a Gaussian. */
function grid(f: Float64Array, sigma: number): Matrix {
  let points: number[][] = [[]];
  for (const centre of f) {
    const axis = Array.from({ length: 37 }, (_, i) => centre + (sigma * (i - 18)) / 2);
    points = points.flatMap((point) => axis.map((value) => [...point, value]));
  }
  return fromRows(points);
}

const counts = (n: number): Matrix => fromRows(Array.from({ length: n }, (_, y) => [y]));

const cases: Case[] = [
  {
    title: "gaussian, 1 output",
    family: gaussian(),
    outputs: normals(5, 1, 2),
    support: (f) => grid(f, 1),
    cell: 0.5,
    target: (y) => y,
    logPartition: ([f]) => (f! * f!) / 2,
  },
  {
    title: "gaussian, 2 outputs of variance 0.09",
    family: gaussian({ variance: 0.09, outputs: 2 }),
    outputs: normals(4, 2, 1),
    support: (f) => grid(f, 0.3),
    cell: 0.15 ** 2,
    target: (y) => y,
    logPartition: ([f, g]) => (f! * f! + g! * g!) / 2,
  },
  {
    title: "bernoulli",
    family: bernoulli(),
    outputs: normals(9, 1, 3),
    support: () => counts(2),
    cell: 1,
    target: (y) => y,
    logPartition: ([f]) => Math.log(1 + Math.exp(f!)),
  },
  {
    title: "bernoulli with a clip that does not act",
    family: bernoulli({ clip: 1e-8 }),
    outputs: normals(9, 1, 3),
    support: () => counts(2),
    cell: 1,
    target: (y) => y,
    logPartition: ([f]) => Math.log(1 + Math.exp(f!)),
  },
  {
    title: "categorical, 2 classes",
    family: categorical(2),
    outputs: normals(5, 2, 1),
    support: () => counts(2),
    cell: 1,
    target: ([y]) => [0, 1].map((c) => Number(c === y)),
    logPartition: logSumExp,
  },
  {
    title: "categorical, 7 classes",
    family: categorical(7),
    outputs: normals(5, 7, 2),
    support: () => counts(7),
    cell: 1,
    target: ([y]) => Array.from({ length: 7 }, (_, c) => Number(c === y)),
    logPartition: logSumExp,
  },
  {
    title: "poisson",
    family: poisson(),
    outputs: normals(9, 1, 1.2),
    // The largest rate here is below 20: P(y ≥ 150) < 20¹⁵⁰ / 150! < 1e-67.
    support: () => counts(150),
    cell: 1,
    target: (y) => y,
    logPartition: ([f]) => Math.exp(f!),
  },
];

const row = (A: Matrix, i: number): Float64Array => A.data.slice(i * A.cols, (i + 1) * A.cols);
const block = (A: Blocks, n: number): Float64Array =>
  A.data.slice(n * A.rows * A.cols, (n + 1) * A.rows * A.cols);

/** `y` once for each row of `outputs` */
function repeated(y: Float64Array, rows: number): Matrix {
  return fromRows(Array.from({ length: rows }, () => y));
}

/** Σ_y cell · p(y | f) · value(y), with p from the loss itself. */
function expectation(
  { family, support, cell }: Case,
  f: Float64Array,
  value: (y: Float64Array) => ArrayLike<number>,
): Float64Array {
  const targets = support(f);
  const outputs = repeated(f, targets.rows);
  const losses = family.negativeLogLikelihood(outputs, targets);
  const total = new Float64Array(value(row(targets, 0)).length);
  losses.forEach((loss, i) => {
    const term = value(row(targets, i));
    for (let k = 0; k < total.length; k++) total[k]! += cell * Math.exp(-loss) * term[k]!;
  });
  return total;
}

function residualAt(family: Likelihood, f: Float64Array, y: Float64Array): Float64Array {
  return family.residual(matrix(1, f.length, f), matrix(1, y.length, y)).data;
}

const outer = (a: ArrayLike<number>): number[] =>
  Array.from(a).flatMap((x) => Array.from(a, (y) => x * y));

/** Central differences of order 8 of `value` along `direction` at `f`. */
const STEP = 0.04;
function differences(
  value: (f: Float64Array) => number,
  f: Float64Array,
  direction: ArrayLike<number>,
): { first: number; second: number } {
  const at = (t: number): number => value(f.map((x, i) => x + t * STEP * direction[i]!));
  const steps = [1, 2, 3, 4].map((t) => ({ up: at(t), down: at(-t) }));
  const odd = [4 / 5, -1 / 5, 4 / 105, -1 / 280];
  const even = [8 / 5, -1 / 5, 8 / 315, -1 / 560];
  return {
    first: steps.reduce((total, { up, down }, t) => total + odd[t]! * (up - down), 0) / STEP,
    second:
      steps.reduce(
        (total, { up, down }, t) => total + even[t]! * (up + down),
        (-205 / 72) * value(f),
      ) /
      STEP ** 2,
  };
}

const unit = (M: number, ...indices: number[]): number[] =>
  Array.from({ length: M }, (_, i) => indices.filter((index) => index === i).length);

describe.each(cases)("$title", (one) => {
  const { family, outputs, support } = one;
  const { rows: N, cols: M } = outputs;
  const someTargets = family.sample(outputs, stream(4, "targets", one.title));

  it("gives results of the documented shapes", () => {
    const K = family.factorColumns;
    expect(family.outputs).toBe(M);
    expect(someTargets).toMatchObject({ rows: N, cols: family.targetColumns });
    expect(someTargets.data.length).toBe(N * family.targetColumns);
    family.checkTargets(someTargets);
    expect(family.negativeLogLikelihood(outputs, someTargets).length).toBe(N);
    for (const result of [family.residual(outputs, someTargets), family.mean(outputs)]) {
      expect(result).toMatchObject({ rows: N, cols: M });
      expect(result.data.length).toBe(N * M);
    }
    expect(family.outputFisher(outputs)).toMatchObject({ count: N, rows: M, cols: M });
    expect(family.outputFisher(outputs).data.length).toBe(N * M * M);
    expect(family.outputFactor(outputs)).toMatchObject({ count: N, rows: M, cols: K });
    expect(family.outputFactor(outputs).data.length).toBe(N * M * K);
  });

  it("treats the rows of a batch one by one", () => {
    const together = family.residual(outputs, someTargets);
    const losses = family.negativeLogLikelihood(outputs, someTargets);
    for (let n = 0; n < N; n++) {
      const f = matrix(1, M, row(outputs, n));
      const y = matrix(1, someTargets.cols, row(someTargets, n));
      expect(family.residual(f, y).data).toEqual(row(together, n));
      expect(family.negativeLogLikelihood(f, y)[0]).toBe(losses[n]);
      expect(family.outputFisher(f).data).toEqual(block(family.outputFisher(outputs), n));
      expect(family.outputFactor(f).data).toEqual(block(family.outputFactor(outputs), n));
      expect(family.mean(f).data).toEqual(row(family.mean(outputs), n));
    }
  });

  it("is normalized, so its constants are right", () => {
    for (let n = 0; n < N; n++) {
      expect(expectation(one, row(outputs, n), () => [1])[0]).toBeCloseTo(1, 13);
    }
  });

  it("has E[r] = 0 and E[r rᵀ] = Λ (the information equality)", () => {
    const fisher = family.outputFisher(outputs);
    for (let n = 0; n < N; n++) {
      const f = row(outputs, n);
      const scale = Math.max(...block(fisher, n));
      const score = expectation(one, f, (y) => residualAt(family, f, y));
      const second = expectation(one, f, (y) => outer(residualAt(family, f, y)));
      expect(absoluteError(score, new Float64Array(M))).toBeLessThan(1e-14 * (1 + scale));
      expect(absoluteError(second, block(fisher, n))).toBeLessThan(1e-14 * (1 + scale));
    }
  });

  it("has the mean E[y | f]", () => {
    const mean = family.mean(outputs);
    for (let n = 0; n < N; n++) {
      const expected = expectation(one, row(outputs, n), one.target);
      expect(relativeError(row(mean, n), expected)).toBeLessThan(1e-13);
    }
  });

  it("has the gradient of the log-partition function as mean", () => {
    const mean = family.mean(outputs);
    for (let n = 0; n < N; n++) {
      const f = row(outputs, n);
      const gradient = Array.from(f, (_, m) => differences(one.logPartition, f, unit(M, m)).first);
      expect(relativeError(row(mean, n), gradient)).toBeLessThan(1e-10);
    }
  });

  it("has a residual and a Fisher matrix that are the derivatives of its loss", () => {
    const fisher = family.outputFisher(outputs);
    for (let n = 0; n < N; n++) {
      const f = row(outputs, n);
      for (const y of [row(someTargets, n), row(support(f), 0)]) {
        const loss = (g: Float64Array): number =>
          family.negativeLogLikelihood(matrix(1, M, g), matrix(1, y.length, y))[0]!;
        // Rounding: 2⁻⁵³ |ℓ| / STEP², about 1e-13 |ℓ|; truncation: STEP⁸ / 630 of the ninth derivative.
        const tolerance = 1e-11 * (1 + loss(f) + Math.max(...block(fisher, n)));
        const gradient = Array.from(f, (_, m) => differences(loss, f, unit(M, m)).first);
        expect(absoluteError(residualAt(family, f, y), gradient)).toBeLessThan(tolerance);
        const curvature = (...m: number[]): number => differences(loss, f, unit(M, ...m)).second;
        for (let i = 0; i < M; i++) {
          for (let j = 0; j < M; j++) {
            // ∂²/∂f_i∂f_j by polarization; for i = j it is (4 − 1 − 1)/2 of the second derivative.
            const expected = (curvature(i, j) - curvature(i) - curvature(j)) / 2;
            expect(Math.abs(block(fisher, n)[i * M + j]! - expected)).toBeLessThan(3 * tolerance);
          }
        }
      }
    }
  });

  it("has a factor whose square is the Fisher matrix", () => {
    const factor = family.outputFactor(outputs);
    const fisher = family.outputFisher(outputs);
    const K = factor.cols;
    const square = fisher.data.map((_, index) => {
      const j = index % M;
      const i = Math.floor(index / M) % M;
      const start = Math.floor(index / (M * M)) * M * K;
      let total = 0;
      for (let k = 0; k < K; k++) {
        total += factor.data[start + i * K + k]! * factor.data[start + j * K + k]!;
      }
      return total;
    });
    expect(absoluteError(square, fisher.data)).toBeLessThan(1e-15 * Math.max(1, ...fisher.data));
  });

  it("samples what it says: mean and second moments of r within 4 standard errors", () => {
    const draws = 20_000;
    const f = row(outputs, 0);
    const many = repeated(f, draws);
    const sampled = family.sample(many, new LegacyRandom(1));
    family.checkTargets(sampled);
    const residuals = family.residual(many, sampled);
    const mean = new Float64Array(M);
    const second = new Float64Array(M * M);
    for (let n = 0; n < draws; n++) {
      const r = row(residuals, n);
      r.forEach((value, m) => {
        mean[m]! += value / draws;
      });
      outer(r).forEach((value, k) => {
        second[k]! += value / draws;
      });
    }
    const fisher = block(family.outputFisher(outputs), 0);
    const fourth = expectation(one, f, (y) => outer(residualAt(family, f, y)).map((v) => v * v));
    mean.forEach((value, m) => {
      expect(Math.abs(value)).toBeLessThan(4 * Math.sqrt(fisher[m * (M + 1)]! / draws));
    });
    second.forEach((value, k) => {
      const error = Math.sqrt((fourth[k]! - fisher[k]! ** 2) / draws);
      expect(Math.abs(value - fisher[k]!)).toBeLessThanOrEqual(4 * error + 1e-12);
    });
  });

  it("samples the same with the same seed, and differently with another", () => {
    const many = repeated(row(outputs, 0), 200);
    const draw = (seed: number): Float64Array => family.sample(many, stream(seed)).data;
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it("computes in double and stores in the type of the outputs", () => {
    const single = matrix(N, M, Float32Array.from(outputs.data));
    const same = matrix(N, M, Float64Array.from(single.data));
    expect(family.negativeLogLikelihood(single, someTargets)).toEqual(
      family.negativeLogLikelihood(same, someTargets),
    );
    expect(family.residual(single, someTargets).data).toEqual(
      Float32Array.from(family.residual(same, someTargets).data),
    );
    expect(family.outputFisher(single).data).toEqual(
      Float32Array.from(family.outputFisher(same).data),
    );
    expect(family.outputFactor(single).data).toEqual(
      Float32Array.from(family.outputFactor(same).data),
    );
    expect(family.mean(single).data).toEqual(Float32Array.from(family.mean(same).data));
    expect(family.sample(single, stream(1))).toEqual(family.sample(same, stream(1)));
  });

  it("leaves its arguments alone", () => {
    const f = matrix(N, M, outputs.data.slice());
    const y = matrix(N, someTargets.cols, someTargets.data.slice());
    family.negativeLogLikelihood(f, y);
    family.residual(f, y).data.fill(NaN);
    family.mean(f).data.fill(NaN);
    expect(f.data).toEqual(outputs.data);
    expect(y.data).toEqual(someTargets.data);
  });

  it("passes NaN in an output on, to that row alone", () => {
    const data = outputs.data.slice();
    data[M - 1] = NaN;
    const f = matrix(N, M, data);
    const losses = family.negativeLogLikelihood(f, someTargets);
    expect(losses[0]).toBeNaN();
    expect(losses.slice(1)).toEqual(family.negativeLogLikelihood(outputs, someTargets).slice(1));
    expect(row(family.residual(f, someTargets), 0).some(Number.isNaN)).toBe(true);
    expect(() => family.sample(f, stream(0))).toThrow(
      new DomainError(`${family.name}: cannot sample, outputs of row 0 are NaN`),
    );
  });

  it("takes an empty batch", () => {
    const none = matrix(0, M, new Float64Array(0));
    const targets = matrix(0, family.targetColumns, new Float64Array(0));
    family.checkTargets(targets);
    expect(family.negativeLogLikelihood(none, targets).length).toBe(0);
    expect(family.outputFisher(none)).toMatchObject({ count: 0, rows: M, cols: M });
  });

  it("refuses shapes that do not match, saying which", () => {
    const wide = matrix(N, M + 1, new Float64Array(N * (M + 1)));
    const short = matrix(N - 1, someTargets.cols, someTargets.data.slice(someTargets.cols));
    const message = `${family.name}: outputs have ${M + 1} columns, expected ${M}`;
    const calls = [
      () => family.negativeLogLikelihood(wide, someTargets),
      () => family.residual(wide, someTargets),
      () => family.outputFisher(wide),
      () => family.outputFactor(wide),
      () => family.mean(wide),
      () => family.sample(wide, stream(0)),
    ];
    for (const call of calls) {
      expect(call).toThrow(ShapeError);
      expect(call).toThrow(message);
    }
    expect(() => family.residual(outputs, short)).toThrow(
      `${N} rows of outputs, ${N - 1} rows of targets`,
    );
    expect(() => family.checkTargets(matrix(1, 5, new Float64Array(5)))).toThrow(
      `targets have 5 columns, expected ${family.targetColumns}`,
    );
  });
});
