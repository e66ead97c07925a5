import { describe, expect, it } from "vitest";
import { curvature } from "../../src/curvature/curvature.ts";
import { sampled } from "../../src/curvature/sampled.ts";
import { canonicalSplit } from "../../src/curvature/split.ts";
import { statement } from "../../src/experiments/results.ts";
import { fisherIsGaussNewton } from "../../src/experiments/statements/fisherIsGaussNewton.ts";
import { checkStatements, statementChecks } from "../../src/experiments/statements/index.ts";
import {
  amendedDefinition,
  empiricalFisherIsGaussNewton,
} from "../../src/experiments/statements/logProbabilitySplit.ts";
import { manySamples } from "../../src/experiments/statements/manySamples.ts";
import {
  combination,
  empiricalFisherMatrix,
  fisherMatrix,
  gaussNewtonMatrix,
  hessianMatrix,
  type MatrixAt,
} from "../../src/experiments/statements/matrices.ts";
import { overparametrized } from "../../src/experiments/statements/overparametrized.ts";
import {
  type SampledSubject as Subject,
  sampledFisher,
} from "../../src/experiments/statements/sampledFisher.ts";
import { scoreIdentities } from "../../src/experiments/statements/scoreIdentities.ts";
import { secondMoment } from "../../src/experiments/statements/secondMoment.ts";
import { smallResiduals } from "../../src/experiments/statements/smallResiduals.ts";
import { varianceAdaptationStatement } from "../../src/experiments/statements/varianceAdaptation.ts";
import { transpose } from "../../src/linalg/matrix.ts";
import { momentumVariance } from "../../src/optimizers/momentumVariance.ts";
import {
  varianceAdaptationFactors,
  varianceAdaptationMatrix,
} from "../../src/optimizers/varianceAdaptation.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";

/** a matrix that is off by a factor */
const times =
  (factor: number, at: MatrixAt): MatrixAt =>
  (objective, theta) =>
    combination([[factor, at(objective, theta)]]);

describe("the statements of the paper", () => {
  const found = checkStatements();

  it.each(found.map((s) => [s.id, s] as const))("%s holds", (_, s) => {
    expect(s.holds).toBe(true);
    // also finite: the schema takes no NaN
    expect(statement.parse(s)).toEqual(s);
    expect(JSON.parse(JSON.stringify(s))).toEqual(s);
  });

  it("have an id each, and all ask for something different", () => {
    const ids = new Set(found.map(({ id }) => id));
    expect(ids.size).toBe(statementChecks.length);
    expect(new Set(found.map(({ claim }) => claim)).size).toBe(ids.size);
  });

  it("give the same numbers for the same seed, others for another", () => {
    const fast = [smallResiduals, secondMoment, overparametrized, fisherIsGaussNewton];
    for (const check of fast) {
      expect(check({ seed: 7 })).toEqual(check({ seed: 7 }));
      expect(check({ seed: 7 }).holds).toBe(true);
    }
    expect(smallResiduals({ seed: 7 }).measured).not.toEqual(smallResiduals({ seed: 8 }).measured);
  });
});

describe("each can fail", () => {
  it("Proposition 1: with the empirical Fisher in place of either matrix, or a wrong scale", () => {
    expect(fisherIsGaussNewton({ fisher: empiricalFisherMatrix }).holds).toBe(false);
    expect(fisherIsGaussNewton({ gaussNewton: empiricalFisherMatrix }).holds).toBe(false);
    expect(fisherIsGaussNewton({ gaussNewton: hessianMatrix }).holds).toBe(false);
    expect(fisherIsGaussNewton({ fisher: times(1 + 1e-9, fisherMatrix) }).holds).toBe(false);
  });

  it("Proposition 2: with another matrix than Gauss–Newton, or a β that is too small", () => {
    expect(smallResiduals({ gaussNewton: empiricalFisherMatrix }).holds).toBe(false);
    expect(smallResiduals({ gaussNewton: times(1.01, gaussNewtonMatrix) }).holds).toBe(false);
    expect(smallResiduals({ smoothnessFactor: 0.1 }).holds).toBe(false);
    // the square of the norm, as printed, does not obey the bound
    const squares = smallResiduals().measured["points where ‖∇²L − G‖₂² exceeds r β"];
    expect(squares).toBeGreaterThan(0);
  });

  it("score identities: with a gradient that is off, or a matrix that is not its derivative", () => {
    const shifted = scoreIdentities({
      gradient: (objective, theta) => objective.gradient(theta).map((g) => g + 1e-6),
    });
    expect(shifted.holds).toBe(false);
    expect(scoreIdentities({ hessian: times(1 + 1e-6, hessianMatrix) }).holds).toBe(false);
    // equal to the Hessian on average, but not the derivative of the gradient
    expect(scoreIdentities({ hessian: gaussNewtonMatrix }).holds).toBe(false);
    // the outer product itself satisfies the identity trivially, and is no derivative either
    expect(scoreIdentities({ hessian: empiricalFisherMatrix }).holds).toBe(false);
  });

  it("the split of the empirical Fisher: with the Fisher, or the canonical split", () => {
    expect(empiricalFisherIsGaussNewton({ empiricalFisher: fisherMatrix }).holds).toBe(false);
    const split = ({ objective }: { objective: Parameters<typeof fisherMatrix>[0] }) =>
      canonicalSplit(objective);
    expect(empiricalFisherIsGaussNewton({ split }).holds).toBe(false);
    expect(amendedDefinition({ split }).holds).toBe(false);
  });

  it("the amended definition: if it accepted all, or none", () => {
    expect(amendedDefinition({ accepts: () => true }).holds).toBe(false);
    expect(amendedDefinition({ accepts: () => false }).holds).toBe(false);
  });

  it("many samples: with a biased matrix, or one that is right for wrong models too", () => {
    expect(manySamples({ empiricalFisher: times(1.1, empiricalFisherMatrix) }).holds).toBe(false);
    const random = new LegacyRandom(0);
    const labels: MatrixAt = (objective, theta) =>
      curvature(objective, theta, sampled({ random })).dense();
    const modelLabels = manySamples({ empiricalFisher: labels });
    expect(modelLabels.holds).toBe(false);
    expect(modelLabels.measured["rate at the minimum, wrong model"]).toBeLessThan(-0.35);
  });

  it("a network that fits: with the matrices exchanged", () => {
    expect(overparametrized({ empiricalFisher: fisherMatrix }).holds).toBe(false);
    expect(overparametrized({ fisher: empiricalFisherMatrix }).holds).toBe(false);
    expect(overparametrized({ hessian: empiricalFisherMatrix }).holds).toBe(false);
  });

  it("the second moment: with the Fisher, or a covariance that is not centred", () => {
    expect(secondMoment({ empiricalFisher: fisherMatrix }).holds).toBe(false);
    expect(secondMoment({ gradientCovariance: empiricalFisherMatrix }).holds).toBe(false);
  });

  it("variance adaptation: with the transpose, factors that are not the best, another momentum", () => {
    const printed: MatrixAt = varianceAdaptationMatrix;
    const transposed = varianceAdaptationStatement({
      matrix: (objective, theta) => transpose(printed(objective, theta)),
    });
    expect(transposed.holds).toBe(false);
    const roots = varianceAdaptationStatement({
      factors: (objective, theta) => varianceAdaptationFactors(objective, theta).map(Math.sqrt),
    });
    expect(roots.holds).toBe(false);
    const impatient = varianceAdaptationStatement({
      momentum: () => momentumVariance({ beta: 0.5 }),
    });
    expect(impatient.holds).toBe(false);
  });

  it("the sampled Fisher: with the labels of the data, a small bias, or twice the work", () => {
    const average =
      (factors: readonly number[]): Exclude<Subject["estimate"], undefined> =>
      (objective, theta, random) =>
        combination(
          factors.map(
            (c) => [c, curvature(objective, theta, sampled({ random })).dense()] as const,
          ),
        );
    expect(sampledFisher({ estimate: empiricalFisherMatrix }).holds).toBe(false);
    expect(sampledFisher({ estimate: average([1 + 1e-9]) }).holds).toBe(false);
    // unbiased, with less noise, but not at the cost of the empirical Fisher
    const twice = sampledFisher({ estimate: average([0.5, 0.5]) });
    expect(twice.holds).toBe(false);
    expect(twice.measured["mean over all labellings against the Fisher"]).toBeLessThan(1e-12);
    expect(twice.measured["vector–Jacobian products: one sampled label"]).toBe(6);
  });
});
