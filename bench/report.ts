/** What a benchmark hands back, and where it goes: a table on stdout, a JSON file in `bench/results`. */
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from "node:os";
import { join } from "node:path";
import { table } from "../src/cli/table.ts";
import { writeAtomically } from "../src/files/atomic.ts";
import { kernels } from "../src/linalg/provider.ts";
import { VERSION } from "../src/version.ts";

/** A measured row: named numbers and words, the same names in each row of a benchmark. */
export type Row = Readonly<Record<string, number | string>>;

/** A benchmark: what it measures in one line, and the rows that it measured. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** run only when its name is given */
  readonly onRequest?: boolean;
  measure(options: BenchOptions): Promise<readonly Row[]>;
}

export interface BenchOptions {
  /** called with each row as it comes */
  readonly onRow: (row: Row) => void;
}

/** Enough to compare two result files. */
export interface Machine {
  readonly natgrad: string;
  readonly node: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** of the last minute, at the start: above the number of cores the times are too long */
  readonly load: number;
  readonly provider: ReturnType<typeof kernels>["info"];
  readonly created: string;
}

export function machine(): Machine {
  const { name, library, threads } = kernels().info;
  return {
    natgrad: VERSION,
    node: process.versions.node,
    system: `${platform()} ${arch()}`,
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: round(totalmem() / 2 ** 30),
    load: round(loadavg()[0]),
    provider: { name, library, threads },
    created: new Date().toISOString(),
  };
}

/** Prints the rows of a benchmark as a table. */
export function text({ title }: Benchmark, rows: readonly Row[]): string {
  const heading = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => heading.map((name) => shown(row[name])));
  return `${title}\n${table(heading, cells)}\n`;
}

/** Writes the rows beside the machine that they were measured on; returns the path. */
export async function save(
  { name, title }: Benchmark,
  rows: readonly Row[],
  on: Machine,
): Promise<string> {
  const path = join(import.meta.dirname, "results", `${name}.json`);
  const contents = { benchmark: name, title, machine: on, rows };
  await writeAtomically(path, `${JSON.stringify(contents, null, 2)}\n`);
  return path;
}

/** A value for people: whole numbers as they are, others to four digits. */
export function shown(value: number | string): number | string {
  return typeof value === "number" && !Number.isInteger(value) ? round(value) : value;
}

/** To four digits, which is more than a time is good for. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
