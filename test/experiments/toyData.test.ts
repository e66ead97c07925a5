import { describe, expect, it } from "vitest";
import {
  lognormalLine,
  noisyLine,
  type ToyData,
  twoClasses,
} from "../../src/experiments/toyData.ts";
import { draws } from "../../src/random/generator.ts";
import { LegacyRandom } from "../../src/random/legacy.ts";
import golden from "./golden/toyProblems.json" with { type: "json" };

const random = (): LegacyRandom => new LegacyRandom(0);

const tilted = (tilt: number): [[number, number], [number, number]] => [
  [1.5, 1.5 * tilt],
  [1.5 * tilt, 1.5],
];

/** Compares the first and the last sample: the last one comes out of place unless every draw before it is in order. */
function expectEnds(
  { X, y }: ToyData,
  { first, last }: { first: (number | number[])[]; last: (number | number[])[] },
): void {
  const ends = [first, last].flat(2);
  const found = [0, y.length - 1].flatMap((n) => [X.data[2 * n], X.data[2 * n + 1], y[n]]);
  expect(X).toMatchObject({ rows: y.length, cols: 2 });
  found.forEach((value, i) => {
    expect(Math.abs(value - ends[i])).toBeLessThan(1e-14);
  });
}

describe("the toy data, as NumPy draws them", () => {
  it("Figure 1", () => {
    expectEnds(lognormalLine(random(), 1000), golden.figure1);
  });

  it.each([
    [
      0,
      {
        mean: 1,
        A: [
          [2, 0],
          [0, 2],
        ],
        B: [
          [2, 0],
          [0, 2],
        ],
      },
    ],
    [
      1,
      {
        mean: 1.5,
        A: [
          [3, 0],
          [0, 3],
        ],
        B: [
          [1, 0],
          [0, 1],
        ],
      },
    ],
    [2, { mean: 1, A: tilted(-0.6), B: tilted(0.6) }],
  ] as const)("Figure 2, panel %i", (panel, { mean, A, B }) => {
    const data = twoClasses(random(), 1000, [
      { mean: [mean, mean], A },
      { mean: [-mean, -mean], A: B },
    ]);
    expectEnds(data, golden.figure2[panel]);
    expect(data.y.reduce((sum, label) => sum + label, 0)).toBe(500);
  });

  it("a class that is not symmetric multiplies from the right, as rows z A", () => {
    const A = [
      [1, 10],
      [0, 100],
    ] as const;
    const [u, v] = draws(
      2,
      (
        (generator) => () =>
          generator.normal()
      )(random()),
    );
    const { X } = twoClasses(random(), 2, [
      { mean: [0, 0], A },
      { mean: [0, 0], A },
    ]);
    expect([...X.data.subarray(0, 2)]).toEqual([u, 10 * u + 100 * v]);
  });

  it.each([
    [0, { deviation: 1, quadratic: 0 }],
    [1, { deviation: 2, quadratic: 0 }],
    [2, { deviation: 1, quadratic: 0.5 }],
  ] as const)("Figure 4, panel %i", (panel, noise) => {
    expectEnds(noisyLine(random(), 1000, noise), golden.figure4[panel]);
  });
});
