/** Stands in for `native.ts` where there are no foreign calls: in browsers. */
import type { Kernels } from "./kernels.ts";
import { MissingKernelsError } from "./missingKernels.ts";

/** Always throws {@link MissingKernelsError}. */
export function openNativeKernels(_small: Kernels): never {
  throw new MissingKernelsError(
    "there are no foreign calls in a browser",
    "native kernels need Node; here the WebAssembly kernels do the work",
  );
}
