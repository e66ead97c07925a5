/** A diagnosis for tests of what shows one: a real fit, and made-up comparisons of every kind. */
import { matrix } from "../../src/linalg/matrix.ts";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import type { CurvaturePoint, Diagnosis, MatrixComparison } from "../../src/statistics/results.ts";
import { arrayRows } from "../../src/statistics/rows.ts";

/** Counts that vary more than a Poisson model allows. */
const N = 80;
const X = matrix(
  N,
  3,
  Float64Array.from({ length: 3 * N }, (_, k) => (((k * 37) % 101) - 50) / 50),
);
const y = Float64Array.from({ length: N }, (_, i) =>
  Math.floor(Math.exp(0.8 * X.data[3 * i] + 0.7) * ((i * i * 11) % 5)),
);

function comparison(kind: MatrixComparison["kind"], size: number): MatrixComparison {
  return {
    kind,
    frobenius: size,
    spectral: 0.9 * size,
    smallest: 1 / (1 + size),
    mean: 1 + size / 2,
    largest: 1 + 2 * size,
  };
}

function point(label: string, iteration: number, excess: number, distance: number): CurvaturePoint {
  const step = (kind: "gradient" | "sampled" | "empirical", cosine: number) => ({
    kind,
    cosine,
    lengthRatio: 1 / (1 + distance),
    gamma: 1.5,
    relative: Math.abs(cosine),
    efficiency: cosine ** 2,
  });
  return {
    label,
    iteration,
    loss: 150 + excess,
    excess,
    gradientNorm: excess,
    decrement: 2 * excess,
    theta: [0, 0, 0, 0],
    matrices: [
      comparison("sampled", 0.05),
      comparison("empirical", distance),
      comparison("hessian", 0),
    ],
    steps:
      excess === 0 ? [] : [step("gradient", 0.4), step("sampled", 0.99), step("empirical", 0.7)],
    damping: [1e-6, 1e-3, 1, 100].map((damping) => ({
      damping,
      cosine: 0.5,
      lengthRatio: 0.2,
      empirical: 0.6 / (1 + damping),
      fisher: 1 / (1 + damping),
    })),
  };
}

export const diagnosis: Diagnosis = await make();

async function make(): Promise<Diagnosis> {
  const rows = arrayRows({ X, y, columns: ["dose", "age", "weight"] });
  const fit = await fitModel(rows, { family: "poisson" });
  const eigenvalues = [1.9, 2.4, 3.1, 5.37];
  return {
    fit,
    covariances: (["fisher", "empirical", "sandwich"] as const).map((kind) =>
      covariance(fit, kind),
    ),
    points: [
      point("start", 0, 120, 3),
      point("step 1", 1, 14, 2.5),
      point("step 2", 2, 0.7, 2.2),
      point("optimum", 5, 0, 2.1),
    ],
    eigenvalues,
    bootstrap: {
      replications: 199,
      seed: 0,
      successful: 197,
      failures: { separation: 2 },
      smallest: [0.6],
      largest: [1.7],
      band: {
        level: 0.95,
        lower: [0.51, 0.7, 0.85, 0.95],
        upper: [0.97, 1.1, 1.4, 1.79],
        smallest: 0.48,
        largest: 1.85,
      },
    },
    test: {
      form: "efficient",
      indicators: "full",
      statistic: 478.5,
      degreesOfFreedom: 10,
      pValue: 1e-90,
      logPValue: Math.log(1e-90),
      count: 11,
      redundant: 1,
      moments: [
        { name: "dose × dose", z: 21.3, excess: 3.2 },
        { name: "kurtosis", z: -4.5 },
      ],
      bootstrap: { pValue: 0.005, standardError: 0.005, critical: 19.2 },
      notes: ["a note of the test"],
    },
    gradients: {
      mean: 3.4,
      quantiles: [
        { probability: 0.5, value: 0.4 },
        { probability: 0.99, value: 31 },
      ],
      maximum: 77,
      maximumRow: 41,
      topShare: 0.21,
    },
    verdict: {
      curvature: {
        question: "Can the empirical Fisher stand in for the Fisher?",
        answer: "do-not-use",
        text: "No: it is 1.9 to 5.4 times too large, while a correct model of this size shows 0.48 to 1.85.",
        advice: "Use the Fisher, or the Monte-Carlo Fisher with one draw a row.",
        numbers: [{ label: "largest", value: 5.37 }],
        thresholds: [{ label: "do not use from", value: 2 }],
      },
      standardErrors: {
        question: "Are the standard errors to be trusted?",
        answer: "misleading",
        text: "OPG errors are too small: 0.31 times the sandwich for dose.",
        advice: "Use the sandwich.",
        numbers: [{ label: "ratio", value: 0.31 }],
        thresholds: [],
      },
      model: {
        question: "Is the model right?",
        answer: "rejected",
        text: "Counts vary more than a Poisson model allows.",
        advice: "",
        numbers: [],
        thresholds: [{ label: "p", value: 0.05 }],
      },
      changedDecisions: [{ name: "age", pFisher: 0.004, pEmpirical: 8e-8, pSandwich: 0.13 }],
    },
    notes: ["a note of the diagnosis"],
    seed: 0,
    draws: 1,
  };
}
