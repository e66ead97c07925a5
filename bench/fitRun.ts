/** Running the steps of the benchmarks of fits, each in a process of its own. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BenchFamily } from "./fitData.ts";
import type { Measured, Step } from "./fitSteps.ts";

/** features of the table */
export const COLUMNS = 20;

const run = promisify(execFile);
const here = import.meta.dirname;

/** Gives `work` the path of a file that is gone afterwards. */
export async function withFolder<T>(work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "natgrad-bench-"));
  try {
    return await work(join(folder, "table.csv"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a step of `fitSteps.ts` measures. */
export async function step<S extends Step>(
  name: S,
  file: string,
  rows: number,
  family?: BenchFamily,
): Promise<Measured<S>> {
  const script = join(here, "fitSteps.ts");
  const args = [name, file, `${rows}`, `${COLUMNS}`, ...(family ? [family] : [])];
  const { stdout } = await run(process.execPath, ["--conditions=natgrad-source", script, ...args]);
  return JSON.parse(stdout);
}

/** The same of NATGRAD_PYTHON, or of the first usual Python that can run it; undefined where none can. */
export async function anyPython<T>(
  script: string,
  args: readonly string[],
): Promise<T | undefined> {
  const named = process.env.NATGRAD_PYTHON;
  for (const interpreter of named ? [named] : ["python3", "/usr/bin/python3"]) {
    try {
      return await python<T>(interpreter, script, args);
    } catch {
      // the next one
    }
  }
  return undefined;
}

/** What a Python script of this folder prints as JSON; throws where it fails. */
export async function python<T>(
  interpreter: string,
  script: string,
  args: readonly string[],
): Promise<T> {
  return JSON.parse((await run(interpreter, [join(here, script), ...args])).stdout);
}
