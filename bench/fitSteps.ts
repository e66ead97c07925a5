/**
 * One step of the benchmarks of fits, in a process of its own so that its peak memory is its own:
 *
 *     node --conditions=natgrad-source bench/fitSteps.ts <step> <file> <rows> <columns> [family]
 *
 * Prints what it measured as one line of JSON. Run by `bench/fitRun.ts`.
 */
import { PassThrough } from "node:stream";
import { run } from "../src/cli/program.ts";
import { matrix } from "../src/linalg/matrix.ts";
import { fitModel } from "../src/statistics/fit.ts";
import type { FitProgress } from "../src/statistics/results.ts";
import { readTable } from "../src/tables/index.ts";
import { type BenchFamily, otherTargets, tableSql, targets } from "./fitData.ts";
import { type Costs, costs } from "./fitReference.ts";
import { median } from "./timing.ts";

/** of a diagnosis: they take one after the other, so that more of them take no more memory */
const SIMULATIONS = 2;

interface Fitted {
  /** seconds until the table is read, of one walk through its rows, of the fit, of one scoring pass */
  readonly read: number;
  readonly stream: number;
  readonly fit: number;
  readonly pass: number;
  readonly passes: number;
  readonly peakOfReading: number;
  readonly theta: readonly number[];
}

interface Timed {
  readonly seconds: number;
}

interface Steps {
  readonly generate: () => Promise<Timed>;
  readonly reference: () => Promise<Costs>;
  readonly fit: () => Promise<Fitted>;
  readonly command: () => Promise<Timed>;
  readonly diagnose: () => Promise<Timed>;
}

export type Step = keyof Steps;

/** Of one step, with the peak of its memory. */
export type Measured<S extends Step> = Awaited<ReturnType<Steps[S]>> & { readonly peakMiB: number };

const [name, file, ...rest] = process.argv.slice(2);
const [rows, columns] = rest.slice(0, 2).map(Number);
const family = (rest[2] ?? "bernoulli") as BenchFamily;

const steps: Steps = {
  generate,
  reference,
  fit,
  command: () => command("fit"),
  diagnose: () => command("diagnose", "--bootstrap", `${SIMULATIONS}`),
};

const measured = await steps[name as Step]();
process.stdout.write(`${JSON.stringify({ ...measured, peakMiB: peak() })}\n`);

function peak(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

function now(): number {
  return performance.now() / 1000;
}

async function generate(): Promise<Timed> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { memory_limit: "512MB" });
  const connection = await instance.connect();
  const started = now();
  await connection.run(`COPY (${tableSql(rows, columns)}) TO '${file}' (FORMAT csv)`);
  const seconds = now() - started;
  connection.closeSync();
  instance.closeSync();
  return { seconds };
}

/** The best of some, for rows with an intercept. */
async function reference(): Promise<Costs> {
  const width = columns + 1;
  const X = matrix(rows, width, new Float64Array(rows * width));
  for (let k = 0; k < X.data.length; k++) X.data[k] = ((k * 7919) % 1009) / 1009 - 0.5;
  let [dsyrk, memory] = [Infinity, Infinity];
  for (let round = 0; round < 5; round++) {
    const found = await costs(X);
    dsyrk = Math.min(dsyrk, found.dsyrk.wall);
    memory = Math.min(memory, found.memory.wall);
  }
  return { dsyrk, memory };
}

/** Reads the table and fits it; the passes are timed by the reports of the fit. */
async function fit(): Promise<Fitted> {
  const started = now();
  await using table = await readTable(
    { file },
    { target: targets[family], family, exclude: otherTargets(family) },
  );
  const read = now() - started;
  const peakOfReading = peak();
  const walked = now();
  for await (const { X } of table.blocks()) if (X.rows === 0) throw new Error("an empty block");
  const stream = now() - walked;
  // a scoring pass lasts from the end of the pass before it to its own
  const ends: number[] = [];
  let last = -1;
  const onProgress = ({ phase, iteration, done, total }: FitProgress): void => {
    const first = phase === "summary" && ends.length === 0;
    if (done < total || !(first || (phase === "scoring" && iteration > last))) return;
    if (!first) last = iteration;
    ends.push(now());
  };
  const begun = now();
  const { theta } = await fitModel(table, { family, onProgress });
  const passes = ends.slice(1).map((end, k) => end - ends[k]);
  return {
    read,
    stream,
    fit: now() - begun,
    // the Fisher of least squares does not change: only their first pass has one
    pass: family === "gaussian" ? passes[0] : median(passes),
    passes: passes.length,
    peakOfReading,
    theta: [...theta],
  };
}

/** A whole command, as it is typed. */
async function command(...[name, ...more]: readonly string[]): Promise<Timed> {
  const excluded = otherTargets(family).flatMap((target) => ["--exclude", target]);
  const args = [name, file, "--target", targets[family], "--family", family, ...excluded, ...more];
  const started = now();
  const stdout = new PassThrough().resume();
  const { signal } = new AbortController();
  const code = await run(args, { stdout, stderr: process.stderr, signal });
  if (code !== 0) throw new Error(`natgrad ${args.join(" ")} ended with ${code}`);
  return { seconds: now() - started };
}
