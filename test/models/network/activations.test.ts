/** The activations against values of 1000 digits, from 1e-300 to where they saturate. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { elu } from "../../../src/models/network/elu.ts";
import { gelu } from "../../../src/models/network/gelu.ts";
import type { Layer } from "../../../src/models/network/layer.ts";
import { normalDensity, normalDistribution } from "../../../src/models/network/normal.ts";
import { sigmoid } from "../../../src/models/network/sigmoid.ts";
import { silu } from "../../../src/models/network/silu.ts";
import { softplus } from "../../../src/models/network/softplus.ts";
import { tanh } from "../../../src/models/network/tanh.ts";
import { relativeError } from "../../support/accuracy.ts";

const file = join(import.meta.dirname, "golden", "activations.json");
/** x, φ, φ′, φ″ */
type Row = [number, number, number, number];
const golden: Record<string, Row[]> = JSON.parse(await readFile(file, "utf8"));

interface Case {
  readonly name: string;
  readonly layer: Layer;
  readonly tolerance: number;
  /** the slope for the largest numbers; for the smallest it is 0 */
  readonly slope: 0 | 1;
}

/** Eight units in the last place; the argument of the tanh in gelu's approximation has its own, times its size. */
const layers: readonly Case[] = [
  { name: "tanh", layer: tanh(), tolerance: 2e-15, slope: 0 },
  { name: "sigmoid", layer: sigmoid(), tolerance: 2e-15, slope: 0 },
  { name: "softplus", layer: softplus(), tolerance: 2e-15, slope: 1 },
  { name: "silu", layer: silu(), tolerance: 2e-15, slope: 1 },
  { name: "gelu", layer: gelu(), tolerance: 2e-15, slope: 1 },
  { name: "gelu by tanh", layer: gelu({ approximate: "tanh" }), tolerance: 2e-13, slope: 1 },
  { name: "elu", layer: elu(), tolerance: 2e-15, slope: 1 },
];

describe.each(layers)("$name", ({ name, layer, tolerance, slope }) => {
  const rows = golden[name];
  const shape = { rows: 1, cols: rows.length };
  const ones = { ...shape, data: new Float64Array(rows.length).fill(1) };
  const pass = layer.forward(
    new Float64Array(),
    { ...shape, data: Float64Array.from(rows, ([x]) => x) },
    [rows.length],
  );
  const column = (i: number): number[] => rows.map((row) => row[i]);

  it("has these values", () => {
    expect(relativeError(pass.outputs.data, column(1))).toBeLessThan(tolerance);
  });

  it("has these slopes", () => {
    expect(relativeError(pass.pull(ones).data, column(2))).toBeLessThan(tolerance);
  });

  it("has these second derivatives", () => {
    expect(relativeError(pass.bend!(ones, ones, undefined)!.data, column(3))).toBeLessThan(
      tolerance,
    );
  });

  it("is finite, with finite derivatives, for the largest numbers", () => {
    const cols = 4;
    const data = Float64Array.of(-1e308, -1e200, 1e200, 1e308);
    const far = layer.forward(new Float64Array(), { rows: 1, cols, data }, [cols]);
    const one = { rows: 1, cols, data: new Float64Array(cols).fill(1) };
    expect(far.outputs.data.every(Number.isFinite)).toBe(true);
    expect([...far.pull(one).data].map(Math.abs)).toEqual([0, 0, slope, slope]);
    expect([...far.bend!(one, one, undefined)!.data].map(Math.abs)).toEqual([0, 0, 0, 0]);
  });
});

describe("the normal distribution", () => {
  it("has its published values", () => {
    // Abramowitz and Stegun, tables 26.1 and 26.2
    expect(relativeError(normalDistribution(1), 0.841344746068543)).toBeLessThan(1e-15);
    expect(relativeError(normalDensity(1), 0.241970724519143)).toBeLessThan(2e-15);
    expect(normalDistribution(0)).toBe(0.5);
  });

  it("has its limits", () => {
    expect([-Infinity, -50, 50, Infinity].map(normalDistribution)).toEqual([0, 0, 1, 1]);
    expect(normalDistribution(Number.NaN)).toBeNaN();
  });
});
