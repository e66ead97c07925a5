/** Initial values against their distribution. */
import { expect, it } from "vitest";
import { sizeOf } from "../../../src/models/network/shape.ts";
import { stream } from "../../../src/random/streams.ts";
import type { LayerCase } from "./sample.ts";

export function initialValues({ layer, initial = [] }: LayerCase): void {
  const draw = (seed: number): Float64Array[] => {
    const random = stream(seed, "layer suite");
    return layer.parameters.map(({ shape, initialize }) => {
      const values = new Float64Array(sizeOf(shape)).fill(Number.NaN);
      initialize(values, random);
      return values;
    });
  };

  it("are all set, and the same from the same seed", () => {
    expect(draw(1).every((values) => values.every(Number.isFinite))).toBe(true);
    expect(draw(1)).toEqual(draw(1));
  });

  it.each(initial)("of $name have their distribution", ({ name, bound, mean, variance }) => {
    const index = layer.parameters.findIndex((parameter) => parameter.name === name);
    const size = sizeOf(layer.parameters[index].shape);
    const repeats = Math.ceil(20_000 / size);
    const all = Array.from({ length: repeats }, (_, seed) => [...draw(seed)[index]]).flat();
    const average = all.reduce((sum, x) => sum + x, 0) / all.length;
    const square = all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length;
    // five standard errors; kurtosis at most 3
    expect(Math.abs(average - mean)).toBeLessThanOrEqual(5 * Math.sqrt(variance / all.length));
    expect(Math.abs(square - variance)).toBeLessThanOrEqual(
      5 * variance * Math.sqrt(2 / all.length),
    );
    if (bound === undefined) return;
    const largest = Math.max(...all.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.99 * bound);
  });
}
