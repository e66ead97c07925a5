import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { full } from "../../src/curvature/full.ts";
import { fisher } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
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
