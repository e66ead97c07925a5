/**
 * Figures 2 and 4: logistic and linear regression in two parameters, each on data that the model describes and
 * on two kinds that it does not, and at each minimum the ellipses of the Fisher and of the empirical Fisher.
 */
import { curvature } from "../curvature/curvature.ts";
import { empirical, fisher } from "../curvature/kinds.ts";
import { generalizedEigenvalues, inverseSquareRoot } from "../linalg/eigen.ts";
import { fromRows, type Matrix } from "../linalg/matrix.ts";
import { LegacyRandom } from "../random/legacy.ts";
import { linearRegression, logisticRegression, minimum, type PaperProblem } from "./problem.ts";
import type { Minima, MinimumPanel } from "./results.ts";
import { lossSurface } from "./surface.ts";
import {
  type LineNoise,
  type NormalClass,
  noisyLine,
  type ToyData,
  twoClasses,
} from "./toyData.ts";

type Point = [number, number];
type Matrix2 = [Point, Point];

/** One panel: its title, the window of its contours, its data. */
interface Scene {
  readonly title: string;
  readonly x: Point;
  readonly y: Point;
  draw(random: LegacyRandom, samples: number): ToyData;
}

/** What the two figures differ in. */
interface Setup {
  readonly likelihood: "bernoulli" | "gaussian";
  readonly priorVariance: number | null;
  readonly scenes: readonly Scene[];
  problem(data: ToyData): PaperProblem;
}

const SEED = 0;
const RADIUS = 3;
const CONTOUR_POINTS = 50;
const ELLIPSE_POINTS = 100;
const PRIOR_VARIANCE = 0.1;

const setups: Readonly<Record<2 | 4, Setup>> = {
  2: {
    likelihood: "bernoulli",
    priorVariance: null,
    scenes: [
      classes("Correct", [-0.7, -0.3], 1, spread(2), spread(2)),
      classes("Misspecified (A)", [-0.8, -0.4], 1.5, spread(3), spread(1)),
      classes("Misspecified (B)", [-1, -0.5], 1, spread(1.5, -0.6), spread(1.5, 0.6)),
    ],
    problem: logisticRegression,
  },
  4: {
    likelihood: "gaussian",
    priorVariance: PRIOR_VARIANCE,
    scenes: [
      line("Correct", [0.8, 1.1], [0.85, 1.15], { deviation: 1, quadratic: 0 }),
      line("Misspecified (A)", [0.775, 1.075], [0.85, 1.15], { deviation: 2, quadratic: 0 }),
      line("Misspecified (B)", [0.775, 1.075], [1.325, 1.625], { deviation: 1, quadratic: 0.5 }),
    ],
    problem: (data) => linearRegression(data, PRIOR_VARIANCE),
  },
};

/** Class 0 around (mean, mean), class 1 around its opposite. */
function classes(
  title: string,
  window: Point,
  mean: number,
  first: NormalClass["A"],
  second: NormalClass["A"],
): Scene {
  const pair = [
    { mean: [mean, mean], A: first },
    { mean: [-mean, -mean], A: second },
  ] as const;
  return { title, x: window, y: window, draw: (random, n) => twoClasses(random, n, pair) };
}

/** scale · [[1, tilt], [tilt, 1]] */
function spread(scale: number, tilt = 0): NormalClass["A"] {
  return [
    [scale, scale * tilt],
    [scale * tilt, scale],
  ];
}

function line(title: string, x: Point, y: Point, noise: LineNoise): Scene {
  return { title, x, y, draw: (random, n) => noisyLine(random, n, noise) };
}

/**
 * Figure 2 (logistic regression, no prior) or 4 (linear regression with its prior) with `samples` samples a panel,
 * the generator seeded anew for each. As in the authors' code the ellipse "Fisher" is that of the Hessian
 * with its prior; both ellipses are those of the `sum` scale.
 *
 * @example
 * minima(2).panels[0].accuracy; // 0.733
 */
export function minima(figure: 2 | 4, samples = 1000): Minima {
  const { likelihood, priorVariance, scenes, problem } = setups[figure];
  return {
    figure,
    configuration: { seed: SEED, samples, likelihood, priorVariance, radius: RADIUS },
    panels: scenes.map((scene) => {
      const data = scene.draw(new LegacyRandom(SEED), samples);
      return panel(figure, scene, data, problem(data));
    }),
  };
}

function panel(figure: 2 | 4, scene: Scene, data: ToyData, problem: PaperProblem): MinimumPanel {
  const { objective, loss } = problem;
  const theta = minimum(objective);
  const mu: Point = [theta[0], theta[1]];
  const F = curvature(objective, theta, fisher()).dense();
  const E = curvature(objective, theta, empirical()).dense();
  // The models are linear in θ, so that the Fisher is the Hessian of the likelihood terms.
  const hessian = rows(F);
  hessian[0][0] += objective.priorPrecision;
  hessian[1][1] += objective.priorPrecision;
  const around = (C: Matrix2): Point[] => ellipse(mu, C, RADIUS / Math.sqrt(data.X.rows));
  const [low, high] = generalizedEigenvalues(E, F);
  return {
    title: scene.title,
    data: { x: features(figure, data.X), y: [...data.y] },
    minimum: mu,
    loss: loss(theta),
    ...(figure === 2 && { accuracy: accuracy(data, mu) }),
    contours: lossSurface(problem, scene.x, scene.y, CONTOUR_POINTS),
    fisher: rows(F),
    empiricalFisher: rows(E),
    hessian,
    ellipses: { fisher: around(hessian), empiricalFisher: around(rows(E)) },
    generalizedEigenvalues: [low, high],
  };
}

/** What a reader sees of the inputs: both features of Figure 2, the one of Figure 4 without its bias. */
function features(figure: 2 | 4, { rows: N, cols, data }: Matrix): number[][] {
  const shown = figure === 2 ? 2 : 1;
  return Array.from({ length: N }, (_, n) => [...data.subarray(n * cols, n * cols + shown)]);
}

/** The share of samples whose output has the sign of their class. */
function accuracy({ X, y }: ToyData, [a, b]: Point): number {
  const right = y.filter((label, n) => {
    const output = X.data[2 * n] * a + X.data[2 * n + 1] * b;
    return output > 0 === (label === 1);
  });
  return right.length / y.length;
}

/** μ + scale · C^(−½) u on equally spaced directions u. */
function ellipse([a, b]: Point, C: Matrix2, scale: number): Point[] {
  const [[p, q], [, r]] = rows(inverseSquareRoot(fromRows(C)));
  return Array.from({ length: ELLIPSE_POINTS }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / ELLIPSE_POINTS;
    const [u, v] = [Math.cos(angle), Math.sin(angle)];
    return [a + scale * (p * u + q * v), b + scale * (q * u + r * v)];
  });
}

function rows({ data }: Matrix): Matrix2 {
  return [
    [data[0], data[1]],
    [data[2], data[3]],
  ];
}
