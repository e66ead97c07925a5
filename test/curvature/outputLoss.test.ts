/** Gauss–Newton matrices of losses that are not the objective's, against jets. */
import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { diagonal } from "../../src/curvature/diagonal.ts";
import { full } from "../../src/curvature/full.ts";
import { fisher } from "../../src/curvature/kinds.ts";
import { matrixFree } from "../../src/curvature/matrixFree.ts";
import { outputLoss } from "../../src/curvature/outputLoss.ts";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { identity, matrix } from "../../src/linalg/matrix.ts";
import { distance } from "../support/matrices.ts";
import { networkProblems, problems } from "../support/problems.ts";
import { networkCase } from "../support/testModels.ts";

const structures = [full(), diagonal(), matrixFree()];

describe("the loss of the likelihood itself", () => {
  it.each(problems)("gives the Fisher: $name", ({ objective, theta }) => {
    const { likelihood } = objective;
    const own = outputLoss({
      name: "−log p",
      hessian: (f) => likelihood.outputFisher({ rows: 1, cols: f.length, data: f }),
    });
    for (const structure of structures) {
      for (const batch of [undefined, 3]) {
        const options = batch ? { batch } : {};
        const A = curvature(objective, theta, own, structure, options);
        const F = curvature(objective, theta, fisher(), structure, options);
        expect(distance(A.dense().data, F.dense().data)).toBeLessThan(1e-13);
        expect([A.kind, A.degree]).toEqual(["Gauss–Newton of −log p", 1]);
      }
    }
  });
});

describe("another loss", () => {
  const problem = networkProblems.find(({ name }) => /^Gaussian with two/.test(name))!;
  const { objective, theta } = problem;
  const { X, targets } = objective;
  const { jets } = networkCase(2, 2, 2);
  const D = theta.length;

  it("is J ᵀ∇²c J with the targets of its samples, whatever the structure and the batch", () => {
    // c = √(1 + ‖f − y‖²): ∇²c = (I − u uᵀ/c²)/c with u = f − y
    const hessian = (f: Float64Array, { target }: { target: Float64Array }) => {
      const u = f.map((x, m) => x - target[m]);
      const c = Math.sqrt(1 + u[0] ** 2 + u[1] ** 2);
      return matrix(
        2,
        2,
        Float64Array.from({ length: 4 }, (_, t) => {
          const [i, j] = [Math.floor(t / 2), t % 2];
          return ((i === j ? 1 : 0) - (u[i] * u[j]) / c ** 2) / c;
        }),
      );
    };
    const exact = new Float64Array(D * D);
    for (let n = 0; n < X.rows; n++) {
      const f = jets(theta, X.data.subarray(2 * n, 2 * n + 2));
      const target = targets.data.subarray(2 * n, 2 * n + 2);
      const H = hessian(
        Float64Array.from(f, ({ value }) => value),
        { target },
      );
      for (let t = 0; t < D * D; t++) {
        for (const [k, h] of H.data.entries()) {
          const [a, b] = [f[Math.floor(k / 2)].gradient, f[k % 2].gradient];
          exact[t] += (h * a[Math.floor(t / D)] * b[t % D]) / X.rows;
        }
      }
    }
    const kind = outputLoss({ name: "pseudo-Huber", hessian });
    const squares = exact.filter((_, t) => t % (D + 1) === 0);
    for (const batch of [undefined, 3]) {
      const options = batch ? { batch } : {};
      for (const structure of [full(), matrixFree()]) {
        const G = curvature(objective, theta, kind, structure, options);
        expect(distance(G.dense().data, exact)).toBeLessThan(1e-13);
      }
      const G = curvature(objective, theta, kind, diagonal(), options);
      expect(distance(G.diagonal(), squares)).toBeLessThan(1e-13);
    }
  });

  it("scaled by a scales the matrix by a", () => {
    const [A, B] = [1, 2.5].map((a) =>
      curvature(objective, theta, outputLoss({ name: "squares", hessian: () => identity(2, a) })),
    );
    expect(
      distance(
        B.dense().data,
        A.dense().data.map((x) => 2.5 * x),
      ),
    ).toBeLessThan(1e-14);
  });

  it("is refused that is not convex, not finite, not symmetric or of another size, by sample", () => {
    const make = (data: number[]) => () =>
      curvature(
        objective,
        theta,
        outputLoss({
          name: "odd",
          hessian: (_, { index }) =>
            index < 4 ? identity(2) : matrix(data.length / 2, 2, Float64Array.from(data)),
        }),
        matrixFree(),
        { batch: 3 },
      );
    expect(make([1, 0, 0, -1])).toThrow(
      new DomainError(
        "Gauss–Newton of odd: expected a convex loss, but for sample 4 an eigenvalue of its second derivatives is " +
          "-1 times the largest",
      ),
    );
    expect(make([1, 0, 0, Number.NaN])).toThrow(
      /^Gauss–Newton of odd: ∇²a_n is not finite for sample 4, where b is \[/,
    );
    expect(make([1, 0.1, 0.2, 1])).toThrow(
      /is not symmetric for sample 4, where b is \[.*\]: entries \(1, 0\) and \(0, 1\) are 0.2 and 0.1$/,
    );
    expect(make([1, 0])).toThrow(
      new ShapeError("Gauss–Newton of odd: ∇²a is 1 × 2, expected 2 × 2"),
    );
  });
});
