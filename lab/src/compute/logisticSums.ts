/** The sums of a logistic regression in two parameters, in one pass over the samples. */
import { decodeBase64 } from "../../../src/linalg/wasm.ts";
import { bytes } from "./logisticKernel.generated.ts";
import type { PlanarData, SumsAt } from "./planar.ts";

interface Exports {
  logisticSums(pairs: number, u: number, v: number, a: number, b: number, out: number): void;
}

/** pairs of samples that the kernel takes at once */
const PAIRS = 512;
const PAGE = 65536;
/** bytes of what the kernel writes, and of the samples; its constants are in the first page */
const OUT = PAGE;
const INPUTS = OUT + 128;

/**
 * One memory for all problems: each would reserve an address space, and while a sample is dragged there is a new
 * problem in each frame. Who computes next puts its samples there if they are not.
 */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly run: Exports["logisticSums"];
  tenant: Float64Array | undefined;
}

let shared: Kernel | undefined;

function openKernel(): Kernel {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const module = new WebAssembly.Module(decodeBase64(bytes));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { memory, run: (exports as unknown as Exports).logisticSums, tenant: undefined };
}

/** The kernel with the inputs `[2, padded]` in its memory. */
function kernelWith(inputs: Float64Array): Kernel {
  shared ??= openKernel();
  if (shared.tenant !== inputs) {
    const { memory } = shared;
    const missing = INPUTS + inputs.byteLength - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    new Float64Array(memory.buffer, INPUTS, inputs.length).set(inputs);
    shared.tenant = inputs;
  }
  return shared;
}

/**
 * With the inputs of label 1 turned around, s = xᵀθ is what speaks against a sample's label: it has the probability
 * σ(−s), its gradient is σ(s) x. e = exp(−|s|) gives both without cancellation; the losses log(1 + e) are the
 * logarithm of a product.
 */
export function logisticSums({ X, y }: PlanarData, priorPrecision: number): SumsAt {
  const N = y.length;
  const padded = N + (N % 2);
  const inputs = new Float64Array(2 * padded);
  for (let n = 0; n < N; n++) {
    const sign = y[n] === 1 ? -1 : 1;
    inputs[n] = sign * X[2 * n];
    inputs[padded + n] = sign * X[2 * n + 1];
  }
  return (a, b) => {
    const { memory, run } = kernelWith(inputs);
    const out = new Float64Array(memory.buffer, OUT, 11);
    const sums = new Float64Array(9);
    for (let first = 0; first < padded; first += 2 * PAIRS) {
      const pairs = Math.min(PAIRS, (padded - first) / 2);
      const u = INPUTS + 8 * first;
      run(pairs, u, u + 8 * padded, a, b, OUT);
      for (let k = 0; k < 9; k++) sums[k] += out[k];
      // a sample that fills up the last pair has no inputs, and a factor of 2
      const odd = first + 2 * pairs > N ? out[10] / 2 : out[10];
      sums[0] += Math.log(out[9]) + Math.log(odd);
    }
    const [loss, g0, g1, f0, f1, f2, e0, e1, e2] = sums;
    return {
      loss: loss / N + 0.5 * priorPrecision * (a * a + b * b),
      gradient: [g0 / N, g1 / N],
      fisher: [f0 / N, f1 / N, f2 / N],
      empirical: [e0 / N, e1 / N, e2 / N],
    };
  };
}
