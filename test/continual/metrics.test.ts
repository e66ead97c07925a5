import { describe, expect, it } from "vitest";
import { metrics } from "../../src/continual/metrics.ts";
import { fisherOverlap, overlapByLayer, sizeByLayer } from "../../src/continual/overlap.ts";
import { squareRoot } from "../../src/linalg/eigen.ts";
import { zeros } from "../../src/linalg/matrix.ts";
import { dense } from "../../src/models/network/dense.ts";
import { relu } from "../../src/models/network/relu.ts";
import { sequential } from "../../src/models/network/sequential.ts";
import { draws } from "../../src/random/generator.ts";
import { stream } from "../../src/random/streams.ts";

describe("the matrix R", () => {
  // by hand: rows are moments, columns are tasks
  const R = [
    [0.9, 0.2, 0.1],
    [0.7, 0.8, 0.3],
    [0.5, 0.9, 1.0],
  ];
  const found = metrics(R, [0.1, 0.1, 0.1]);

  it("gives averages over the tasks seen", () => {
    expect(found.averages[0]).toBe(0.9);
    expect(found.averages[1]).toBeCloseTo(0.75, 15);
    expect(found.average).toBeCloseTo(0.8, 15);
  });

  it("gives forgetting against the best before the end, and transfer", () => {
    // task A: 0.9 − 0.5; task B: 0.8 − 0.9, it got better later
    expect(found.forgetting).toBeCloseTo((0.4 - 0.1) / 2, 15);
    expect(found.backwardTransfer).toBeCloseTo((-0.4 + 0.1) / 2, 15);
    expect(found.forwardTransfer).toBeCloseTo((0.1 + 0.2) / 2, 15);
  });

  it("forgets from the best moment of all, also one before the task was trained", () => {
    // by hand: A 0.9 − 0.85, B 0.3 − 0.2, where B was best after A alone
    const early = [
      [0.9, 0.3, 0.1],
      [0.8, 0.25, 0.2],
      [0.85, 0.2, 0.7],
    ];
    expect(metrics(early).forgetting).toBeCloseTo(0.075, 15);
  });

  it("has no forgetting of one task, and no forward transfer without chance", () => {
    expect(metrics([[0.5]]).forgetting).toBeNaN();
    expect(metrics(R).forwardTransfer).toBeNaN();
  });

  it("refuses what is no such matrix", () => {
    expect(() => metrics([])).toThrow(/no row/);
    expect(() => metrics([[0.1, 0.2]])).toThrow(/row 0 of R has 2 tasks, expected 1/);
    expect(() => metrics([[1.2]])).toThrow(/R\[0\]\[0\] is 1.2/);
    expect(() => metrics(R, [0.1])).toThrow(/chance is of 1 tasks, R of 3/);
  });
});

describe("the overlap of two Fishers", () => {
  const random = stream(0, "overlap");
  const fisher = (D: number): Float64Array => draws(D, () => random.normal() ** 2);

  it("is 1 − d² by the definition with square roots of whole matrices", () => {
    const [a, b] = [fisher(6), fisher(6)];
    const trace = (x: Float64Array): number => x.reduce((s, v) => s + v, 0);
    const matrix = (x: Float64Array) => {
      const A = zeros(6, 6);
      x.forEach((v, i) => {
        A.data[i * 7] = v / trace(x);
      });
      return A;
    };
    const product = zeros(6, 6);
    for (let i = 0; i < 6; i++) product.data[i * 7] = matrix(a).data[i * 7] * matrix(b).data[i * 7];
    const root = squareRoot(product);
    let d2 = 0;
    for (let i = 0; i < 6; i++) {
      d2 += 0.5 * (matrix(a).data[i * 7] + matrix(b).data[i * 7] - 2 * root.data[i * 7]);
    }
    expect(Math.abs(fisherOverlap(a, b) - (1 - d2))).toBeLessThan(1e-14);
  });

  it("is 1 for a multiple, 0 for disjoint weights, and symmetric", () => {
    const a = fisher(20);
    const b = fisher(20);
    expect(
      fisherOverlap(
        a,
        a.map((x) => 7 * x),
      ),
    ).toBeCloseTo(1, 14);
    const left = a.map((x, i) => (i < 10 ? x : 0));
    const right = a.map((x, i) => (i < 10 ? 0 : x));
    expect(fisherOverlap(left, right)).toBe(0);
    expect(fisherOverlap(a, b)).toBeCloseTo(fisherOverlap(b, a), 15);
    expect(fisherOverlap(a, b)).toBeLessThan(1);
  });

  it("goes layer by layer, weights and biases together", () => {
    const network = sequential([dense(3, 2), relu(), dense(2, 2)]);
    const F1 = fisher(network.parameters);
    const F2 = fisher(network.parameters);
    const found = overlapByLayer(network, F1, F2);
    expect(found.map(({ layer }) => layer)).toEqual(["0", "2"]);
    // 3 · 2 + 2 entries, then 2 · 2 + 2
    expect(found[0].value).toBeCloseTo(fisherOverlap(F1.slice(0, 8), F2.slice(0, 8)), 15);
    expect(found[1].value).toBeCloseTo(fisherOverlap(F1.slice(8), F2.slice(8)), 15);
    const sizes = sizeByLayer(network, F1);
    expect(sizes[1].value.trace).toBeCloseTo(
      F1.slice(8).reduce((s, v) => s + v, 0),
      13,
    );
    expect(sizes[1].value.largest).toBe(Math.max(...F1.slice(8)));
  });

  it("refuses zero, negative and unequal ones, and those of another network", () => {
    expect(() => fisherOverlap(new Float64Array(3), fisher(3))).toThrow(/zero/);
    expect(() => fisherOverlap(Float64Array.of(-1), Float64Array.of(1))).toThrow(/-1/);
    expect(() => fisherOverlap(fisher(2), fisher(3))).toThrow(/2 and of 3/);
    const network = sequential([dense(3, 2)]);
    expect(() => sizeByLayer(network, fisher(3))).toThrow(/another network/);
  });
});
