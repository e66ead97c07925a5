/** Stands in for `native.ts` where there are no foreign calls: in browsers. */
import { MissingError } from "../errors.ts";
import type { Kernels } from "./kernels.ts";

/** How to get native kernels, for messages. */
export const INSTALL_HINT = "native kernels need Node";

/** Always throws {@link MissingError}. */
export function openNativeKernels(_small: Kernels): never {
  throw new MissingError(`${INSTALL_HINT}; here the WebAssembly kernels do the work`);
}
