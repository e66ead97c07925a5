/** What is simulated: true situations, right and wrong for the model that is fitted. */
import { matrix } from "../../src/linalg/matrix.ts";
import { poisson } from "../../src/random/poisson.ts";
import type { SeededGenerator } from "../../src/random/seeded.ts";
import { stream } from "../../src/random/streams.ts";
import type { FitOptions } from "../../src/statistics/results.ts";
import { arrayRows, type RowSource } from "../../src/statistics/rows.ts";

export interface Scenario {
  readonly name: string;
  /** whether the fitted model holds the truth */
  readonly right: boolean;
  readonly options: FitOptions;
  /** the precision weight of a row; absent: no weights */
  weigh?(random: SeededGenerator): number;
  /** a response at the linear predictor f, where x is the first column */
  draw(random: SeededGenerator, f: number, x: number): number;
}

const linear: FitOptions = { family: "gaussian" };
const unit: FitOptions = { family: "gaussian", variance: 1 };
const logistic: FitOptions = { family: "bernoulli" };
const counts: FitOptions = { family: "poisson" };
const classes: FitOptions = { family: "categorical" };

const sigmoid = (f: number): number => 1 / (1 + Math.exp(-f));

/** Gamma with mean 1 and variance `spread` ≤ 1: Marsaglia and Tsang's method needs a shape of at least 1. */
function gamma(random: SeededGenerator, spread: number): number {
  const d = 1 / spread - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = random.normal();
    const v = (1 + c * z) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * z * z + d - d * v + d * Math.log(v)) {
      return d * v * spread;
    }
  }
}

/** Student's t with 5 degrees of freedom, scaled to variance 1. */
function heavy(random: SeededGenerator): number {
  let square = 0;
  for (let k = 0; k < 5; k++) square += random.normal() ** 2;
  return (random.normal() / Math.sqrt(square / 5)) * Math.sqrt(3 / 5);
}

function threeClasses(random: SeededGenerator, f: number, g: number): number {
  const [a, b] = [Math.exp(f), Math.exp(g)];
  const u = random.uniform() * (1 + a + b);
  return u < 1 ? 0 : u < 1 + a ? 1 : 2;
}

export const scenarios: readonly Scenario[] = [
  {
    name: "linear, right",
    right: true,
    options: linear,
    draw: (random, f) => f + random.normal(),
  },
  {
    name: "linear, sd exp(0.7 x)",
    right: false,
    options: linear,
    draw: (random, f, x) => f + Math.exp(0.7 * x) * random.normal(),
  },
  {
    name: "linear, t₅ errors",
    right: false,
    options: linear,
    draw: (random, f) => f + heavy(random),
  },
  {
    name: "linear, x² missing",
    right: false,
    options: linear,
    draw: (random, f, x) => f + 0.5 * x * x + random.normal(),
  },
  {
    name: "linear, σ = 1 given, right",
    right: true,
    options: unit,
    draw: (random, f) => f + random.normal(),
  },
  {
    name: "linear, σ = 1 given, truth 2",
    right: false,
    options: unit,
    draw: (random, f) => f + 2 * random.normal(),
  },
  {
    name: "logistic, right",
    right: true,
    options: logistic,
    draw: (random, f) => (random.uniform() < sigmoid(f) ? 1 : 0),
  },
  {
    name: "logistic, right, precision weights",
    right: true,
    options: logistic,
    weigh: (random) => 3 * Math.exp(0.5 * random.normal()),
    draw: (random, f) => (random.uniform() < sigmoid(f) ? 1 : 0),
  },
  {
    name: "logistic, x² missing",
    right: false,
    options: logistic,
    draw: (random, f, x) => (random.uniform() < sigmoid(f + 0.5 * x * x - 0.5) ? 1 : 0),
  },
  {
    name: "three classes, right",
    right: true,
    options: classes,
    draw: (random, f, x) => threeClasses(random, f, 0.3 - 0.5 * x),
  },
  {
    name: "three classes, x² missing",
    right: false,
    options: classes,
    draw: (random, f, x) => threeClasses(random, f + 0.5 * x * x - 0.5, 0.3 - 0.5 * x),
  },
  {
    name: "Poisson, right",
    right: true,
    options: counts,
    draw: (random, f) => poisson(random, Math.exp(f)),
  },
  {
    name: "Poisson, variance μ + 0.2 μ²",
    right: false,
    options: counts,
    draw: (random, f) => poisson(random, Math.exp(f) * gamma(random, 0.2)),
  },
  {
    name: "Poisson, variance μ + μ²",
    right: false,
    options: counts,
    draw: (random, f) => poisson(random, Math.exp(f) * gamma(random, 1)),
  },
];

/**
 * N rows of P − 1 standard normal columns and an intercept of 0.3; slopes ±0.6/√(P − 1), so that the predictor has the
 * same variance whatever P. The stream is that of (scenario, N, P, replication).
 */
export function simulate(scenario: Scenario, N: number, P: number, replication: number): RowSource {
  const random = stream(2024, scenario.name, N, P, replication);
  const p = P - 1;
  const slope = 0.6 / Math.sqrt(p);
  const X = new Float64Array(N * p);
  const y = new Float64Array(N);
  const weights = scenario.weigh && new Float64Array(N);
  for (let n = 0; n < N; n++) {
    let f = 0.3;
    for (let j = 0; j < p; j++) {
      const x = random.normal();
      X[n * p + j] = x;
      f += (j % 2 === 0 ? slope : -slope) * x;
    }
    y[n] = scenario.draw(random, f, X[n * p]);
    if (weights && scenario.weigh) weights[n] = scenario.weigh(random);
  }
  return arrayRows({ X: matrix(N, p, X), y, ...(weights && { weights }) });
}
