/** Signed columns against the diagonals that they are made of. */
import { expect, it } from "vitest";
import { signedColumns } from "../../../src/models/network/signedColumns.ts";
import { numbers } from "../../support/matrices.ts";

const [B, n] = [4, 6];
const like = { rows: B, cols: 1, data: new Float64Array(B) };

it.each([1, 2, 4, 100])("%i at a time add up to the diagonals", (most) => {
  // with entries of zero, and an example that has one sign alone
  const d = numbers(B * n, 3).map((x, i) => (i % 5 === 0 ? 0 : i < n ? Math.abs(x) : x));
  const sums = new Float64Array(B * n);
  const filled = { "1": 0, "-1": 0 };
  const offered = { "1": 0, "-1": 0 };
  for (const { sign, S } of signedColumns(d, like, most)) {
    expect(S.cols).toBe(n);
    expect(S.rows / B).toBeLessThanOrEqual(most);
    offered[sign] += S.rows / B;
    for (let r = 0; r < S.rows; r++) {
      const row = S.data.subarray(r * n, (r + 1) * n);
      const entries = [...row.keys()].filter((i) => row[i] !== 0);
      // one unit in a column, so that nothing is off the diagonal
      expect(entries.length).toBeLessThanOrEqual(1);
      for (const i of entries) {
        sums[Math.floor(r / (S.rows / B)) * n + i] += sign * row[i] ** 2;
        filled[sign]++;
      }
    }
  }
  for (let i = 0; i < d.length; i++) expect(Math.abs(sums[i] - d[i])).toBeLessThan(1e-15);
  const count = (has: (x: number) => boolean): number[] =>
    Array.from({ length: B }, (_, b) => d.subarray(b * n, (b + 1) * n).filter(has).length);
  const [plus, minus] = [count((x) => x > 0), count((x) => x < 0)];
  const total = (counts: number[]): number => counts.reduce((sum, x) => sum + x);
  expect(filled).toEqual({ "1": total(plus), "-1": total(minus) });
  // no more than the example with most of them has
  expect(offered).toEqual({ "1": Math.max(...plus), "-1": Math.max(...minus) });
});

it("of nothing there are none", () => {
  expect([...signedColumns(new Float64Array(B * n), like, 3)]).toEqual([]);
});

it("what is no number stays none", () => {
  const d = new Float64Array(B * n);
  d[7] = Number.NaN;
  const [{ S }, ...more] = signedColumns(d, like, 3);
  expect(more).toEqual([]);
  expect([...S.data.keys()].filter((i) => Number.isNaN(S.data[i]))).toEqual([7]);
});
