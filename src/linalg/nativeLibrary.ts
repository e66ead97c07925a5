/**
 * Finding, binding and testing a BLAS/LAPACK library. The raw functions check nothing, neither lengths nor element
 * types, so they go to `native.ts` alone, which wraps each one.
 */
import { createRequire } from "node:module";
import { MissingKernelsError } from "./missingKernels.ts";
import {
  type BoundFunctions,
  NO_TRANSPOSE,
  prototypes,
  ROW_MAJOR,
  TRANSPOSE,
} from "./nativeFunctions.ts";

/** What is used of an opened shared library. */
export interface SharedLibrary {
  /** Binds a C prototype; throws if the symbol is not there. */
  func(definition: string): (...args: never[]) => unknown;
}

/** Opens a shared library by name or path; throws if it cannot. */
export type Loader = (path: string) => SharedLibrary;

/** A library that passed its tests. */
export interface NativeLibrary extends BoundFunctions {
  /** e.g. "OpenBLAS 0.3.21 (libopenblas.so.0, SkylakeX)" */
  readonly description: string;
  /** absent where the library has no thread control that we know */
  readonly threads?: { get(): number; set(count: number): void };
}

/**
 * What to try on each platform, in order; several names are one BLAS whose functions are spread over them.
 * The 64-bit-integer builds (`libopenblas64_`) are left out on purpose.
 */
const candidates: Readonly<Record<string, readonly (readonly string[])[]>> = {
  linux: [
    ["libopenblas.so.0"],
    ["libblas.so.3", "liblapack.so.3"],
    ["libopenblas.so"],
    ["libopenblasp.so.0"],
    ["libflexiblas.so.3"],
  ],
  darwin: [
    ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
    ["/opt/homebrew/opt/openblas/lib/libopenblas.dylib"],
    ["/usr/local/opt/openblas/lib/libopenblas.dylib"],
  ],
  win32: [["libopenblas.dll"]],
};

const INSTALL =
  "install one: Debian and Ubuntu `apt-get install libopenblas0`, Fedora `dnf install openblas`, " +
  "macOS has Accelerate; or name one with NATGRAD_BLAS=/path/to/library";

/**
 * The first library that loads and computes rightly. If `named` (NATGRAD_BLAS) is given it is the only one tried;
 * several paths separated by commas are one BLAS whose functions are spread over them.
 * Throws {@link MissingKernelsError} with the reason for each one that was tried.
 */
export function findLibrary(
  named: string | undefined,
  load: Loader,
  platform: string,
): NativeLibrary {
  const tried: string[] = [];
  const names = named ? [named.split(",")] : (candidates[platform] ?? []);
  for (const paths of names) {
    try {
      return openLibrary(paths, load);
    } catch (error) {
      tried.push(`${paths.join(" + ")}: ${error instanceof Error ? error.message : error}`);
    }
  }
  const reasons = tried.length > 0 ? tried.join("\n  ") : `no name is known for ${platform}`;
  throw new MissingKernelsError(
    `no usable BLAS/LAPACK library (with 32-bit integers):\n  ${reasons}`,
    INSTALL,
  );
}

/** Opens, binds and tests one library. Throws a plain error that says why it cannot be used. */
export function openLibrary(paths: readonly string[], load: Loader): NativeLibrary {
  const wide = paths.find((path) =>
    /(blas|lapack)[a-z]*_?64|ilp64/i.test(path.replace(/^.*[/\\]/, "")),
  );
  if (wide) throw new Error(`${wide} is a 64-bit-integer build (ILP64), a 32-bit one is needed`);
  const opened = paths.map(load);
  const config = optional<() => string>(opened, "const char* openblas_get_config()")?.() ?? "";
  if (config.includes("USE64BITINT")) {
    throw new Error(`64-bit-integer build (ILP64: "${config.trim()}"), a 32-bit one is needed`);
  }
  const functions = Object.fromEntries(
    Object.entries(prototypes).map(([name, prototype]) => [name, bind(opened, prototype)]),
  ) as unknown as BoundFunctions;
  selfTest(functions);
  const threads = threadControl(opened);
  return {
    ...functions,
    description: describe(opened, paths, config),
    ...(threads && { threads }),
  };
}

/** The function of a prototype in the first library that has it. */
function bind(libraries: readonly SharedLibrary[], prototype: string): unknown {
  let reason: unknown;
  for (const library of libraries) {
    try {
      return library.func(prototype);
    } catch (error) {
      reason = error;
    }
  }
  const name = /(\w+)\(/.exec(prototype)?.[1];
  throw new Error(`it has no ${name}`, { cause: reason });
}

function optional<F>(libraries: readonly SharedLibrary[], prototype: string): F | undefined {
  try {
    return bind(libraries, prototype) as F;
  } catch {
    return undefined;
  }
}

function threadControl(libraries: readonly SharedLibrary[]): NativeLibrary["threads"] {
  for (const prefix of ["openblas", "flexiblas"]) {
    const get = optional<() => number>(libraries, `int ${prefix}_get_num_threads()`);
    const set = optional<(n: number) => void>(libraries, `void ${prefix}_set_num_threads(int)`);
    if (get && set) return { get, set };
  }
  return undefined;
}

function describe(
  libraries: readonly SharedLibrary[],
  paths: readonly string[],
  config: string,
): string {
  const names = paths.map((path) => path.replace(/^.*[/\\]/, "")).join(" + ");
  const version = /OpenBLAS (\S+)/.exec(config)?.[1];
  if (!version) return `BLAS (${names})`;
  const core = optional<() => string>(libraries, "const char* openblas_get_corename()")?.();
  return `OpenBLAS ${version} (${names}${core ? `, ${core}` : ""})`;
}

/**
 * Small problems with known answers, before anything else is trusted to the library. Integers are handed over
 * with zeros behind them, so that a 64-bit-integer build reads the same values, and the integer result with a
 * sentinel behind it, which such a build overwrites.
 */
function selfTest(f: BoundFunctions): void {
  const two = Int32Array.of(2, 0);
  const info = Int32Array.of(-1, -1);
  // Row-major lower is column-major upper: [[4, 2], [2, 10]] = L Lᵀ with L = [[2, 0], [1, 3]].
  const A = Float64Array.of(4, 0, 2, 10);
  f.dpotrf("U", two, A, two, info);
  if (info[1] !== -1) throw new Error("64-bit-integer build (ILP64), a 32-bit one is needed");
  expectResult("dpotrf", [info[0], A[0], A[2], A[3]], [0, 2, 1, 3]);

  const [N, T] = [NO_TRANSPOSE, TRANSPOSE];
  const X = [1, 2, 3, 4, 5, 6];
  const Y = [1, 0, -1, 2, 1, 3];
  // X [2, 3] · Y [2, 3]ᵀ
  const product = [-2, 13, -2, 31];
  const C64 = new Float64Array(4);
  f.dgemm(ROW_MAJOR, N, T, 2, 2, 3, 1, Float64Array.from(X), 3, Float64Array.from(Y), 3, 0, C64, 2);
  expectResult("dgemm", C64, product);
  const C32 = new Float32Array(4);
  f.sgemm(ROW_MAJOR, N, T, 2, 2, 3, 1, Float32Array.from(X), 3, Float32Array.from(Y), 3, 0, C32, 2);
  expectResult("sgemm", C32, product);
}

function expectResult(name: string, found: ArrayLike<number>, expected: readonly number[]): void {
  const off = expected.some((value, i) => !(Math.abs(found[i] - value) < 1e-5));
  if (off) {
    throw new Error(
      `self-test failed: ${name} gave ${Array.from(found).join(", ")}, expected ${expected.join(", ")}`,
    );
  }
}

/** Opens libraries with koffi. Throws {@link MissingKernelsError} where that optional package is not installed. */
export function koffiLoader(): Loader {
  const require = createRequire(import.meta.url);
  let koffi: typeof import("koffi");
  try {
    koffi = require("koffi");
  } catch (cause) {
    throw new MissingKernelsError(
      "the optional package koffi, which calls the system's BLAS, does not load",
      "npm install koffi",
      { cause },
    );
  }
  return (path) => koffi.load(path) as unknown as SharedLibrary;
}
