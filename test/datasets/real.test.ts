import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { loadDataset } from "../../src/datasets/load.ts";
import { locate } from "../../src/datasets/lookup.ts";
import { datasets } from "../../src/datasets/registry.ts";
import { places } from "../../src/files/node.ts";
import type { Matrix } from "../../src/linalg/matrix.ts";
import type { SparseMatrix } from "../../src/linalg/sparse.ts";

const options = { cacheFolder: false, offline: true } as const;

// skipped without NATGRAD_DATA: these are the sets that the package does not carry
describe.skipIf(!process.env.NATGRAD_DATA)("real data (NATGRAD_DATA)", () => {
  it("are all there", async () => {
    for (const entry of datasets) {
      expect([entry.name, await locate(entry, places(options))]).toEqual([entry.name, "folder"]);
    }
  });

  it.each([
    ["Boston", [506, 13], 0.00632, 24, 21.6],
    ["Energy", [768, 8], 0.98, 15.55, 15.55],
    ["Powerplant", [9568, 4], 8.34, 480.48, 445.75],
    ["Yacht", [308, 6], -2.3, 0.11, 0.27],
    ["Concrete", [1030, 8], 540, 79.99, 61.89],
  ])("%s: shape, first value and first two targets", async (name, shape, first, ...targets) => {
    const { X, y } = await loadDataset(name, options);
    expect([X.rows, X.cols]).toEqual(shape);
    expect((X as Matrix).data[0]).toBe(first);
    expect([y[0], y[1]]).toEqual(targets);
  });

  it("a1a: 22,249 nonzeros, 395 positive of 1605", async () => {
    const { X, y } = await loadDataset("a1a", options);
    const sparse = X as SparseMatrix;
    expect([sparse.kind, X.rows, X.cols, sparse.values.length]).toEqual(["csr", 1605, 119, 22249]);
    expect(y.filter((label) => label === 1).length).toBe(395);
    expect(y.filter((label) => label === 0).length).toBe(1210);
    expect([...sparse.columns.subarray(0, 3)]).toEqual([2, 10, 13]);
  });

  it("MNIST-test in float32, pixel for pixel", async () => {
    const { X, y } = await loadDataset("MNIST-test", { ...options, precision: "float32" });
    const { data } = X as Matrix<Float32Array>;
    expect(data).toBeInstanceOf(Float32Array);
    expect([X.rows, X.cols, y.length]).toEqual([10000, 784, 10000]);
    expect([...y.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    // the MD5 that MNIST's pages give is that of header and pixels
    const header = Uint8Array.of(0, 0, 8, 3, 0, 0, 39, 16, 0, 0, 0, 28, 0, 0, 0, 28);
    const sum = createHash("md5").update(header).update(Uint8Array.from(data)).digest("hex");
    expect(sum).toBe("2646ac647ad5339dbf082846283269ea");
  });
});
