import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { MissingError } from "../../src/errors.ts";
import { nativeKernelsOf } from "../../src/linalg/native.ts";
import { openNativeKernels } from "../../src/linalg/nativeAbsent.ts";
import {
  findLibrary,
  koffiLoader,
  openLibrary,
  type SharedLibrary,
} from "../../src/linalg/nativeLibrary.ts";
import { nativeKernels, wasmKernels } from "../../src/linalg/provider.ts";
import { kernelSuite } from "../support/kernelSuite.ts";
import { distance, largest, positiveDefinite, random, symmetric } from "../support/matrices.ts";

const problem = ((): string | undefined => {
  try {
    nativeKernels();
    return undefined;
  } catch (error) {
    return String(error);
  }
})();
const title = (name: string): string => (problem ? `${name}: skipped, ${problem}` : name);

/** A library that computes in TypeScript; `width` is the number of 32-bit words of its integers. */
function fakeLibrary({ width = 1, config = "", wrong = false, without = "" } = {}): SharedLibrary {
  const functions: Record<string, (...args: never[]) => unknown> = {
    dpotrf_(_triangle: string, n: Int32Array, A: Float64Array, _lda: Int32Array, info: Int32Array) {
      expect(n[0]).toBe(2);
      A.set([2, 0, 1, wrong ? 4 : 3]);
      info.fill(0, 0, width);
    },
  };
  for (const name of ["cblas_dgemm", "cblas_sgemm"]) {
    functions[name] = (...args: never[]) => (args[12] as Float64Array).set([-2, 13, -2, 31]);
  }
  for (const name of ["dsyrk", "ssyrk", "dgemv", "sgemv", "dtrsm"]) {
    functions[`cblas_${name}`] = () => undefined;
  }
  functions.dsyevd_ = () => undefined;
  if (config) functions.openblas_get_config = () => config;
  delete functions[without];
  return {
    func(definition) {
      const name = /(\w+)\(/.exec(definition)?.[1] ?? "";
      if (!functions[name]) throw new Error(`no ${name}`);
      return functions[name];
    },
  };
}

describe("openLibrary", () => {
  it("takes a library that passes its tests", () => {
    const library = openLibrary(["/usr/lib/libblas.so.3", "liblapack.so.3"], () => fakeLibrary());
    expect(library.description).toBe("BLAS (libblas.so.3 + liblapack.so.3)");
    expect(library.threads).toBeUndefined();
    const kernels = nativeKernelsOf(library);
    expect(kernels.info.threads).toBe(1);
    expect(kernels.setThreads(2)).toBe(false);
    const named = openLibrary(["libopenblas.so.0"], () =>
      fakeLibrary({ config: "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH Zen" }),
    );
    expect(named.description).toBe("OpenBLAS 0.3.21 (libopenblas.so.0)");
  });

  it.each([
    "libopenblas64_.so.0",
    "/opt/libopenblas64.so",
    "libblas64.so.3",
    "libmkl_intel_ilp64.so",
  ])("refuses the 64-bit-integer build %s by its name, before it is loaded", (path) => {
    const load = (): SharedLibrary => {
      throw new Error("loaded");
    };
    expect(() => openLibrary([path], load)).toThrow("64-bit-integer build (ILP64)");
  });

  it("does not take a folder for the name of a build", () => {
    expect(openLibrary(["/usr/lib/blas64/libx.so"], () => fakeLibrary()).description).toBe(
      "BLAS (libx.so)",
    );
  });

  it("refuses a 64-bit-integer build by its configuration and by its integers", () => {
    const named = (): SharedLibrary => fakeLibrary({ config: "OpenBLAS 0.3.26 USE64BITINT Zen" });
    expect(() => openLibrary(["x.so"], named)).toThrow("USE64BITINT");
    expect(() => openLibrary(["x.so"], () => fakeLibrary({ width: 2 }))).toThrow("ILP64");
  });

  it("refuses a library that computes wrongly or lacks a function", () => {
    expect(() => openLibrary(["x.so"], () => fakeLibrary({ wrong: true }))).toThrow(
      "self-test failed: dpotrf gave 0, 2, 1, 4, expected 0, 2, 1, 3",
    );
    expect(() => openLibrary(["x.so"], () => fakeLibrary({ without: "dsyevd_" }))).toThrow(
      "it has no dsyevd_",
    );
  });
});

describe("findLibrary", () => {
  const none = (path: string): SharedLibrary => {
    throw new Error(`no file ${path}`);
  };

  it("says what was tried, why it failed and how to install one", () => {
    const find = () => findLibrary(undefined, none, "linux");
    expect(find).toThrow(MissingError);
    expect(find).toThrow("libopenblas.so.0: no file libopenblas.so.0");
    expect(find).toThrow("apt-get install libopenblas0");
    expect(find).toThrow("dnf install openblas");
    expect(() => findLibrary(undefined, none, "beos")).toThrow("no name is known for beos");
  });

  it("goes on to the next name, but tries only the one that the user named", () => {
    const second = (path: string): SharedLibrary =>
      path === "libopenblas.so.0" ? fakeLibrary({ width: 2 }) : fakeLibrary();
    expect(findLibrary(undefined, second, "linux").description).toContain("liblapack.so.3");
    expect(() => findLibrary("libopenblas.so.0", second, "linux")).toThrow("ILP64");
    expect(findLibrary("a.so,b.so", second, "linux").description).toBe("BLAS (a.so + b.so)");
  });
});

describe("nativeAbsent", () => {
  it("says that native kernels need Node", () => {
    expect(() => openNativeKernels(wasmKernels())).toThrow(MissingError);
  });
});

describe.skipIf(problem)(title("the system's BLAS"), () => {
  const library = problem
    ? undefined
    : findLibrary(process.env.NATGRAD_BLAS, koffiLoader(), process.platform);
  const bare = () => nativeKernelsOf(library!);
  const threads = problem ? 1 : bare().info.threads;
  afterEach(() => bare().setThreads(threads));

  kernelSuite("with LAPACK at every size", bare);

  it("agrees with WebAssembly", () => {
    const wasm = wasmKernels();
    for (const n of [3, 17, 50, 130]) {
      const A = positiveDefinite(n);
      const [L, M] = [positiveDefinite(n), positiveDefinite(n)];
      bare().cholesky(L);
      wasm.cholesky(M);
      expect(distance(L.data, M.data)).toBeLessThan(1e-13);
      const [X, Y] = [random(n, 4), random(n, 4)];
      bare().solveTriangular(L, X, { transpose: true });
      wasm.solveTriangular(L, Y, { transpose: true });
      expect(distance(X.data, Y.data)).toBeLessThan(1e-12 * largest(X.data));
      bare().gemm(A, L, M);
      const P = random(n, n);
      wasm.gemm(A, L, P);
      expect(distance(M.data, P.data)).toBeLessThan(1e-12);
      const S = symmetric(n);
      expect(distance(bare().eigh(S).values, wasm.eigh(S).values)).toBeLessThan(1e-12);
    }
  });

  it("sets the number of threads", () => {
    expect(bare().setThreads(1)).toBe(library?.threads !== undefined);
    expect(bare().info.threads).toBe(1);
  });

  it("lets a worker that has used it be ended by process.exit", () => {
    // a library that starts threads once kept the process alive (koffi's issue 274)
    const module = join(import.meta.dirname, "../support/exitFromWorker.ts");
    const run = (): string =>
      execFileSync(process.execPath, ["--conditions=natgrad-source", module], {
        encoding: "utf8",
        timeout: 8000,
      });
    expect(run().trim()).toBe("native");
  }, 10_000);
});
