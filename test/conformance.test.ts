/** The published conformance set: every entry of every file, whose values come from Python without a formula of ours. */
import { describe, expect, it } from "vitest";
import {
  blockDiagonal,
  curvature,
  diagonal,
  ekfac,
  empirical,
  fisher,
  full,
  gradientCovariance,
  hessian,
  type Kind,
  kfac,
  type Matrix,
  matrixFree,
  sampled,
  stream,
} from "../src/index.ts";
import { EigenbasisOperator } from "../src/linalg/eigenbasisOperator.ts";
import { KroneckerOperator } from "../src/linalg/kroneckerOperator.ts";
import { absoluteError } from "./support/accuracy.ts";
import { type Conforming, conformanceProblems, conforming } from "./support/conformance.ts";

type Rows = readonly (readonly number[])[];

/** The set promises 1e-9; what is measured is below 1e-13. */
const TOLERANCE = 1e-11;

const problems = conformanceProblems();

function kindsOf(draws: number): Readonly<Record<string, Kind<Matrix, Float64Array>>> {
  return {
    fisher: fisher(),
    sampledFisher: sampled({ draws, random: stream(0, "not used: the file has the draws") }),
    empiricalFisher: empirical(),
    hessian: hessian(),
    gradientCovariance: gradientCovariance(),
  };
}

/** The largest difference, relative to the largest expected number. */
function error(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const largest = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return absoluteError(found, expected) / (largest || 1);
}

/** A matrix from its lower triangle, row by row. */
function symmetric(lower: Rows): number[] {
  return lower.flatMap((_, i) => lower.map((_, j) => (j <= i ? lower[i][j] : lower[j][i])));
}

it("is there in whole", () => {
  expect(problems.map(({ name }) => name)).toHaveLength(10);
  expect(new Set(problems.map(({ format }) => format))).toEqual(new Set(["natgrad conformance 1"]));
});

describe.each(problems)("$name", (spec) => {
  const { expected, data } = spec;
  const { network, problem, theta }: Conforming = conforming(spec);
  const kinds = kindsOf(data.sampledTargets[0].length);

  it("has the parameters in the file's order", () => {
    expect(network.views.map(({ name, shape }) => ({ name, shape: [...shape] }))).toEqual(
      spec.parameters.map(({ name, shape }) => ({ name, shape })),
    );
  });

  it("has its outputs, losses, gradients", () => {
    const { likelihood, targets } = problem;
    const outputs = problem.outputs(theta);
    expect(error(outputs.data, expected.outputs.flat())).toBeLessThan(TOLERANCE);
    const losses = likelihood.negativeLogLikelihood(outputs, targets);
    expect(error(losses, expected.losses)).toBeLessThan(TOLERANCE);
    expect(error(problem.gradient(theta), expected.gradient)).toBeLessThan(TOLERANCE);
    const rows = problem.perExampleGradients(theta).data;
    expect(error(rows, expected.perExampleGradients.flat())).toBeLessThan(TOLERANCE);
  });

  it.each(Object.entries(expected.matrices))("has its %s, entry by entry", (name, lower) => {
    const A = symmetric(lower);
    const D = theta.length;
    const summed = conforming(spec, "sum").problem;
    const found = curvature(problem, theta, kinds[name], full());
    expect(error(found.dense().data, A)).toBeLessThan(TOLERANCE);
    const sum = curvature(summed, theta, kinds[name], full()).dense().data;
    expect(
      error(
        sum,
        A.map((x) => x * problem.samples),
      ),
    ).toBeLessThan(TOLERANCE);
    const entries = curvature(problem, theta, kinds[name], diagonal()).diagonal();
    expect(
      error(
        entries,
        A.filter((_, t) => t % (D + 1) === 0),
      ),
    ).toBeLessThan(TOLERANCE);
    const blocks = curvature(problem, theta, kinds[name], blockDiagonal({ by: "parameter" }));
    for (const { indices, operator } of blocks.blocks) {
      const block = Array.from(indices).flatMap((i) => Array.from(indices, (j) => A[i * D + j]));
      expect(error(operator.dense().data, block)).toBeLessThan(TOLERANCE);
    }
  });

  it.each(Object.keys(kinds))("has the products with its %s", (name) => {
    const operator = curvature(problem, theta, kinds[name], matrixFree());
    expected.products.vectors.forEach((v, i) => {
      const product = operator.multiply(Float64Array.from(v));
      expect(error(product, expected.products[name as "fisher"][i])).toBeLessThan(TOLERANCE);
    });
  });

  it("has the products with its Jacobian", () => {
    expected.products.vectors.forEach((v, i) => {
      const product = network.jvp(theta, problem.X, Float64Array.from(v));
      expect(error(product.data, expected.products.jacobian[i].flat())).toBeLessThan(TOLERANCE);
    });
  });

  it("has the natural gradient and the log-determinant of the damped Fisher", () => {
    const { damping, solve, logDeterminant } = expected.damped;
    const F = curvature(problem, theta, fisher());
    expect(error(F.solve(problem.gradient(theta), { damping }), solve)).toBeLessThan(TOLERANCE);
    expect(error([F.logDeterminant({ damping })], [logDeterminant])).toBeLessThan(TOLERANCE);
  });

  const factored = Object.entries(expected.kroneckerFactors).flatMap(([name, ways]) =>
    Object.entries(ways).map(([sharing, factors]) => ({
      name,
      sharing: sharing as "expand" | "reduce",
      factors,
    })),
  );
  if (factored.length === 0) {
    it("has no Kronecker factors, as the file has none", () => {
      expect(() => curvature(problem, theta, fisher(), kfac())).toThrow(/used 2 times/);
    });
    return;
  }
  it.each(factored)("has the Kronecker factors of its $name, $sharing", (entry) => {
    const { name, sharing, factors } = entry;
    const blocks = curvature(problem, theta, kinds[name], kfac({ sharing })).blocks.filter(
      ({ operator }) => operator instanceof KroneckerOperator,
    );
    expect(blocks).toHaveLength(factors.length);
    factors.forEach(({ layer, group, inputs, gradients }, i) => {
      const { left, right } = blocks[i].operator as KroneckerOperator;
      expect(error(left.data, symmetric(gradients))).toBeLessThan(TOLERANCE);
      expect(error(right.data, symmetric(inputs))).toBeLessThan(TOLERANCE);
      const weight = network.views.find((view) => view.name === `${layer}.weight`)!;
      const bias = network.views.find((view) => view.name === `${layer}.bias`);
      const [out, wide] = [gradients.length, inputs.length];
      const width = bias ? wide - 1 : wide;
      const joint = Array.from({ length: out * wide }, (_, t) => {
        const [o, j] = [Math.floor(t / wide), t % wide];
        const row = group * out + o;
        return j < width ? weight.offset + row * width + j : bias!.offset + row;
      });
      expect(Array.from(blocks[i].indices)).toEqual(joint);
    });
  });

  it.each(factored)("has the second moments of its $name in the eigenbasis, $sharing", (entry) => {
    const { name, sharing, factors } = entry;
    const blocks = curvature(problem, theta, kinds[name], ekfac({ sharing })).blocks.filter(
      ({ operator }) => operator instanceof EigenbasisOperator,
    );
    expect(blocks).toHaveLength(factors.length);
    factors.forEach(({ secondMoments }, i) => {
      // the file has none where equal eigenvalues leave the basis open
      if (!secondMoments) return;
      const { values } = blocks[i].operator as EigenbasisOperator;
      // eigenvectors are known to rounding over the gap between eigenvalues, 1e-5 at least
      expect(error(values, secondMoments.flat())).toBeLessThan(1e-9);
    });
  });
});
