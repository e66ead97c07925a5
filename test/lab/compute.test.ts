/** What the lab computes in the plane, against the library's own walks over samples. */
import { describe, expect, it } from "vitest";
import { contour, evenLevels } from "../../lab/src/compute/contours.ts";
import { planarMethod } from "../../lab/src/compute/directions.ts";
import { latest } from "../../lab/src/compute/latest.ts";
import { methodIds } from "../../lab/src/compute/methods.ts";
import { follow } from "../../lab/src/compute/paths.ts";
import {
  eigen,
  minimumOf,
  type PlanarData,
  type Point,
  planarProblem,
} from "../../lab/src/compute/planar.ts";
import { lossGrid } from "../../lab/src/compute/surface.ts";
import { upToDate } from "../../lab/tools/assembly.ts";
import {
  curvature,
  curved,
  diagonal,
  empirical,
  fisher,
  LegacyRandom,
  type Preconditioner,
  preconditioned,
  preconditioners,
  sampled,
  stream,
} from "../../src/index.ts";

/** An odd number of samples: the kernel takes two at once, and the last pair is half empty. */
function samples(
  family: PlanarData["family"],
  N: number,
  priorVariance: number | null,
): PlanarData {
  const random = new LegacyRandom(7);
  const X = Float64Array.from({ length: 2 * N }, () => 2 * random.normal() + 0.5);
  const y = Float64Array.from({ length: N }, (_, n) => {
    const f = 0.4 * X[2 * n] - 0.7 * X[2 * n + 1];
    if (family === "gaussian") return f + random.normal();
    return random.uniform() < 1 / (1 + Math.exp(-f)) ? 1 : 0;
  });
  return { family, X, y, priorVariance };
}

const problems = [
  { name: "linear", data: samples("gaussian", 101, null) },
  { name: "linear with a prior", data: samples("gaussian", 100, 0.1) },
  { name: "logistic", data: samples("bernoulli", 101, null) },
  { name: "logistic with a prior", data: samples("bernoulli", 2049, 2) },
].map(({ name, data }) => ({ name, problem: planarProblem(data) }));

const places: readonly Point[] = [
  [0, 0],
  [0.3, -0.8],
  [-3, 4],
  // all samples far in the tails
  [60, 45],
];

describe.each(problems)("$name", ({ problem }) => {
  const { reference, sums } = problem;

  it.each(places)("has the library's loss, gradient and matrices at (%d, %d)", (s, t) => {
    const theta = Float64Array.of(s, t);
    const { loss, gradient, fisher: F, empirical: E } = sums(s, t);
    close([loss], [reference.loss(theta)]);
    const prior = reference.priorPrecision;
    close([gradient[0] + prior * s, gradient[1] + prior * t], reference.gradient(theta));
    const entries = (data: ArrayLike<number>): number[] => [data[0], data[1], data[3]];
    close(F, entries(curvature(reference, theta, fisher()).dense().data));
    close(E, entries(curvature(reference, theta, empirical()).dense().data));
  });

  it("has a minimum at which the library's gradient is rounding", () => {
    const theta = minimumOf(problem, [1, 1]);
    expect(theta).not.toBeNull();
    const gradient = reference.gradient(Float64Array.from(theta ?? []));
    expect(Math.hypot(...gradient)).toBeLessThan(1e-12);
  });

  it("has the library's losses on a grid", () => {
    const { values } = lossGrid(problem, [-2, 3], [-1, 1.5], 6);
    const expected: number[] = [];
    for (let j = 0; j < 6; j++) {
      for (let i = 0; i < 6; i++)
        expected.push(reference.loss(Float64Array.of(-2 + i, -1 + j / 2)));
    }
    close(values, expected);
  });

  /** The library's preconditioners that the panels' menus offer. */
  const own: Readonly<Record<string, () => Preconditioner>> = {
    MC: () =>
      curved("Monte-Carlo Fisher", sampled({ draws: 2, random: stream(0, "labels") }), {
        damping: 1e-3,
      }),
    DF: () => curved("diagonal Fisher", fisher(), { damping: 1e-3, structure: diagonal() }),
    VA: () => preconditioners.variance({ damping: 1e-3 }),
    DVA: () => preconditioners["diagonal variance"]({ damping: 1e-3 }),
    MSVAG: preconditioners["M-SVAG"],
  };

  it.each(methodIds)("follows the library's path with %s", (method) => {
    const panel = { method, scale: 0.5, damping: 1e-3, draws: 2 };
    const path = follow(problem, panel, [0.2, 0.1], { stepSize: 0.1, steps: 20 });
    expect(path.ended).toBeNull();
    const make = own[method] ?? (() => preconditioners[method]({ damping: 1e-3 }));
    const run = preconditioned(reference, make(), {
      start: Float64Array.of(0.2, 0.1),
      stepSize: 0.05,
      iterations: 20,
      compareWith: preconditioners.NGD({ damping: 1e-3 }),
    });
    const steps = [...run];
    close(
      path.loss,
      steps.map(({ loss }) => loss),
    );
    close(
      path.gradientNorm,
      steps.map(({ gradientNorm }) => gradientNorm),
    );
    close(
      path.points,
      steps.flatMap(({ theta }) => [...theta]),
    );
    if (method === "EFGD")
      close(
        path.cosine,
        steps.map(({ cosine = Number.NaN }) => cosine),
      );
  });

  it("has metrics whose steps are the methods' own, up to their length", () => {
    const theta: Point = [0.3, -0.8];
    const gradient = reference.gradient(Float64Array.from(theta));
    for (const id of methodIds) {
      const method = planarMethod(problem, id, { damping: 1e-3, draws: 3 });
      const [a, b, c] = method.metric(theta) ?? [Number.NaN, 0, 0];
      const fresh = method.preconditioner.fresh?.() ?? method.preconditioner;
      const [u, v] = fresh.direction(problem.objective, Float64Array.from(theta), gradient);
      const [g, h] = [a * u + b * v, b * u + c * v];
      // metric · step is parallel to the gradient
      const size = Math.hypot(g, h) * Math.hypot(...gradient);
      expect(Math.abs(g * gradient[1] - h * gradient[0]) / size, id).toBeLessThan(1e-6);
    }
  });
});

it("finds no minimum where the classes can be separated", () => {
  const X = Float64Array.of(1, 0, 2, 0.5, -1, 0.2, -2, 0);
  const data = { family: "bernoulli", X, y: Float64Array.of(1, 1, 0, 0), priorVariance: null };
  expect(minimumOf(planarProblem(data as PlanarData))).toBeNull();
});

it("ends a path that diverges, and says why", () => {
  const panel = { method: "GD", scale: 1, damping: 0, draws: 1 } as const;
  const path = follow(problems[0].problem, panel, [3, 3], { stepSize: 10, steps: 300 });
  expect(path.ended).toMatch(/passed 1000000 times/);
  expect(path.loss.length).toBeLessThan(50);
});

it("has a kernel that is what its source compiles to (else: npm run assembly --workspace lab)", async () => {
  expect(await upToDate()).toBe(true);
}, 30_000);

describe("contours", () => {
  const data: PlanarData = {
    family: "gaussian",
    X: Float64Array.of(1, 0, 0, 2),
    y: Float64Array.of(0, 0),
    priorVariance: null,
  };

  it("lie where the loss has their level", () => {
    const problem = planarProblem(data);
    const grid = lossGrid(problem, [-2, 2], [-2, 2], 81);
    for (const level of evenLevels(grid, 4)) {
      const { segments } = contour(grid, level);
      expect(segments.length).toBeGreaterThan(40);
      for (let k = 0; k < segments.length; k += 2) {
        const { loss } = problem.sums(segments[k], segments[k + 1]);
        // linear between nodes 0.05 apart, where the second derivatives are at most 2
        expect(Math.abs(loss - level)).toBeLessThan(2 * 0.05 ** 2);
      }
    }
  });

  it("are closed within the grid: every end is met by another", () => {
    const grid = lossGrid(planarProblem(data), [-2, 2], [-2, 2], 41);
    // no node has exactly this level
    const { segments } = contour(grid, 1.51234);
    expect(segments.length).toBeGreaterThan(100);
    const ends = new Map<string, number>();
    for (let k = 0; k < segments.length; k += 2) {
      const key = `${Math.round(1e4 * segments[k])},${Math.round(1e4 * segments[k + 1])}`;
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
    expect([...ends.values()].every((count) => count === 2)).toBe(true);
  });
});

it("splits a symmetric matrix into its axes", () => {
  const { values, major } = eigen([2, 1, 3]);
  const [a, b] = [2 * major[0] + major[1], major[0] + 3 * major[1]];
  close([a, b], [values[1] * major[0], values[1] * major[1]]);
  close([values[0] + values[1], values[0] * values[1]], [5, 5]);
});

describe("latest", () => {
  it("keeps one request under way and the newest waiting, and drops what was cancelled", async () => {
    const open: ((answer: number) => void)[] = [];
    const asked: number[] = [];
    const shown: number[] = [];
    const requests = latest<number, number>(
      (request) => {
        asked.push(request);
        return new Promise((resolve) => open.push(resolve));
      },
      (answer) => shown.push(answer),
      (error) => {
        throw error;
      },
    );
    const settle = () => new Promise((resolve) => setTimeout(resolve));
    requests.ask(1);
    requests.ask(2);
    requests.ask(3);
    open[0](10);
    await settle();
    expect([asked, shown]).toEqual([[1, 3], [10]]);
    requests.cancel();
    open[1](30);
    await settle();
    expect(shown).toEqual([10]);
    requests.ask(4);
    open[2](40);
    await settle();
    expect(shown).toEqual([10, 40]);
  });

  it("goes on after a failure", async () => {
    const failures: unknown[] = [];
    const shown: number[] = [];
    const requests = latest<number, number>(
      (request) => (request < 0 ? Promise.reject(new Error("negative")) : Promise.resolve(request)),
      (answer) => shown.push(answer),
      (error) => failures.push(error),
    );
    requests.ask(-1);
    await expect.poll(() => failures).toEqual([new Error("negative")]);
    requests.ask(5);
    await expect.poll(() => shown).toEqual([5]);
  });
});

/** Equal to a relative 10⁻¹⁰ of the largest entry: sums in another order, and paths of 20 steps that carry it on. */
function close(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  let scale = 1e-3;
  for (let k = 0; k < expected.length; k++) scale = Math.max(scale, Math.abs(expected[k]));
  for (let k = 0; k < expected.length; k++) {
    expect(Math.abs(found[k] - expected[k]), `entry ${k}`).toBeLessThan(1e-10 * scale);
  }
}
