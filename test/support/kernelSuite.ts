/** What every provider of kernels must do, as a suite over a provider. */
import { describe } from "vitest";
import type { Kernels } from "../../src/linalg/kernels.ts";
import { choleskySuite } from "./kernelSuite/cholesky.ts";
import { eigenSuite } from "./kernelSuite/eigen.ts";
import { productSuite } from "./kernelSuite/products.ts";
import { triangularSuite } from "./kernelSuite/triangular.ts";

export function kernelSuite(name: string, kernels: () => Kernels): void {
  describe(name, () => {
    productSuite(kernels);
    choleskySuite(kernels);
    triangularSuite(kernels);
    eigenSuite(kernels);
  });
}
