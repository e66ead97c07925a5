/** The same fits by statsmodels and scikit-learn, where there is a Python that has them. */
import { type BenchFamily, otherTargets, targets } from "./fitData.ts";
import { python, step, withFolder } from "./fitRun.ts";
import type { Measured } from "./fitSteps.ts";
import type { Benchmark, Row } from "./report.ts";

const ROWS = 1_000_000;
/** each library's fit is the best of so many processes */
const ROUNDS = 3;
const families: readonly BenchFamily[] = ["gaussian", "bernoulli", "poisson"];
const libraries = ["statsmodels", "sklearn"] as const;

type Library = (typeof libraries)[number];

/** What fitPeers.py prints. */
interface PeerFits {
  readonly read: number;
  readonly fits: readonly { name: string; seconds: number; theta: number[] }[];
  readonly peakMiB: number;
}

export const peerBenchmark: Benchmark = {
  name: "fit-peers",
  title:
    `The same fit of ${ROWS} rows by others, seconds, best of ${ROUNDS}: natgrad's has all three covariances, ` +
    "statsmodels' the usual one where not said, scikit-learn's none; how many times faster natgrad is, alone and with the CSV file read",
  onRequest: true,
  async measure({ onRow }) {
    const interpreter = await findPython();
    if (interpreter === undefined) {
      const row = {
        skipped: "no Python with pandas, statsmodels and scikit-learn; NATGRAD_PYTHON names one",
      };
      onRow(row);
      return [row];
    }
    return withFolder(async (file) => {
      await step("generate", file, ROWS);
      const rows: Row[] = [];
      for (const family of families) {
        for (const row of await compared(interpreter, file, family)) {
          rows.push(row);
          onRow(row);
        }
      }
      return rows;
    });
  },
};

/** NATGRAD_PYTHON, or the first usual one that has what is needed. */
async function findPython(): Promise<string | undefined> {
  const named = process.env.NATGRAD_PYTHON;
  for (const interpreter of named ? [named] : ["python3", "/usr/bin/python3"]) {
    const versions = await python<Record<string, string>>(interpreter, "fitPeers.py", []).catch(
      () => undefined,
    );
    if (!versions) continue;
    const found = Object.entries(versions).map((entry) => entry.join(" "));
    process.stderr.write(`fit-peers: ${interpreter} with ${found.join(", ")}\n`);
    return interpreter;
  }
  return undefined;
}

/** One row for each way in which the others fit this family; all take turns, so that what else runs slows all. */
async function compared(interpreter: string, file: string, family: BenchFamily): Promise<Row[]> {
  const own: Measured<"fit">[] = [];
  const theirs: Record<Library, PeerFits[]> = { statsmodels: [], sklearn: [] };
  const others = otherTargets(family).join(",");
  for (let round = 0; round < ROUNDS; round++) {
    own.push(await step("fit", file, ROWS, family));
    for (const library of libraries) {
      const args = [file, targets[family], others, family, library];
      theirs[library].push(await python(interpreter, "fitPeers.py", args));
    }
  }
  const { theta } = own[0];
  const read = least(own.map((fit) => fit.read));
  const fit = least(own.map((fit) => fit.fit));
  return libraries.flatMap((library) =>
    theirs[library][0].fits.map(({ name, theta: coefficients }, way): Row => {
      const runs = theirs[library];
      const seconds = least(runs.map(({ fits }) => fits[way].seconds));
      const pandas = least(runs.map((run) => run.read));
      return {
        family,
        read,
        fit,
        "peak MiB": Math.max(...own.map((run) => run.peakMiB)),
        library,
        model: name,
        "its read": pandas,
        "its fit": seconds,
        "its peak MiB": Math.max(...runs.map((run) => run.peakMiB)),
        "fit, times faster": seconds / fit,
        "read and fit, times faster": (pandas + seconds) / (read + fit),
        "coefficients differ by": Math.max(...theta.map((v, j) => Math.abs(v - coefficients[j]))),
      };
    }),
  );
}

function least(values: readonly number[]): number {
  return Math.min(...values);
}
