import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { empirical, fisher } from "../../src/curvature/kinds.ts";
import { figure1, figure1Configuration, vectorFields } from "../../src/experiments/fields.ts";
import { linearRegression, minimum } from "../../src/experiments/problem.ts";
import { type Method, figure1 as schema } from "../../src/experiments/results.ts";
import { lognormalLine } from "../../src/experiments/toyData.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import golden from "./golden/toyProblems.json" with { type: "json" };

const expected = golden.figure1;
const configuration = figure1Configuration();
const result = figure1();

describe("Figure 1 against NumPy", () => {
  it("has the shape that is promised", () => {
    expect(schema.parse(result)).toEqual(result);
    expect(result.configuration).toEqual(configuration);
    expect([result.data.x.length, result.data.y.length]).toEqual([1000, 1000]);
    expect(result.data.x[0]).toBeCloseTo(expected.first.flat()[1], 14);
    expect(result.data.y[999]).toBeCloseTo(expected.last.flat()[2], 14);
  });

  it("finds the minimum", () => {
    expect(result.minimum[0]).toBeCloseTo(expected.minimum[0], 13);
    expect(result.minimum[1]).toBeCloseTo(expected.minimum[1], 13);
  });

  it("has the loss without the Gaussian's constant, on a grid indexed by slope, then bias", () => {
    const { x, y, values } = result.contours;
    const at = (b: number, s: number): number =>
      values[Math.round(((s - y[0]) / (y[1] - y[0])) * (values.length - 1))][
        Math.round(((b - x[0]) / (x[1] - x[0])) * (values[0].length - 1))
      ];
    for (const [b, s, loss] of expected.losses) expect(at(b, s) / loss).toBeCloseTo(1, 13);
  });

  it.each(["GD", "NGD", "EFGD"] as const)("has the arrows of %s", (method) => {
    const { arrows } = result.fields.find((field) => field.method === method)!;
    expect(arrows.length).toBe(225);
    for (const [b, s, db, ds] of expected.arrows[method]) {
      const arrow = arrows.find((a) => Math.hypot(a[0] - b, a[1] - s) < 1e-9)!;
      expect(arrow[2] / db).toBeCloseTo(1, 10);
      expect(arrow[3] / ds).toBeCloseTo(1, 10);
    }
  });

  it.each(expected.paths)("follows $method from $start", ({ method, start, points }) => {
    const path = result.paths.find(
      (p) => p.method === method && p.start[0] === start[0] && p.start[1] === start[1],
    )!;
    // the start, steps 100, 200, … 49,900, and the last
    expect(path.points.length).toBe(501);
    points.forEach(([b, s], i) => {
      const time = expected.times[i];
      const found = path.points[time === 49_999 ? 500 : time / 100];
      expect(Math.abs(found[0] - b)).toBeLessThan(1e-10);
      expect(Math.abs(found[1] - s)).toBeLessThan(1e-10);
    });
  });
});

describe("the fields from moments against the library on all samples", () => {
  const data = lognormalLine(new LegacyRandom(7), 300);
  const { objective } = linearRegression(data, configuration.priorVariance);
  const fields = vectorFields(data, minimum(objective), configuration);

  const library: Record<Method, (theta: Float64Array) => Float64Array> = {
    GD: (theta) => objective.gradient(theta).map((g) => -g / 3),
    NGD: (theta) =>
      curvature(objective, theta, fisher())
        .solve(objective.gradient(theta), { damping: objective.priorPrecision + 1e-8 })
        .map((v) => -v),
    EFGD: (theta) =>
      curvature(objective, theta, empirical())
        .solve(objective.gradient(theta), { damping: 1e-8 })
        .map((v) => -3 * v),
  };

  it.each(["GD", "NGD", "EFGD"] as const)("%s, far from the minimum and close to it", (method) => {
    const [b, s] = minimum(objective);
    const places = [
      [2, 4.5],
      [-1, -1],
      [5, -1],
      [b + 0.3, s - 0.2],
      [b - 1e-3, s + 1e-4],
    ];
    for (const [bias, slope] of places) {
      const reference = library[method](Float64Array.of(bias, slope));
      const found = fields[method](bias, slope);
      const length = Math.hypot(...reference);
      expect(Math.abs(found[0] - reference[0])).toBeLessThan(1e-10 * length);
      expect(Math.abs(found[1] - reference[1])).toBeLessThan(1e-10 * length);
    }
  });

  it("vanish at the minimum, and nowhere is a path longer than its steps", () => {
    const [b, s] = minimum(objective);
    for (const method of ["GD", "NGD", "EFGD"] as const) {
      expect(fields[method](b, s).map(Math.abs)).toEqual([0, 0]);
    }
    const short = figure1({ ...configuration, samples: 50, steps: 7, stride: 3 });
    expect(short.paths.map(({ points }) => points.length)).toEqual(Array(12).fill(4));
    expect(short.paths[0].points[0]).toEqual(short.paths[0].start);
  });
});
