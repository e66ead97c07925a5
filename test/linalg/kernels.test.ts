import { it } from "vitest";
import { nativeKernels, wasmKernels } from "../../src/linalg/provider.ts";
import { kernelSuite } from "../support/kernelSuite.ts";

kernelSuite("wasm", wasmKernels);

const missing = problem(nativeKernels);
if (missing === undefined) kernelSuite("native", nativeKernels);
else it.skip(`native kernels: ${missing}`, () => {});

function problem(provider: () => unknown): string | undefined {
  try {
    provider();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
