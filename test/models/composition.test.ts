/** A model followed by a map of its outputs, against jets. */
import { describe, expect, it } from "vitest";
import type { Blocks, Matrix } from "../../src/linalg/matrix.ts";
import { composition, type OutputMap } from "../../src/models/composition.ts";
import { linearize } from "../../src/models/linearization.ts";
import type { Jet } from "../support/jet.ts";
import { distance, numbers, random } from "../support/matrices.ts";
import { linearCase, networkCase } from "../support/testModels.ts";

/** c(f, g) = (f g, exp f, tanh g) */
const map: OutputMap = {
  outputs: 3,
  values: ({ rows, data }) => ({
    rows,
    cols: 3,
    data: Float64Array.from({ length: 3 * rows }, (_, i) => {
      const [f, g] = [data[2 * Math.floor(i / 3)], data[2 * Math.floor(i / 3) + 1]];
      return [f * g, Math.exp(f), Math.tanh(g)][i % 3];
    }),
  }),
  jacobian: ({ rows, data }) => ({
    count: rows,
    rows: 3,
    cols: 2,
    data: Float64Array.from({ length: 6 * rows }, (_, i) => {
      const [f, g] = [data[2 * Math.floor(i / 6)], data[2 * Math.floor(i / 6) + 1]];
      return [g, f, Math.exp(f), 0, 0, 1 - Math.tanh(g) ** 2][i % 6];
    }),
  }),
};
const written = ([f, g]: Jet[]): Jet[] => [f.times(g), f.exp(), g.tanh()];

const N = 5;
const X = random(N, 2, 1);

describe.each([
  { name: "a linear model", base: linearCase(2, 2, "last") },
  { name: "a network", base: networkCase(2, 2, 2) },
])("after $name", ({ base: { model, jets } }) => {
  const composed = composition<Matrix>(model, map);
  const theta = numbers(model.parameters, 2);
  const D = theta.length;
  const exact = Array.from({ length: N }, (_, n) =>
    written(jets(theta, X.data.subarray(2 * n, 2 * n + 2))),
  );
  const v = numbers(D, 3);
  const U = random(N, 3, 4);

  it("the values and both products are those of the whole", () => {
    expect([composed.parameters, composed.outputs]).toEqual([D, 3]);
    const values = exact.flatMap((row) => row.map(({ value }) => value));
    expect(distance(composed.forward(theta, X).data, values)).toBeLessThan(1e-14);
    const tangents = exact.flatMap((row) =>
      row.map(({ gradient }) => gradient.reduce((sum, g, i) => sum + g * v[i], 0)),
    );
    expect(distance(composed.jvp(theta, X, v).data, tangents)).toBeLessThan(1e-13);
    const pulled = new Float64Array(D);
    exact.flat().forEach(({ gradient }, t) => {
      gradient.forEach((g, i) => {
        pulled[i] += g * U.data[t];
      });
    });
    expect(distance(composed.vjp(theta, X, U), pulled)).toBeLessThan(1e-13);
  });

  it("rows, Gram matrix and diagonal are those of the whole", () => {
    const K = 2;
    const S: Blocks = { count: N, rows: 3, cols: K, data: numbers(N * 3 * K, 5) };
    const rows = exact.flatMap((row, n) =>
      Array.from({ length: K }, (_, k) =>
        v.map((_, i) =>
          row.reduce((sum, { gradient }, m) => sum + gradient[i] * S.data[(n * 3 + m) * K + k], 0),
        ),
      ),
    );
    const found = linearize(composed, theta, X).factorRows(S);
    expect(
      distance(
        found.data,
        rows.flatMap((row) => [...row]),
      ),
    ).toBeLessThan(1e-13);
    const expected = Float64Array.from({ length: D * D }, (_, t) =>
      rows.reduce((sum, row) => sum + row[Math.floor(t / D)] * row[t % D], 0),
    );
    expect(distance(linearize(composed, theta, X).gram(S).data, expected)).toBeLessThan(1e-12);
    const diagonal = expected.filter((_, t) => t % (D + 1) === 0);
    expect(distance(linearize(composed, theta, X).gramDiagonal(S), diagonal)).toBeLessThan(1e-12);
  });

  it("asks its model about inputs", () => {
    expect(composed.linear).toBeUndefined();
    if (model.linear) expect(() => composed.checkInputs!(random(2, 5))).toThrow("5 columns");
  });
});
