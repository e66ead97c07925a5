/**
 * The benchmarks:
 *
 *     npm run bench                      startup, kernels, lanes, sweep
 *     npm run bench -- kernels startup   those named
 *     npm run bench -- paper             the whole paper, with each provider
 *     npm run bench -- fit-passes        a pass of a fit against dsyrk
 *     npm run bench -- fit               fits of 1 and of 10 million rows (5 GB of temporary files)
 *     npm run bench -- fit-peers         the same fits by statsmodels and scikit-learn
 *     npm run bench -- networks          curvature of networks against their gradient, and PyTorch's
 *     npm run bench -- training          an epoch of 784-400-400-10, and PyTorch's
 *
 * Tables go to stdout, progress to stderr, and `bench/results/<name>.json` gets the rows with the machine, the
 * versions and the provider. NATGRAD_KERNELS=native|wasm chooses the provider of the sweep.
 */
import { fitBenchmark } from "./fit.ts";
import { passBenchmark } from "./fitPasses.ts";
import { peerBenchmark } from "./fitPeers.ts";
import { kernelBenchmark } from "./kernels.ts";
import { laneBenchmark } from "./lanes.ts";
import { networkBenchmark } from "./networks.ts";
import { paperBenchmark } from "./paper.ts";
import { type Benchmark, machine, type Row, save, shown, text } from "./report.ts";
import { startupBenchmark } from "./startup.ts";
import { sweepBenchmark } from "./sweep.ts";
import { trainingBenchmark } from "./training.ts";

const benchmarks: readonly Benchmark[] = [
  startupBenchmark,
  kernelBenchmark,
  laneBenchmark,
  sweepBenchmark,
  paperBenchmark,
  passBenchmark,
  fitBenchmark,
  peerBenchmark,
  networkBenchmark,
  trainingBenchmark,
];

const names = process.argv.slice(2);
const unknown = names.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  const known = benchmarks.map(({ name }) => name).join(", ");
  process.stderr.write(`unknown benchmark ${unknown.join(", ")} (known: ${known})\n`);
  process.exit(2);
}
const wanted = benchmarks.filter(({ name, onRequest }) =>
  names.length > 0 ? names.includes(name) : !onRequest,
);

const on = machine();
process.stdout.write(
  `natgrad ${on.natgrad}, Node ${on.node}, ${on.processor}, ${on.cores} cores, load ${on.load}, ` +
    `${on.provider.library}\n\n`,
);
for (const benchmark of wanted) {
  const onRow = (row: Row): void => {
    const first = Object.values(row).slice(0, 5).map(shown);
    process.stderr.write(`${benchmark.name}: ${first.join(", ")}\n`);
  };
  const rows = await benchmark.measure({ onRow });
  const path = await save(benchmark, rows, on);
  process.stdout.write(`${text(benchmark, rows)}written to ${path}\n\n`);
}
