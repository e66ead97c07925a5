import { describe, expect, it } from "vitest";
import { ConvergenceError, DomainError, NotPositiveDefiniteError } from "../../../src/errors.ts";
import { diagonalOperator } from "../../../src/linalg/diagonalOperator.ts";
import { conditionNumber } from "../../../src/linalg/estimators/conditionNumber.ts";
import { extremeEigenvalues } from "../../../src/linalg/estimators/extremeEigenvalues.ts";
import { identity, type Matrix } from "../../../src/linalg/matrix.ts";
import { matrixFree } from "../../../src/linalg/matrixFree.ts";
import { stream } from "../../../src/random/streams.ts";
import { distance, product } from "../../support/matrices.ts";
import { spectra, withEigenvalues } from "./spectra.ts";

const orders = {
  largest: (a: number, b: number) => b - a,
  smallest: (a: number, b: number) => a - b,
  magnitude: (a: number, b: number) => Math.abs(b) - Math.abs(a),
} as const;
const ends = ["largest", "smallest", "magnitude"] as const;

describe("extremeEigenvalues", () => {
  for (const [name, eigenvalues] of Object.entries(spectra)) {
    it.each(ends)(`finds the %s eigenvalues that are there: ${name}`, (end) => {
      const A = withEigenvalues(eigenvalues);
      const scale = Math.max(...eigenvalues.map(Math.abs));
      const expected = eigenvalues.slice().sort(orders[end]);
      for (const count of [1, 4, 48]) {
        const { values, vectors, bounds, products } = extremeEigenvalues(A, stream(1), {
          count,
          end,
        });
        // of opposite signs and one size, either may come first
        const size = (x: Float64Array): Float64Array => (end === "magnitude" ? x.map(Math.abs) : x);
        expect(distance(size(values), size(expected.slice(0, count)))).toBeLessThan(1e-12 * scale);
        expect(Math.max(...bounds)).toBeLessThanOrEqual(1e-10 * scale);
        expect(products).toBeLessThanOrEqual(count === 1 ? 48 + 1 : 4 * 48);
        expect(
          distance(product(vectors, vectors, { transA: true }).data, identity(count).data),
        ).toBeLessThan(1e-12);
        const residuals = residualsOf(A.matrix, values, vectors);
        expect(distance(residuals, bounds)).toBeLessThan(1e-13 * scale);
      }
    });
  }

  it("counts multiple eigenvalues as often as they occur, in the order of their multiplicity", () => {
    const D = 3000;
    const entries = Float64Array.from({ length: D }, (_, i) =>
      i < 3 ? 10 : i < 5 ? 9 : (i % 7) / 7,
    );
    const A = diagonalOperator(entries);
    const top = extremeEigenvalues(A, stream(2), { count: 7 });
    expect(distance(top.values, [10, 10, 10, 9, 9, 6 / 7, 6 / 7])).toBeLessThan(1e-12);
    const bottom = extremeEigenvalues(A, stream(2), { count: 3, end: "smallest" });
    expect(distance(bottom.values, [0, 0, 0])).toBeLessThan(1e-12);
    const same = extremeEigenvalues(diagonalOperator(entries.fill(-2)), stream(2), { count: 3 });
    expect(distance(same.values, [-2, -2, -2])).toBeLessThan(1e-14);
    const none = extremeEigenvalues(diagonalOperator(entries.fill(0)), stream(2), { count: 2 });
    expect(none.values).toEqual(new Float64Array(2));
  });

  it("stops when the tolerance is reached", () => {
    const A = diagonalOperator(Float64Array.from({ length: 4000 }, (_, i) => 1 / (1 + i)));
    const rough = extremeEigenvalues(A, stream(3), { tolerance: 1e-3 });
    const fine = extremeEigenvalues(A, stream(3), { tolerance: 1e-12 });
    expect(rough.products).toBeLessThan(fine.products);
    expect(fine.products).toBeLessThan(25);
    expect(Math.abs(rough.values[0] - 1)).toBeLessThanOrEqual(rough.bounds[0] + 1e-15);
    expect(rough.bounds[0]).toBeLessThan(1e-3);
    const again = extremeEigenvalues(A, stream(3), { tolerance: 1e-12 });
    expect(again).toEqual(fine);
  });

  it("says what was reached where that is not the tolerance", () => {
    const A = diagonalOperator(Float64Array.from({ length: 4000 }, (_, i) => 1 / (1 + i)));
    const least = (): unknown => extremeEigenvalues(A, stream(3), { end: "smallest", steps: 50 });
    expect(least).toThrow(ConvergenceError);
    expect(least).toThrow(/relative residual \d\.\d\de-\d+ after 50 products, expected 7\.07e-11/);
    // products in float32, which Lanczos believes and the residuals do not
    const rough = matrixFree(300, (v) =>
      v.map((x, i) => Math.fround(Math.fround(x) * Math.fround(1 + 1 / (1 + i)))),
    );
    expect(() => extremeEigenvalues(rough, stream(3))).toThrow(ConvergenceError);
    const { values } = extremeEigenvalues(rough, stream(3), { tolerance: 1e-5 });
    expect(Math.abs(values[0] - 2)).toBeLessThan(1e-6);
  });

  it("refuses bad input", () => {
    const A = diagonalOperator(Float64Array.of(1, 2, 3));
    for (const count of [0, 4, 1.5, Number.NaN]) {
      expect(() => extremeEigenvalues(A, stream(0), { count })).toThrow(
        `a count of ${count}, expected an integer from 1 to the dimension, 3`,
      );
    }
    expect(() => extremeEigenvalues(A, stream(0), { tolerance: -1 })).toThrow(DomainError);
    expect(() => extremeEigenvalues(A, stream(0), { steps: 0 })).toThrow("0 steps");
    const one = extremeEigenvalues(diagonalOperator(Float64Array.of(5)), stream(0));
    expect([one.values[0], one.bounds[0]]).toEqual([5, 0]);
    const nan = matrixFree(3, (v) => v.fill(Number.NaN));
    expect(() => extremeEigenvalues(nan, stream(0))).toThrow("entry 0 is NaN");
    const triangular = matrixFree(3, (v) => Float64Array.of(v[0] + v[1], v[1] + v[2], v[2]));
    expect(() => extremeEigenvalues(triangular, stream(0))).toThrow("not symmetric");
  });
});

/** ‖A y − θ y‖ of each column */
function residualsOf(A: Matrix, values: Float64Array, vectors: Matrix): Float64Array {
  const AY = product(A, vectors);
  const k = vectors.cols;
  return values.map((value, i) => {
    let square = 0;
    for (let a = 0; a < A.rows; a++) {
      square += (AY.data[a * k + i] - value * vectors.data[a * k + i]) ** 2;
    }
    return Math.sqrt(square);
  });
}

describe("conditionNumber", () => {
  it.each([0, 0.5, 1e-3])("is the ratio of the extreme eigenvalues with damping %d", (damping) => {
    for (const values of [spectra.flat, spectra.exponential, spectra.step]) {
      const [most, least] = [values[0] + damping, values[47] + damping];
      const found = conditionNumber(withEigenvalues(values), stream(1), { damping });
      expect(Math.abs(found.value / (most / least) - 1)).toBeLessThan((1e-13 * most) / least);
      expect(found.lower).toBeLessThanOrEqual(found.value);
      expect(found.upper).toBeGreaterThanOrEqual(found.value);
      expect(Math.abs(found.largest - values[0])).toBeLessThan(1e-13 * values[0]);
    }
  });

  it("bounds what the residuals leave open", () => {
    const A = diagonalOperator(Float64Array.from({ length: 4000 }, (_, i) => 1e-3 + 1 / (1 + i)));
    const exact = (1 + 1e-3) / (1e-3 + 1 / 4000);
    const { lower, upper, value } = conditionNumber(A, stream(1), { tolerance: 1e-4 });
    expect(lower).toBeLessThan(exact);
    expect(upper).toBeGreaterThan(exact);
    expect(upper / lower).toBeLessThan(1.5);
    expect(Math.abs(value / exact - 1)).toBeLessThan(0.1);
    const loose = conditionNumber(A, stream(1), { tolerance: 0.5 });
    expect(loose.upper).toBe(Infinity);
  });

  it("refuses a matrix that is not positive definite", () => {
    const A = withEigenvalues(spectra.indefinite);
    expect(() => conditionNumber(A, stream(1))).toThrow(NotPositiveDefiniteError);
    expect(() => conditionNumber(A, stream(1), { damping: 2 })).not.toThrow();
    expect(() => conditionNumber(A, stream(1), { damping: -2 })).toThrow("damping: found -2");
    expect(() => conditionNumber(withEigenvalues(spectra.lowRank), stream(1))).toThrow(
      NotPositiveDefiniteError,
    );
  });
});
