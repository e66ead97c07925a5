import { describe, expect, it } from "vitest";
import { ShapeError } from "../../src/errors.ts";
import { bytes } from "../../src/linalg/denseKernels.generated.ts";
import { matrix } from "../../src/linalg/matrix.ts";
import { copyIn, copyOut, decodeBase64, WasmMemory } from "../../src/linalg/wasmMemory.ts";

const page = 65536;
const open = () => new WasmMemory<{ cholesky: unknown }>(bytes);

describe("WasmMemory", () => {
  it("gives room that does not overlap, aligned, after the kernels' own page", () => {
    const memory = open();
    const [a, b, c] = memory.reserve(8, 100_000, 24);
    expect(a).toBe(page);
    expect(b).toBeGreaterThanOrEqual(a + 8);
    expect(c).toBeGreaterThanOrEqual(b + 100_000);
    expect([a, b, c].map((offset) => offset % 64)).toEqual([0, 0, 0]);
    memory.view(new Float64Array(0), b, 12_500).fill(7);
    expect([...memory.view(new Float64Array(0), c, 3)]).toEqual([0, 0, 0]);
    expect(memory.view(new Float32Array(0), b, 2)).toBeInstanceOf(Float32Array);
    memory.view(new Float64Array(0), c, 1)[0] = 2;
    expect([...memory.integers(c, 2)]).toEqual([0, 0x40000000]);
  });

  it("keeps a memory of moderate size and drops an overgrown one", () => {
    const memory = open();
    const like = new Float64Array(0);
    const [small] = memory.reserve(16);
    memory.view(like, small, 2).fill(3);
    memory.release();
    expect([...memory.view(like, memory.reserve(16)[0], 2)]).toEqual([3, 3]);
    memory.reserve(2 ** 28);
    memory.release();
    expect([...memory.view(like, memory.reserve(16)[0], 2)]).toEqual([0, 0]);
    expect(memory.view(like, page, 1).buffer.byteLength).toBe(2 * page);
    expect(memory.exports.cholesky).toBeTypeOf("function");
  });

  it("refuses what WebAssembly cannot address", () => {
    expect(() => open().reserve(2 ** 33)).toThrow(ShapeError);
    expect(() => open().reserve(2 ** 33)).toThrow("cannot get 8.00 GiB");
  });
});

describe("copies of blocks", () => {
  const A = matrix(
    4,
    3,
    Float64Array.from({ length: 12 }, (_, i) => i),
  );

  it("take and put back part of a matrix", () => {
    const packed = new Float64Array(4);
    const block = { row: 1, rows: 2, col: 1, cols: 2 };
    copyIn(A, block, packed);
    expect([...packed]).toEqual([4, 5, 7, 8]);
    const target = matrix(4, 3, new Float64Array(12));
    copyOut(packed, target, block);
    expect([...target.data]).toEqual([0, 0, 0, 0, 4, 5, 0, 7, 8, 0, 0, 0]);
    const rows = { row: 2, rows: 1, col: 0, cols: 3 };
    copyOut(A.data.subarray(0, 3), target, rows);
    expect([...target.data.subarray(6, 9)]).toEqual([0, 1, 2]);
  });
});

describe("decodeBase64", () => {
  it("gives the bytes", () => {
    expect([...decodeBase64("AGFzbQ==")]).toEqual([0, 0x61, 0x73, 0x6d]);
  });
});
