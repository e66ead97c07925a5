/**
 * One step of the benchmark of fits, in a process of its own so that its peak memory is its own:
 *
 *     node --conditions=natgrad-source bench/fitSteps.ts <step> <file> <rows> <columns>
 *
 * Prints its measurements as one line of JSON. Run by `bench/fit.ts`.
 */
import { matrix, zeros } from "../src/linalg/matrix.ts";
import { kernels } from "../src/linalg/provider.ts";
import { fitModel } from "../src/statistics/fit.ts";
import type { FitProgress } from "../src/statistics/results.ts";
import { readTable } from "../src/tables/index.ts";

const [step, file, ...sizes] = process.argv.slice(2);
const [rows, columns] = sizes.map(Number);

const steps: Readonly<Record<string, () => Promise<Record<string, number>>>> = {
  generate,
  reference: async () => reference(),
  fit,
};

process.stdout.write(`${JSON.stringify({ ...(await steps[step]()), peakMiB: peak() })}\n`);

function peak(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

function now(): number {
  return performance.now() / 1000;
}

/** Uniform features, and labels of a logistic model; the hash makes the same numbers everywhere. */
async function generate(): Promise<Record<string, number>> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { memory_limit: "512MB" });
  const connection = await instance.connect();
  const uniform = (j: number): string => `hash(64 * i + ${j}) / 18446744073709551616.0`;
  const names = Array.from({ length: columns }, (_, j) => `x${j}`);
  const features = names.map((name, j) => `round(4 * (${uniform(j)} - 0.5), 6) AS ${name}`);
  const predictor = names.map((name, j) => `${((j % 5) - 2) / 10} * ${name}`).join(" + ");
  const started = now();
  await connection.run(
    `COPY (SELECT * EXCLUDE (i), (${uniform(columns)} < 1 / (1 + exp(-(${predictor}))))::INT AS y ` +
      `FROM (SELECT i, ${features.join(", ")} FROM range(${rows}) t(i))) TO '${file}'`,
  );
  const seconds = now() - started;
  connection.closeSync();
  instance.closeSync();
  return { seconds };
}

/** XᵀX of a matrix of that size in memory, and the sum of its entries, which is to pass over it once. */
function reference(): Record<string, number> {
  const width = columns + 1;
  const X = matrix(rows, width, new Float64Array(rows * width));
  for (let k = 0; k < X.data.length; k++) X.data[k] = ((k * 7919) % 1009) / 1009 - 0.5;
  const C = zeros(width, width);
  const best = (work: () => void): number => {
    let least = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 3; run++) {
      const started = now();
      work();
      least = Math.min(least, now() - started);
    }
    return least;
  };
  const dsyrk = best(() => kernels().syrk(X, C, { transA: true }));
  // four sums at once, so that memory and not the additions are what is waited for
  const sums = new Float64Array(4);
  const memory = best(() => {
    const { data } = X;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let k = 0; k + 3 < data.length; k += 4) {
      a += data[k];
      b += data[k + 1];
      c += data[k + 2];
      d += data[k + 3];
    }
    sums.set([a, b, c, d]);
  });
  return { dsyrk, memory };
}

/** Reads the table and fits it; the passes are timed by the reports of the fit. */
async function fit(): Promise<Record<string, number>> {
  const started = now();
  await using table = await readTable({ file }, { target: "y" });
  const read = now() - started;
  const peakOfReading = peak();
  const walked = now();
  for await (const { X } of table.blocks()) if (X.rows === 0) throw new Error("an empty block");
  const stream = now() - walked;
  // a pass lasts from the end of one to the end of the next; what follows the last iteration is the null model
  const ends: number[] = [];
  let last = -1;
  const onProgress = ({ phase, iteration, done, total }: FitProgress): void => {
    if (phase !== "scoring" || done < total || iteration < last) return;
    last = iteration;
    ends.push(now());
  };
  const begun = now();
  const { theta } = await fitModel(table, { family: "bernoulli", onProgress });
  const passes = ends.slice(1).map((end, k) => end - ends[k]);
  return {
    read,
    stream,
    fit: now() - begun,
    passes: ends.length,
    pass: passes.toSorted((a, b) => a - b)[passes.length >> 1],
    peakOfReading,
    coefficient: theta[0],
  };
}
