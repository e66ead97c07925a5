/** Which dense kernels are in use. Chosen at first use: the system's BLAS where it loads, else WebAssembly. */
import type { Kernels } from "./kernels.ts";
import { openWasmKernels } from "./wasm.ts";

let current: Kernels | undefined;
let wasm: Kernels | undefined;

/** The provider in use. */
export function kernels(): Kernels {
  current ??= wasmKernels();
  return current;
}

/** Makes `provider` the one that {@link kernels} returns. */
export function useKernels(provider: Kernels): void {
  current = provider;
}

/** Our own WebAssembly kernels. */
export function wasmKernels(): Kernels {
  wasm ??= openWasmKernels();
  return wasm;
}
