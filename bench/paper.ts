/** The whole paper from an empty folder, with each provider: seconds, and the most memory it held. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { nativeKernels } from "../src/linalg/provider.ts";
import type { Benchmark, Row } from "./report.ts";

/** Seconds on two cores that each provider may take. */
const LIMITS = { native: 150, wasm: 400 };

const program = join(import.meta.dirname, "..", "dist", "cli", "main.js");

export const paperBenchmark: Benchmark = {
  name: "paper",
  title: "The whole paper: seconds against the limit on two cores, peak memory in MiB",
  onRequest: true,
  async measure({ onRow }) {
    const rows: Row[] = [];
    for (const provider of hasNative() ? (["native", "wasm"] as const) : (["wasm"] as const)) {
      const { seconds, memory } = await run(provider);
      const limit = LIMITS[provider];
      const cores = availableParallelism();
      const verdict = seconds < limit ? "kept" : "missed";
      rows.push({ provider, seconds, limit, verdict, cores, "peak MiB": memory ?? "unknown" });
      onRow(rows[rows.length - 1]);
    }
    return rows;
  },
};

function hasNative(): boolean {
  try {
    nativeKernels();
    return true;
  } catch {
    return false;
  }
}

async function run(provider: string): Promise<{ seconds: number; memory: number | undefined }> {
  const out = await mkdtemp(join(tmpdir(), "natgrad-bench-"));
  try {
    const started = performance.now();
    const child = spawn(process.execPath, [program, "paper", "--fresh", "--out", out], {
      env: { ...process.env, NATGRAD_KERNELS: provider },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const peak = watchMemory(child);
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`natgrad paper ended with exit code ${code}`);
    return { seconds: (performance.now() - started) / 1000, memory: peak() };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** The high-water mark of a process in MiB, where the system tells it (Linux). */
function watchMemory({ pid }: ChildProcess): () => number | undefined {
  const status = `/proc/${pid}/status`;
  let peak: number | undefined;
  if (!existsSync(status)) return () => undefined;
  const timer = setInterval(async () => {
    const text = await readFile(status, "utf8").catch(() => "");
    const found = /VmHWM:\s+(\d+) kB/.exec(text);
    if (found) peak = Number(found[1]) / 1024;
  }, 500);
  return () => {
    clearInterval(timer);
    return peak;
  };
}
