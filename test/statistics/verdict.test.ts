import { describe, expect, it } from "vitest";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import type {
  Bootstrap,
  CovarianceTable,
  Fit,
  InformationMatrixTest,
  RatioBand,
} from "../../src/statistics/results.ts";
import { arrayRows } from "../../src/statistics/rows.ts";
import { THRESHOLDS, type VerdictInput, verdict } from "../../src/statistics/verdict.ts";
import { regression } from "../support/regressions.ts";

const fit: Fit = await fitModel(arrayRows(regression("poisson", 100, 2, 1)), { family: "poisson" });

const weighted: Fit = { ...fit, weighted: true, weighting: "precision" };

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

/** Ratios of a right model between 1 / factor and factor, times what weights make of it. */
function around(factor: number, median = 1): RatioBand {
  const each = (value: number): number[] => fit.names.map(() => value);
  return {
    level: 0.95,
    lower: each(median / factor),
    median: each(median),
    upper: each(median * factor),
  };
}

const bootstrap: Bootstrap = {
  replications: 199,
  seed: 0,
  successful: 199,
  failures: {},
  statistics: [],
  smallest: [],
  largest: [],
  ratios: { empirical: around(1.2), fisher: around(1.15) },
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
    const simulated = { ...bootstrap, band: { ...bootstrap.band, smallest: 1.2, largest: 1.7 } };
    const { curvature } = judge({ fit: weighted, eigenvalues: [1.3, 1.5], bootstrap: simulated });
    expect(curvature.answer).toBe("differs");
    expect(curvature.text).toBe(
      "It differs by up to a factor of 1.5: depending on the direction, it is 1.3 to 1.5 times the Fisher. " +
        "The weights do that even to a right model.",
    );
    const far = judge({ fit: weighted, eigenvalues: [1.3, 6], bootstrap: simulated }).curvature;
    expect(far.answer).toBe("do-not-use");
    expect(far.text).toContain(
      "The weights take a right model to 1.2 to 1.7 times, and no further.",
    );
    expect(far.advice).toContain("outer products that count w times, not w²");
    // where equal rows are counted it is not the weights
    const counted = { ...weighted, weighting: "frequency" as const };
    const other = judge({ fit: counted, eigenvalues: [1.3, 1.5], bootstrap: simulated }).curvature;
    expect(other.text).toContain("The residuals are larger than the model says.");
  });

  it("warns where noise itself is large", () => {
    const wide = { ...bootstrap, band: { ...bootstrap.band, smallest: 0.1, largest: 4 } };
    const { curvature } = judge({ eigenvalues: [0.2, 3], bootstrap: wide });
    expect(curvature.answer).toBe("indistinguishable");
    expect(curvature.advice).toContain("Chance does much here");
    expect(curvature.tone).toBe("doubtful");
    expect(judge({ eigenvalues: [0.8, 1.3], bootstrap: wide }).curvature.tone).toBe("good");
  });
});

/** Covariances with these ratios of the coefficients' standard errors to the sandwich's. */
function ratios(
  empirical: readonly number[],
  fisher: readonly number[] = [1, 1, 1],
): CovarianceTable[] {
  return tables(1, 1).map((table, k) => ({
    ...table,
    coefficients: table.coefficients.map((row, t) => ({
      ...row,
      standardError: [fisher, empirical, [1, 1, 1]][k][t],
    })),
  }));
}

describe("the standard errors", () => {
  const answer = (own: CovarianceTable[], simulated?: Bootstrap): string =>
    judge({ covariances: own, ...(simulated && { bootstrap: simulated }) }).standardErrors.answer;

  it("agree, differ or mislead by the factor between them, and by what chance makes of it", () => {
    expect(answer(tables(1.05, 1))).toBe("agree");
    expect(answer(tables(1.18, 1))).toBe("differ");
    expect(answer(tables(1.18, 1), bootstrap)).toBe("agree");
    expect(answer(tables(1.22, 1), bootstrap)).toBe("differ");
    expect(answer(tables(1.12, 1.14), bootstrap)).toBe("agree");
    expect(answer(tables(1.18, 1.18), bootstrap)).toBe("differ");
    expect(answer(tables(0.6, 1.6))).toBe("misleading");
    expect(answer(tables(1, 1.5), bootstrap)).toBe("misleading");
  });

  it("are not known where chance makes more of a right model than what misleads", () => {
    const wide = { ...bootstrap, ratios: { empirical: around(1.5), fisher: around(1.1) } };
    expect(answer(ratios([1.2, 1, 1]), wide)).toBe("agree");
    expect(answer(ratios([1.4, 1, 1]), wide)).toBe("cannot-say");
    expect(answer(ratios([1.6, 1, 1]), wide)).toBe("misleading");
    const hopeless = { ...bootstrap, ratios: { empirical: around(57), fisher: around(6.6) } };
    const { standardErrors } = judge({ covariances: ratios([20, 1, 1]), bootstrap: hopeless });
    expect(standardErrors).toMatchObject({ answer: "cannot-say", tone: "doubtful" });
    expect(standardErrors.text).toContain(
      'Chance alone makes a factor of 57 here ("x1"), even if the model is right: none of the three kinds is known',
    );
    expect(answer(tables(1, 1), hopeless)).toBe("cannot-say");
    const { text } = judge({
      covariances: ratios([20, 1, 1]),
      bootstrap: { ...bootstrap, ratios: { fisher: around(1.1) } },
    }).standardErrors;
    expect(text).toContain("In most simulated fits the empirical Fisher is singular");
    // what is known to mislead misleads, whatever chance does to the other coefficients
    const [one, ...rest] = around(57).upper;
    const mixed = { ...around(57), lower: [0.9, 0.01, 0.01], upper: [one / 50, ...rest] };
    expect(answer(ratios([0.7, 1, 1]), { ...bootstrap, ratios: { empirical: mixed } })).toBe(
      "misleading",
    );
  });

  it("are judged coefficient by coefficient", () => {
    const band = { ...around(1.2), lower: [0.5, 0.9, 0.9], upper: [2, 1.1, 1.1] };
    const simulated = { ...bootstrap, ratios: { empirical: band, fisher: around(1.1) } };
    expect(answer(ratios([1, 1.4, 1]), simulated)).toBe("misleading");
    expect(answer(ratios([1.4, 1, 1]), simulated)).toBe("cannot-say");
  });

  it("say both ends, and errors that are too small before those that are too large", () => {
    const { standardErrors } = judge({
      covariances: ratios([0.64, 1.1, 1.9], [0.6, 1, 1.02]),
      bootstrap,
    });
    expect(standardErrors.text).toBe(
      'No. Those of the empirical Fisher (OPG) are 0.64 ("x1") to 1.9 ("(intercept)") times the sandwich\'s, those of ' +
        'the Fisher 0.6 ("x1") to 1 ("(intercept)") times the sandwich\'s. OPG\'s errors are too small for "x1": ' +
        "intervals cover too rarely. The Fisher's errors are too small for \"x1\": intervals cover too rarely. OPG's " +
        'errors are too large for "(intercept)": intervals are too wide.',
    );
    expect(standardErrors.numbers).toEqual([
      { label: "OPG over sandwich, least: x1", value: 0.64 },
      { label: "OPG over sandwich, largest: (intercept)", value: 1.9 },
      { label: "Fisher over sandwich, least: x1", value: 0.6 },
      { label: "Fisher over sandwich, largest: (intercept)", value: 1.02 },
      { label: "coefficients whose decision changes", value: 0 },
    ]);
    expect(standardErrors.basis).toContain(
      "The ratios to the sandwich's are 0.64 to 1.9 (OPG) and 0.6 to 1.02 (Fisher). A right model shows 0.833 to 1.2 " +
        "(OPG) and 0.87 to 1.15 (Fisher) by chance",
    );
    expect(standardErrors.thresholds.slice(3).map(({ value }) => value)).toEqual([
      1 / 1.2,
      1.2,
      1 / 1.15,
      1.15,
    ]);
  });

  it("do not agree by chance where weights take even a right model away from 1", () => {
    const simulated = {
      ...bootstrap,
      ratios: { empirical: around(1.1, 0.23), fisher: around(1.05, 0.48) },
    };
    const own = ratios([0.23, 0.24, 0.22], [0.48, 0.47, 0.49]);
    const judged = (of: Fit, covariances = own) =>
      judge({ fit: of, covariances, bootstrap: simulated }).standardErrors;
    const { answer: found, text, advice } = judged(weighted);
    expect(found).toBe("misleading");
    expect(text).toContain(
      "OPG's errors are too small for all coefficients: intervals cover too rarely",
    );
    expect(text).toContain("The weights do that even to a right model.");
    expect(advice).toContain("Use the sandwich column");
    const further = judged(weighted, ratios([0.1, 0.24, 0.22], [0.48, 0.47, 0.49]));
    expect(further.text).toContain("The weights do much of that even to a right model.");
    // the same without weights is what few rows do
    expect(judged(fit).answer).toBe("cannot-say");
  });

  it("are not told with a ridge, whose bias no kind counts", () => {
    const { standardErrors } = judge({
      fit: { ...fit, ridge: 1 },
      covariances: tables(0.6, 1.6),
    });
    expect(standardErrors.answer).toBe("cannot-say");
    expect(standardErrors.text).toContain("no kind of standard error counts that bias");
    expect(standardErrors.advice).not.toContain("sandwich");
    expect(standardErrors.numbers).toHaveLength(5);
  });

  it("say which coefficients change their decision, and by which kind", () => {
    const { standardErrors, changedDecisions } = judge({
      covariances: tables(0.6, 1.6, [0.01, 0.001, 0.2]),
    });
    expect(changedDecisions.map(({ name }) => name)).toEqual(fit.names);
    expect(changedDecisions[0]).toMatchObject({ pFisher: 0.01, pEmpirical: 0.001, pSandwich: 0.2 });
    expect(standardErrors.text).toContain("x1, x2, (intercept) are significant by one kind");
    expect(standardErrors.text).toContain("(OPG) are 0.37 times the sandwich's");
    expect(standardErrors.text).toContain("OPG's errors are too small");
    expect(standardErrors.basis).toContain("Too few fits were simulated");
  });

  it("that are zero are not compared", () => {
    const zero = ratios([0, 1.3, 1.2]);
    expect(judge({ covariances: zero }).standardErrors.text).toContain(
      'are 1.2 ("(intercept)") to 1.3 ("x2") times the sandwich\'s',
    );
    const none = tables(1, 1).map((table) => ({
      ...table,
      coefficients: table.coefficients.map((row) => ({ ...row, standardError: 0 })),
    }));
    expect(judge({ covariances: none }).standardErrors.answer).toBe("cannot-say");
  });

  it("do without OPG where the empirical Fisher is singular, and do not praise the sandwich there", () => {
    const [fisher, , sandwich] = tables(1, 1.2);
    const { standardErrors } = judge({ covariances: [fisher, sandwich] });
    expect(standardErrors.answer).toBe("cannot-say");
    expect(standardErrors.text).toContain("singular");
    expect(standardErrors.text).toContain("Those of the Fisher are 0.83 times the sandwich's.");
    expect(standardErrors.advice).not.toContain("sandwich");
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
    // a Monte Carlo test of size α rejects at p ≤ α
    expect(answer({ pValue: 0.3, bootstrap: simulated(0.01, 99) as never })).toBe("rejected");
    expect(answer({ pValue: 0.3, bootstrap: simulated(0.05) as never })).toBe("doubtful");
    expect(answer({ pValue: 0.3, bootstrap: simulated(0.055) as never })).toBe("not-rejected");
  });

  it("is rejected where no simulated test is as extreme, however few there are", () => {
    expect(answer({ pValue: 1e-20, bootstrap: simulated(1 / 20, 19) as never })).toBe("rejected");
    const { model } = judge({
      test: { ...test, pValue: 1e-20, bootstrap: simulated(1 / 20, 19) as never },
    });
    expect(model.text).toContain("p ≤ 0.05 by simulation, p < 2.2e-16 by χ²");
    expect(model.text).toContain("Most violated: dose² (z = 3.2)");
    expect(model.text).toContain("neither the estimates nor the empirical Fisher useless");
  });

  it("is not rejected by χ² in a form that rejects right models, and too few simulations decide nothing", () => {
    const few = (B: number, own: Partial<InformationMatrixTest> = {}) =>
      judge({
        test: { ...test, pValue: 0.0016, bootstrap: simulated(1 / (B + 1), B) as never, ...own },
      }).model;
    expect(few(19)).toMatchObject({ answer: "doubtful" });
    expect(few(19).text).toContain("19 simulated fits are too few to decide");
    expect(few(98).text).toContain("too few to decide");
    expect(few(99)).toMatchObject({ answer: "rejected" });
    expect(few(99).text).not.toContain("too few");
    const nine = few(9);
    expect(nine).toMatchObject({ answer: "cannot-say", tone: "doubtful" });
    expect(nine.text).toBe(
      "White's test has p ≤ 0.1 by simulation, p = 0.0016 by χ². 9 simulated fits are too few to decide: none is as " +
        "extreme, and with so few p cannot be smaller.",
    );
    expect(few(19, { form: "white-1982", pValue: 1e-30 }).answer).toBe("doubtful");
    expect(few(19, { form: "white-1982" }).basis).not.toContain("unless χ²");
    expect(few(19).basis).toContain("Judged by the simulation, unless χ² says p < 1e-6.");
    // one simulated test was as extreme: that is no bound
    expect(few(9, { bootstrap: simulated(0.2, 9) as never }).answer).toBe("not-rejected");
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
