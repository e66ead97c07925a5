/** A layer's rows against the gradient of one example and one cotangent at a time. */
import { expect, it } from "vitest";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import type { WeightRows } from "../../../src/models/weightRows.ts";
import { distance, largest, numbers, product, single } from "../matrices.ts";
import type { Sample } from "./sample.ts";

/** where the layer is said to be in θ */
const OFFSET = 5;

interface Batch {
  readonly found: WeightRows;
  /** by definition */
  readonly rows: Matrix;
}

/** Describes the rows of a sample with K cotangents an example. */
export function rowsSuite(sample: Sample, K: number): void {
  const { parameters: p, X, w, output, run } = sample;
  const { found, rows } = batchOf(sample, X.rows, K, 13);
  const size = rows.rows * p;

  it("say where they belong", () => {
    const place = { layer: "3.1", offset: OFFSET, size: p, samples: X.rows, columns: K };
    expect(found).toMatchObject(place);
  });

  it("are the gradients of each example", () => {
    const all = found.rows();
    expect(all).toMatchObject({ rows: X.rows * K, cols: p });
    expect(distance(all.data, rows.data)).toBeLessThan(1e-13);
  });

  it("are written some at a time, between other columns", () => {
    const cols = p + 3;
    const target = { rows: 2 * K, cols, data: new Float64Array(2 * K * cols).fill(7) };
    found.write(1, 3, target, 2);
    const expected = Float64Array.from(target.data, (_, i) => {
      const j = (i % cols) - 2;
      return j >= 0 && j < p ? rows.data[(K + Math.floor(i / cols)) * p + j] : 7;
    });
    expect(distance(target.data, expected)).toBeLessThan(1e-13);
  });

  it("have these sums of squares", () => {
    const start = numbers(p, 14);
    const sum = start.slice();
    found.addSquares(sum);
    const expected = start.map((s, j) => {
      let total = s;
      for (let i = j; i < size; i += p) total += rows.data[i] ** 2;
      return total;
    });
    expect(distance(sum, expected)).toBeLessThan(1e-12);
  });

  it("have these inner products with those of another batch", () => {
    const other = batchOf(sample, X.rows - 1, K - 1, 15);
    const result = found.inner(other.found);
    const expected = product(rows, other.rows, { transB: true });
    expect(result).toMatchObject({ rows: expected.rows, cols: expected.cols });
    expect(distance(result.data, expected.data)).toBeLessThan(1e-12);
    const norms = product(rows, rows, { transB: true }).data;
    expect(distance(found.inner(found).data, norms)).toBeLessThan(1e-12);
  });

  const { kronecker } = found;
  if (kronecker) {
    it("are sums of their outer products", () => {
      const sum = new Float64Array(size);
      for (const { positions: R, inputs, gradients, weight, bias } of kronecker) {
        for (let row = 0; row < rows.rows; row++) {
          for (let r = 0; r < R; r++) {
            const a = (Math.floor(row / K) * R + r) * inputs.cols;
            for (let o = 0; o < gradients.cols; o++) {
              const g = gradients.data[(row * R + r) * gradients.cols + o];
              const at = row * p - OFFSET;
              for (let i = 0; i < inputs.cols; i++) {
                sum[at + weight + o * inputs.cols + i] += g * inputs.data[a + i];
              }
              if (bias !== undefined) sum[at + bias + o] += g;
            }
          }
        }
      }
      expect(distance(sum, rows.data)).toBeLessThan(1e-13);
    });
  }

  it("agree in float32, and their squares do not underflow", () => {
    const tiny = 1e-24;
    const U = { rows: X.rows * K, cols: output, data: numbers(X.rows * K * output, 13) };
    const scaled = { ...U, data: U.data.map((u) => tiny * u) };
    const half = run(Float32Array.from(w), single(X)).weights!.rows(single(scaled), K, "3.1", 0);
    expect(half.rows().data).toBeInstanceOf(Float32Array);
    const back = Float64Array.from(half.rows().data, (x) => x / tiny);
    expect(distance(back, rows.data)).toBeLessThan(1e-6 * (1 + largest(rows.data)));
    const [sum, expected] = [new Float64Array(p), new Float64Array(p)];
    half.addSquares(sum);
    found.addSquares(expected);
    const squares = sum.map((s) => s / tiny / tiny);
    expect(distance(squares, expected)).toBeLessThan(1e-6 * (1 + largest(expected)));
  });
}

/** The first `samples` examples with cotangents of a seed. */
function batchOf(sample: Sample, samples: number, K: number, seed: number): Batch {
  const { w, X, input, output, parameters: p, run } = sample;
  const batch = { rows: samples, cols: input, data: X.data.slice(0, samples * input) };
  const U = { rows: samples * K, cols: output, data: numbers(samples * K * output, seed) };
  const rows = { rows: samples * K, cols: p, data: new Float64Array(samples * K * p) };
  for (let r = 0; r < rows.rows; r++) {
    const n = Math.floor(r / K);
    const x = { rows: 1, cols: input, data: X.data.slice(n * input, (n + 1) * input) };
    const u = { rows: 1, cols: output, data: U.data.slice(r * output, (r + 1) * output) };
    const gradient = new Float64Array(p);
    run(w, x).weights!.addGradient(u, gradient);
    rows.data.set(gradient, r * p);
  }
  return { found: run(w, batch).weights!.rows(U, K, "3.1", OFFSET), rows };
}
