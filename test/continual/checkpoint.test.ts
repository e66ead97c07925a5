import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCheckpoint, writeCheckpoint } from "../../src/continual/checkpoint.ts";
import { FormatError } from "../../src/errors.ts";

const state = {
  task: 1,
  note: "so far",
  missing: null,
  start: Float32Array.of(1.5, -0, Number.NaN),
  kept: {
    quadratics: [{ curvature: Float64Array.of(0.1, 1e300), constant: 2 }],
    empty: new Float64Array(),
  },
  rows: Uint32Array.of(7),
  labels: Uint8Array.of(1, 2, 3),
};

describe("a checkpoint", () => {
  const bytes = writeCheckpoint("key", state);

  it("gives back what was written, to the bit", () => {
    const found = readCheckpoint(bytes, "key") as typeof state;
    expect(found).toEqual(state);
    expect(Object.is(found.start[1], -0)).toBe(true);
    expect(found.start).toBeInstanceOf(Float32Array);
    // nothing is shared with the file
    found.kept.quadratics[0].curvature[0] = 5;
    expect((readCheckpoint(bytes, "key") as typeof state).kept.quadratics[0].curvature[0]).toBe(
      0.1,
    );
  });

  it("is read from a Buffer of Node, whose slices are views, and shares nothing with it", () => {
    const buffer = Buffer.from(bytes);
    const found = readCheckpoint(buffer, "key") as typeof state;
    expect(found).toEqual(state);
    buffer.fill(0);
    expect(found).toEqual(state);
  });

  it("keeps whole numbers with signs, and what a Buffer holds, and refuses other arrays", () => {
    const value = { signed: Int32Array.of(-7, 2 ** 31 - 1), bytes: Buffer.from([1, 2, 255]) };
    expect(readCheckpoint(writeCheckpoint("k", value), "k")).toEqual({
      signed: value.signed,
      bytes: Uint8Array.of(1, 2, 255),
    });
    for (const other of [Int16Array.of(1), BigInt64Array.of(1n), new DataView(bytes.buffer)]) {
      expect(() => writeCheckpoint("k", { kept: [other] })).toThrow(
        `a checkpoint holds Float32Array, Float64Array, Uint8Array, Uint32Array, Int32Array, found ${other.constructor.name}`,
      );
    }
  });

  it("is read from the middle of a buffer, too", () => {
    const around = new Uint8Array(bytes.length + 3);
    around.set(bytes, 3);
    expect(readCheckpoint(around.subarray(3), "key")).toEqual(state);
  });

  it("of another configuration is refused, with both names", () => {
    expect(() => readCheckpoint(bytes, "other")).toThrow(
      /another configuration \(key, expected other\)/,
    );
  });

  it("of another version is refused", () => {
    const other = bytes.slice();
    other[8] = 9;
    expect(() => readCheckpoint(other, "key")).toThrow(/format 9, this version reads 1/);
  });

  it("that is truncated is refused wherever it ends", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readCheckpoint(bytes.subarray(0, length), "key")).toThrow(FormatError);
    }
  });

  it("with any byte changed is refused", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (place, change) => {
          const damaged = bytes.slice();
          damaged[place] ^= change;
          expect(() => readCheckpoint(damaged, "key")).toThrow(FormatError);
        },
      ),
    );
  });

  it("of anything else is refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
        expect(() => readCheckpoint(junk, "key")).toThrow(FormatError);
      }),
    );
  });
});
