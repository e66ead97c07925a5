/** One pass of Fisher scoring, rows in memory and rows in the temporary file of a table, against dsyrk and memory. */
import { type Matrix, matrix } from "../src/linalg/matrix.ts";
import { prepare } from "../src/statistics/prepare.ts";
import { evaluate } from "../src/statistics/problem.ts";
import { arrayRows, type RowSource } from "../src/statistics/rows.ts";
import { readTable } from "../src/tables/index.ts";
import { type BenchFamily, otherTargets, tableSql, targets } from "./fitData.ts";
import { bound, costs, LIMIT, type Seconds, seconds } from "./fitReference.ts";
import type { Benchmark, Row } from "./report.ts";
import { median } from "./timing.ts";

const ROWS = 1_000_000;
const COLUMNS = 20;
/** each measures the pass and what it is compared with, one after the other: what else runs slows both */
const ROUNDS = 15;
const families: readonly BenchFamily[] = ["gaussian", "bernoulli", "poisson"];

export const passBenchmark: Benchmark = {
  name: "fit-passes",
  title:
    `One scoring pass (predictors, loss, gradient, Fisher) over ${ROWS} rows of ${COLUMNS} columns and an intercept: ` +
    `seconds, best of ${ROUNDS}, and its share of ${LIMIT} dsyrk + one pass over memory (limit 1): of the best, ` +
    "in the median, and of the least processor time of all threads",
  onRequest: true,
  async measure({ onRow }) {
    const rows: Row[] = [];
    for (const family of families) {
      await using table = await readTable(
        { sql: tableSql(ROWS, COLUMNS) },
        { target: targets[family], family, exclude: otherTargets(family), memory: 0 },
      );
      const { X, y } = await held(table);
      const memory = arrayRows({
        X,
        y,
        columns: table.columns.slice(0, -1).concat("ones"),
        intercept: false,
      });
      for (const [place, source] of Object.entries({ memory, file: table })) {
        const row = await measure(family, place, source, X);
        rows.push(row);
        onRow(row);
      }
    }
    return rows;
  },
};

async function measure(
  family: BenchFamily,
  place: string,
  source: RowSource,
  X: Matrix,
): Promise<Row> {
  const { problem, start } = await prepare(source, { family });
  const rounds: Record<"pass" | "dsyrk" | "memory", Seconds>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ pass: await seconds(() => evaluate(problem, start)), ...(await costs(X)) });
  }
  const best = (of: "pass" | "dsyrk" | "memory", time: keyof Seconds): number =>
    Math.min(...rounds.map((round) => round[of][time]));
  const share = (time: keyof Seconds): number =>
    best("pass", time) / bound({ dsyrk: best("dsyrk", time), memory: best("memory", time) });
  const shares = rounds.map(
    ({ pass, dsyrk, memory }) => pass.wall / bound({ dsyrk: dsyrk.wall, memory: memory.wall }),
  );
  return {
    family,
    "rows in": place,
    pass: best("pass", "wall"),
    dsyrk: best("dsyrk", "wall"),
    memory: best("memory", "wall"),
    "pass over bound": share("wall"),
    "in the median": median(shares),
    "of processor time": share("processor"),
  };
}

/** All rows of a source as arrays. */
async function held(source: RowSource): Promise<{ X: Matrix; y: Float64Array }> {
  const P = source.columns.length;
  const X = matrix(source.rows, P, new Float64Array(source.rows * P));
  const y = new Float64Array(source.rows);
  let at = 0;
  for await (const block of source.blocks()) {
    X.data.set(block.X.data, at * P);
    y.set(block.y.data, at);
    at += block.X.rows;
  }
  return { X, y };
}
