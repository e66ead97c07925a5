/** Second moments of more rows than are held at once, against loops over all of them. */
import { expect, it } from "vitest";
import { addSecondMoments } from "../../src/curvature/secondMoments.ts";
import { type Matrix, matrix } from "../../src/linalg/matrix.ts";
import { distance, largest, numbers, random } from "../support/matrices.ts";

const [out, features] = [2, 2];

function plainMoments(
  P: Matrix,
  Q: Matrix,
  a: Matrix,
  g: Matrix,
  { R, K, bias }: { R: number; K: number; bias: boolean },
): Float64Array {
  const width = bias ? features + 1 : features;
  const sum = new Float64Array(out * width);
  for (let row = 0; row < g.rows / R; row++) {
    const n = Math.floor(row / K);
    for (let p = 0; p < out; p++) {
      for (let q = 0; q < width; q++) {
        let along = 0;
        for (let r = 0; r < R; r++) {
          let left = 0;
          for (let o = 0; o < out; o++)
            left += P.data[o * out + p] * g.data[(row * R + r) * out + o];
          let right = bias ? Q.data[features * width + q] : 0;
          for (let i = 0; i < features; i++) {
            right += Q.data[i * width + q] * a.data[(n * R + r) * features + i];
          }
          along += left * right;
        }
        sum[p * width + q] += along ** 2;
      }
    }
  }
  return sum;
}

it.each([
  { R: 1, K: 2, bias: true, samples: 160_000 },
  { R: 1, K: 1, bias: false, samples: 270_000 },
  { R: 40, K: 2, bias: true, samples: 4000 },
])("of $samples samples, $R positions, $K columns", ({ R, K, bias, samples }) => {
  const width = bias ? features + 1 : features;
  const [P, Q] = [random(out, out, 1), random(width, width, 2)];
  const a = matrix(samples * R, features, numbers(samples * R * features, 3));
  const g = matrix(samples * K * R, out, numbers(samples * K * R * out, 4));
  const start = numbers(out * width, 5);
  const moments = start.slice();
  addSecondMoments(
    { left: P, right: Q, moments },
    { positions: R, inputs: a, gradients: g, weight: 0, ...(bias && { bias: out * features }) },
  );
  const expected = plainMoments(P, Q, a, g, { R, K, bias }).map((x, i) => x + start[i]);
  expect(distance(moments, expected)).toBeLessThan(1e-12 * largest(expected));
});
