/** The file format against bytes put together by hand, and everything that may be wrong with a file. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DomainError, FormatError, ShapeError } from "../../../src/errors.ts";
import { readSafetensors, writeSafetensors } from "../../../src/models/network/safetensors.ts";
import {
  type Tensor,
  type TensorType,
  tensorOf,
  tensorTypes,
  tensorValues,
} from "../../../src/models/network/safetensorsTypes.ts";

/** A file with this header, whatever it says. */
function file(header: string | Uint8Array, body: ArrayLike<number> = []): Uint8Array {
  const json = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const length = new DataView(new ArrayBuffer(8));
  length.setUint32(0, json.length, true);
  return Uint8Array.from([...new Uint8Array(length.buffer), ...json, ...Array.from(body)]);
}

const entry = (dtype: string, shape: unknown, offsets: unknown): object => ({
  dtype,
  shape,
  data_offsets: offsets,
});
const headed = (header: object, bytes: number): Uint8Array =>
  file(JSON.stringify(header), new Uint8Array(bytes));

// 1, −2 and 0.5 in binary32
const singles = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f];

describe("a file", () => {
  it("is a length, a header and bytes", () => {
    const header = '{"a":{"dtype":"F32","shape":[1,3],"data_offsets":[0,12]}}   ';
    const { tensors, metadata } = readSafetensors(file(header, singles));
    expect([...tensors.keys()]).toEqual(["a"]);
    expect(tensors.get("a")).toMatchObject({ type: "F32", shape: [1, 3] });
    expect(tensorValues(tensors.get("a")!)).toEqual(Float32Array.of(1, -2, 0.5));
    expect(metadata.size).toBe(0);
  });

  it("is written as the format says, aligned", () => {
    const a = tensorOf(Float32Array.of(1, -2, 0.5), [3, 1]);
    const b = tensorOf(Float64Array.of(1));
    const written = writeSafetensors(
      [
        ["a", a],
        ["b", b],
      ],
      { key: "text" },
    );
    const view = new DataView(written.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect((8 + length) % 8).toBe(0);
    const header = new TextDecoder().decode(written.subarray(8, 8 + length));
    expect(JSON.parse(header)).toEqual({
      __metadata__: { key: "text" },
      b: entry("F64", [1], [0, 8]),
      a: entry("F32", [3, 1], [8, 20]),
    });
    expect(header).toMatch(/^\{.*\} *$/);
    // 1 in binary64
    expect([...written.subarray(8 + length)]).toEqual([0, 0, 0, 0, 0, 0, 0xf0, 0x3f, ...singles]);
  });

  it("may lie anywhere in memory", () => {
    const tensors = [["a", tensorOf(Float64Array.of(1, 2))]] as const;
    const written = writeSafetensors(tensors);
    // what Node's readFile gives: a view of a pool, whose slice() is no copy
    const buffer = Buffer.concat([Buffer.of(7, 7, 7), written]).subarray(3);
    const values = tensorValues(readSafetensors(buffer).tensors.get("a")!);
    expect(values).toEqual(Float64Array.of(1, 2));
    values.fill(0);
    expect(tensorValues(readSafetensors(buffer).tensors.get("a")!)[1]).toBe(2);
  });

  it("may be empty, have empty tensors, single numbers, odd names", () => {
    expect(readSafetensors(file("{}")).tensors.size).toBe(0);
    const tensors = [
      ["__proto__", tensorOf(new Float32Array(), [2, 0, 3])],
      ["7", tensorOf(Float64Array.of(4), [])],
      ["", tensorOf(Float32Array.of(5))],
      ['"\\\u0000ä', tensorOf(Float32Array.of(6))],
    ] as const;
    const found = readSafetensors(writeSafetensors(tensors)).tensors;
    expect(new Set(found.keys())).toEqual(new Set(tensors.map(([name]) => name)));
    for (const [name, { shape, bytes }] of tensors) {
      expect(found.get(name)?.shape).toEqual(shape);
      expect([...found.get(name)!.bytes]).toEqual([...bytes]);
    }
  });
});

describe("numbers", () => {
  const values = (type: TensorType, ...bytes: number[]): ArrayLike<number> => {
    const tensor = { type, shape: [], bytes: Uint8Array.from(bytes) };
    return tensorValues(tensor);
  };

  it("of half precision are widened exactly", () => {
    // the examples of IEEE 754 binary16: 1, the next above 1, largest, smallest normal, largest and smallest subnormal
    const bits = [
      0x3c00, 0x3c01, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x3555, 0xc000, 0x0000, 0x8000, 0x7c00,
      0xfc00,
    ];
    const bytes = bits.flatMap((word) => [word & 255, word >> 8]);
    expect(values("F16", ...bytes)).toEqual(
      Float32Array.of(
        1,
        1 + 2 ** -10,
        65504,
        2 ** -14,
        2 ** -14 - 2 ** -24,
        2 ** -24,
        0.333251953125,
        -2,
        0,
        -0,
        Infinity,
        -Infinity,
      ),
    );
    expect(values("F16", 0x01, 0x7e)[0]).toBeNaN();
  });

  it("of bfloat16 are the upper halves of float32", () => {
    expect(values("BF16", 0x80, 0x3f, 0x49, 0x40, 0x80, 0xff)).toEqual(
      Float32Array.of(1, 3.140625, -Infinity),
    );
    expect(values("BF16", 0xc0, 0x7f)[0]).toBeNaN();
  });

  it("that are integers are float64", () => {
    expect(values("I8", 0xff, 0x7f)).toEqual(Float64Array.of(-1, 127));
    expect(values("U8", 0xff)).toEqual(Float64Array.of(255));
    expect(values("BOOL", 1, 0)).toEqual(Float64Array.of(1, 0));
    expect(values("I16", 0xfe, 0xff)).toEqual(Float64Array.of(-2));
    expect(values("U16", 0xfe, 0xff)).toEqual(Float64Array.of(65534));
    expect(values("I32", 0xfd, 0xff, 0xff, 0xff)).toEqual(Float64Array.of(-3));
    expect(values("U32", 0xfd, 0xff, 0xff, 0xff)).toEqual(Float64Array.of(2 ** 32 - 3));
    expect(values("I64", ...new Array(8).fill(0xff))).toEqual(Float64Array.of(-1));
    expect(values("U64", 0, 0, 0, 0, 0, 0, 0, 0x80)).toEqual(Float64Array.of(2 ** 63));
  });

  it("that would be rounded, or have no conversion, are refused", () => {
    const large = [1, 0, 0, 0, 0, 0, 0x20, 0];
    expect(() => values("I64", ...large)).toThrow(FormatError);
    expect(() => values("I64", ...large)).toThrow(/found the I64 9007199254740993, expected/);
    expect(() => values("F8_E4M3", 0)).toThrow(/type F8_E4M3, whose numbers are not read/);
  });
});

describe("what the format does not allow is refused, with what was found and expected", () => {
  const good = entry("F32", [2], [0, 8]);
  const cases: [string, Uint8Array, RegExp][] = [
    ["no length", new Uint8Array(7), /found 7 bytes, expected at least the 8/],
    [
      "a truncated header",
      file(JSON.stringify({ a: good })).subarray(0, 30),
      /found 30 bytes, expected \d+ or more with a header of \d+; is it truncated\?/,
    ],
    [
      "a header beyond 100 MB",
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
      /found a header of \d+ bytes, expected at most 100000000/,
    ],
    ["no UTF-8", file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), /is not UTF-8/],
    ["a byte order mark", file("\ufeff{}"), /is no JSON/],
    ["no JSON", file("{a:1}"), /is no JSON/],
    ["an empty header", file(""), /is no JSON/],
    ["a list", file("[]"), /found a header that starts with "\[\]", expected "\{"/],
    ["null", file("null"), /expected "\{"/],
    ["space before the header", file(" {}"), /expected "\{"/],
    [
      "a name twice",
      file(
        '{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\\u0061" : {"dtype":"F32","shape":[0],"data_offsets":[0,0]}}',
      ),
      /the name "a" twice/,
    ],
    [
      "a member twice",
      file('{"a":{"dtype":"F32","shape":[0],"shape":[1],"data_offsets":[0,4]}}', [0, 0, 0, 0]),
      /the name "shape" twice/,
    ],
    [
      "metadata that are a text",
      headed({ __metadata__: "a" }, 0),
      /__metadata__ is "a", expected an object of texts/,
    ],
    [
      "metadata that are numbers",
      headed({ __metadata__: { a: 1 } }, 0),
      /__metadata__ "a" is 1, expected a text/,
    ],
    [
      "a tensor that is nested without end",
      file(`{"a":${"[".repeat(1e6)}${"]".repeat(1e6)}}`),
      /tensor "a" is of type object, which JSON cannot say, expected an object/,
    ],
    ["a tensor that is a number", headed({ a: 3 }, 0), /tensor "a" is 3, expected an object/],
    [
      "no type",
      headed({ a: { shape: [], data_offsets: [0, 0] } }, 0),
      /"a" is of type missing, expected one of BOOL, U8/,
    ],
    [
      "an unknown type",
      headed({ a: entry("C64", [1], [0, 8]) }, 8),
      /is of type "C64", expected one of .*F32.*F64/,
    ],
    [
      "the type toString",
      headed({ a: entry("toString", [1], [0, 8]) }, 8),
      /is of type "toString"/,
    ],
    [
      "a negative size",
      headed({ a: entry("F32", [-2], [0, 8]) }, 8),
      /the shape \[-2\], expected integers/,
    ],
    ["half a size", headed({ a: entry("F32", [0.5], [0, 2]) }, 2), /the shape \[0\.5\]/],
    ["a shape that is no list", headed({ a: entry("F32", "2", [0, 8]) }, 8), /the shape "2"/],
    [
      "one offset",
      headed({ a: entry("F32", [2], [8]) }, 8),
      /the offsets \[8\], expected two integers/,
    ],
    ["a negative offset", headed({ a: entry("F32", [2], [-8, 0]) }, 8), /the offsets \[-8,0\]/],
    [
      "an offset beyond float64",
      headed({ a: entry("F32", [2], [0, 2 ** 60]) }, 8),
      /the offsets \[0,1152921504606847000\]/,
    ],
    [
      "offsets in the wrong order",
      headed({ a: entry("F32", [2], [8, 0]) }, 8),
      /has -8 bytes \(from 8 to 0\), expected 8/,
    ],
    [
      "a shape of other bytes",
      headed({ a: entry("F32", [3], [0, 8]) }, 8),
      /has 8 bytes \(from 0 to 8\), expected 12 for F32 \[3\]/,
    ],
    [
      "a shape beyond all numbers",
      headed({ a: entry("F32", new Array(30).fill(2 ** 50), [0, 8]) }, 8),
      /expected Infinity/,
    ],
    [
      "tensors that overlap",
      headed({ a: good, b: entry("F32", [2], [4, 12]) }, 12),
      /"b" overlaps the one before it: found its first byte at 4, expected 8/,
    ],
    [
      "tensors in the same place",
      headed({ a: good, b: good }, 8),
      /"b" overlaps the one before it/,
    ],
    [
      "a hole between tensors",
      headed({ a: good, b: entry("F32", [1], [12, 16]) }, 16),
      /"b" leaves a hole before it: found its first byte at 12, expected 8/,
    ],
    ["a hole before the first", headed({ a: entry("F32", [1], [4, 8]) }, 8), /"a" leaves a hole/],
    [
      "a truncated tensor",
      headed({ a: good }, 7),
      /found 7 bytes of tensors, expected 8; is it truncated\?/,
    ],
    [
      "bytes after the last tensor",
      headed({ a: good }, 9),
      /found 9 bytes of tensors, expected 8; nothing may follow/,
    ],
  ];

  it.each(cases)("%s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(FormatError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it("when writing", () => {
    const tensor = tensorOf(Float32Array.of(1));
    const twice = [
      ["a", tensor],
      ["a", tensor],
    ] as const;
    expect(() => writeSafetensors(twice)).toThrow(DomainError);
    expect(() => writeSafetensors(twice)).toThrow(/two tensors are named "a"/);
    expect(() => writeSafetensors([["__metadata__", tensor]])).toThrow(/is reserved/);
    expect(() => writeSafetensors([["a", { ...tensor, shape: [2] }]])).toThrow(
      /"a" has 4 bytes, expected 8 for F32 \[2\]/,
    );
  });
});

it("a tensor has the values that its shape says", () => {
  expect(() => tensorOf(Float32Array.of(1, 2, 3), [2, 2])).toThrow(ShapeError);
  expect(() => tensorOf(Float32Array.of(1, 2, 3), [2, 2])).toThrow(
    "a tensor of shape [2, 2]: found length 3, expected 4",
  );
  expect(() => tensorOf([1, 2] as unknown as Float32Array)).toThrow(
    "tensor: found [1,2], expected a Float64Array or Float32Array",
  );
  expect(tensorOf(Float64Array.of(1), []).shape).toEqual([]);
});

describe("any file", () => {
  const tensors = fc.uniqueArray(
    fc.tuple(
      fc.string({ unit: "binary" }).filter((name) => name !== "__metadata__" && isWellFormed(name)),
      fc.constantFrom(...tensorTypes),
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
    ),
    { selector: ([name]) => name, maxLength: 5 },
  );

  it("comes back as it was written", () => {
    const text = fc.string({ unit: "binary" }).filter(isWellFormed);
    fc.assert(
      fc.property(tensors, fc.dictionary(text, text), (arrays, metadata) => {
        const given = arrays.map(([name, type, shape, bytes]): [string, Tensor] => {
          const size = shape.reduce((a, b) => a * b, 1);
          const width = { 1: /8|BOOL/, 2: /16/, 4: /32/ } as const;
          const element = [1, 2, 4].find((w) => width[w as 1].test(type)) ?? 8;
          const all = Uint8Array.from({ length: size * element }, () => bytes.next().value);
          return [name, { type, shape, bytes: all }];
        });
        const found = readSafetensors(writeSafetensors(given, metadata));
        expect([...found.tensors].sort(byName)).toEqual([...given].sort(byName));
        expect(Object.fromEntries(found.metadata)).toEqual({ ...metadata });
      }),
    );
  });

  const sample = writeSafetensors(
    [
      ["0.weight", tensorOf(Float32Array.of(1, 2, 3, 4), [2, 2])],
      ["0.bias", tensorOf(Float64Array.of(1, 2))],
    ],
    { natgrad: '{"a":[1]}' },
  );

  it("that was damaged is read or refused with a FormatError", () => {
    const change = fc.tuple(fc.nat(sample.length - 1), fc.integer({ min: 0, max: 255 }));
    const cut = fc.nat(sample.length);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), cut, (changes, length) => {
        const damaged = sample.slice();
        for (const [at, value] of changes) damaged[at] = value;
        // half of them whole
        readOrRefuse(length % 2 === 0 ? damaged : damaged.subarray(0, length));
      }),
      { numRuns: 2000 },
    );
  });

  it("of any bytes, or with any JSON for a header, is read or refused with a FormatError", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), readOrRefuse));
    const offset = fc.oneof(fc.nat(16), fc.integer(), fc.double());
    const size = fc.oneof(fc.nat(4), fc.maxSafeInteger(), fc.double());
    const tensor = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom("F32", "F64", "I8"), fc.string()),
        shape: fc.oneof(fc.array(size), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(offset, offset), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(fc.string(), fc.oneof(tensor, fc.jsonValue()), { maxKeys: 3 });
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 16 }), (value, body) =>
        readOrRefuse(file(JSON.stringify(value), body)),
      ),
      { numRuns: 1000 },
    );
  });
});

function readOrRefuse(bytes: Uint8Array): void {
  try {
    for (const tensor of readSafetensors(bytes).tensors.values()) tensorValues(tensor);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
  }
}

/** no half of a surrogate pair, which UTF-8 has not */
function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
