/** An epoch of the network of elastic weight consolidation, without and with its penalty, and PyTorch's. */
import type { Penalty } from "../src/continual/penalty.ts";
import { quadratic, quadraticPenalty } from "../src/continual/quadratic.ts";
import { permutedPixels, type Task } from "../src/continual/tasks.ts";
import { train } from "../src/continual/trainer.ts";
import { sgd } from "../src/continual/updates.ts";
import { kernels, setThreads } from "../src/linalg/provider.ts";
import { dense } from "../src/models/network/dense.ts";
import type { Network } from "../src/models/network/network.ts";
import { relu } from "../src/models/network/relu.ts";
import { sequential } from "../src/models/network/sequential.ts";
import { stream } from "../src/random/streams.ts";
import { anyPython } from "./fitRun.ts";
import type { Benchmark, Row } from "./report.ts";

const THREADS = 2;
const SAMPLES = 60_000;
const BATCH = 64;
/** natgrad and PyTorch take turns; the best epoch of each counts */
const ROUNDS = 3;
const EPOCHS = 2;

export const trainingBenchmark: Benchmark = {
  name: "training",
  title:
    `An epoch of 784-400-400-10 on ${SAMPLES} images of 28 × 28 whose pixels are permuted, batches of ${BATCH}, SGD, float32, ` +
    `${THREADS} threads: seconds, best of ${ROUNDS * EPOCHS}, and their ratio to PyTorch's`,
  onRequest: true,
  async measure({ onRow }) {
    const network = sequential([dense(784, 400), relu(), dense(400, 400), relu(), dense(400, 10)], {
      seed: 0,
    });
    const task = permutedTask();
    const held = penaltyOf(network);
    const best = new Map<string, number>();
    const keep = (name: string, seconds: number): void => {
      best.set(name, Math.min(seconds, best.get(name) ?? Number.POSITIVE_INFINITY));
    };
    const provider = fastest();
    const args = [THREADS, SAMPLES, BATCH, EPOCHS].map(String);
    for (let round = 0; round < ROUNDS; round++) {
      keep(`SGD, ${provider}`, await epoch(network, task));
      keep(`EWC, ${provider}`, await epoch(network, task, held));
      const peer = await anyPython<{ seconds: number }>("trainingPeers.py", args);
      if (peer) keep("PyTorch", peer.seconds);
    }
    const peer = best.get("PyTorch");
    return [...best].map(([name, seconds]) => {
      const row: Row = { epoch: name, seconds, "over PyTorch": peer ? seconds / peer : "" };
      onRow(row);
      return row;
    });
  },
};

/** Images of noise: what they show makes no difference to the time. */
function permutedTask(): Task {
  const random = stream(0, "training benchmark");
  const images = (rows: number) => ({
    X: { rows, cols: 784, data: Float32Array.from({ length: rows * 784 }, () => random.uniform()) },
    y: Uint8Array.from({ length: rows }, (_, i) => i % 10),
  });
  const data = { train: images(Math.round(SAMPLES / 0.9)), test: images(100), classes: 10 };
  return permutedPixels(data, { tasks: 1, random, validation: 0.1 }).tasks[0];
}

function penaltyOf(network: Network): Penalty {
  const theta = network.initial();
  return quadraticPenalty("EWC", quadratic(1, new Float64Array(theta.length).fill(0.01), theta));
}

/** Seconds of the quicker of {@link EPOCHS} epochs. */
async function epoch(network: Network, task: Task, penalty?: Penalty): Promise<number> {
  const options = { rule: sgd({ stepSize: 0.05 }), epochs: EPOCHS, batch: BATCH };
  let best = Number.POSITIVE_INFINITY;
  let started = performance.now();
  for await (const _ of train(network, task, { ...options, ...(penalty && { penalty }) })) {
    best = Math.min(best, performance.now() - started);
    started = performance.now();
  }
  return best / 1000;
}

/** The native kernels on two threads where there are any. */
function fastest(): string {
  const { info } = kernels();
  setThreads(THREADS);
  return info.name;
}
