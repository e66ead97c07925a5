/** Patches against plain loops; also in a browser. */
import { describe, expect, it } from "vitest";
import type { Reals } from "../../src/linalg/matrix.ts";
import {
  type Axis,
  imageSize,
  largestEntries,
  type Patches,
  patchRoom,
  patchSize,
  positionsOf,
} from "../../src/linalg/patches.ts";
import { distance, numbers } from "../support/matrices.ts";

/** Windows of taps `dilation` apart, the first `before` the axis. */
function axis(size: number, taps: number, stride: number, dilation: number, before: number): Axis {
  const windows = Math.floor((size + 2 * before - dilation * (taps - 1) - 1) / stride) + 1;
  const inside = (o: number, shift: number): boolean =>
    o * stride + shift >= 0 && o * stride + shift < size;
  const all = Array.from({ length: taps }, (_, k) => {
    const shift = k * dilation - before;
    const there = Array.from({ length: windows }, (_, o) => o).filter((o) => inside(o, shift));
    const start = there[0] ?? 0;
    return { shift, start, end: start + there.length };
  });
  return { size, windows, stride, taps: all };
}

const cases: { name: string; patches: Patches }[] = [
  { name: "plain", vertical: axis(6, 3, 1, 1, 0), horizontal: axis(9, 2, 1, 1, 0) },
  { name: "with padding", vertical: axis(5, 3, 1, 1, 2), horizontal: axis(4, 5, 1, 1, 2) },
  { name: "with strides", vertical: axis(7, 3, 2, 1, 1), horizontal: axis(8, 3, 3, 1, 0) },
  { name: "dilated", vertical: axis(9, 3, 2, 2, 1), horizontal: axis(9, 3, 1, 3, 1) },
  {
    name: "dilated by no multiple of the stride",
    vertical: axis(9, 2, 2, 3, 0),
    horizontal: axis(4, 1, 1, 1, 0),
  },
  {
    name: "with taps that meet padding only",
    vertical: axis(2, 1, 1, 1, 3),
    horizontal: axis(3, 4, 1, 2, 3),
  },
].map(({ name, ...axes }) => ({ name, patches: { channels: 2, ...axes } }));

/** For each entry of the patches of one image the index of that of the image, or −1 in the padding. */
function sources({ channels, vertical, horizontal }: Patches): number[] {
  const at: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (const { shift: down } of vertical.taps) {
      for (const { shift: right } of horizontal.taps) {
        for (let i = 0; i < vertical.windows; i++) {
          for (let j = 0; j < horizontal.windows; j++) {
            const [y, x] = [i * vertical.stride + down, j * horizontal.stride + right];
            const outside = y < 0 || y >= vertical.size || x < 0 || x >= horizontal.size;
            at.push(outside ? -1 : (c * vertical.size + y) * horizontal.size + x);
          }
        }
      }
    }
  }
  return at;
}

const types: { type: string; of: (values: Float64Array) => Reals; tolerance: number }[] = [
  { type: "float64", of: (values) => values, tolerance: 1e-15 },
  { type: "float32", of: (values) => Float32Array.from(values), tolerance: 1e-6 },
];

describe.each(cases)("patches $name", ({ patches }) => {
  const size = imageSize(patches);
  const from = sources(patches);

  it("are as many as there are places", () => {
    expect(from.length).toBe(patchSize(patches) * positionsOf(patches));
  });

  it.each(types)("are gathered in $type, 0 in the padding", ({ of }) => {
    const images = of(numbers(3 * size, 1));
    const room = patchRoom(patches, images);
    room.patches.fill(7);
    for (const start of [size, 0]) {
      room.gather(images, start);
      expect([...room.patches]).toEqual(from.map((at) => (at < 0 ? 0 : images[start + at])));
    }
  });

  it.each(types)("are scattered in $type", ({ of, tolerance }) => {
    const images = of(numbers(3 * size, 2));
    const expected = images.slice();
    expected.fill(0, size, 2 * size);
    const room = patchRoom(patches, images);
    room.patches.set(numbers(from.length, 3));
    from.forEach((at, i) => {
      if (at >= 0) expected[size + at] += room.patches[i];
    });
    room.scatter(images, size);
    expect(distance(images, expected)).toBeLessThan(tolerance);
  });
});

describe("the largest entries", () => {
  const { patches } = cases[2];
  const size = imageSize(patches);
  const R = positionsOf(patches);
  const taps = patchSize(patches) / patches.channels;
  const from = sources(patches);

  it.each(types)("are found in $type", ({ of }) => {
    // few different values: many are equal
    const values = numbers(2 * size, 4).map((x) => Math.round(3 * x) - 5);
    const X = { rows: 2, cols: size, data: of(values) };
    const { places, values: found } = largestEntries(patches, X);
    expect(places.length).toBe(2 * patches.channels * R);
    places.forEach((place, i) => {
      const [n, c, r] = [
        Math.floor(i / R / patches.channels),
        Math.floor(i / R) % patches.channels,
        i % R,
      ];
      const entries = Array.from({ length: taps }, (_, t) => from[(c * taps + t) * R + r]).filter(
        (at) => at >= 0,
      );
      const largest = Math.max(...entries.map((at) => values[n * size + at]));
      expect(found[i]).toBe(largest);
      expect(place).toBe(entries.find((at) => values[n * size + at] === largest));
    });
  });
});

it("a room is larger than the one before", () => {
  const small = patchRoom(cases[0].patches, new Float64Array());
  small.patches.fill(1);
  const patches = {
    channels: 1,
    vertical: axis(300, 9, 1, 1, 0),
    horizontal: axis(300, 9, 1, 1, 0),
  };
  const images = numbers(300 * 300, 5);
  const room = patchRoom(patches, images);
  room.gather(images, 0);
  expect(room.patches[0]).toBe(images[0]);
  expect(room.patches.at(-1)).toBe(images.at(-1));
});
