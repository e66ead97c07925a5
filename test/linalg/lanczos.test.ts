import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../../src/errors.ts";
import { denseOperator } from "../../src/linalg/dense.ts";
import { diagonalOperator } from "../../src/linalg/diagonalOperator.ts";
import { CountedProducts, type Multiplication } from "../../src/linalg/estimators/products.ts";
import { Lanczos, lanczos } from "../../src/linalg/lanczos.ts";
import { identity, matrix, zeros } from "../../src/linalg/matrix.ts";
import { matrixFree } from "../../src/linalg/matrixFree.ts";
import { kernels } from "../../src/linalg/provider.ts";
import { distance, numbers, product, symmetric, tabulate } from "../support/matrices.ts";

const vectorOf = (n: number, entry: (i: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => entry(i));

/** The basis as rows `[k, D]`. */
function basisOf(process: Lanczos): ReturnType<typeof zeros> {
  const D = process.basis[0].length;
  const Q = zeros(process.steps, D);
  process.basis.forEach((q, i) => {
    Q.data.set(q, i * D);
  });
  return Q;
}

describe("lanczos", () => {
  const n = 60;
  const A = symmetric(n, 3);
  const start = numbers(n, 4);

  it("makes a tridiagonal matrix of A in an orthonormal basis that begins with the start", () => {
    const process = lanczos(denseOperator(A), start, { steps: 25 });
    const Q = basisOf(process);
    expect(distance(product(Q, Q, { transB: true }).data, identity(25).data)).toBeLessThan(1e-14);
    const T = product(product(Q, A), Q, { transB: true });
    const { diagonal, offDiagonal } = process;
    const expected = tabulate(25, (i, j) =>
      i === j ? diagonal[i] : Math.abs(i - j) === 1 ? offDiagonal[Math.min(i, j)] : 0,
    );
    expect(distance(T.data, expected.data)).toBeLessThan(1e-13);
    const length = Math.hypot(...start);
    expect(
      distance(
        process.basis[0],
        start.map((x) => x / length),
      ),
    ).toBeLessThan(1e-16);
    expect(Math.min(...offDiagonal)).toBeGreaterThan(0);
  });

  it("finds all eigenvalues in as many steps as there are dimensions", () => {
    const process = lanczos(denseOperator(A), start, { steps: 1000 });
    expect(process.steps).toBe(n);
    expect(process.exhausted).toBe(true);
    const { values, bounds } = process.ritz();
    expect(distance(values, kernels().eigh(A).values)).toBeLessThan(1e-12);
    expect(Math.max(...bounds)).toBe(0);
    expect(() => process.advance()).toThrow("no step remains");
  });

  it("bounds the distance of each Ritz value from an eigenvalue by the residual of its vector", () => {
    const process = lanczos(denseOperator(A), start, { steps: 30 });
    const { values, coordinates, bounds } = process.ritz();
    const eigenvalues = kernels().eigh(A).values;
    values.forEach((value, i) => {
      const y = process.combine(vectorOf(30, (j) => coordinates.data[j * 30 + i]));
      const Ay = product(A, matrix(n, 1, y)).data;
      const residual = Math.hypot(...Ay.map((x, a) => x - value * y[a]));
      expect(Math.abs(residual - bounds[i])).toBeLessThan(1e-13);
      const nearest = Math.min(...eigenvalues.map((e) => Math.abs(e - value)));
      expect(nearest).toBeLessThanOrEqual(bounds[i] + 1e-13);
    });
    // of the first steps alone, as if there had been no more
    const shorter = lanczos(denseOperator(A), start, { steps: 12 }).ritz();
    expect(distance(process.ritz(12).values, shorter.values)).toBeLessThan(1e-14);
    expect(distance(process.ritz(12).bounds, shorter.bounds)).toBeLessThan(1e-13);
  });

  it("gives the recursion of the discrete Chebyshev polynomials (Gautschi 2004)", () => {
    // Of nodes 0 … N − 1 with equal weights: α = (N − 1)/2, β_k² = k² (N² − k²) / (4 (4 k² − 1)).
    const N = 100;
    const process = lanczos(
      diagonalOperator(vectorOf(N, (i) => i)),
      vectorOf(N, () => 1),
      {
        steps: N,
      },
    );
    expect(
      distance(
        process.diagonal,
        vectorOf(N, () => (N - 1) / 2),
      ),
    ).toBeLessThan(1e-11);
    const beta = vectorOf(N, (i) =>
      Math.sqrt(((i + 1) ** 2 * (N ** 2 - (i + 1) ** 2)) / (4 * (4 * (i + 1) ** 2 - 1))),
    );
    expect(distance(process.offDiagonal, beta)).toBeLessThan(1e-11);
  });

  it("has no ghosts: an eigenvalue far from the others comes once, however many steps follow", () => {
    const D = 400;
    const values = vectorOf(D, (i) => (i === 0 ? 100 : i / D));
    const process = lanczos(
      diagonalOperator(values),
      vectorOf(D, () => 1),
      { steps: 120 },
    );
    const ritz = process.ritz().values;
    expect(ritz.filter((value) => value > 50)).toHaveLength(1);
    expect(Math.abs(ritz[119] - 100)).toBeLessThan(1e-12);
    expect(new Set(Array.from(ritz, (value) => value.toFixed(9))).size).toBe(120);
  });

  it("ends where the space is invariant, with that space's eigenvalues", () => {
    const five = diagonalOperator(vectorOf(500, (i) => i % 5));
    const process = lanczos(five, numbers(500, 4), { steps: 60 });
    expect(process.steps).toBe(5);
    expect(process.offDiagonal[4]).toBe(0);
    expect(distance(process.ritz().values, [0, 1, 2, 3, 4])).toBeLessThan(1e-14);
    const nothing = lanczos(diagonalOperator(new Float64Array(7)), numbers(7), { steps: 7 });
    expect([nothing.steps, nothing.ritz().values[0]]).toEqual([1, 0]);
    const one = lanczos(diagonalOperator(Float64Array.of(-3)), Float64Array.of(2), { steps: 4 });
    expect([one.steps, one.ritz().values[0]]).toEqual([1, -3]);
  });

  it("keeps to the complement of locked vectors", () => {
    const values = vectorOf(20, (i) => i + 1);
    const locked = [vectorOf(20, (i) => Number(i === 19)), vectorOf(20, (i) => Number(i === 5))];
    const counted = new CountedProducts(diagonalOperator(values), "test");
    const process = new Lanczos(counted, numbers(20), { locked });
    while (!process.exhausted) process.advance();
    expect(process.steps).toBe(18);
    expect(counted.count).toBe(18);
    const others = values.filter((value) => value !== 20 && value !== 6);
    expect(distance(process.ritz().values, others)).toBeLessThan(1e-12);
    expect(() => new Lanczos(counted, locked[0], { locked })).toThrow("outside the locked space");
  });

  it("does not depend on the scale of A", () => {
    for (const scale of [1e-150, 1e150]) {
      const values = vectorOf(40, (i) => scale * (i + 1));
      const process = lanczos(diagonalOperator(values), numbers(40), { steps: 100 });
      expect(process.steps).toBe(40);
      const ritz = process.ritz().values.map((value) => value / scale);
      expect(
        distance(
          ritz,
          vectorOf(40, (i) => i + 1),
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it("sees that an operator is not symmetric, without a product more", () => {
    const skewed = tabulate(30, (i, j) => (i === j ? i : i > j ? 0.1 : 0));
    let calls = 0;
    const operator: Multiplication = {
      dimension: 30,
      multiply(v) {
        calls++;
        return product(skewed, matrix(30, 1, v)).data;
      },
    };
    expect(() => lanczos(operator, numbers(30), { steps: 10 })).toThrow(
      /the operator is not symmetric, or not the same at every product/,
    );
    expect(calls).toBe(2);
    // one that changes from product to product, as with dropout
    let factor = 1;
    const changing = matrixFree(30, (v) => {
      factor *= 1.1;
      return v.map((x, i) => factor * i * x);
    });
    expect(() => lanczos(changing, numbers(30), { steps: 10 })).toThrow(DomainError);
  });

  it("takes the rounding of float32 for what it is", () => {
    const single = Float32Array.from(symmetric(80, 8).data);
    const rough = matrixFree(80, (v) => {
      const x = Float32Array.from(v);
      return vectorOf(80, (i) => {
        let sum = 0;
        for (let j = 0; j < 80; j++)
          sum = Math.fround(sum + Math.fround(single[i * 80 + j] * x[j]));
        return sum;
      });
    });
    const process = lanczos(rough, numbers(80, 2), { steps: 80 });
    const exact = kernels().eigh(matrix(80, 80, Float64Array.from(single))).values;
    expect(distance(process.ritz().values, exact)).toBeLessThan(1e-5);
  });

  it("refuses bad input and says what was found", () => {
    const operator = denseOperator(A);
    expect(() => lanczos(operator, new Float64Array(n), { steps: 3 })).toThrow("found norm 0");
    expect(() => lanczos(operator, numbers(n - 1), { steps: 3 })).toThrow(ShapeError);
    expect(() => lanczos(operator, start.with(3, Number.NaN), { steps: 3 })).toThrow(
      "start of Lanczos: entry 3 is NaN",
    );
    expect(() => lanczos(operator, start, { steps: 0 })).toThrow("0 steps, expected an integer");
    expect(() => lanczos(operator, start, { steps: 2.5 })).toThrow(DomainError);
    const nan = matrixFree(4, (v) => v.map((x, i) => (i === 2 ? Number.NaN : x)));
    expect(() => lanczos(nan, numbers(4), { steps: 2 })).toThrow(
      "Lanczos, product 1 with the operator: entry 2 is NaN",
    );
    const short: Multiplication = { dimension: 4, multiply: (v) => v.slice(1) };
    expect(() => lanczos(short, numbers(4), { steps: 2 })).toThrow("found length 3, expected 4");
    const empty: Multiplication = { dimension: 0, multiply: (v) => v };
    expect(() => lanczos(empty, numbers(0), { steps: 2 })).toThrow("an operator of dimension 0");
    const huge: Multiplication = { dimension: 1e6, multiply: (v) => v };
    expect(() =>
      lanczos(
        huge,
        vectorOf(1e6, () => 1),
        { steps: 1000 },
      ),
    ).toThrow(/GiB, the limit/);
  });
});
