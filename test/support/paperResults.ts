/**
 * Results of the paper's figures, small and made on the spot: least squares and logistic regression
 * in two parameters, and loss curves by formula. They have the shapes of the real ones.
 */
import type {
  Figure1,
  Figure5,
  GridResult,
  Method,
  Minima,
  MinimumPanel,
  RacePanel,
  Races,
  Surface,
} from "../../src/experiments/results.ts";

type Point = [number, number];
type Matrix2 = [Point, Point];

/** A small seeded generator (mulberry32) with normal draws. */
export function draws(seed: number): { uniform(): number; normal(): number } {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

const times = (A: Matrix2, v: Point): Point => [
  A[0][0] * v[0] + A[0][1] * v[1],
  A[1][0] * v[0] + A[1][1] * v[1],
];

function inverse([[a, b], [c, d]]: Matrix2): Matrix2 {
  const det = a * d - b * c;
  return [
    [d / det, -b / det],
    [-c / det, a / det],
  ];
}

/** Eigenvalues of a symmetric matrix, ascending. */
function eigenvalues([[a, b], [, d]]: Matrix2): Point {
  const middle = (a + d) / 2;
  const spread = Math.hypot((a - d) / 2, b);
  return [middle - spread, middle + spread];
}

/** A problem in two parameters: features, derivative of the loss by the output, its second derivative. */
interface Problem {
  X: Point[];
  y: number[];
  residual(output: number, y: number): number;
  weight(output: number): number;
  loss(output: number, y: number): number;
}

function evaluate(problem: Problem, theta: Point) {
  const { X, y } = problem;
  const gradient: Point = [0, 0];
  const fisher: Matrix2 = [
    [0, 0],
    [0, 0],
  ];
  const empirical: Matrix2 = [
    [0, 0],
    [0, 0],
  ];
  let loss = 0;
  X.forEach((x, n) => {
    const output = x[0] * theta[0] + x[1] * theta[1];
    const r = problem.residual(output, y[n]!);
    const w = problem.weight(output);
    loss += problem.loss(output, y[n]!) / X.length;
    for (const i of [0, 1] as const) {
      gradient[i] += (r * x[i]) / X.length;
      for (const j of [0, 1] as const) {
        fisher[i][j] += (w * x[i] * x[j]) / X.length;
        empirical[i][j] += (r * r * x[i] * x[j]) / X.length;
      }
    }
  });
  return { loss, gradient, fisher, empirical };
}

function minimize(problem: Problem): Point {
  let theta: Point = [0, 0];
  for (let t = 0; t < 30; t++) {
    const { gradient, fisher } = evaluate(problem, theta);
    const step = times(inverse(fisher), gradient);
    theta = [theta[0] - step[0], theta[1] - step[1]];
  }
  return theta;
}

function surfaceOf(problem: Problem, x: Point, y: Point, count: number): Surface {
  const at = ([low, high]: Point, i: number): number => low + ((high - low) * i) / (count - 1);
  const index = Array.from({ length: count }, (_, i) => i);
  return {
    x,
    y,
    values: index.map((j) => index.map((i) => evaluate(problem, [at(x, i), at(y, j)]).loss)),
  };
}

const squares = {
  residual: (output: number, y: number): number => output - y,
  weight: (): number => 1,
  loss: (output: number, y: number): number => 0.5 * (output - y) ** 2,
};

/** Figure 1 with `count` samples and short trajectories. */
export function figure1Result(count = 200): Figure1 {
  const { normal } = draws(1);
  const x = Array.from({ length: count }, () => Math.exp(0.75 * normal()));
  const y = x.map((value) => 2 + 2 * value + normal());
  const problem: Problem = { X: x.map((value) => [1, value]), y, ...squares };
  const minimum = minimize(problem);
  const direction = (method: Method, theta: Point): Point => {
    const { gradient, fisher, empirical } = evaluate(problem, theta);
    const [a, b] =
      method === "GD"
        ? [gradient[0] / 3, gradient[1] / 3]
        : times(inverse(method === "NGD" ? fisher : empirical), gradient);
    const scale = method === "EFGD" ? -3 : -1;
    return [scale * a, scale * b];
  };
  const methods: Method[] = ["GD", "NGD", "EFGD"];
  const starts: Point[] = [
    [2, 4.5],
    [1, 0],
    [4.5, 3],
    [-0.5, 3],
  ];
  return {
    figure: 1,
    configuration: {
      seed: 1,
      samples: count,
      priorVariance: 0.1,
      stepSize: 0.1,
      steps: 400,
      damping: 1e-8,
      scales: { GD: 1 / 3, NGD: 1, EFGD: 3 },
      stride: 2,
    },
    data: { x, y },
    minimum,
    contours: surfaceOf(problem, [-1, 5], [-1, 5], 25),
    fields: methods.map((method) => ({
      method,
      arrows: Array.from({ length: 225 }, (_, k): [number, number, number, number] => {
        const at: Point = [-1 + (6 * (k % 15)) / 14, -1 + (6 * Math.floor(k / 15)) / 14];
        return [...at, ...direction(method, at)];
      }),
    })),
    paths: methods.flatMap((method) =>
      starts.map((start) => {
        const points: Point[] = [start];
        let theta = start;
        for (let t = 1; t <= 400; t++) {
          const v = direction(method, theta);
          theta = [theta[0] + 0.1 * v[0], theta[1] + 0.1 * v[1]];
          if (t % 2 === 0) points.push(theta);
        }
        return { method, start, points };
      }),
    ),
  };
}

/** μ + 3 (N·C)^(−½) u on 60 directions. */
function ellipse(minimum: Point, C: Matrix2, count: number): Point[] {
  const [[a, b], [, d]] = C;
  const root = Math.sqrt(a * d - b * b);
  const t = Math.sqrt(a + d + 2 * root);
  const half: Matrix2 = [
    [(a + root) / t, b / t],
    [b / t, (d + root) / t],
  ];
  return Array.from({ length: 60 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 60;
    const [u, v] = times(inverse(half), [Math.cos(angle), Math.sin(angle)]);
    const scale = 3 / Math.sqrt(count);
    return [minimum[0] + scale * u, minimum[1] + scale * v];
  });
}

function panelOf(
  title: string,
  problem: Problem,
  data: MinimumPanel["data"],
  reach: number,
): MinimumPanel {
  const minimum = minimize(problem);
  const { loss, fisher, empirical } = evaluate(problem, minimum);
  const count = problem.X.length;
  const relative = eigenvalues(fisher);
  const window = (i: 0 | 1): Point => [
    Math.round((minimum[i] - reach) * 20) / 20,
    Math.round((minimum[i] + reach) * 20) / 20,
  ];
  return {
    title,
    data,
    minimum,
    loss,
    contours: surfaceOf(problem, window(0), window(1), 21),
    fisher,
    empiricalFisher: empirical,
    hessian: fisher,
    ellipses: {
      fisher: ellipse(minimum, fisher, count),
      empiricalFisher: ellipse(minimum, empirical, count),
    },
    generalizedEigenvalues: [relative[0] / relative[1], relative[1] / relative[0]],
  };
}

const titles = ["Correct", "Misspecified (A)", "Misspecified (B)"];

/** Figure 2 with `count` samples a panel. */
export function figure2Result(count = 200): Minima {
  const panels = titles.map((title, k): MinimumPanel => {
    const { normal } = draws(k + 2);
    const mean = k === 1 ? 1.5 : 1;
    const y = Array.from({ length: count }, (_, n) => (n < count / 2 ? 0 : 1));
    const X = y.map((label): Point => {
      const [u, v] = [normal(), normal()];
      const sign = label === 0 ? 1 : -1;
      if (k === 2) {
        const tilt = -0.6 * sign;
        return [sign * mean + 1.5 * (u + tilt * v), sign * mean + 1.5 * (tilt * u + v)];
      }
      const scale = k === 0 ? 2 : label === 0 ? 3 : 1;
      return [sign * mean + scale * u, sign * mean + scale * v];
    });
    const sigmoid = (f: number): number => 1 / (1 + Math.exp(-f));
    const problem: Problem = {
      X,
      y,
      residual: (f, label) => sigmoid(f) - label,
      weight: (f) => sigmoid(f) * (1 - sigmoid(f)),
      loss: (f, label) => Math.log1p(Math.exp(label === 1 ? -f : f)),
    };
    const drawn = panelOf(title, problem, { x: X, y }, 0.2);
    const right = X.filter(
      (x, n) => x[0] * drawn.minimum[0] + x[1] * drawn.minimum[1] > 0 === (y[n] === 1),
    );
    return { ...drawn, accuracy: right.length / count };
  });
  return {
    figure: 2,
    configuration: {
      seed: 0,
      samples: count,
      likelihood: "bernoulli",
      priorVariance: null,
      radius: 3,
    },
    panels,
  };
}

/** Figure 4 with `count` samples a panel. */
export function figure4Result(count = 200): Minima {
  const panels = titles.map((title, k) => {
    const { normal } = draws(k + 5);
    const x = Array.from({ length: count }, () => normal());
    const y = x.map((u) => u + 1 + (k === 1 ? 2 : 1) * normal() + (k === 2 ? 0.5 * u * u : 0));
    const problem: Problem = { X: x.map((u) => [u, 1]), y, ...squares };
    return panelOf(title, problem, { x: x.map((u) => [u]), y }, 0.15);
  });
  return {
    figure: 4,
    configuration: {
      seed: 0,
      samples: count,
      likelihood: "gaussian",
      priorVariance: 0.1,
      radius: 3,
    },
    panels,
  };
}

function grid(method: Method, curve: number[], stepSize: number): GridResult {
  return {
    method,
    stepSize,
    damping: method === "GD" ? null : 1e-10,
    loss: curve.at(-1)!,
    digits: method === "EFGD" ? 2 : 9,
    reproducible: { stepSize: 0.1, damping: 1e-10, loss: 0.0123456 },
    curve,
    runs: 2,
    iterations: 2 * curve.length,
    seconds: 0.125,
    losses: [[curve.at(-1)!], [null]],
  };
}

/** A panel whose losses fall from `first` to `last` at three rates. */
export function donePanel(dataset: string, first: number, last: number): RacePanel {
  const fall = (rate: number): number[] =>
    Array.from({ length: 101 }, (_, t) => last + (first - last) * Math.exp(-rate * t));
  const { normal } = draws(dataset.length);
  return {
    status: "done",
    dataset,
    likelihood: "gaussian",
    samples: 100,
    dimension: 3,
    grids: [
      grid("GD", fall(0.01), 1e-5),
      grid("NGD", fall(0.4), 1.3335214321633242),
      grid("EFGD", fall(0.08), 0.05623413251903491),
    ],
    cosines: Array.from({ length: 101 }, (_, t) =>
      t === 7 ? null : Math.tanh(0.4 * normal() + 1 - t / 60),
    ),
  };
}

/** A panel without its data. */
export function missingPanel(dataset: string): RacePanel {
  return {
    status: "missing",
    dataset,
    reason: `The data set ${dataset} is neither in the data folder nor in the cache, and there is no network.`,
    remedy: `Run “natgrad data fetch ${dataset}” where there is one, or set NATGRAD_DATA to a folder that has it.`,
  };
}

/** Figure 3 or 6 from given panels. */
export function racesResult(figure: 3 | 6, panels: RacePanel[]): Races {
  return {
    figure,
    configuration: {
      stepSizes: [1e-5, 1],
      dampings: [1e-10],
      iterations: 100,
      divergence: 100,
    },
    panels,
  };
}

/** Figure 3 with all its panels. */
export function figure3Result(): Races {
  return racesResult(3, [
    donePanel("BreastCancer", Math.LN2, 0.0005),
    donePanel("Boston", 296.07, 10.947),
    donePanel("a1a", Math.LN2, 0.301),
  ]);
}

/** Figure 6, one of its panels without data. */
export function figure6Result(): Races {
  return racesResult(6, [
    donePanel("Wine", 0.76, 0.03),
    donePanel("Energy", 300, 4.3),
    missingPanel("Powerplant"),
    donePanel("Yacht", 168, 38),
  ]);
}

/** Figure 5 on a substitute for Boston. */
export function figure5Result(): Figure5 {
  const factors = [0.875, 0.75, 0.5, 0];
  const methods = ["NGD", "EFGD"] as const;
  const starts = [0.5, 1, 2, 4];
  const loss = (x: number): number => (x - 0.5) ** 2 + (x + 0.5) ** 2;
  return {
    figure: 5,
    configuration: {
      dataset: "Wine",
      substituted:
        "Wine in place of Boston, which was not to be had: set NATGRAD_DATA to a folder that has it.",
      factors,
      iterations: 20,
      settings: {
        NGD: { stepSize: 1, damping: 1e-10 },
        EFGD: { stepSize: 0.1, damping: 1e-10 },
      },
      quadratic: { starts, stepSize: 0.5, damping: 0, iterations: 10 },
    },
    dataset: methods.flatMap((method) =>
      factors.map((start) => ({
        start,
        method,
        curve: Array.from(
          { length: 21 },
          (_, t) =>
            11 + 285 * (1 - start) ** 2 * Math.exp(method === "NGD" ? -1.4 * t : -0.2 * t * start),
        ),
      })),
    ),
    quadratic: methods.flatMap((method) =>
      starts.map((start) => {
        const curve: number[] = [];
        let x = start;
        for (let t = 0; t <= 10; t++) {
          curve.push(loss(x));
          const curvature =
            method === "NGD" ? 4 : ((2 * (x - 0.5)) ** 2 + (2 * (x + 0.5)) ** 2) / 2;
          x -= (0.5 * 4 * x) / curvature;
        }
        return { start, method, curve };
      }),
    ),
  };
}
