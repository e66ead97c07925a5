import { describe, expect, it } from "vitest";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import type {
  Bootstrap,
  CovarianceTable,
  Fit,
  InformationMatrixTest,
} from "../../src/statistics/results.ts";
import { arrayRows } from "../../src/statistics/rows.ts";
import { THRESHOLDS, type VerdictInput, verdict } from "../../src/statistics/verdict.ts";
import { regression } from "../support/regressions.ts";

const fit: Fit = await fitModel(arrayRows(regression("poisson", 100, 2, 1)), { family: "poisson" });

/** Covariances whose standard errors are the Fisher's times these factors. */
function tables(empirical: number, sandwich: number, pValues?: number[]): CovarianceTable[] {
  const base = covariance(fit, "fisher");
  return (["fisher", "empirical", "sandwich"] as const).map((kind, k) => ({
    ...base,
    kind,
    coefficients: base.coefficients.map((row) => ({
      ...row,
      standardError: row.standardError * [1, empirical, sandwich][k],
      pValue: pValues?.[k] ?? 0.001,
    })),
  }));
}

const bootstrap: Bootstrap = {
  replications: 199,
  seed: 0,
  successful: 199,
  failures: {},
  statistics: [],
  smallest: [],
  largest: [],
  ratios: Array.from({ length: 101 }, (_, k) => (k / 95) * Math.log(1.2)),
  modelRatios: Array.from({ length: 101 }, (_, k) => (k / 95) * Math.log(1.15)),
  band: { level: 0.95, lower: [0.7, 0.8], upper: [1.2, 1.4], smallest: 0.7, largest: 1.4 },
};

const test: InformationMatrixTest = {
  form: "efficient",
  indicators: "full",
  statistic: 12,
  degreesOfFreedom: 6,
  pValue: 0.3,
  logPValue: Math.log(0.3),
  count: 6,
  redundant: 0,
  moments: [{ name: "dose²", z: 3.2 }],
  notes: [],
};

const judge = (input: Partial<VerdictInput>): ReturnType<typeof verdict> =>
  verdict({ fit, eigenvalues: [1, 1], covariances: tables(1, 1), test, ...input });

describe("the empirical Fisher as curvature", () => {
  const answer = (eigenvalues: number[], simulated?: Bootstrap): string =>
    judge({ eigenvalues, ...(simulated && { bootstrap: simulated }) }).curvature.answer;

  it("is judged by its size, and told from noise", () => {
    expect(answer([0.75, 1.35], bootstrap)).toBe("indistinguishable");
    expect(answer([0.75, 1.35])).toBe("differs");
    expect(answer([0.85, 1.2])).toBe("negligible");
    expect(answer([0.6, 1.2], bootstrap)).toBe("differs");
    expect(answer([1.9, 5.4], bootstrap)).toBe("do-not-use");
    expect(answer([0.4, 1], bootstrap)).toBe("do-not-use");
    const narrow = { ...bootstrap, band: { ...bootstrap.band, smallest: 0.97, largest: 1.03 } };
    expect(answer([0.9, 1.1], narrow)).toBe("negligible");
  });

  it("says the numbers, which way residuals err, and what to do", () => {
    const { curvature } = judge({ eigenvalues: [1.9, 5.4], bootstrap });
    expect(curvature.text).toBe(
      "No, do not use it: depending on the direction, it is 1.9 to 5.4 times the Fisher, which chance does not " +
        "explain. The residuals are larger than the model says.",
    );
    expect(curvature.basis).toBe(
      "The eigenvalues of (F̃, F) go from 1.9 to 5.4, with mean 3.65. Chance takes them from 0.7 to 1.4 in a right " +
        "model of this size; beyond that, 0.8 to 1.25 is too little to matter, and below 0.5 or above 2 the " +
        "empirical Fisher is of no use.",
    );
    expect(curvature.advice).toContain("Monte-Carlo Fisher");
    expect(curvature.numbers.map(({ value }) => value)).toEqual([1.9, 3.6500000000000004, 5.4]);
    const values = curvature.thresholds.map(({ value }) => value);
    expect(values).toEqual([...THRESHOLDS.negligible, ...THRESHOLDS.useless, 0.7, 1.4]);
    expect(judge({ eigenvalues: [0.3, 0.4] }).curvature.text).toContain(
      "smaller than the model says",
    );
    expect(judge({ eigenvalues: [0.3, 4] }).curvature.text).toContain("in some directions");
    expect(judge({ eigenvalues: [1.301, 1.302] }).curvature.text).toContain("it is 1.3 times the");
  });

  it("does not take for chance what weights do to a right model", () => {
    const weighted = { ...bootstrap, band: { ...bootstrap.band, smallest: 1.2, largest: 1.7 } };
    const { curvature } = judge({ eigenvalues: [1.3, 1.5], bootstrap: weighted });
    expect(curvature.answer).toBe("differs");
    expect(curvature.text).toBe(
      "It differs by up to a factor of 1.5: depending on the direction, it is 1.3 to 1.5 times the Fisher. " +
        "The weights do that even to a right model.",
    );
  });

  it("warns where noise itself is large", () => {
    const wide = { ...bootstrap, band: { ...bootstrap.band, smallest: 0.1, largest: 4 } };
    const { curvature } = judge({ eigenvalues: [0.2, 3], bootstrap: wide });
    expect(curvature.answer).toBe("indistinguishable");
    expect(curvature.advice).toContain("Chance does much here");
  });
});

describe("the standard errors", () => {
  it("agree, differ or mislead by the factor between them", () => {
    expect(judge({ covariances: tables(1.05, 1) }).standardErrors.answer).toBe("agree");
    expect(judge({ covariances: tables(1.18, 1) }).standardErrors.answer).toBe("differ");
    expect(judge({ covariances: tables(1.18, 1), bootstrap }).standardErrors.answer).toBe("agree");
    expect(judge({ covariances: tables(1.22, 1), bootstrap }).standardErrors.answer).toBe("differ");
    expect(judge({ covariances: tables(1.12, 1.14), bootstrap }).standardErrors.answer).toBe(
      "agree",
    );
    expect(judge({ covariances: tables(1.18, 1.18), bootstrap }).standardErrors.answer).toBe(
      "differ",
    );
    expect(judge({ covariances: tables(0.6, 1.6) }).standardErrors.answer).toBe("misleading");
    expect(judge({ covariances: tables(1, 1.5), bootstrap }).standardErrors.answer).toBe(
      "misleading",
    );
  });

  it("say which coefficients change their decision, and by which kind", () => {
    const { standardErrors, changedDecisions } = judge({
      covariances: tables(0.6, 1.6, [0.01, 0.001, 0.2]),
    });
    expect(changedDecisions.map(({ name }) => name)).toEqual(fit.names);
    expect(changedDecisions[0]).toMatchObject({ pFisher: 0.01, pEmpirical: 0.001, pSandwich: 0.2 });
    expect(standardErrors.text).toContain("x1, x2, (intercept) are significant by one kind");
    expect(standardErrors.text).toContain("down to 0.37 times the sandwich's");
    expect(standardErrors.text).toContain("OPG's errors are too small");
    expect(standardErrors.basis).toContain('0.375 by OPG for "x1", 0.625 by the Fisher for "x1"');
  });

  it("that are zero are not compared", () => {
    const zero = tables(1.3, 1).map((table) => ({
      ...table,
      coefficients: table.coefficients.map((row, t) =>
        t === 0 ? { ...row, standardError: 0 } : row,
      ),
    }));
    const { standardErrors } = judge({ covariances: zero });
    expect(standardErrors.text).toContain('up to 1.3 times the sandwich\'s for "x2"');
    const none = tables(1, 1).map((table) => ({
      ...table,
      coefficients: table.coefficients.map((row) => ({ ...row, standardError: 0 })),
    }));
    expect(judge({ covariances: none }).standardErrors.answer).toBe("cannot-say");
  });

  it("say which kind misleads", () => {
    // OPG is off by no more than chance, the Fisher by more
    const wide = { ...bootstrap, ratios: Array.from({ length: 101 }, () => Math.log(1.6)) };
    const { standardErrors } = judge({ covariances: tables(1, 1.5), bootstrap: wide });
    expect(standardErrors.text).toMatch(/The Fisher's errors are too small: its intervals cover/);
    expect(standardErrors.basis).toContain("Factors up to 1.6 and 1.15 happen to a right model");
    const large = judge({ covariances: tables(1.4, 1) }).standardErrors;
    expect(large.text).toContain("OPG's errors are too large: its intervals are too wide");
    expect(large.basis).toContain("No fits were simulated");
  });

  it("do without OPG where the empirical Fisher is singular", () => {
    const [fisher, , sandwich] = tables(1, 1.2);
    const { standardErrors } = judge({ covariances: [fisher, sandwich] });
    expect(standardErrors.answer).toBe("cannot-say");
    expect(standardErrors.text).toContain("singular");
  });
});

describe("the model", () => {
  const answer = (change: Partial<InformationMatrixTest>): string =>
    judge({ test: { ...test, ...change } }).model.answer;
  const simulated = (pValue: number, B = 199): InformationMatrixTest["bootstrap"] => ({
    pValue,
    standardError: Math.sqrt((pValue * (1 - pValue)) / (1 + B)),
    critical: 12,
  });

  it("is judged by the p-value, of the bootstrap where there is one", () => {
    expect(answer({})).toBe("not-rejected");
    expect(answer({ pValue: 0.03 })).toBe("doubtful");
    expect(answer({ pValue: 0.003 })).toBe("rejected");
    expect(answer({ pValue: 0.003, bootstrap: simulated(0.2) as never })).toBe("not-rejected");
    expect(answer({ pValue: 0.3, bootstrap: simulated(0.005) as never })).toBe("rejected");
  });

  it("is rejected where no simulated test is as extreme, however few there are", () => {
    expect(answer({ pValue: 1e-20, bootstrap: simulated(1 / 20, 19) as never })).toBe("rejected");
    expect(answer({ pValue: 0.01, bootstrap: simulated(1 / 20, 19) as never })).toBe(
      "not-rejected",
    );
    const { model } = judge({
      test: { ...test, pValue: 1e-20, bootstrap: simulated(1 / 20, 19) as never },
    });
    expect(model.text).toContain("p ≤ 0.05 by simulation, p < 2.2e-16 by χ²");
    expect(model.text).toContain("Most violated: dose² (z = 3.2)");
    expect(model.text).toContain("neither the estimates nor the empirical Fisher useless");
  });

  it("cannot be judged without the test, and that is said", () => {
    const { model } = verdict({
      fit,
      eigenvalues: [1],
      covariances: tables(1, 1),
      testRefused: "void with a ridge",
    });
    expect(model.answer).toBe("cannot-say");
    expect(model.text).toContain("void with a ridge");
  });
});
