/** Shapes, and the forward pass against its definition. */
import { expect, it } from "vitest";
import { ShapeError } from "../../../src/errors.ts";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import { distance, numbers } from "../matrices.ts";
import { memoryProblem } from "./memory.ts";
import { B, K, type LayerCase, sampleOf } from "./sample.ts";

export function shapes({ layer, input, output, refused = [] }: LayerCase): void {
  it("has the shape of outputs", () => {
    expect(layer.outputShape(input)).toEqual(output);
  });
  it.each(refused.map((shape) => ({ shape })))("refuses inputs $shape", ({ shape }) => {
    expect(() => layer.outputShape(shape)).toThrow(ShapeError);
    expect(() => layer.outputShape(shape)).toThrow(/found .*expected/);
  });
  it("keeps its options as plain JSON", () => {
    expect(JSON.parse(JSON.stringify(layer.options))).toEqual(layer.options);
    expect(layer.kind).toMatch(/^\w+$/);
  });
}

export function forward(layerCase: LayerCase): void {
  const { definition, random } = layerCase;
  const { w, X, input, output, run } = sampleOf(layerCase);
  const example = (n: number): Matrix => ({
    rows: 1,
    cols: input,
    data: X.data.slice(n * input, (n + 1) * input),
  });

  it("is its definition", () => {
    const { outputs } = run(w, X);
    expect(outputs).toMatchObject({ rows: B, cols: output });
    for (let n = 0; n < B; n++) {
      const found = outputs.data.subarray(n * output, (n + 1) * output);
      const first = random && n > 0 ? undefined : definition(w, example(n).data);
      if (first) expect(distance(found, first)).toBeLessThan(1e-13);
    }
  });

  if (!random) {
    it("takes each example by itself", () => {
      const { outputs } = run(w, X);
      for (let n = 0; n < B; n++) {
        const alone = run(w, example(n)).outputs.data;
        const found = outputs.data.subarray(n * output, (n + 1) * output);
        expect(distance(found, alone)).toBeLessThan(1e-14);
      }
    });
  }

  it("hands on what is not a number, in its example only", () => {
    const data = X.data.slice();
    data[input] = Number.NaN;
    const found = run(w, { ...X, data }).outputs.data;
    const place = found.findIndex(Number.isNaN);
    expect(Math.floor(place / output)).toBe(1);
    expect(found.subarray(2 * output).some(Number.isNaN)).toBe(false);
  });

  it("changes nothing that it is given", () => {
    const before = [w.slice(), X.data.slice()];
    const U = { rows: B * K, cols: output, data: numbers(B * K * output, 7) };
    const copy = U.data.slice();
    const pass = run(w, X);
    const outputs = pass.outputs.data.slice();
    pass.pull(U);
    pass.weights?.addGradient(U, new Float64Array(w.length));
    expect([w, X.data]).toEqual(before);
    expect(U.data).toEqual(copy);
    expect(pass.outputs.data).toEqual(outputs);
  });

  it("says what it holds: its outputs at least, in proportion to the examples", () => {
    expect(memoryProblem(sampleOf(layerCase))).toBeUndefined();
  });
}
