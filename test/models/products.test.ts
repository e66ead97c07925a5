/** The sums for models that have nothing but forward, jvp and vjp, and those that have more. */
import { describe, expect, it } from "vitest";
import type { Blocks, Matrix } from "../../src/linalg/matrix.ts";
import { linear } from "../../src/models/linear.ts";
import type { Model } from "../../src/models/model.ts";
import {
  blockRange,
  eachFactorRows,
  factorRows,
  gram,
  gramDiagonal,
  secondOrder,
} from "../../src/models/products.ts";
import { distance, largest, numbers, random } from "../support/matrices.ts";
import { networkCase, tanhNetwork } from "../support/testModels.ts";

const N = 6;
const X = random(N, 2, 1);

/** the network with its second-order terms from jets */
const { model: network, jets } = networkCase(2, 3, 2);
const theta = numbers(network.parameters, 2);
const D = theta.length;
const residual = random(N, 2, 3);
const v = numbers(D, 4);

function exactSecondOrder(v: Float64Array): Float64Array {
  const sum = new Float64Array(D);
  for (let n = 0; n < N; n++) {
    jets(theta, X.data.subarray(2 * n, 2 * n + 2)).forEach(({ hessian }, m) => {
      hessian.forEach((h, t) => {
        sum[Math.floor(t / D)] += residual.data[2 * n + m] * h * v[t % D];
      });
    });
  }
  return sum;
}

describe("the test network", () => {
  it("has the derivatives that jets give", () => {
    const f = network.forward(theta, X);
    const tangents = network.jvp(theta, X, v);
    const pulled = new Float64Array(D);
    for (let n = 0; n < N; n++) {
      jets(theta, X.data.subarray(2 * n, 2 * n + 2)).forEach(({ value, gradient }, m) => {
        expect(Math.abs(f.data[2 * n + m] - value)).toBeLessThan(1e-15);
        const along = gradient.reduce((sum, g, i) => sum + g * v[i], 0);
        expect(Math.abs(tangents.data[2 * n + m] - along)).toBeLessThan(1e-14);
        gradient.forEach((g, i) => {
          pulled[i] += g * residual.data[2 * n + m];
        });
      });
    }
    expect(distance(network.vjp(theta, X, residual), pulled)).toBeLessThan(1e-14);
  });
});

describe("second-order terms by differences", () => {
  it("have an error near 1e-12", () => {
    const exact = exactSecondOrder(v);
    const found = secondOrder(network, theta, X, residual, v);
    expect(distance(found, exact)).toBeLessThan(1e-11 * largest(exact));
  });

  it("do not depend on the length of v", () => {
    for (const length of [1e-150, 1e-8, 1e8, 1e150]) {
      const scaled = secondOrder(
        network,
        theta,
        X,
        residual,
        v.map((x) => length * x),
      );
      const back = scaled.map((x) => x / length);
      expect(distance(back, exactSecondOrder(v))).toBeLessThan(1e-11);
    }
  });

  it("are zero along zero, and for a linear model without any work", () => {
    expect([...secondOrder(network, theta, X, residual, new Float64Array(D))]).toEqual(
      new Array(D).fill(0),
    );
    const flat = linear({ inputs: 2, outputs: 2 });
    const idle = {
      ...flat,
      vjp(): never {
        throw new Error("no need");
      },
    };
    const zero = secondOrder(idle, numbers(4), X, residual, numbers(4, 2));
    expect([...zero]).toEqual([0, 0, 0, 0]);
  });

  it("are the model's own where it has them", () => {
    const own: Model<Matrix> = {
      ...network,
      secondOrder: (_theta, _X, _r, v) => exactSecondOrder(v),
    };
    expect(secondOrder(own, theta, X, residual, v)).toEqual(exactSecondOrder(v));
  });
});

describe("sums over factors", () => {
  const full = linear({ inputs: 2, outputs: 3, intercept: "last" });
  const { factorRows: _rows, gram: _gram, gramDiagonal: _diagonal, ...bare } = full;
  const at = numbers(full.parameters, 5);
  const S: Blocks = { count: N, rows: 3, cols: 2, data: numbers(N * 6, 6) };

  it("are the same by vjp alone as by the model's own", () => {
    expect(distance(factorRows(bare, at, X, S).data, full.factorRows(at, X, S).data)).toBe(0);
    expect(distance(gram(bare, at, X, S).data, full.gram(at, X, S).data)).toBeLessThan(1e-14);
    expect(distance(gramDiagonal(bare, at, X, S), full.gramDiagonal(at, X, S))).toBeLessThan(1e-14);
  });

  it("ask the model for what it does best", () => {
    const asked: string[] = [];
    const spy =
      <A extends unknown[], R>(name: string, method: (...args: A) => R) =>
      (...args: A): R => {
        asked.push(name);
        return method(...args);
      };
    const spied = {
      ...full,
      vjp: spy("vjp", full.vjp),
      factorRows: spy("factorRows", full.factorRows),
      gram: spy("gram", full.gram),
      gramDiagonal: spy("gramDiagonal", full.gramDiagonal),
    };
    gram(spied, at, X, S);
    gramDiagonal(spied, at, X, S);
    factorRows(spied, at, X, S);
    expect(asked).toEqual(["gram", "gramDiagonal", "factorRows"]);
  });

  it("subtract a centre from each row", () => {
    const one: Blocks = { count: N, rows: 3, cols: 1, data: numbers(N * 3, 7) };
    const centre = numbers(full.parameters, 8);
    const rows = factorRows(full, at, X, one);
    const n = full.parameters;
    const expected = Float64Array.from({ length: n * n }, (_, t) => {
      let sum = 0;
      for (let r = 0; r < N; r++) {
        const [i, j] = [Math.floor(t / n), t % n];
        sum += (rows.data[r * n + i] - centre[i]) * (rows.data[r * n + j] - centre[j]);
      }
      return sum;
    });
    expect(distance(gram(full, at, X, one, centre).data, expected)).toBeLessThan(1e-14);
    const diagonal = expected.filter((_, t) => t % (n + 1) === 0);
    expect(distance(gramDiagonal(full, at, X, one, centre), diagonal)).toBeLessThan(1e-14);
  });

  it("visit rows in groups that fit into memory", () => {
    // 2²² entries at once: 2¹² samples of 2¹⁰ parameters
    const wide = linear({ inputs: 2 ** 10 });
    const count = 2 ** 12 + 100;
    const inputs = random(count, 2 ** 10, 9);
    const factor: Blocks = { count, rows: 1, cols: 1, data: new Float64Array(count).fill(2) };
    const sizes: number[] = [];
    eachFactorRows(wide, numbers(2 ** 10), inputs, factor, (rows) => sizes.push(rows.rows));
    expect(sizes).toEqual([2 ** 12, 100]);
  });

  it("are cut like the samples", () => {
    const part = blockRange(S, 2, 4);
    expect(part).toMatchObject({ count: 2, rows: 3, cols: 2 });
    expect(part.data).toEqual(S.data.slice(12, 24));
  });

  it("of a float32 model are float64", () => {
    const single = tanhNetwork<Float32Array>(2, 3, 2);
    const X32 = { ...X, data: Float32Array.from(X.data) };
    const S32 = { count: N, rows: 2, cols: 2, data: Float32Array.from(numbers(N * 4, 6)) };
    const S64 = { ...S32, data: Float64Array.from(S32.data) };
    const theta32 = Float32Array.from(theta);
    const exact = gram(network, theta, X, S64).data;
    const found = gram(single, theta32, X32, S32).data;
    expect(found).toBeInstanceOf(Float64Array);
    expect(distance(found, exact)).toBeLessThan(1e-6 * largest(exact));
    const withGram = { ...single, gram: () => ({ rows: 1, cols: 1, data: Float32Array.of(0.5) }) };
    expect(gram(withGram, theta32, X32, S32).data).toEqual(Float64Array.of(0.5));
    expect(gramDiagonal(single, theta32, X32, S32)).toBeInstanceOf(Float64Array);
  });
});
