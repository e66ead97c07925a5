import { describe, expect, it } from "vitest";
import { NotPositiveDefiniteError } from "../../../src/errors.ts";
import { diagonalOperator } from "../../../src/linalg/diagonalOperator.ts";
import type { SpectralDensity } from "../../../src/linalg/estimators/spectralDensity.ts";
import { spectralQuadrature } from "../../../src/linalg/estimators/spectralQuadrature.ts";
import { stream } from "../../../src/random/streams.ts";
import { distance } from "../../support/matrices.ts";
import { simulate } from "./simulation.ts";
import { spectra, withEigenvalues } from "./spectra.ts";

/** By the trapezoidal rule. */
function integralOf({ x, density }: SpectralDensity): number {
  let sum = 0;
  for (let i = 1; i < x.length; i++) sum += (density[i] + density[i - 1]) * (x[i] - x[i - 1]);
  return sum / 2;
}

function smoothed(x: Float64Array, places: ArrayLike<number>, bandwidth: number): Float64Array {
  return x.map((at) => {
    let sum = 0;
    for (let i = 0; i < places.length; i++) {
      sum += Math.exp(-((at - places[i]) ** 2) / (2 * bandwidth ** 2));
    }
    return sum / places.length / (bandwidth * Math.sqrt(2 * Math.PI));
  });
}

describe("density", () => {
  it("is the smoothed spectrum, exactly where signs know the eigenvectors", () => {
    // Every sign vector has the same part of every unit vector.
    const entries = Float64Array.from({ length: 30 }, (_, i) => 1 + i * i);
    const quadrature = spectralQuadrature(diagonalOperator(entries), stream(1), {
      probes: 2,
      steps: 30,
    });
    const linear = quadrature.density({ bandwidth: 20 });
    expect(distance(linear.density, smoothed(linear.x, entries, 20))).toBeLessThan(1e-13);
    expect(linear).toMatchObject({ scale: "linear", damping: 0, bandwidth: 20 });
    expect(linear.x).toHaveLength(200);
    expect(Math.abs(linear.x[0] - (1 - 80))).toBeLessThan(1e-9);
    expect(Math.abs(linear.x[199] - (842 + 80))).toBeLessThan(1e-9);

    const log = quadrature.density({ scale: "log10", bandwidth: 0.1, damping: 3 });
    const places = entries.map((value) => Math.log10(value + 3));
    expect(distance(log.density, smoothed(log.x, places, 0.1))).toBeLessThan(1e-12);
    expect(log).toMatchObject({ scale: "log10", damping: 3, bandwidth: 0.1 });
    const at = Float64Array.of(5, 1, 400);
    const few = quadrature.density({ bandwidth: 20, damping: 7, at });
    expect(
      distance(
        few.density,
        smoothed(
          at,
          entries.map((x) => x + 7),
          20,
        ),
      ),
    ).toBeLessThan(1e-13);
  });

  it.each(Object.entries(spectra))(
    "has the integral 1 and error bars of the right length: %s",
    (name, values) => {
      const A = withEigenvalues(values);
      const quadrature = spectralQuadrature(A, stream(2, name), { probes: 4, steps: 16 });
      const linear = quadrature.density();
      // all but what lies more than 4 bandwidths outside
      expect(Math.abs(integralOf(linear) - 1)).toBeLessThan(1e-4);
      const damping = 1.5;
      const log = quadrature.density({ scale: "log10", damping });
      expect(Math.abs(integralOf(log) - 1)).toBeLessThan(1e-4);
      expect(log.bandwidth).toBeGreaterThan(0);

      const at = Float64Array.of(values[0], 0.3 * values[0]);
      const bandwidth = 0.5;
      const truth = smoothed(at, values, bandwidth);
      const estimates = Array.from({ length: 600 }, (_, r) =>
        spectralQuadrature(A, stream(3, name, r), { probes: 8, steps: 10 }).density({
          at,
          bandwidth,
        }),
      );
      at.forEach((_, i) => {
        const found = simulate(600, truth[i], (r) => ({
          value: estimates[r].density[i],
          standardError: estimates[r].standardError[i],
        }));
        expect(Math.abs(found.bias)).toBeLessThan(4.5);
        expect(Math.abs(found.length - 1)).toBeLessThan(4.5 * found.lengthError);
      });
    },
  );

  it("refuses what it cannot draw", () => {
    const quadrature = spectralQuadrature(withEigenvalues(spectra.indefinite), stream(1), {
      probes: 3,
      steps: 10,
    });
    const log = (): unknown => quadrature.density({ scale: "log10", damping: 0.5 });
    expect(log).toThrow(NotPositiveDefiniteError);
    expect(log).toThrow(`the eigenvalue ${quadrature.least}, or one below`);
    expect(() => quadrature.density({ damping: -0.1 })).toThrow("damping: found -0.1");
    for (const bandwidth of [0, -1, Number.NaN, Infinity]) {
      expect(() => quadrature.density({ bandwidth })).toThrow(`bandwidth: found ${bandwidth}`);
    }
    expect(() => quadrature.density({ at: Float64Array.of(1, Number.NaN) })).toThrow(
      "places of a density: entry 1 is NaN",
    );
    const same = spectralQuadrature(diagonalOperator(new Float64Array(9).fill(2)), stream(1), {
      probes: 2,
      steps: 3,
    });
    expect(() => same.density()).toThrow("all nodes are equal: state one");
    const { x, density } = same.density({ bandwidth: 0.5 });
    expect(distance(density, smoothed(x, [2], 0.5))).toBeLessThan(1e-14);
  });
});
