import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const missing = "/nonexistent/libmissing.so";

/** The module as a fresh process would see it. */
async function fresh(
  env: Record<string, string>,
): Promise<typeof import("../../src/linalg/provider.ts")> {
  vi.resetModules();
  for (const name of ["NATGRAD_KERNELS", "NATGRAD_BLAS"]) vi.stubEnv(name, env[name] ?? "");
  return import("../../src/linalg/provider.ts");
}

describe("provider", () => {
  beforeEach(() => {
    vi.resetModules();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("is the BLAS where one loads, else WebAssembly", async () => {
    const { kernels, nativeKernels, wasmKernels, providerReport } = await fresh({});
    const report = providerReport();
    expect(kernels()).toBe(report.nativeProblem ? wasmKernels() : nativeKernels());
    expect(report.provider).toEqual({ ...kernels().info, threads: kernels().info.threads });
    expect(report.install === undefined).toBe(report.nativeProblem === undefined);
  });

  it("is WebAssembly where NATGRAD_KERNELS says so", async () => {
    const { kernels, setThreads, providerReport } = await fresh({ NATGRAD_KERNELS: "wasm" });
    expect(kernels().info.name).toBe("wasm");
    expect([setThreads(1), setThreads(2)]).toEqual([true, false]);
    expect(() => setThreads(0)).toThrow("expected a positive integer");
    expect(providerReport()).toMatchObject({ provider: { name: "wasm" }, forced: "wasm" });
  });

  it("refuses another value of NATGRAD_KERNELS", async () => {
    const { kernels, providerReport } = await fresh({ NATGRAD_KERNELS: "fast" });
    expect(kernels).toThrow('NATGRAD_KERNELS is "fast", expected "native" or "wasm"');
    expect(providerReport().provider).toBeUndefined();
    expect(providerReport().forced).toBe("fast");
  });

  it.each([{ NATGRAD_KERNELS: "native" }, {}])(
    "does not silently replace a BLAS that was asked for and is missing: %o",
    async (env) => {
      const provider = await fresh({ ...env, NATGRAD_BLAS: missing });
      expect(provider.kernels).toThrow(missing);
      expect(provider.kernels).toThrow("apt-get install libopenblas0");
      const report = provider.providerReport();
      expect(report.provider).toBeUndefined();
      expect(report.nativeProblem).toContain(missing);
      expect(report.install).toContain("libopenblas0");
    },
  );

  it("is WebAssembly where that is asked for, whatever NATGRAD_BLAS names", async () => {
    const { kernels } = await fresh({ NATGRAD_KERNELS: "wasm", NATGRAD_BLAS: missing });
    expect(kernels().info.name).toBe("wasm");
  });

  it("can be handed in", async () => {
    const { kernels, useKernels, wasmKernels } = await fresh({});
    const mine = { ...wasmKernels(), info: { ...wasmKernels().info, library: "mine" } };
    useKernels(mine);
    expect(kernels()).toBe(mine);
  });
});
