import { describe, expect, it } from "vitest";
import { merge, quadratic, quadraticPenalty } from "../../src/continual/quadratic.ts";
import { draws } from "../../src/random/generator.ts";
import { stream } from "../../src/random/streams.ts";

const D = 50;
const random = stream(0, "quadratics");
const normals = (): Float64Array => draws(D, () => random.normal());
const fishers = [0, 1, 2].map(() => normals().map((x) => x * x));
// anchors of float32 networks
const anchors = [0, 1, 2].map(() => Float32Array.from(normals()));
const strength = 30;
const tasks = fishers.map((F, k) => quadratic(strength, F, anchors[k]));

/** (λ/2) Σ_k Σ_i F_ki (θ_i − θ*_ki)², by its definition */
const definition = (theta: ArrayLike<number>, count = 3): number =>
  fishers
    .slice(0, count)
    .reduce(
      (sum, F, k) =>
        sum + F.reduce((s, f, i) => s + 0.5 * strength * f * (theta[i] - anchors[k][i]) ** 2, 0),
      0,
    );

describe("the penalty of elastic weight consolidation", () => {
  it("is zero with zero gradient at θ*", () => {
    const penalty = quadraticPenalty("EWC", tasks[0]);
    const gradient = new Float32Array(D);
    penalty.addGradient(anchors[0], gradient);
    expect(penalty.value(anchors[0])).toBe(0);
    expect([...gradient].every((g) => g === 0)).toBe(true);
  });

  it("has the gradient λ F (θ − θ*) elsewhere, on top of what is there", () => {
    const theta = Float32Array.from(normals());
    const gradient = new Float32Array(D).fill(1);
    quadraticPenalty("EWC", tasks[0]).addGradient(theta, gradient);
    for (let i = 0; i < D; i++) {
      const expected = 1 + strength * fishers[0][i] * (theta[i] - anchors[0][i]);
      expect(Math.abs(gradient[i] - expected)).toBeLessThan(4e-7 * (1 + Math.abs(expected)) * 3);
    }
  });

  it("has the half: its value is (λ/2) Σ F (θ − θ*)²", () => {
    const theta = Float32Array.from(normals());
    const value = quadraticPenalty("EWC", tasks[0]).value(theta);
    expect(Math.abs(value / definition(theta, 1) - 1)).toBeLessThan(1e-13);
  });

  it("merged is the sum of separate ones, as value and as gradient", () => {
    const penalty = quadraticPenalty("EWC", merge(tasks));
    for (let trial = 0; trial < 5; trial++) {
      const theta = Float32Array.from(normals());
      expect(Math.abs(penalty.value(theta) / definition(theta) - 1)).toBeLessThan(1e-13);
      const whole = new Float32Array(D);
      const parts = new Float32Array(D);
      penalty.addGradient(theta, whole);
      for (const task of tasks) quadraticPenalty("EWC", task).addGradient(theta, parts);
      const size = Math.max(...parts.map(Math.abs));
      // float32 sums of three terms
      whole.forEach((g, i) => {
        expect(Math.abs(g - parts[i])).toBeLessThan(6e-7 * size);
      });
    }
  });

  it("merged one after another is merged at once", () => {
    const atOnce = merge(tasks);
    const inTurn = merge([merge(tasks.slice(0, 2)), tasks[2]]);
    for (let i = 0; i < D; i++) {
      expect(Math.abs(atOnce.centre[i] - inTurn.centre[i])).toBeLessThan(1e-13);
    }
    expect(Math.abs(atOnce.constant / inTurn.constant - 1)).toBeLessThan(1e-13);
  });

  it("keeps the newest anchor where no task holds a weight", () => {
    const none = new Float64Array(D);
    const { centre, constant } = merge([
      quadratic(1, none, anchors[0]),
      quadratic(1, none, anchors[1]),
    ]);
    expect([...centre]).toEqual([...anchors[1]]);
    expect(constant).toBe(0);
  });
});

describe("the implicit step", () => {
  const penalty = quadraticPenalty("EWC", merge(tasks));
  const { curvature: K, centre } = merge(tasks);

  it("is (θ + η K μ) / (1 + η K), with one step size or one for each parameter", () => {
    const theta = Float32Array.from(normals());
    const sizes = Float32Array.from({ length: D }, (_, i) => 0.01 * (i + 1));
    for (const stepSize of [0.05, sizes]) {
      const moved = theta.slice();
      if (typeof stepSize === "number") penalty.approach?.(moved, stepSize);
      else penalty.approachEach?.(moved, stepSize);
      for (let i = 0; i < D; i++) {
        const eta = typeof stepSize === "number" ? stepSize : stepSize[i];
        const expected = (theta[i] + eta * K[i] * centre[i]) / (1 + eta * K[i]);
        expect(Math.abs(moved[i] - expected)).toBeLessThan(5e-7 * (1 + Math.abs(theta[i])));
      }
    }
  });

  it("minimizes ‖θ' − θ‖² / 2η + penalty(θ'): its gradient there is zero", () => {
    const theta = Float32Array.from(normals());
    const moved = theta.slice();
    const eta = 0.2;
    penalty.approach?.(moved, eta);
    const gradient = new Float32Array(D);
    penalty.addGradient(moved, gradient);
    for (let i = 0; i < D; i++) {
      const slope = (moved[i] - theta[i]) / eta + gradient[i];
      expect(Math.abs(slope)).toBeLessThan(1e-5 * (1 + K[i]));
    }
  });

  it("never leaves the way to the minimum, however large the strength", () => {
    const strong = quadraticPenalty("EWC", quadratic(1e12, fishers[0], anchors[0]));
    const theta = Float32Array.from(normals());
    strong.approach?.(theta, 1);
    for (let i = 0; i < D; i++) expect(Math.abs(theta[i] - anchors[0][i])).toBeLessThan(1e-4);
  });

  it("leaves θ* where it is", () => {
    const one = quadraticPenalty("EWC", tasks[0]);
    const theta = anchors[0].slice();
    one.approach?.(theta, 0.7);
    expect([...theta]).toEqual([...anchors[0]]);
  });
});

describe("what is refused", () => {
  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("a strength of %s", (bad) => {
    expect(() => quadratic(bad, fishers[0], anchors[0])).toThrow(/strength λ is .*at least 0/);
  });

  it("a Fisher of another network", () => {
    expect(() => quadratic(1, new Float64Array(3), anchors[0])).toThrow(/3 parameters .* of 50/);
  });

  it("a Fisher with a negative entry or NaN", () => {
    for (const bad of [-1, Number.NaN]) {
      const F = fishers[0].slice();
      F[7] = bad;
      expect(() => quadratic(1, F, anchors[0])).toThrow(/entry 7 of the Fisher is/);
    }
  });
});
