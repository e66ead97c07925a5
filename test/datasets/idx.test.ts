import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseIdx, parseIdxPair } from "../../src/datasets/idx.ts";
import { FormatError } from "../../src/errors.ts";

/** An IDX file of unsigned bytes. */
function idx(sizes: number[], data: number[], path = "some-idx") {
  const header = new DataView(new ArrayBuffer(4 + 4 * sizes.length));
  header.setUint32(0, 0x800 + sizes.length);
  sizes.forEach((size, i) => {
    header.setUint32(4 + 4 * i, size);
  });
  return { path, bytes: Uint8Array.from([...new Uint8Array(header.buffer), ...data]) };
}

describe("parseIdx", () => {
  it("reads sizes and bytes, also of a view into a larger buffer", () => {
    const { path, bytes } = idx([2, 3], [1, 2, 3, 4, 5, 255]);
    const inside = new Uint8Array([7, 7, 7, ...bytes, 7]).subarray(3, 3 + bytes.length);
    const { sizes, data } = parseIdx({ path, bytes: inside });
    expect(sizes).toEqual([2, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 255]);
  });

  it.each([
    ["a few bytes", [0, 0], "found 2 bytes, expected an IDX file"],
    [
      "another type (floats)",
      [0, 0, 13, 1, 0, 0, 0, 0],
      "found the magic number 00000d01, expected 000008",
    ],
    ["no dimensions", [0, 0, 8, 0], "found the magic number 00000800"],
    ["a packed file", [0x1f, 0x8b, 8, 0], "found the magic number 1f8b0800"],
    [
      "a header cut short",
      [0, 0, 8, 3, 0, 0, 0, 1],
      "found 8 bytes, expected a header of 16 (truncated?)",
    ],
    ["too few values", [0, 0, 8, 1, 0, 0, 0, 3, 1], "found 1 values, expected 3 = 3 (truncated?)"],
    ["too many values", [0, 0, 8, 1, 0, 0, 0, 0, 1], "found 1 values, expected 0 = 0"],
  ])("refuses %s", (_, bytes, message) => {
    const parse = () => parseIdx({ path: "x-idx", bytes: Uint8Array.from(bytes) });
    expect(parse).toThrow(FormatError);
    expect(parse).toThrow(message);
  });

  it("reads back any array, and refuses it one byte short", () => {
    const size = fc.integer({ min: 0, max: 4 });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 4 }), fc.nat(255), (sizes, first) => {
        const length = sizes.reduce((a, b) => a * b, 1);
        const data = Array.from({ length }, (_, i) => (first + 37 * i) % 256);
        const file = idx(sizes, data);
        expect(parseIdx(file).sizes).toEqual(sizes);
        expect([...parseIdx(file).data]).toEqual(data);
        expect(() => parseIdx({ ...file, bytes: file.bytes.subarray(0, -1) })).toThrow(FormatError);
      }),
    );
  });

  it("either reads or refuses any bytes with a FormatError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (tail) => {
        try {
          parseIdx({ path: "x", bytes: Uint8Array.from([0, 0, 8, ...tail]) });
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });
});

describe("parseIdxPair", () => {
  it("makes a row of each image", () => {
    const { X, y } = parseIdxPair(idx([2, 1, 2], [1, 2, 3, 4]), idx([2], [9, 0]), 10);
    expect([X.rows, X.cols, ...X.data]).toEqual([2, 2, 1, 2, 3, 4]);
    expect([...y]).toEqual([9, 0]);
  });

  it.each([
    [
      "another number of labels",
      idx([2, 1], [1, 2]),
      idx([1], [0]),
      "labels: found 1 labels, expected 2, one for each sample of images",
    ],
    [
      "labels in rows",
      idx([2, 1], [1, 2]),
      idx([2, 1], [0, 1]),
      "labels: found 2 × 1 labels, expected 2",
    ],
    [
      "a label outside",
      idx([2, 1], [1, 2]),
      idx([2], [0, 10]),
      "labels: found label 10 for sample 1, expected 0 to 9",
    ],
    ["no samples", idx([0, 1], []), idx([0], []), "images: found no samples"],
  ])("refuses %s", (_, images, labels, message) => {
    const parse = () =>
      parseIdxPair({ ...images, path: "images" }, { ...labels, path: "labels" }, 10);
    expect(parse).toThrow(FormatError);
    expect(parse).toThrow(message);
  });
});
