/**
 * White's test where predictors hardly vary, so that logistic and multinomial indicators are nearly redundant: how many
 * count as degrees of freedom, and how often right models are rejected at nominal 5 %:
 *
 *     node --conditions=natgrad-source tools/simulations/nullModels.ts
 */
import { join } from "node:path";
import { matrix } from "../../src/linalg/matrix.ts";
import type { SeededGenerator } from "../../src/random/seeded.ts";
import { stream } from "../../src/random/streams.ts";
import { fitModel } from "../../src/statistics/fit.ts";
import { informationMatrixTest } from "../../src/statistics/informationMatrixTest.ts";
import type { FamilyName } from "../../src/statistics/results.ts";
import { arrayRows, type RowSource } from "../../src/statistics/rows.ts";
import { type Cell, Journal } from "./journal.ts";

export interface NullCell extends Cell {
  readonly truth: string;
  readonly slope: number;
  readonly N: number;
  readonly tests: number;
  /** share with p < 0.05 by χ² */
  readonly rejected: number;
  /** how many tests have so many degrees of freedom, of this many indicators */
  readonly degrees: Readonly<Record<string, number>>;
  readonly indicators: number;
}

interface Truth {
  readonly name: string;
  readonly family: FamilyName;
  readonly slopes: readonly number[];
  /** a response at predictors that are `slope` times each column */
  draw(random: SeededGenerator, f: number, g: number): number;
}

const TESTS = 500;
const SIZES = [120, 1000] as const;

const truths: readonly Truth[] = [
  {
    name: "logistic",
    family: "bernoulli",
    slopes: [0, 0.2, 0.6],
    draw: (random, f) => (random.uniform() < 1 / (1 + Math.exp(-f)) ? 1 : 0),
  },
  {
    name: "three classes",
    family: "categorical",
    slopes: [0, 0.4],
    draw: (random, f, g) => {
      const [a, b] = [Math.exp(f), Math.exp(g)];
      const u = random.uniform() * (1 + a + b);
      return u < 1 ? 0 : u < 1 + a ? 1 : 2;
    },
  },
];

function simulate(truth: Truth, slope: number, N: number, replication: number): RowSource {
  const random = stream(2024, "null models", truth.name, String(slope), N, replication);
  const X = Float64Array.from({ length: 2 * N }, () => random.normal());
  const y = Float64Array.from({ length: N }, (_, n) =>
    truth.draw(random, slope * X[2 * n], slope * X[2 * n + 1]),
  );
  return arrayRows({ X: matrix(N, 2, X), y });
}

const journal = new Journal<NullCell>(join(import.meta.dirname, "results", "nullModels.jsonl"));
for (const truth of truths) {
  for (const slope of truth.slopes) {
    for (const N of SIZES) {
      const key = `${truth.name}, slope ${slope}, N = ${N}`;
      if (journal.has(key)) continue;
      const degrees: Record<string, number> = {};
      let rejected = 0;
      let indicators = 0;
      for (let k = 0; k < TESTS; k++) {
        const rows = simulate(truth, slope, N, k);
        const test = await informationMatrixTest(
          rows,
          await fitModel(rows, { family: truth.family }),
        );
        if (test.pValue < 0.05) rejected++;
        degrees[test.degreesOfFreedom] = (degrees[test.degreesOfFreedom] ?? 0) + 1;
        indicators = test.count;
      }
      const share = rejected / TESTS;
      const cell = { key, truth: truth.name, slope, N, tests: TESTS, rejected: share, degrees };
      journal.add({ ...cell, indicators });
      console.log(key, share, JSON.stringify(degrees));
    }
  }
}
