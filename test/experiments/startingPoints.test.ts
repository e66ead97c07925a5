import { describe, expect, it } from "vitest";
import { loadDataset } from "../../src/datasets/load.ts";
import { figure5 as schema } from "../../src/experiments/results.ts";
import { bestSettings, figure5 } from "../../src/experiments/startingPoints.ts";
import { donePanel, missingPanel } from "../support/paperResults.ts";
import golden from "./golden/startingPoints.json" with { type: "json" };

const factors = [0.875, 0.75, 0.5, 0];

async function startsOf(dataset: "Wine" | "Boston") {
  const { X, y } = await loadDataset(dataset);
  return figure5({ dataset, X, y }, golden[dataset].settings);
}

/** Losses relative to the reference; the badly conditioned empirical Fisher costs digits. */
function expectCurves(
  found: readonly { start: number; method: string; curve: number[] }[],
  expected: readonly { start: number; method: string; curve: number[] }[],
  digits: number,
): void {
  expect(found.map(({ start, method }) => [start, method])).toEqual(
    expected.map(({ start, method }) => [start, method]),
  );
  found.forEach(({ curve }, i) => {
    expect(curve.length).toBe(expected[i].curve.length);
    curve.forEach((loss, t) => {
      expect(Math.abs(loss / expected[i].curve[t] - 1)).toBeLessThan(digits);
    });
  });
}

describe("Figure 5 against NumPy", () => {
  it("on Wine", async () => {
    const result = await startsOf("Wine");
    expect(schema.parse(result)).toEqual(result);
    expectCurves(result.dataset, golden.Wine.curves, 1e-8);
    expect(result.configuration).toMatchObject({ dataset: "Wine", factors, iterations: 20 });
  });

  it.skipIf(!process.env.NATGRAD_DATA)("on Boston (needs NATGRAD_DATA)", async () => {
    const result = await startsOf("Boston");
    expectCurves(result.dataset, golden.Boston.curves, 1e-6);
  });

  it("on the problem in one dimension, whose loss is a quarter of the sum of squares", async () => {
    const result = await startsOf("Wine");
    expectCurves(result.quadratic, golden.quadratic, 1e-13);
    const x = 2;
    const first = result.quadratic.find(({ start }) => start === x)!.curve[0];
    expect(first).toBeCloseTo(((x - 0.5) ** 2 + (x + 0.5) ** 2) / 4, 14);
    expect(result.configuration.quadratic).toEqual({
      starts: [0.5, 1, 2, 4],
      stepSize: 0.5,
      damping: 1e-6,
      iterations: 10,
    });
  });

  it("the natural gradient does not care where it starts, the empirical Fisher does", async () => {
    const { quadratic } = await startsOf("Wine");
    const excess = (method: string, start: number): number => {
      const { curve } = quadratic.find((c) => c.method === method && c.start === start)!;
      return (curve[5] - 0.125) / (curve[0] - 0.125);
    };
    expect(excess("NGD", 4) / excess("NGD", 0.5)).toBeCloseTo(1, 6);
    expect(excess("EFGD", 4)).toBeGreaterThan(100 * excess("EFGD", 0.5));
  });

  it("ends a curve where the run leaves the finite numbers", async () => {
    const { X, y } = await loadDataset("Wine");
    const settings = { ...golden.Wine.settings, NGD: { stepSize: 1e200, damping: 0 } };
    const { dataset } = figure5({ dataset: "Wine", X, y }, settings);
    const { curve } = dataset.find(({ method }) => method === "NGD")!;
    expect(curve.length).toBeLessThan(21);
    expect(curve.every(Number.isFinite)).toBe(true);
  });

  it("takes its settings from the best runs of a race", () => {
    const settings = bestSettings(donePanel("Wine", 1, 0.1));
    expect(settings.EFGD).toEqual({ stepSize: 0.05623413251903491, damping: 1e-10 });
    expect(() => bestSettings(missingPanel("Boston"))).toThrow("Boston: found no race of NGD");
  });
});
