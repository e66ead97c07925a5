/** How soon the command line answers. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Benchmark, Row } from "./report.ts";
import { median } from "./timing.ts";

const RUNS = 10;
/** seconds that `natgrad --help` may take */
const LIMIT = 0.2;

const program = join(import.meta.dirname, "..", "dist", "cli", "main.js");

export const startupBenchmark: Benchmark = {
  name: "startup",
  title: `Start-up: median of ${RUNS} runs in seconds, and as a multiple of Node's own`,
  async measure({ onRow }) {
    const calls = [
      { call: "node", args: ["--eval", "0"] },
      { call: "natgrad --help", args: [program, "--help"], limit: LIMIT },
      { call: "natgrad --version", args: [program, "--version"], limit: LIMIT },
      { call: "natgrad data list", args: [program, "data", "list"] },
      { call: "natgrad doctor", args: [program, "doctor"] },
    ];
    // the calls take turns, so that a slow second of the machine is shared
    const times: number[][] = calls.map(() => []);
    for (let run = 0; run <= RUNS; run++) {
      for (const [i, { args }] of calls.entries()) {
        const started = performance.now();
        execFileSync(process.execPath, args, { stdio: "ignore" });
        // the first run of each fills the file cache
        if (run > 0) times[i].push((performance.now() - started) / 1000);
      }
    }
    const bare = median(times[0]);
    return calls.map(({ call, limit }, i): Row => {
      const seconds = median(times[i]);
      const verdict = limit === undefined ? "" : seconds < limit ? "kept" : "missed";
      const row = { call, seconds, "times node": seconds / bare, limit: limit ?? "", verdict };
      onRow(row);
      return row;
    });
  },
};
