import { describe, expect, it } from "vitest";
import { bootstrap, bootstrapPValue } from "../../src/statistics/bootstrap.ts";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import { informationMatrixTest, planTest } from "../../src/statistics/informationMatrixTest.ts";
import { quantile } from "../../src/statistics/quantile.ts";
import { refit } from "../../src/statistics/refit.ts";
import type { FamilyName, InformationForm } from "../../src/statistics/results.ts";
import { arrayRows, type RowSource } from "../../src/statistics/rows.ts";
import { simulatedRows } from "../../src/statistics/simulation.ts";
import { relativeError } from "../support/accuracy.ts";
import { regression } from "../support/regressions.ts";

const families: readonly FamilyName[] = ["gaussian", "bernoulli", "categorical", "poisson"];

async function targets(source: RowSource): Promise<number[]> {
  const all: number[] = [];
  for await (const { y } of source.blocks()) all.push(...y.data);
  return all;
}

describe.each(families)("simulated responses of the %s family", (family) => {
  const data = regression(family, 4000, 2, 6);
  const rows = arrayRows({ ...data, blockRows: 900 });

  it("are the same each time, and others for another replication or seed", async () => {
    const fit = await fitModel(rows, { family });
    const source = simulatedRows(rows, fit, 3, 1);
    const first = await targets(source);
    expect(await targets(source)).toEqual(first);
    expect(await targets(simulatedRows(rows, fit, 3, 1))).toEqual(first);
    expect(await targets(simulatedRows(rows, fit, 3, 2))).not.toEqual(first);
    expect(await targets(simulatedRows(rows, fit, 4, 1))).not.toEqual(first);
  });

  it("give back the parameters, within their standard errors, and a refit is a fit", async () => {
    const fit = await fitModel(rows, { family });
    const source = simulatedRows(rows, fit, 1, 0);
    const again = await refit(fit, source);
    const full = await fitModel(source, { family });
    expect(relativeError(again.theta, full.theta)).toBeLessThan(1e-7);
    const [found, expected] = [again, full].map((own) => covariance(own, "sandwich").matrix.data);
    expect(relativeError(found, expected)).toBeLessThan(1e-6);
    const inverse = fit.information.inverse;
    again.theta.forEach((value, t) => {
      const error = Math.sqrt(inverse.data[t * (inverse.rows + 1)]);
      expect(Math.abs(value - fit.theta[t]) / error).toBeLessThan(4);
    });
  });
});

describe("simulation with weights", () => {
  const { X } = regression("poisson", 50, 1, 2);
  const y = X.data.map((v, n) => Math.round(Math.exp(0.5 * v)) + (n % 2));

  it("draws w responses for a row of frequency w", async () => {
    const weights = y.map((_, n) => n % 4);
    const rows = arrayRows({ X, y, weights, blockRows: 9 });
    const fit = await fitModel(rows, { family: "poisson", weighting: "frequency" });
    const drawn = simulatedRows(rows, fit, 0, 0);
    const sum = weights.reduce((total, w) => total + w, 0);
    expect(drawn.rows).toBe(sum);
    expect(await targets(drawn)).toHaveLength(sum);
    const designs: number[] = [];
    for await (const { X: Z, weights: none } of drawn.blocks()) {
      expect(none).toBeUndefined();
      for (let i = 0; i < Z.rows; i++) designs.push(Z.data[2 * i]);
    }
    expect(designs).toEqual(
      Array.from(X.data).flatMap((v, n) => new Array<number>(weights[n]).fill(v)),
    );
  });

  it("draws Gaussian responses with variance σ²/w", async () => {
    const n = 20_000;
    const weights = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : 16));
    const rows = arrayRows({
      X: { rows: n, cols: 1, data: Float64Array.from({ length: n }, (_, i) => (i % 7) - 3) },
      y: Array.from({ length: n }, (_, i) => Math.sin(i)),
      weights,
    });
    const fit = await fitModel(rows, { family: "gaussian", variance: 4 });
    const drawn = await targets(simulatedRows(rows, fit, 0, 0));
    const spread = (parity: number): number => {
      let sum = 0;
      for (let i = parity; i < n; i += 2) {
        const f = fit.theta[0] * ((i % 7) - 3) + fit.theta[1];
        sum += (drawn[i] - f) ** 2;
      }
      return sum / (n / 2);
    };
    // standard error 1.4 %
    expect(spread(0) / 4).toBeCloseTo(1, 1);
    expect(spread(1) / 0.25).toBeCloseTo(1, 1);
  });
});

describe("the bootstrap", () => {
  it("counts refits that fail, by their reason", async () => {
    // nearly separated: many simulated responses are
    const x = Array.from({ length: 24 }, (_, n) => n - 11.5);
    const y = x.map((v, n) => ((n === 10 || n === 13 ? -v : v) > 0 ? 1 : 0));
    const rows = arrayRows({ X: { rows: 24, cols: 1, data: Float64Array.from(x) }, y });
    const fit = await fitModel(rows, { family: "bernoulli" });
    const found = await bootstrap(rows, fit, { replications: 60, seed: 2 });
    expect(found.failures.separation).toBeGreaterThan(3);
    expect(found.successful + found.failures.separation).toBe(60);
    expect(found.smallest).toHaveLength(found.successful);
    expect(found.statistics).toBeUndefined();
  });

  it("orders replicates as the test does", () => {
    const base = {
      replications: 4,
      seed: 0,
      successful: 4,
      failures: {},
      smallest: [],
      largest: [],
      band: { level: 0.95, lower: [], upper: [], smallest: 0, largest: 0 },
      statistics: [1, 2, 3, 4],
      logPValues: [-0.1, -1, -2, -3],
    };
    expect(bootstrapPValue(base, -2.5)).toMatchObject({ pValue: 2 / 5 });
    expect(bootstrapPValue(base, -2).pValue).toBe(3 / 5);
    expect(bootstrapPValue(base, -10).pValue).toBe(1 / 5);
    expect(bootstrapPValue(base, -2).standardError).toBeCloseTo(Math.sqrt(0.24 / 5), 12);
  });

  it("has quantiles by interpolation", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, Number.NaN, 3], 1)).toBe(3);
    expect(quantile([5], 0.3)).toBe(5);
  });

  it("can be aborted, and says how far it is", async () => {
    const rows = arrayRows(regression("poisson", 60, 1, 1));
    const fit = await fitModel(rows, { family: "poisson" });
    const controller = new AbortController();
    const seen: number[] = [];
    const run = bootstrap(rows, fit, {
      replications: 50,
      seed: 0,
      signal: controller.signal,
      onProgress: (done) => {
        seen.push(done);
        if (done === 3) controller.abort(new Error("stop"));
      },
    });
    await expect(run).rejects.toThrow("stop");
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe("size at nominal 5 %, of 200 correct models (standard error 1.5 %)", () => {
  const rejections = async (family: FamilyName, form: InformationForm): Promise<number> => {
    const rows = arrayRows(regression(family, 100, 2, 12));
    const truth = await fitModel(rows, { family });
    let rejected = 0;
    for (let k = 0; k < 200; k++) {
      const source = simulatedRows(rows, truth, 99, k);
      const test = await informationMatrixTest(source, await refit(truth, source), { form });
      if (test.pValue < 0.05) rejected++;
    }
    return rejected / 200;
  };

  it.each(["bernoulli", "poisson", "gaussian"] as const)("%s: efficient", async (family) => {
    const rate = await rejections(family, "efficient");
    expect(rate).toBeGreaterThan(0.01);
    expect(rate).toBeLessThan(0.1);
  });

  it.each(["poisson", "gaussian"] as const)("%s: Chesher–Lancaster far more", async (family) => {
    expect(await rejections(family, "chesher-lancaster")).toBeGreaterThan(0.15);
  });

  it("of the bootstrap: of 30 correct models few are rejected at 10 %", async () => {
    const rows = arrayRows(regression("poisson", 60, 2, 4));
    const truth = await fitModel(rows, { family: "poisson" });
    let rejected = 0;
    for (let k = 0; k < 30; k++) {
      const source = simulatedRows(rows, truth, 5, k);
      const fit = await refit(truth, source);
      const test = await informationMatrixTest(source, fit, { form: "chesher-lancaster" });
      const { plan } = planTest(fit, { form: "chesher-lancaster" });
      const simulated = await bootstrap(source, fit, { replications: 19, seed: k, plan });
      if (bootstrapPValue(simulated, test.logPValue).pValue <= 0.1) rejected++;
    }
    // nominal 3, standard deviation 1.6; χ² rejects about 9
    expect(rejected).toBeLessThan(8);
  });
});
