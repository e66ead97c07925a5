/** A logistic regression of 20 columns from CSV: peak memory, and a scoring pass against dsyrk and memory. */
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Benchmark, Row } from "./report.ts";

const COLUMNS = 20;
/** rows; NATGRAD_BENCH_ROWS="1e5,1e6" names others */
const SIZES = (process.env.NATGRAD_BENCH_ROWS ?? "1e6,1e7").split(",").map(Number);
/** a scoring pass costs at most this many dsyrk plus one pass over memory */
const LIMIT = 1.5;
const MEMORY = 1024;

const run = promisify(execFile);
const here = import.meta.dirname;

export const fitBenchmark: Benchmark = {
  name: "fit",
  title:
    `natgrad fit: CSV of ${COLUMNS} columns, logistic regression; seconds, and the scoring pass over ` +
    `${LIMIT} dsyrk + one pass over memory (limit 1), peak memory in MiB (limit ${MEMORY})`,
  onRequest: true,
  async measure({ onRow }) {
    const folder = await mkdtemp(join(tmpdir(), "natgrad-bench-"));
    const rows: Row[] = [];
    try {
      for (const size of SIZES) {
        const row = await measure(folder, size);
        rows.push(row);
        onRow(row);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return rows;
  },
};

async function measure(folder: string, size: number): Promise<Row> {
  const file = join(folder, `${size}.csv`);
  await step("generate", file, size);
  const reference = await step("reference", file, size);
  const fit = await step("fit", file, size);
  const bound = LIMIT * reference.dsyrk + reference.memory;
  const others = await peers(file);
  const bytes = statSync(file).size;
  await rm(file);
  return {
    rows: size,
    "CSV GB": bytes / 1e9,
    read: fit.read,
    "read MB/s": bytes / 1e6 / fit.read,
    stream: fit.stream,
    pass: fit.pass,
    dsyrk: reference.dsyrk,
    memory: reference.memory,
    "pass over bound": fit.pass / bound,
    passes: fit.passes,
    fit: fit.fit,
    "peak MiB": fit.peakMiB,
    "of reading": fit.peakOfReading,
    verdict: fit.pass <= bound && fit.peakMiB < MEMORY ? "kept" : "missed",
    statsmodels: others.statsmodels ?? "not installed",
    "times faster": others.statsmodels ? others.statsmodels / fit.fit : "",
    sklearn: others.sklearn ?? "not installed",
    "coefficient differs by": others["statsmodels coefficient"]
      ? Math.abs(others["statsmodels coefficient"] - fit.coefficient)
      : "",
  };
}

async function step(
  name: "generate" | "reference" | "fit",
  file: string,
  size: number,
): Promise<Record<string, number>> {
  const args = [
    "--conditions=natgrad-source",
    join(here, "fitSteps.ts"),
    name,
    file,
    `${size}`,
    `${COLUMNS}`,
  ];
  return JSON.parse((await run(process.execPath, args)).stdout);
}

/** What is installed of Python's; memory and time of the largest sizes are more than it should take. */
async function peers(file: string): Promise<Record<string, number>> {
  try {
    return JSON.parse((await run("python3", [join(here, "fitPeers.py"), file])).stdout);
  } catch {
    return {};
  }
}
