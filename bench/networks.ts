/** Curvature of networks as multiples of their own gradient, and the gradient against PyTorch's. */
import { curvature } from "../src/curvature/curvature.ts";
import { diagonal } from "../src/curvature/diagonal.ts";
import { fisher } from "../src/curvature/kinds.ts";
import { loadDataset } from "../src/datasets/load.ts";
import { MissingError } from "../src/errors.ts";
import { categorical } from "../src/likelihoods/categorical.ts";
import type { Kernels } from "../src/linalg/kernels.ts";
import type { Matrix } from "../src/linalg/matrix.ts";
import { nativeKernels, setThreads, useKernels, wasmKernels } from "../src/linalg/provider.ts";
import { dense } from "../src/models/network/dense.ts";
import { relu } from "../src/models/network/relu.ts";
import { sequential } from "../src/models/network/sequential.ts";
import { objective } from "../src/objective.ts";
import { anyPython } from "./fitRun.ts";
import { alternating, convolutional, networkTasks, perceptron } from "./networkTasks.ts";
import type { Benchmark, Row } from "./report.ts";

const THREADS = 2;
/** numbers that may stay in cache */
const CACHED = 2 ** 23;
/** seconds of calls for each number; the best single call counts, as in networkPeers.py */
const BUDGET = 1.5;

export const networkBenchmark: Benchmark = {
  name: "networks",
  title:
    "Networks in float32: milliseconds of a call (best of several), multiple of the same provider's loss gradient and " +
    "the most that it may be, gigabytes written a second, multiple of the time of a copy of as many numbers into new " +
    "memory, PyTorch's time for the same, ours over PyTorch's, and WebAssembly's over native's",
  onRequest: true,
  async measure({ onRow }) {
    const rows: Row[] = [];
    const add = (row: Row): void => {
      rows.push(row);
      onRow(row);
    };
    const torch = await torchTimes();
    const native = new Map<string, number>();
    for (const provider of providers()) {
      useKernels(provider);
      const own = provider.info.name === "native" ? native : new Map<string, number>();
      for (const row of taskRows(provider, own, torch)) {
        const before = native.get(`${row.network} ${row.task}`);
        const isNative = provider.info.name === "native";
        add({ ...row, "times native": !isNative && before ? Number(row.ms) / before : "" });
      }
    }
    useKernels(providers()[0]);
    for (const row of await mnistRows()) add(row);
    return rows;
  },
};

function* taskRows(
  { info: { name: provider } }: Kernels,
  known: Map<string, number>,
  torch: Readonly<Record<string, number>>,
): Generator<Row> {
  for (const [network, { network: net, problem }] of [
    ["784-100-10, 256", perceptron()],
    ["CNN 8, 16, 64", convolutional()],
  ] as const) {
    let gradient = 1;
    for (const { name, most, prepare } of networkTasks) {
      const call = prepare(problem, alternating(net.initial()));
      const ms = 1e3 * bestCall(call);
      if (name === "loss gradient") gradient = ms;
      known.set(`${network} ${name}`, ms);
      const peer = torch[`${network} ${name}`];
      const numbers = name === "per-example gradients" ? problem.samples * net.parameters : 0;
      yield {
        network,
        task: name,
        provider,
        ms,
        "of gradient": ms / gradient,
        most: network.startsWith("784") && most ? most : "",
        "GB/s": numbers ? (4 * numbers) / ms / 1e6 : "",
        "of a copy": numbers > CACHED ? ms / copyTime(numbers) : "",
        "PyTorch ms": peer ?? "",
        "over PyTorch": peer ? ms / peer : "",
      };
    }
  }
}

/** Milliseconds in which so many numbers are copied into new memory. */
function copyTime(numbers: number): number {
  const from = new Float32Array(numbers).fill(1);
  return 1e3 * bestCall(() => new Float32Array(numbers).set(from));
}

/** Seconds of the quickest single call: what else runs can only add time. */
function bestCall(call: () => void): number {
  const end = performance.now() + 1e3 * BUDGET;
  let best = Number.POSITIVE_INFINITY;
  for (let calls = 0; calls < 5 || performance.now() < end; calls++) {
    const started = performance.now();
    call();
    best = Math.min(best, performance.now() - started);
  }
  return best / 1e3;
}

function providers(): Kernels[] {
  try {
    const native = nativeKernels();
    setThreads(THREADS);
    return [native, wasmKernels()];
  } catch {
    return [wasmKernels()];
  }
}

/** Milliseconds by "network task", from networkPeers.py; none without a Python that has torch. */
async function torchTimes(): Promise<Record<string, number>> {
  const times = await anyPython<Record<string, number>>("networkPeers.py", [String(THREADS)]);
  if (times) return times;
  process.stderr.write(
    "networks: no Python with torch (NATGRAD_PYTHON names one): no comparison\n",
  );
  return {};
}

/** The exact Fisher diagonal of 784-400-400-10 on all of MNIST. */
async function mnistRows(): Promise<Row[]> {
  const digits = await loadDataset("MNIST", { precision: "float32" }).catch((error: unknown) => {
    if (error instanceof MissingError) return undefined;
    throw error;
  });
  if (!digits) return [{ network: "MNIST", task: "skipped: MNIST is not to be had" }];
  const network = sequential([dense(784, 400), relu(), dense(400, 400), relu(), dense(400, 10)]);
  const X = digits.X as Matrix<Float32Array>;
  for (let i = 0; i < X.data.length; i++) X.data[i] /= 255;
  const problem = objective({ model: network, likelihood: categorical(10), X, y: digits.y });
  const started = performance.now();
  curvature(problem, network.initial(), fisher(), diagonal());
  const ms = performance.now() - started;
  return [
    {
      network: "784-400-400-10, 60000",
      task: `exact diagonal of MNIST, peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`,
      provider: providers()[0].info.name,
      ms,
      "of gradient": "",
      most: "",
      "GB/s": "",
      "of a copy": "",
      "PyTorch ms": "",
      "over PyTorch": "",
      "times native": "",
    },
  ];
}
