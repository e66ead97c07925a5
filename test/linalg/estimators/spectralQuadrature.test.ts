import { describe, expect, it } from "vitest";
import { DomainError, NotPositiveDefiniteError, ShapeError } from "../../../src/errors.ts";
import { denseOperator } from "../../../src/linalg/dense.ts";
import { diagonalOperator } from "../../../src/linalg/diagonalOperator.ts";
import { hutchinsonTrace } from "../../../src/linalg/estimators/hutchinson.ts";
import { signs } from "../../../src/linalg/estimators/probes.ts";
import { spectralQuadrature } from "../../../src/linalg/estimators/spectralQuadrature.ts";
import { matrix } from "../../../src/linalg/matrix.ts";
import { matrixFree } from "../../../src/linalg/matrixFree.ts";
import { stream } from "../../../src/random/streams.ts";
import { distance, product, symmetric, tabulate } from "../../support/matrices.ts";
import { simulate, studentBand } from "./simulation.ts";
import { spectra, traceOf, withEigenvalues } from "./spectra.ts";

const REPLICATIONS = 1000;

describe("spectralQuadrature", () => {
  it.each(Object.entries(spectra))(
    "has the moments vᵀAᵖv of each probe up to p = 2k − 1: %s",
    (name, values) => {
      const A = withEigenvalues(values);
      const steps = 4;
      const { rules, products } = spectralQuadrature(A, stream(1, name), { probes: 3, steps });
      // the step has two eigenvalues, and is known after two products
      expect(products).toBe(name === "step" ? 6 : 12);
      const random = stream(1, name);
      for (const { nodes, weights } of rules) {
        const omega = matrix(48, 1, signs(random, 1, 48).data);
        let power = omega;
        for (let p = 0; p <= 2 * steps; p++) {
          const moment = product(omega, power, { transA: true }).data[0] / 48;
          const quadrature = nodes.reduce((sum, node, i) => sum + weights[i] * node ** p, 0);
          const scale = Math.max(...values.map(Math.abs)) ** p;
          if (p < 2 * steps) expect(Math.abs(quadrature - moment)).toBeLessThan(1e-13 * scale);
          // and no further, unless the space is invariant
          else if (name !== "lowRank" && name !== "step") {
            expect(Math.abs(quadrature - moment)).toBeGreaterThan(1e-9 * scale);
          }
          power = product(A.matrix, power);
        }
      }
    },
  );

  it("has as weights the squared components of the probe along the eigenvectors", () => {
    const A = denseOperator(symmetric(20, 4));
    const { rules } = spectralQuadrature(A, stream(2), { probes: 2, steps: 30 });
    const random = stream(2);
    for (const { nodes, weights } of rules) {
      const parts = product(signs(random, 1, 20), A.eigen().vectors).data;
      expect(distance(nodes, A.eigen().values)).toBeLessThan(1e-12);
      expect(
        distance(
          weights,
          parts.map((x) => (x * x) / 20),
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it("sees Hutchinson's trace and its standard error in the first moment", () => {
    const A = denseOperator(symmetric(60, 4));
    const found = spectralQuadrature(A, stream(3), { probes: 8, steps: 3 }).trace((x) => x);
    const direct = hutchinsonTrace(A, stream(3), { products: 8 });
    expect(Math.abs(found.value - direct.value)).toBeLessThan(1e-12);
    expect(Math.abs(found.standardError - direct.standardError)).toBeLessThan(1e-12);
    expect(found.truncation).toBeLessThan(1e-11);
  });

  const definite = { flat: spectra.flat, algebraic: spectra.algebraic, step: spectra.step };
  it.each(Object.entries(definite))(
    "estimates a log-determinant without bias: %s",
    (name, values) => {
      const A = withEigenvalues(values);
      const damping = 0.01;
      const truth = A.logDeterminant({ damping });
      const found = simulate(REPLICATIONS, truth, (r) =>
        spectralQuadrature(A, stream(4, name, r), { probes: 12, steps: 12 }).logDeterminant({
          damping,
        }),
      );
      expect(Math.abs(found.bias)).toBeLessThan(4);
      expect(Math.abs(found.length - 1)).toBeLessThan(4 * found.lengthError);
      expect(found.lengthError).toBeLessThan(0.03);
      const [low, high] = studentBand(11, REPLICATIONS);
      expect(found.coverage).toBeGreaterThan(low - 0.02);
      expect(found.coverage).toBeLessThan(high);
    },
  );

  it("tells by half of its steps what the quadrature leaves out", () => {
    const A = withEigenvalues(spectra.algebraic);
    const random = stream(5);
    const omega = Array.from({ length: 6 }, () => signs(random, 1, 48));
    // what the same probes give with the whole spectrum
    const { values, vectors } = A.eigen();
    const exact =
      omega
        .map((v) => product(v, vectors).data)
        .reduce(
          (sum, parts) => sum + traceOf(parts.map((x, i) => x * x * Math.log(values[i]))),
          0,
        ) / 6;
    let before = Infinity;
    for (const steps of [3, 6, 12, 24, 40] as const) {
      const quadrature = spectralQuadrature(A, stream(5), { probes: 6, steps });
      const { value, truncation } = quadrature.logDeterminant();
      const error = Math.abs(value - exact);
      // Gauss's rule is above: even derivatives of the logarithm are negative (Golub & Meurant 1994).
      expect(value).toBeGreaterThan(exact - 1e-9);
      expect(error).toBeLessThan(before);
      expect(error).toBeLessThan(truncation + 1e-9);
      if (steps > 3) {
        const half = spectralQuadrature(A, stream(5), { probes: 6, steps: steps / 2 });
        expect(Math.abs(half.logDeterminant().value - value - truncation)).toBeLessThan(1e-9);
      }
      before = error;
    }
    expect(before).toBeLessThan(1e-6);
    const whole = spectralQuadrature(A, stream(5), { probes: 6, steps: 48 }).logDeterminant();
    expect(whole.truncation).toBe(0);
    expect(Math.abs(whole.value - exact)).toBeLessThan(1e-9);
  });

  it("counts eigenvalues in an interval, exactly as far as the probes know where its ends lie in gaps", () => {
    const A = withEigenvalues(spectra.step);
    const found = simulate(REPLICATIONS, 6, (r) =>
      spectralQuadrature(A, stream(6, r), { probes: 10, steps: 6 }).count(0.5, 2),
    );
    expect(Math.abs(found.bias)).toBeLessThan(4);
    expect(Math.abs(found.length - 1)).toBeLessThan(4 * found.lengthError);
    const quadrature = spectralQuadrature(A, stream(6), { probes: 10, steps: 6 });
    expect(quadrature.count(-1, 2).value).toBeCloseTo(48, 10);
    expect(quadrature.count(-1, 2).standardError).toBeLessThan(1e-12);
    expect(quadrature.count(3, 4).value).toBe(0);
    // the ends belong to the interval
    const ends = spectralQuadrature(diagonalOperator(Float64Array.of(1, 1)), stream(6), {
      probes: 2,
      steps: 2,
    });
    expect(ends.count(ends.least, ends.largest).value).toBe(2);
    expect(() => quadrature.count(2, 1)).toThrow(
      "eigenvalues between 2 and 1: expected low ≤ high",
    );
    expect(() => quadrature.count(Number.NaN, 1)).toThrow(DomainError);
  });

  it("bounds what the probes leave open of a count by the weights beside the ends", () => {
    for (const [name, values] of Object.entries(spectra)) {
      const A = withEigenvalues(values);
      for (const steps of [2, 5, 11]) {
        const quadrature = spectralQuadrature(A, stream(9, name), { probes: 4, steps });
        const whole = spectralQuadrature(A, stream(9, name), { probes: 4, steps: 48 });
        const width = values[0] - Math.min(...values);
        for (let t = -1; t <= 11; t++) {
          const low = Math.min(...values) + (t / 10.3) * width;
          for (const high of [Infinity, low + 0.3 * width]) {
            const { value, truncation } = quadrature.count(low, high);
            const exact = whole.count(low, high);
            expect(exact.truncation).toBe(0);
            expect(Math.abs(value - exact.value)).toBeLessThanOrEqual(truncation + 1e-9);
          }
        }
        expect(quadrature.count(-Infinity, Infinity).truncation).toBe(0);
      }
    }
  });

  it("knows the extreme eigenvalues from inside", () => {
    const A = withEigenvalues(spectra.indefinite);
    const { least, largest } = spectralQuadrature(A, stream(7), { probes: 3, steps: 12 });
    const { values } = A.eigen();
    expect(least).toBeGreaterThan(values[0] - 1e-14);
    expect(least).toBeLessThan(values[0] + 0.1);
    expect(largest).toBeLessThan(values[47] + 1e-14);
    expect(largest).toBeGreaterThan(values[47] - 0.1);
  });

  it("refuses bad input and says what was found", () => {
    const A = withEigenvalues(spectra.indefinite);
    const quadrature = spectralQuadrature(A, stream(7), { probes: 3, steps: 12 });
    expect(() => quadrature.logDeterminant()).toThrow(NotPositiveDefiniteError);
    expect(() => quadrature.logDeterminant({ damping: 0.1 })).toThrow(
      `Lanczos found the eigenvalue ${quadrature.least}, or one below`,
    );
    expect(() => quadrature.logDeterminant({ damping: -1 })).toThrow("damping: found -1");
    expect(() => quadrature.trace(Math.sqrt)).toThrow(
      /found NaN at the node -\d.*, expected a finite number/,
    );
    const singular = spectralQuadrature(withEigenvalues(spectra.lowRank), stream(7), {
      probes: 3,
      steps: 12,
    });
    expect(() => singular.logDeterminant()).toThrow(NotPositiveDefiniteError);
    const damped = singular.logDeterminant({ damping: 1 });
    expect(Math.abs(damped.value - Math.log(5 * 4 * 3 * 2))).toBeLessThan(4 * damped.standardError);

    const make = (probes: number, steps: number): unknown =>
      spectralQuadrature(A, stream(7), { probes, steps });
    for (const probes of [1, 0, 2.5]) {
      expect(() => make(probes, 5)).toThrow(`${probes} probes, expected an integer of at least 2`);
    }
    for (const steps of [1, 0, Number.NaN]) expect(() => make(3, steps)).toThrow(`${steps} steps`);
    expect(() => make(3, 2.5)).toThrow("2.5 steps");
    const empty = { dimension: 0, multiply: (v: Float64Array) => v };
    expect(() => spectralQuadrature(empty, stream(0), { probes: 3, steps: 3 })).toThrow(ShapeError);
    const one = spectralQuadrature(diagonalOperator(Float64Array.of(7)), stream(0), {
      probes: 2,
      steps: 3,
    });
    expect(one.products).toBe(2);
    expect(Math.abs(one.logDeterminant().value - Math.log(7))).toBeLessThan(1e-15);
    const nan = matrixFree(4, (v) => v.fill(Number.NaN));
    expect(() => spectralQuadrature(nan, stream(0), { probes: 2, steps: 2 })).toThrow(
      "spectral quadrature, product 1 with the operator: entry 0 is NaN",
    );
    const triangular = tabulate(60, (i, j) => (i >= j ? 1 : 0));
    const skewed = matrixFree(60, (v) => product(triangular, matrix(60, 1, v)).data);
    expect(() => spectralQuadrature(skewed, stream(0), { probes: 2, steps: 5 })).toThrow(
      "not symmetric",
    );
  });
});
