import { describe, expect, it } from "vitest";
import { DomainError } from "../../../src/errors.ts";
import { denseOperator } from "../../../src/linalg/dense.ts";
import { diagonalOperator } from "../../../src/linalg/diagonalOperator.ts";
import { hutchinsonDiagonal } from "../../../src/linalg/estimators/hutchinson.ts";
import { signs } from "../../../src/linalg/estimators/probes.ts";
import { xDiag } from "../../../src/linalg/estimators/xDiag.ts";
import { matrix } from "../../../src/linalg/matrix.ts";
import { matrixFree } from "../../../src/linalg/matrixFree.ts";
import { stream } from "../../../src/random/streams.ts";
import { distance, numbers, product, symmetric, tabulate } from "../../support/matrices.ts";
import { exchangeable, xDiagTerm } from "./definitions.ts";
import { simulate } from "./simulation.ts";
import { spectra, withEigenvalues } from "./spectra.ts";

const REPLICATIONS = 1000;
const { lowRank, ...others } = spectra;

describe("xDiag", () => {
  it.each(Object.entries(others))(
    "is unbiased, with error bars that are not too short: %s",
    (name, values) => {
      const A = withEigenvalues(values);
      const estimates = Array.from({ length: REPLICATIONS }, (_, r) =>
        xDiag(A, stream(1, name, r), { products: 24 }),
      );
      A.diagonal().forEach((entry, i) => {
        const found = simulate(REPLICATIONS, entry, (r) => ({
          value: estimates[r].value[i],
          standardError: estimates[r].standardError[i],
        }));
        // 48 entries for each matrix are looked at: 5 standard deviations
        expect(Math.abs(found.bias)).toBeLessThan(5);
        expect(found.length).toBeGreaterThan(1 - 5 * found.lengthError);
        expect(found.length).toBeLessThan(2);
        expect(found.coverage).toBeGreaterThan(0.85);
      });
    },
  );

  it.each(["flat", "algebraic", "indefinite"] as const)(
    "is the mean over bases without one probe: %s",
    (name) => {
      const A = withEigenvalues(spectra[name]);
      for (const products of [4, 10]) {
        const k = products / 2;
        const probes = signs(stream(8, name), k, 48);
        const memory = new Map<string, Float64Array>();
        const term = (i: number, left: readonly number[]): Float64Array => {
          const key = [i, left].join();
          const known = memory.get(key) ?? xDiagTerm(A.matrix, probes, i, left);
          memory.set(key, known);
          return known;
        };
        const found = xDiag(A, stream(8, name), { products });
        expect(found.products).toBe(products);
        for (let a = 0; a < 48; a++) {
          const expected = exchangeable(k, (i, left) => term(i, left)[a]);
          expect(Math.abs(found.value[a] - expected.value)).toBeLessThan(1e-12);
          // the root of a small variance
          expect(Math.abs(found.standardError[a] - expected.standardError)).toBeLessThan(1e-9);
        }
      }
    },
  );

  it("has a smaller error than Hutchinson's where the spectrum decays", () => {
    const A = withEigenvalues(spectra.algebraic);
    const truth = A.diagonal();
    const error = (estimator: typeof xDiag): number => {
      let sum = 0;
      for (let r = 0; r < 100; r++) {
        const { value } = estimator(A, stream(3, r), { products: 24 });
        sum += value.reduce((s, x, a) => s + (x - truth[a]) ** 2, 0);
      }
      return Math.sqrt(sum);
    };
    expect(error(xDiag)).toBeLessThan(0.2 * error(hutchinsonDiagonal));
  });

  it("is exact below a rank of half of the products, and from D products on", () => {
    const A = withEigenvalues(lowRank);
    const found = xDiag(A, stream(1), { products: 12 });
    expect(distance(found.value, A.diagonal())).toBeLessThan(1e-12);
    expect(Math.max(...found.standardError)).toBeLessThan(1e-12);
    const dense = denseOperator(symmetric(30, 2));
    const all = xDiag(dense, stream(1), { products: 30 });
    expect(distance(all.value, dense.diagonal())).toBe(0);
    expect([Math.max(...all.standardError), all.products]).toEqual([0, 30]);
    const one = xDiag(diagonalOperator(Float64Array.of(7)), stream(1), { products: 4 });
    expect([one.value[0], one.standardError[0], one.products]).toEqual([7, 0, 1]);
  });

  it("bears probes that are the same where A sees them", () => {
    // Of two coordinates, four sign vectors show; probes agree, and then the others span what each brings.
    const mixed = tabulate(40, (i, j) => (i < 2 && j < 2 ? 1 + Number(i === j) : 0));
    for (let seed = 0; seed < 40; seed++) {
      const found = xDiag(denseOperator(mixed), stream(seed), { products: 8 });
      expect(found.products).toBeLessThanOrEqual(4 + 2);
      expect(found.standardError.every(Number.isFinite)).toBe(true);
      // exact where both directions are spanned without any one probe, far off where they are not
      expect(found.value.subarray(2).every((x) => Math.abs(x) < 1e-14)).toBe(true);
      const probes = signs(stream(seed), 4, 40);
      const same = [0, 1, 2, 3].filter(
        (i) => probes.data[40 * i] === probes.data[40 * i + 1],
      ).length;
      const exact = Math.abs(found.value[0] - 2) < 1e-13 && found.standardError[0] < 1e-7;
      expect(exact).toBe(same === 2);
    }
    const found = simulate(REPLICATIONS, 2, (r) => {
      const { value, standardError } = xDiag(denseOperator(mixed), stream(9, r), { products: 4 });
      return { value: value[0], standardError: standardError[0] };
    });
    expect(Math.abs(found.bias)).toBeLessThan(4);
  });

  it("works block by block on long diagonals", () => {
    const D = 2500;
    const u = numbers(D, 3);
    const outer = matrixFree(D, (v) => {
      const along = v.reduce((s, x, i) => s + x * u[i], 0);
      return u.map((x) => x * along);
    });
    const { value, standardError } = xDiag(outer, stream(2), { products: 6 });
    expect(
      distance(
        value,
        u.map((x) => x * x),
      ),
    ).toBeLessThan(1e-12);
    expect(Math.max(...standardError)).toBeLessThan(1e-12);
  });

  it("refuses bad input", () => {
    const A = denseOperator(symmetric(60, 5));
    for (const products of [2, 7]) {
      expect(() => xDiag(A, stream(0), { products })).toThrow(
        `XDiag: ${products} products, expected an integer of at least 4 and a multiple of 2`,
      );
    }
    const nan = matrixFree(60, (v) => v.fill(Number.NaN));
    expect(() => xDiag(nan, stream(0), { products: 6 })).toThrow(
      "XDiag, product 1 with the operator",
    );
    const triangular = tabulate(60, (i, j) => (i >= j ? 1 : 0));
    const skewed = matrixFree(60, (v) => product(triangular, matrix(60, 1, v)).data);
    expect(() => xDiag(skewed, stream(0), { products: 6 })).toThrow(DomainError);
  });
});
