/**
 * How often 95 % intervals under the three covariances hold the coefficient of the first column, and how far the
 * eigenvalues of (F̃, F) lie from 1:
 *
 *     node --conditions=natgrad-source tools/simulations/coverage.ts
 */
import { join } from "node:path";
import { ConvergenceError, DomainError } from "../../src/errors.ts";
import { kernels } from "../../src/linalg/provider.ts";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import { informationMatrixTest } from "../../src/statistics/informationMatrixTest.ts";
import { quantile } from "../../src/statistics/quantile.ts";
import type { CovarianceKind, InformationForm } from "../../src/statistics/results.ts";
import { type Cell, Journal } from "./journal.ts";
import { type Scenario, scenarios, simulate } from "./scenarios.ts";

export interface CoverageCell extends Cell {
  readonly scenario: string;
  readonly right: boolean;
  readonly N: number;
  readonly P: number;
  readonly fits: number;
  readonly failed: number;
  readonly coverage: Readonly<Record<CovarianceKind, number>>;
  /** medians over the fits of the extreme eigenvalues, and their 5 % and 95 % quantiles */
  readonly eigenvalues: { smallest: number; largest: number; low: number; high: number };
  /** share of information matrix tests with p < 0.05 by χ²; none where the test is void */
  readonly rejected?: Readonly<Record<InformationForm, number>>;
}

const FITS = 1000;
const KINDS = ["fisher", "empirical", "sandwich"] as const;
const FORMS = ["efficient", "white-1982", "chesher-lancaster"] as const;
const LARGE = 200_000;

/** The coefficient that a fit to very many rows has: the truth, or the best that a wrong model can do. */
async function target(scenario: Scenario, P: number): Promise<number> {
  return (await fitModel(simulate(scenario, LARGE, P, -1), scenario.options)).theta[0];
}

async function cell(
  scenario: Scenario,
  N: number,
  P: number,
  truth: number,
): Promise<Omit<CoverageCell, "key">> {
  const covered = { fisher: 0, empirical: 0, sandwich: 0 };
  const rejected = { efficient: 0, "white-1982": 0, "chesher-lancaster": 0 };
  const [smallest, largest]: number[][] = [[], []];
  for (let k = 0; k < FITS; k++) {
    const rows = simulate(scenario, N, P, k);
    try {
      const fit = await fitModel(rows, scenario.options);
      for (const kind of KINDS) {
        const { lower, upper } = covariance(fit, kind).coefficients[0];
        if (lower <= truth && truth <= upper) covered[kind]++;
      }
      for (const form of scenario.weigh ? [] : FORMS) {
        const test = await informationMatrixTest(rows, fit, { form });
        if (test.pValue < 0.05) rejected[form]++;
      }
      const { values } = kernels().eigh(fit.information.whitenedEmpirical);
      smallest.push(values[0]);
      largest.push(values[values.length - 1]);
    } catch (error) {
      if (!(error instanceof DomainError || error instanceof ConvergenceError)) throw error;
    }
  }
  const fits = smallest.length;
  const share = <K extends string>(counts: Record<K, number>): Record<K, number> =>
    Object.fromEntries(Object.entries<number>(counts).map(([k, v]) => [k, v / fits])) as Record<
      K,
      number
    >;
  return {
    scenario: scenario.name,
    right: scenario.right,
    N,
    P,
    fits,
    failed: FITS - fits,
    coverage: share(covered),
    eigenvalues: {
      smallest: quantile(smallest, 0.5),
      largest: quantile(largest, 0.5),
      low: quantile(smallest, 0.05),
      high: quantile(largest, 0.95),
    },
    ...(!scenario.weigh && { rejected: share(rejected) }),
  };
}

const journal = new Journal<CoverageCell>(join(import.meta.dirname, "results", "coverage.jsonl"));
for (const scenario of scenarios) {
  for (const P of [3, 10]) {
    let truth: number | undefined;
    for (const N of [100, 300, 1000, 3000]) {
      const key = `${scenario.name}, N = ${N}, P = ${P}`;
      if (journal.has(key)) continue;
      truth ??= await target(scenario, P);
      const found = { key, ...(await cell(scenario, N, P, truth)) };
      journal.add(found);
      console.log(key, JSON.stringify(found.coverage), JSON.stringify(found.rejected));
    }
  }
}
