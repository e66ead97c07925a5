/** Which dense kernels are in use. Chosen at first use: the system's BLAS where it loads, else WebAssembly. */
import { openNativeKernels } from "#native";
import { DomainError, MissingError } from "../errors.ts";
import type { Kernels } from "./kernels.ts";
import { MissingKernelsError } from "./missingKernels.ts";
import { openWasmKernels } from "./wasm.ts";

let current: Kernels | undefined;
let wasm: Kernels | undefined;
let native: ReturnType<typeof openNativeKernels> | undefined;

/**
 * The provider in use. The environment variable NATGRAD_KERNELS (`native` or `wasm`) forces one; otherwise it is
 * native where a BLAS loads, else WebAssembly. Throws {@link DomainError} for another value of the variable,
 * {@link MissingError} where a BLAS was asked for, there or by NATGRAD_BLAS, and cannot be had.
 */
export function kernels(): Kernels {
  current ??= choose();
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

/**
 * The system's BLAS and LAPACK; matrices too small for a foreign call go to {@link wasmKernels}. Throws
 * {@link MissingError} that says what was tried and how to install one.
 */
export function nativeKernels(): Kernels {
  native ??= openNativeKernels(wasmKernels());
  return native;
}

/**
 * Sets the number of threads of the BLAS in use, for the whole process: workers set 1. Returns whether the
 * provider has such a control; WebAssembly always computes on one thread.
 *
 * Throws {@link DomainError} unless `count` is a positive integer.
 */
export function setThreads(count: number): boolean {
  if (!(Number.isInteger(count) && count > 0)) {
    throw new DomainError(`threads: found ${count}, expected a positive integer`);
  }
  return kernels() === native ? native.setThreads(count) : count === 1;
}

/** What `natgrad doctor` says about the kernels. */
export interface ProviderReport {
  /** the provider in use, absent where none could be chosen */
  readonly provider?: Kernels["info"];
  /** value of NATGRAD_KERNELS */
  readonly forced?: string;
  /** why the native kernels cannot be used, or why no provider could be chosen; absent where all is well */
  readonly nativeProblem?: string;
  /** how to install what is missing */
  readonly install?: string;
}

/** The provider in use and what is missing, as plain data; never throws. */
export function providerReport(): ProviderReport {
  const forced = environment("NATGRAD_KERNELS");
  const problem = failure(nativeKernels) ?? failure(kernels);
  const missing = problem instanceof MissingKernelsError ? problem : undefined;
  return {
    ...(!failure(kernels) && { provider: { ...kernels().info } }),
    ...(forced && { forced }),
    ...(problem && { nativeProblem: missing?.problem ?? problem.message }),
    ...(missing && { install: missing.remedy }),
  };
}

function failure(work: () => unknown): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function choose(): Kernels {
  const forced = environment("NATGRAD_KERNELS");
  if (forced === "wasm") return wasmKernels();
  if (forced === "native") return nativeKernels();
  if (forced) throw new DomainError(`NATGRAD_KERNELS is "${forced}", expected "native" or "wasm"`);
  try {
    return nativeKernels();
  } catch (error) {
    if (!(error instanceof MissingError) || environment("NATGRAD_BLAS")) throw error;
    return wasmKernels();
  }
}

/** A variable of the process's environment; undefined where unset, empty, or without a process. */
function environment(name: string): string | undefined {
  return globalThis.process?.env?.[name] || undefined;
}
