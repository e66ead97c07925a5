import { describe, expect, it } from "vitest";
import { ConvergenceError, DomainError, NotPositiveDefiniteError } from "../../../src/errors.ts";
import { diagonalOperator } from "../../../src/linalg/diagonalOperator.ts";
import { spectralProduct } from "../../../src/linalg/eigen.ts";
import {
  functionProduct,
  inverseSquareRootProduct,
} from "../../../src/linalg/estimators/functionProduct.ts";
import { matrixFree } from "../../../src/linalg/matrixFree.ts";
import { distance, numbers } from "../../support/matrices.ts";
import { spectra, withEigenvalues } from "./spectra.ts";

const D = 48;
const v = numbers(D, 7);

function relativeError(found: Float64Array, expected: Float64Array): number {
  return Math.hypot(...found.map((x, i) => x - expected[i])) / Math.hypot(...expected);
}

describe("functionProduct", () => {
  const functions = {
    exponential: Math.exp,
    square: (x: number) => x * x,
    rational: (x: number) => x / (x + 5),
    sign: (x: number) => Math.tanh(20 * x),
  };
  for (const [name, f] of Object.entries(functions)) {
    it.each(Object.entries(spectra))(`is f(A) v: ${name}, %s`, (_, values) => {
      const A = withEigenvalues(values);
      const exact = spectralProduct(A.eigen(), f, v);
      for (const tolerance of [1e-3, 1e-8]) {
        const { value, error, products } = functionProduct(A, v, f, { tolerance });
        expect(error).toBeLessThanOrEqual(tolerance);
        // The change over four steps is that of an approximation four steps worse.
        expect(relativeError(value, exact)).toBeLessThan(Math.max(error, 1e-13));
        expect(products).toBeLessThanOrEqual(D);
      }
    });
  }

  it("stops at convergence, and at once where the space is invariant", () => {
    const A = diagonalOperator(Float64Array.of(1, 4, 9));
    const three = functionProduct(A, Float64Array.of(1, 1, 1), Math.sqrt);
    expect(distance(three.value, [1, 2, 3])).toBeLessThan(1e-14);
    expect([three.error, three.products]).toEqual([0, 3]);
    const single = functionProduct(A, Float64Array.of(0, 2, 0), Math.sqrt);
    expect([...single.value, single.products]).toEqual([0, 4, 0, 1]);
    // degree 2: exact after 3 products, seen after the eighth
    const large = diagonalOperator(Float64Array.from({ length: 500 }, (_, i) => i));
    expect(functionProduct(large, numbers(500), (x) => x * x).products).toBe(8);
    const zero = functionProduct(A, new Float64Array(3), Math.sqrt);
    expect(zero).toEqual({ value: new Float64Array(3), error: 0, products: 0 });
    expect(functionProduct(A, Float64Array.of(1, 1, 1), () => 0).value).toEqual(zero.value);
    const one = functionProduct(
      diagonalOperator(Float64Array.of(4)),
      Float64Array.of(-3),
      Math.sqrt,
    );
    expect([one.value[0], one.products]).toEqual([-6, 1]);
  });

  it("says how far it came where the steps do not suffice", () => {
    const A = diagonalOperator(Float64Array.from({ length: 2000 }, (_, i) => 1e-9 + i ** 4));
    const root = (): unknown => inverseSquareRootProduct(A, numbers(2000), { steps: 40 });
    expect(root).toThrow(ConvergenceError);
    expect(root).toThrow(/relative change \d\.\d\de[+-]\d+ after 40 products, expected 1e-8/);
  });

  it("refuses f that is not finite, and bad options", () => {
    const A = diagonalOperator(Float64Array.of(-1, 2, 3));
    expect(() => functionProduct(A, v.slice(0, 3), Math.sqrt)).toThrow(
      /NaN at the Ritz value -1.*, expected a finite number/,
    );
    expect(() => functionProduct(A, v.slice(0, 3), Math.exp, { tolerance: 0 })).toThrow(
      DomainError,
    );
    expect(() => functionProduct(A, v.slice(0, 3), Math.exp, { steps: -1 })).toThrow("-1 steps");
    expect(() => functionProduct(A, v, Math.exp)).toThrow("found length 48, expected 3");
    const nan = matrixFree(3, () => Float64Array.of(1, Number.NaN, 1));
    expect(() => functionProduct(nan, v.slice(0, 3), Math.exp)).toThrow(
      "function of an operator, product 1 with the operator: entry 1 is NaN",
    );
  });
});

describe("inverseSquareRootProduct", () => {
  it.each([0, 1e-3, 2])("whitens as the dense matrix does, with damping %d", (damping) => {
    for (const values of [spectra.flat, spectra.algebraic, spectra.step]) {
      const A = withEigenvalues(values);
      const { value } = inverseSquareRootProduct(A, v, { damping, tolerance: 1e-12 });
      const exact = A.inverseSquareRootMultiply(v, { damping });
      expect(relativeError(value, exact)).toBeLessThan(1e-11);
    }
  });

  it("says which eigenvalue makes the matrix not positive definite", () => {
    const indefinite = withEigenvalues(spectra.indefinite);
    const root = (damping: number): unknown => inverseSquareRootProduct(indefinite, v, { damping });
    expect(() => root(0.5)).toThrow(NotPositiveDefiniteError);
    expect(() => root(0.5)).toThrow(
      /not positive definite with damping 0.5: Lanczos found the eigenvalue -0\.\d+, or one below/,
    );
    expect(() => root(1.01)).not.toThrow();
    expect(() => root(-1)).toThrow("damping: found -1");
    // zero but for rounding
    const singular = withEigenvalues(spectra.lowRank);
    expect(() => inverseSquareRootProduct(singular, v)).toThrow(NotPositiveDefiniteError);
    expect(() => inverseSquareRootProduct(singular, v, { damping: 1e-6 })).not.toThrow();
  });
});
