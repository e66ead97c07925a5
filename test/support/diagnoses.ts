/** Diagnoses to draw: a real fit of overdispersed counts, with comparisons, bootstrap and verdict by formula. */
import { generalizedEigenvalues } from "../../src/linalg/eigen.ts";
import { matrix } from "../../src/linalg/matrix.ts";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import type {
  Bootstrap,
  CovarianceTable,
  CurvaturePoint,
  Diagnosis,
  FamilyName,
  Fit,
  InformationMatrixTest,
  Verdict,
} from "../../src/statistics/results.ts";
import { arrayRows, type RowSource } from "../../src/statistics/rows.ts";
import { draws } from "./paperResults.ts";

export interface ExampleOptions {
  readonly family?: FamilyName;
  readonly rows?: number;
  readonly columns?: readonly string[];
  readonly target?: string;
  readonly ridge?: number;
}

/** Data in which residuals are about twice as large as the model says. */
export function exampleRows({
  family = "poisson",
  rows = 200,
  columns = ["dose", "age", "weight of the animal"],
  target = "tumours",
}: ExampleOptions = {}): RowSource {
  const { uniform, normal } = draws(7);
  const X = Float64Array.from({ length: rows * columns.length }, normal);
  const y = Float64Array.from({ length: rows }, (_, n) => {
    const x = X.subarray(n * columns.length, (n + 1) * columns.length);
    const [first = 0, second = 0] = x;
    const output = 0.3 + 0.5 * first - 0.15 * second;
    if (family === "gaussian") return output + Math.exp(0.6 * first) * normal();
    if (family === "bernoulli") return uniform() < 1 / (1 + Math.exp(-output)) ? 1 : 0;
    if (family === "categorical") return Math.floor(3 * uniform());
    // a Poisson count by its waiting times, whose rate varies from row to row
    let [count, time] = [0, -Math.log(1 - uniform())];
    const rate = Math.exp(output + 0.8 * normal() - 0.32);
    while (time < rate) {
      count++;
      time -= Math.log(1 - uniform());
    }
    return count;
  });
  return arrayRows({ X: matrix(rows, columns.length, X), y, columns, target });
}

/** The fit to {@link exampleRows}. */
export function exampleFit(options: ExampleOptions = {}): Promise<Fit> {
  const { family = "poisson", ridge = 0 } = options;
  return fitModel(exampleRows(options), { family, ridge });
}

/** Its covariances, in the order of the report. */
export function covariancesOf(fit: Fit, level = 0.95): CovarianceTable[] {
  return (["fisher", "empirical", "sandwich"] as const).map((kind) =>
    covariance(fit, kind, { level }),
  );
}

/** A diagnosis with all its parts. */
export async function exampleDiagnosis(options: ExampleOptions = {}): Promise<Diagnosis> {
  const fit = await exampleFit(options);
  const covariances = covariancesOf(fit);
  const eigenvalues = [
    ...generalizedEigenvalues(fit.information.empirical, fit.information.fisher),
  ].sort((a, b) => a - b);
  const bootstrap = exampleBootstrap(eigenvalues.length);
  return {
    fit,
    covariances,
    points: examplePoints(fit),
    eigenvalues,
    bootstrap,
    test: exampleTest(fit),
    gradients: {
      mean: 2.31,
      quantiles: [
        [0, 0.0003],
        [0.25, 0.11],
        [0.5, 0.49],
        [0.75, 1.9],
        [0.9, 5.7],
        [0.99, 21],
        [1, 87.4],
      ].map(([probability, value]) => ({ probability, value })),
      maximum: 87.4,
      maximumRow: 41,
      topShare: 0.271,
    },
    verdict: exampleVerdict(fit),
    notes: ["The Gaussian approximation of small counts is rough."],
    seed: 3,
    draws: 1,
  };
}

function exampleBootstrap(order: number): Bootstrap {
  const { normal } = draws(11);
  const statistics = Array.from({ length: 199 }, () => {
    let sum = 0;
    for (let k = 0; k < 10; k++) sum += normal() ** 2;
    return sum;
  });
  const middle = (k: number): number => 2 ** (order === 1 ? 0 : k / (order - 1) - 0.5);
  const lower = Array.from({ length: order }, (_, k) => middle(k) / 1.35);
  const upper = Array.from({ length: order }, (_, k) => middle(k) * 1.35);
  return {
    replications: 200,
    seed: 3,
    successful: 199,
    failures: { separation: 1 },
    statistics,
    smallest: statistics.map((_, i) => lower[0] * (1 + i / 1000)),
    largest: statistics.map((_, i) => upper[order - 1] * (1 - i / 1000)),
    band: {
      level: 0.95,
      lower,
      upper,
      smallest: lower[0] / 1.06,
      largest: upper[order - 1] * 1.06,
    },
  };
}

function examplePoints(fit: Fit): CurvaturePoint[] {
  const best = fit.scoring.at(-1)!.loss;
  return fit.scoring.map(({ iteration, loss, decrement, theta }, i, all): CurvaturePoint => {
    const optimum = i === all.length - 1;
    const distance = 1 / (1 + iteration);
    return {
      label: i === 0 ? "start" : optimum ? "optimum" : `step ${iteration}`,
      iteration,
      loss,
      excess: loss - best,
      gradientNorm: Math.sqrt(decrement),
      decrement,
      theta: [...theta],
      matrices: [
        {
          kind: "sampled",
          frobenius: 0.08,
          spectral: 0.07,
          smallest: 0.91,
          mean: 1.01,
          largest: 1.12,
        },
        {
          kind: "empirical",
          frobenius: 1.4,
          spectral: 1.6,
          smallest: 1.2,
          mean: 2.3,
          largest: 3.9,
        },
        { kind: "hessian", frobenius: 0, spectral: 0, smallest: 1, mean: 1, largest: 1 },
      ],
      steps: optimum
        ? []
        : [
            {
              kind: "gradient",
              cosine: 0.62 + 0.1 * distance,
              lengthRatio: 180,
              gamma: 0.2,
              relative: 0.7,
              efficiency: 0.49,
            },
            {
              kind: "sampled",
              cosine: 0.998,
              lengthRatio: 1.02,
              gamma: 0.14,
              relative: 0.997,
              efficiency: 0.994,
            },
            {
              kind: "empirical",
              cosine: 0.87 - 0.2 * distance,
              lengthRatio: 0.41,
              gamma: 0.17,
              relative: 0.9 - 0.1 * distance,
              efficiency: (0.9 - 0.1 * distance) ** 2,
            },
          ],
      damping: optimum
        ? []
        : Array.from({ length: 17 }, (_, k) => {
            const damping = 10 ** (k / 2 - 6);
            const strong = damping / (damping + 0.3);
            return {
              damping,
              cosine: 0.8 + 0.2 * strong,
              lengthRatio: 0.4 + 0.6 * strong,
              empirical: 0.7 - 0.15 * strong + 0.2 * strong * (1 - strong),
              fisher: 1 - 0.48 * strong,
            };
          }),
    };
  });
}

function exampleTest({ names }: Fit): InformationMatrixTest {
  const pairs = names.flatMap((a, i) => names.slice(i).map((b) => `${a} × ${b}`));
  return {
    form: "efficient",
    indicators: "full",
    statistic: 78.53,
    degreesOfFreedom: pairs.length,
    pValue: 9.7e-13,
    logPValue: Math.log(9.7e-13),
    count: pairs.length,
    redundant: 0,
    moments: pairs.slice(0, 20).map((name, k) => ({
      name,
      z: (k % 3 === 2 ? -1 : 1) * 8.1 * 0.75 ** k,
      excess: 1.9 * 0.8 ** k,
    })),
    bootstrap: { pValue: 0.005, standardError: 0.005, critical: 18.9 },
    notes: [],
  };
}

function exampleVerdict({ names }: Fit): Verdict {
  return {
    curvature: {
      question: "Can the empirical Fisher stand in for the Fisher as curvature?",
      answer: "do-not-use",
      tone: "bad",
      text: "No: it is 1.2 to 3.9 times too large, where a correct model with 200 rows would show 0.5 to 1.9.",
      advice: "Precondition with the Fisher, or with its Monte-Carlo estimate.",
      basis: "The eigenvalues go from 1.21 to 3.94; from a factor of 2 it is of no use.",
      numbers: [
        { label: "smallest eigenvalue", value: 1.213 },
        { label: "largest eigenvalue", value: 3.94 },
      ],
      thresholds: [
        { label: "negligible up to a factor of", value: 1.25 },
        { label: "not to be used from a factor of", value: 2 },
      ],
    },
    standardErrors: {
      question: "Can the standard errors be trusted?",
      answer: "misleading",
      tone: "bad",
      text: `Those by OPG are down to 0.44 times the sandwich’s, for ${names[0]}.`,
      advice: "Report the sandwich.",
      basis: "The smallest ratio is 0.44; they mislead from a factor of 1.5.",
      numbers: [{ label: "smallest ratio OPG / sandwich", value: 0.44 }],
      thresholds: [{ label: "misleading from a factor of", value: 1.5 }],
    },
    model: {
      question: "Is the model right?",
      answer: "rejected",
      tone: "bad",
      text: "Counts vary 2.3 times as much as Poisson allows; the test rejects the model (p = 0.005).",
      advice: "Try a negative binomial regression, or a missing feature.",
      basis: "A model is rejected below p = 0.01.",
      numbers: [{ label: "p-value", value: 0.005 }],
      thresholds: [{ label: "rejected below", value: 0.01 }],
    },
    changedDecisions: [{ name: names[1], pFisher: 0.0041, pEmpirical: 8e-8, pSandwich: 0.131 }],
  };
}
