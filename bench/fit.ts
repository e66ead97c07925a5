/** Fits of tables of 20 features from CSV: peak memory, and a scoring pass against dsyrk and memory. */
import { stat } from "node:fs/promises";
import { type BenchFamily, targets } from "./fitData.ts";
import { bound, LIMIT } from "./fitReference.ts";
import { COLUMNS, step, withFolder } from "./fitRun.ts";
import type { Benchmark, Row } from "./report.ts";

/** rows; NATGRAD_BENCH_ROWS="1e5,1e6" names others */
const SIZES = (process.env.NATGRAD_BENCH_ROWS ?? "1e6,1e7").split(",").map(Number);
/** MiB */
const MEMORY = 1024;
const families: readonly BenchFamily[] = ["bernoulli", "gaussian"];

export const fitBenchmark: Benchmark = {
  name: "fit",
  title:
    `natgrad fit of a CSV file of ${COLUMNS} features: seconds, the scoring pass over ${LIMIT} dsyrk + one pass over ` +
    `memory (limit 1), and peak memory in MiB (limit ${MEMORY})`,
  onRequest: true,
  measure: ({ onRow }) =>
    withFolder(async (file) => {
      const rows: Row[] = [];
      for (const size of SIZES) {
        await step("generate", file, size);
        for (const family of families) {
          const row = await measure(file, size, family);
          rows.push(row);
          onRow(row);
        }
      }
      return rows;
    }),
};

async function measure(file: string, size: number, family: BenchFamily): Promise<Row> {
  const { dsyrk, memory } = await step("reference", file, size);
  const fit = await step("fit", file, size, family);
  const command = await step("command", file, size, family);
  const diagnosis = await step("diagnose", file, size, family);
  const megabytes = (await stat(file)).size / 1e6;
  const share = fit.pass / bound({ dsyrk, memory });
  const peak = Math.max(fit.peakMiB, command.peakMiB, diagnosis.peakMiB);
  return {
    rows: size,
    target: targets[family],
    "CSV GB": megabytes / 1000,
    read: fit.read,
    "read MB/s": megabytes / fit.read,
    stream: fit.stream,
    pass: fit.pass,
    passes: fit.passes,
    dsyrk,
    memory,
    "pass over bound": share,
    fit: fit.fit,
    "natgrad fit": command.seconds,
    "natgrad diagnose, 2 simulations": diagnosis.seconds,
    "peak MiB of reading": fit.peakOfReading,
    "of natgrad fit": command.peakMiB,
    "of natgrad diagnose": diagnosis.peakMiB,
    verdict: share <= 1 && peak < MEMORY ? "kept" : "missed",
  };
}
