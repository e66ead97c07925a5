import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.ts";
import { fromRows } from "../../src/linalg/matrix.ts";
import { adam, adamPreconditioner } from "../../src/optimizers/adam.ts";
import { gradientDescent } from "../../src/optimizers/gradientDescent.ts";
import { quadratic, smooth } from "../support/quadratic.ts";

describe("adam", () => {
  it("takes the steps computed by hand from the published algorithm", () => {
    // gradients 1, then 3; β₁ = 1/2, β₂ = 3/4, ε = 1/8, γ = 1
    let seen = 0;
    const given = smooth(
      1,
      () => 0,
      () => Float64Array.of(seen++ === 0 ? 1 : 3),
    );
    const constants = { beta1: 0.5, beta2: 0.75, epsilon: 0.125 };
    const [first, second, third] = adam(given, { stepSize: 1, iterations: 2, ...constants });
    // m = 1/2, v = 1/4, m̂ = 1, v̂ = 1: step 1/(1 + 1/8)
    expect(first.step[0]).toBeCloseTo(8 / 9, 15);
    // m = 1/4 + 3/2 = 7/4, v = 3/16 + 9/4 = 39/16, m̂ = 7/3, v̂ = (39/16)/(7/16) = 39/7
    expect(second.step[0]).toBeCloseTo(7 / 3 / (Math.sqrt(39 / 7) + 1 / 8), 15);
    expect(third.theta[0]).toBeCloseTo(-8 / 9 - 7 / 3 / (Math.sqrt(39 / 7) + 1 / 8), 14);
  });

  it("agrees with a loop with the default constants", () => {
    const bowl = quadratic(
      fromRows([
        [3, 1],
        [1, 2],
      ]),
      [1, -2],
    );
    const steps = [...adam(bowl, { start: Float64Array.of(4, 0.5), iterations: 30 })];
    const theta = [4, 0.5];
    const m = [0, 0];
    const v = [0, 0];
    for (let t = 1; t <= 30; t++) {
      const g = [3 * (theta[0] - 1) + theta[1] + 2, theta[0] - 1 + 2 * (theta[1] + 2)];
      for (const i of [0, 1]) {
        m[i] = 0.9 * m[i] + 0.1 * g[i];
        v[i] = 0.999 * v[i] + 0.001 * g[i] ** 2;
        theta[i] -= (0.001 * (m[i] / (1 - 0.9 ** t))) / (Math.sqrt(v[i] / (1 - 0.999 ** t)) + 1e-8);
      }
      expect(steps[t].theta[0]).toBeCloseTo(theta[0], 13);
      expect(steps[t].theta[1]).toBeCloseTo(theta[1], 13);
    }
  });

  it("forgets between runs, also as the preconditioner compared with", () => {
    const bowl = quadratic(
      fromRows([
        [3, 1],
        [1, 2],
      ]),
      [1, -2],
    );
    const compareWith = adamPreconditioner();
    const cosines = () =>
      Array.from(
        gradientDescent(bowl, { stepSize: 0.1, iterations: 4, compareWith }),
        (s) => s.cosine,
      );
    expect(cosines()).toEqual(cosines());
  });

  it.each([
    ["beta1", { beta1: 1 }],
    ["beta2", { beta2: -0.1 }],
    ["epsilon", { epsilon: 0 }],
  ])("refuses a wrong %s", (name, wrong) => {
    expect(() => adamPreconditioner(wrong)).toThrow(DomainError);
    expect(() => adamPreconditioner(wrong)).toThrow(`Adam: ${name} is`);
  });
});
