/** First and second derivatives against differences, and against each other. */
import { expect, it } from "vitest";
import type { Matrix } from "../../../src/linalg/matrix.ts";
import { distance, numbers, single } from "../matrices.ts";
import { derivative } from "./differences.ts";
import { B, K, type LayerCase, type Sample, sampleOf } from "./sample.ts";

export function firstDerivatives(layerCase: LayerCase): void {
  const sample = sampleOf(layerCase);
  const { w, X, dX, dw, output, input, parameters, run } = sample;
  const U = { rows: B, cols: output, data: numbers(B * output, 8) };

  it.each(directions(sample))("push the tangents of $name", ({ dX, dw }) => {
    const found = run(w, X).push(dX, dw);
    const exact = derivative((t) => run(...moved(sample, dX, dw, t)).outputs.data);
    expect(found).toMatchObject({ rows: B, cols: output });
    expect(distance(found!.data, exact)).toBeLessThan(1e-10);
  });

  it("pull by the transposed Jacobian", () => {
    const pass = run(w, X);
    const gradient = new Float64Array(parameters);
    pass.weights?.addGradient(U, gradient);
    const pulled = pass.pull(U);
    expect(pulled).toMatchObject({ rows: B, cols: input });
    const pushed = pass.push(dX, parameters > 0 ? dw : undefined)!;
    const there = inner(U.data, pushed.data);
    const back = inner(pulled.data, dX.data) + inner(gradient, dw);
    expect(Math.abs(there - back)).toBeLessThan(1e-12);
  });

  it("pull many cotangents of an example at once", () => {
    const pass = run(w, X);
    const many = { rows: B * K, cols: output, data: numbers(B * K * output, 9) };
    const pulled = pass.pull(many);
    const gradient = numbers(parameters, 10);
    const sum = gradient.slice();
    pass.weights?.addGradient(many, gradient);
    expect(pulled).toMatchObject({ rows: B * K, cols: input });
    for (let k = 0; k < K; k++) {
      const column = everyRow(many, K, k);
      expect(distance(everyRow(pulled, K, k).data, pass.pull(column).data)).toBeLessThan(1e-14);
      pass.weights?.addGradient(column, sum);
    }
    expect(distance(gradient, sum)).toBeLessThan(1e-13);
  });

  if (run(w, X).pullInPlace) {
    it("pull in place", () => {
      const pass = run(w, X);
      const many = { rows: B * K, cols: output, data: numbers(B * K * output, 9) };
      const pulled = pass.pull(many);
      const found = pass.pullInPlace!(many);
      expect(found).toEqual(pulled);
      expect(found.data).toBe(many.data);
    });
  }

  it("agree in float32", () => {
    const pass = run(w, X);
    const half = run(Float32Array.from(w), single(X));
    const tangent = parameters > 0 ? dw : undefined;
    const gradients = [new Float64Array(parameters), new Float32Array(parameters)] as const;
    pass.weights?.addGradient(U, gradients[0]);
    half.weights?.addGradient(single(U), gradients[1]);
    const pairs = [
      [half.outputs, pass.outputs],
      [half.push(single(dX), tangent && Float32Array.from(tangent))!, pass.push(dX, tangent)!],
      [half.pull(single(U)), pass.pull(U)],
      [{ data: gradients[1] }, { data: gradients[0] }],
    ];
    for (const [found, exact] of pairs) {
      expect(found.data).toBeInstanceOf(Float32Array);
      expect(distance(found.data, exact.data)).toBeLessThan(1e-5);
    }
    expect(half.bytes).toBeLessThanOrEqual(pass.bytes);
  });
}

export function secondDerivatives(layerCase: LayerCase): void {
  const sample = sampleOf(layerCase);
  const { w, X, output, parameters, run } = sample;
  const U = { rows: B, cols: output, data: numbers(B * output, 11) };

  it.each(directions(sample))("bend the pull along $name", ({ dX, dw }) => {
    const exact = derivative((t) => run(...moved(sample, dX, dw, t)).pull(U).data);
    const found = run(w, X).bend?.(U, dX, dw)?.data ?? new Float64Array(exact.length);
    expect(distance(found, exact)).toBeLessThan(1e-10);
  });

  if (run(w, X).bends) {
    it("are on the diagonal of the inputs alone, which is said by itself", () => {
      const pass = run(w, X);
      const diagonal = pass.bends!(U);
      expect(diagonal).toBeInstanceOf(Float64Array);
      const bent = pass.bend!(U, sample.dX, undefined)!.data;
      const expected = sample.dX.data.map((x, i) => x * diagonal[i]);
      expect(distance(bent, expected)).toBeLessThan(1e-14);
    });
  }

  if (layerCase.layer.bilinear) {
    it("are zero in the inputs alone, and in the weights alone", () => {
      const pass = run(w, X);
      const bent = pass.bend?.(U, sample.dX, undefined)?.data ?? [];
      const gradient = new Float64Array(parameters);
      pass.weights!.addBentGradient(U, undefined, sample.dw, gradient);
      expect([...bent, ...gradient].every((x) => x === 0)).toBe(true);
    });
  }

  if (parameters === 0) return;
  it.each(directions(sample))("bend the gradient along $name", ({ dX, dw }) => {
    const exact = derivative((t) => {
      const gradient = new Float64Array(parameters);
      run(...moved(sample, dX, dw, t)).weights!.addGradient(U, gradient);
      return gradient;
    });
    const start = numbers(parameters, 12);
    const found = start.slice();
    run(w, X).weights!.addBentGradient(U, dX, dw, found);
    expect(
      distance(
        found,
        exact.map((x, i) => x + start[i]),
      ),
    ).toBeLessThan(1e-10);
  });
}

/** The tangents that are handed to a push: of the inputs, of the weights, of both. */
function directions({ dX, dw, parameters }: Sample) {
  const inputs = { name: "inputs", dX, dw: undefined };
  if (parameters === 0) return [inputs];
  return [inputs, { name: "weights", dX: undefined, dw }, { name: "both", dX, dw }];
}

/** w + t ẇ and X + t Ẋ */
function moved(
  { w, X }: Sample,
  dX: Matrix | undefined,
  dw: Float64Array | undefined,
  t: number,
): [Float64Array, Matrix] {
  const data = dX ? X.data.map((x, i) => x + t * dX.data[i]) : X.data;
  return [dw ? w.map((x, i) => x + t * dw[i]) : w, { ...X, data }];
}

/** Rows k, K + k, 2K + k, …. */
function everyRow({ rows, cols, data }: Matrix, K: number, k: number): Matrix {
  const taken = Float64Array.from({ length: (rows / K) * cols }, (_, i) => {
    const row = Math.floor(i / cols) * K + k;
    return data[row * cols + (i % cols)];
  });
  return { rows: rows / K, cols, data: taken };
}

function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a, (x, i) => x * b[i]).reduce((sum, x) => sum + x, 0);
}
