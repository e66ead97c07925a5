/**
 * The dense kernels of the WebAssembly provider. Matrices are row-major in the imported memory; pointers are
 * byte offsets, sizes and strides count elements, and `work` points at room that the caller reserved.
 * Nothing here allocates: `../wasm.ts` lays the memory out before each call.
 */
export { multiply64, multiply32 } from "./product";
export { cholesky, solveLower, solveLowerTransposed } from "./triangular";
export { tridiagonalize, accumulate, diagonalize } from "./eigen";
