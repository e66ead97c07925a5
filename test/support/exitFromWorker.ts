/** Uses the native kernels in a worker, then ends the process while the worker lives; prints the provider. */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { identity } from "../../src/linalg/matrix.ts";
import { nativeKernels } from "../../src/linalg/provider.ts";

if (isMainThread) {
  new Worker(new URL(import.meta.url)).on("message", (name) => {
    console.log(name);
    process.exit(0);
  });
} else {
  const A = identity(300);
  nativeKernels().gemm(A, A, identity(300));
  parentPort?.postMessage(nativeKernels().info.name);
  setInterval(() => {}, 1000);
}
