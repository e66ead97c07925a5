/**
 * How often each answer of the verdict is given, with 199 simulated fits a diagnosis:
 *
 *     node --conditions=natgrad-source tools/simulations/verdicts.ts
 *
 * or, for some sizes only, several processes side by side, each with one thread of its own:
 *
 *     OPENBLAS_NUM_THREADS=1 node --conditions=natgrad-source tools/simulations/verdicts.ts 300,3 1000,3
 */
import { join } from "node:path";
import { ConvergenceError, DomainError } from "../../src/errors.ts";
import { kernels } from "../../src/linalg/provider.ts";
import { bootstrap, bootstrapPValue } from "../../src/statistics/bootstrap.ts";
import { covariance } from "../../src/statistics/covariance.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import { informationMatrixTest, planTest } from "../../src/statistics/informationMatrixTest.ts";
import type { Verdict } from "../../src/statistics/results.ts";
import { verdict } from "../../src/statistics/verdict.ts";
import { type Cell, Journal } from "./journal.ts";
import { type Scenario, scenarios, simulate } from "./scenarios.ts";

export interface VerdictCell extends Cell {
  readonly scenario: string;
  readonly right: boolean;
  readonly N: number;
  readonly P: number;
  readonly diagnoses: number;
  readonly failed: number;
  /** how often each answer came */
  readonly curvature: Readonly<Record<string, number>>;
  readonly standardErrors: Readonly<Record<string, number>>;
  readonly model: Readonly<Record<string, number>>;
  /** median of the bands' ends */
  readonly band: readonly [number, number];
}

/** fewer where one takes long */
function diagnosesOf(N: number, P: number): number {
  if (P <= 3) return 100;
  return N <= 300 ? 40 : 20;
}
const REPLICATIONS = 199;
const SIZES = [
  [100, 3],
  [300, 3],
  [1000, 3],
  [300, 10],
  [1000, 10],
] as const;

async function one(
  scenario: Scenario,
  N: number,
  P: number,
  replication: number,
): Promise<{ verdict: Verdict; band: [number, number] }> {
  const rows = simulate(scenario, N, P, 1_000_000 + replication);
  const fit = await fitModel(rows, scenario.options);
  // the test is void with precision weights of labels
  const test = scenario.weigh ? undefined : await informationMatrixTest(rows, fit);
  const simulated = await bootstrap(rows, fit, {
    replications: REPLICATIONS,
    seed: replication,
    ...(test && { plan: planTest(fit, { indicators: test.indicators }).plan }),
  });
  const found = verdict({
    fit,
    eigenvalues: Array.from(kernels().eigh(fit.information.whitenedEmpirical).values),
    covariances: (["fisher", "empirical", "sandwich"] as const).map((kind) =>
      covariance(fit, kind),
    ),
    bootstrap: simulated,
    ...(test && { test: { ...test, bootstrap: bootstrapPValue(simulated, test.logPValue) } }),
  });
  return { verdict: found, band: [simulated.band.smallest, simulated.band.largest] };
}

function count(answers: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];

const journal = new Journal<VerdictCell>(join(import.meta.dirname, "results", "verdicts.jsonl"));
const asked = process.argv.slice(2);
const sizes = SIZES.filter(([N, P]) => asked.length === 0 || asked.includes(`${N},${P}`));
for (const [N, P] of sizes) {
  const diagnoses = diagnosesOf(N, P);
  for (const scenario of scenarios) {
    const key = `${scenario.name}, N = ${N}, P = ${P}`;
    if (journal.has(key)) continue;
    const found: Awaited<ReturnType<typeof one>>[] = [];
    for (let k = 0; k < diagnoses; k++) {
      try {
        found.push(await one(scenario, N, P, k));
      } catch (error) {
        if (!(error instanceof DomainError || error instanceof ConvergenceError)) throw error;
      }
    }
    const cell: VerdictCell = {
      key,
      scenario: scenario.name,
      right: scenario.right,
      N,
      P,
      diagnoses: found.length,
      failed: diagnoses - found.length,
      curvature: count(found.map(({ verdict }) => verdict.curvature.answer)),
      standardErrors: count(found.map(({ verdict }) => verdict.standardErrors.answer)),
      model: count(found.map(({ verdict }) => verdict.model.answer)),
      band: [median(found.map(({ band }) => band[0])), median(found.map(({ band }) => band[1]))],
    };
    journal.add(cell);
    console.log(
      key,
      JSON.stringify(cell.curvature),
      JSON.stringify(cell.standardErrors),
      JSON.stringify(cell.model),
    );
  }
}
